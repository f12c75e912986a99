"""What the application role may do to the tables of this app, beyond reading and writing rows that may change."""

REMOVABLE = {"beneficiaries.Heir"}
EVIDENCE = {"beneficiaries.Paper", "beneficiaries.PaperWaiver", "beneficiaries.PaperWithdrawal"}
