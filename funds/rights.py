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
}
REMOVABLE = {"funds.PayeeLine"}
