"""What the application role may do to the tables of this app, beyond reading and writing rows that may change."""

EVIDENCE = {
    "beneficiaries.Disclosure",
    "beneficiaries.HeirWaiver",
    "beneficiaries.PairDecision",
    "beneficiaries.Paper",
    "beneficiaries.PaperWaiver",
    "beneficiaries.PaperWithdrawal",
    "beneficiaries.Referral",
    "beneficiaries.ReferralDecision",
    "beneficiaries.ReleaseRecord",
    "beneficiaries.ReleaseWithdrawal",
}
REMOVABLE = {"beneficiaries.Heir"}

# Rows that another office must not see, and the field that leads to theirs: see row_security.py.
OFFICE_ROWS = {
    "beneficiaries.Case": "office",
    "beneficiaries.ReliefCase": "case",
    "beneficiaries.PrisonerCase": "case",
    "beneficiaries.CourtOrder": "case",
    "beneficiaries.Obligation": "order",
    "beneficiaries.Heir": "obligation",
    "beneficiaries.HeirWaiver": "heir",
    "beneficiaries.Paper": "case",
    "beneficiaries.PaperWaiver": "case",
    "beneficiaries.PaperWithdrawal": "paper",
    "beneficiaries.Disclosure": "office",
    "beneficiaries.Referral": ("office", "through"),
    "beneficiaries.ReferralDecision": "referral",
    "beneficiaries.ReleaseRecord": "case",
    "beneficiaries.ReleaseWithdrawal": "record",
}
