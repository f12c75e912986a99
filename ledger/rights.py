"""What the application role may do with the ledger's tables, read by the grants after each migration.

EVIDENCE: SELECT and INSERT. READ_ONLY: SELECT, for only the line rule writes. REMOVABLE: nothing is ever deleted.
"""

EVIDENCE = {"ledger.JournalEntry", "ledger.JournalLine"}
READ_ONLY = {"ledger.AccountTotal", "ledger.AccountFloor"}
REMOVABLE: set[str] = set()
