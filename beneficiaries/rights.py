"""What the application role may do to the tables of this app, beyond reading and writing rows that may change."""

EVIDENCE = {
    "beneficiaries.Disclosure",
    "beneficiaries.HeirWaiver",
    "beneficiaries.Paper",
    "beneficiaries.PaperWaiver",
    "beneficiaries.PaperWithdrawal",
    "beneficiaries.Referral",
    "beneficiaries.ReferralDecision",
    "beneficiaries.ReleaseRecord",
    "beneficiaries.ReleaseWithdrawal",
}
REMOVABLE = {"beneficiaries.Heir"}
