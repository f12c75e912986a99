"""What the application role may do to the tables of this app, beyond reading and writing rows that may change."""

EVIDENCE = {
    "beneficiaries.Disclosure",
    "beneficiaries.HeirWaiver",
    "beneficiaries.PairDecision",
    "beneficiaries.Paper",
    "beneficiaries.PaperWaiver",
    "beneficiaries.PaperWithdrawal",
}
REMOVABLE = {"beneficiaries.Heir"}
