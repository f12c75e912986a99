"""What the application role may do with the ledger's tables, read by the grants after each migration.

READ_ONLY: SELECT, for only the door and the rules write. DOORS: INSERT, which writes the journal. REMOVABLE: nothing is
ever deleted.
"""

from ledger.door import MANY_VIEW, PAIR_VIEW

READ_ONLY = {"ledger.JournalEntry", "ledger.JournalLine", "ledger.AccountTotal", "ledger.AccountFloor"}
DOORS = {PAIR_VIEW, MANY_VIEW}
REMOVABLE: set[str] = set()
