"""`make mutants`: takes one rule or lock of the ledger away at a time and expects the tests to notice."""
