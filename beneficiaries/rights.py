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
    "beneficiaries.Paper",
    "beneficiaries.PaperWaiver",
    "beneficiaries.PaperWithdrawal",
    "beneficiaries.PriorPayment",
    "beneficiaries.PriorPaymentStruck",
}
REMOVABLE = {"beneficiaries.Heir"}
