"""What the application role may do to the tables of this app, beyond reading and writing rows that may change."""

EVIDENCE = {
    "beneficiaries.Disclosure",
    "beneficiaries.HeirWaiver",
    "beneficiaries.HitJudgement",
    "beneficiaries.MeansEvidence",
    "beneficiaries.Paper",
    "beneficiaries.PaperWaiver",
    "beneficiaries.PaperWithdrawal",
    "beneficiaries.ScreeningHit",
    "beneficiaries.WatchEntry",
    "beneficiaries.WatchEntryEnd",
    "beneficiaries.WatchListVersion",
}
REMOVABLE = {"beneficiaries.Heir"}
