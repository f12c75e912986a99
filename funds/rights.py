"""What the application role may do to the tables of this app, beyond reading and writing rows that may change."""

EVIDENCE = {
    "funds.Allocation",
    "funds.Receipt",
    "funds.ApprovalStep",
    "funds.Decision",
    "funds.Sanction",
    "funds.Cancellation",
    "funds.Voucher",
    "funds.VoucherPrint",
    "funds.Acknowledgement",
    "funds.StatementVersion",
    "funds.SubmittedPaper",
    "funds.EligibilityFinding",
    "funds.EligibilityOverride",
    "funds.Complaint",
    "funds.ComplaintStep",
    "funds.Filing",
    "funds.SanctionOrder",
    "funds.BudgetRelease",
    "funds.Reappropriation",
    "funds.ReappropriationDecision",
    "funds.Surrender",
}
REMOVABLE = {"funds.PayeeLine"}

# Rows that another office must not see, and the field that leads to theirs: see beneficiaries/row_security.py. Sanctions,
# vouchers and instruments are the fund's registers, which its own office keeps whole.
OFFICE_ROWS = {
    "funds.Disbursement": "office",
    "funds.PayeeLine": "disbursement",
    "funds.ApprovalStep": "disbursement",
    "funds.Decision": "disbursement",
    "funds.Cancellation": "disbursement",
    "funds.SubmittedPaper": "disbursement",
    "funds.EligibilityFinding": "disbursement",
    "funds.EligibilityOverride": "disbursement",
    "funds.Complaint": "office",
    "funds.ComplaintStep": "complaint",
    "funds.Filing": "entry",
    "funds.SanctionOrder": "disbursement",
}
