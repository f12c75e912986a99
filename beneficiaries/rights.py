"""What the application role may do to the tables of this app, beyond reading and writing rows that may change."""

EVIDENCE = {
    "beneficiaries.CeilingPermit",
    "beneficiaries.Disclosure",
    "beneficiaries.HeirWaiver",
    "beneficiaries.HelpReason",
    "beneficiaries.Instalment",
    "beneficiaries.InstalmentPlan",
    "beneficiaries.JointAward",
    "beneficiaries.LoanTerms",
    "beneficiaries.PairDecision",
    "beneficiaries.Paper",
    "beneficiaries.PaperWaiver",
    "beneficiaries.PaperWithdrawal",
    "beneficiaries.PriorPayment",
    "beneficiaries.PriorPaymentStruck",
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
    "beneficiaries.CeilingPermit": "case",
    "beneficiaries.HelpReason": "case",
    "beneficiaries.Instalment": "plan",
    "beneficiaries.InstalmentPlan": "obligation",
    "beneficiaries.LoanTerms": "case",
    "beneficiaries.PriorPayment": "obligation",
    "beneficiaries.PriorPaymentStruck": "payment",
    "beneficiaries.Referral": ("office", "through"),
    "beneficiaries.ReferralDecision": "referral",
    "beneficiaries.ReleaseRecord": "case",
    "beneficiaries.ReleaseWithdrawal": "record",
}
