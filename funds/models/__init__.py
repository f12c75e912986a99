"""Funds, requests and their chains, vouchers, instruments."""

from funds.models.approval import ApprovalRule, ApprovalStep, Cancellation, Decision, RuleStep, Sanction
from funds.models.bank import Acknowledgement, Instrument
from funds.models.closing import StatementVersion
from funds.models.complaints import Complaint, ComplaintCategory, ComplaintStep
from funds.models.disbursement import Disbursement, PayeeLine
from funds.models.duties import ChainVoid, Conflict, DecisionGround
from funds.models.eligibility import EligibilityFinding, EligibilityOverride, EligibilityRule
from funds.models.evidence import SubmittedPaper, SubmittedWaiver
from funds.models.fund import CHARGES, Allocation, Fund, PaymentKind, Receipt
from funds.models.voucher import Voucher, VoucherPrint

__all__ = [
    "CHARGES",
    "Acknowledgement",
    "Allocation",
    "ApprovalRule",
    "ApprovalStep",
    "Cancellation",
    "ChainVoid",
    "Complaint",
    "ComplaintCategory",
    "ComplaintStep",
    "Conflict",
    "Decision",
    "DecisionGround",
    "Disbursement",
    "EligibilityFinding",
    "EligibilityOverride",
    "EligibilityRule",
    "Fund",
    "Instrument",
    "PayeeLine",
    "PaymentKind",
    "Receipt",
    "RuleStep",
    "Sanction",
    "StatementVersion",
    "SubmittedPaper",
    "SubmittedWaiver",
    "Voucher",
    "VoucherPrint",
]
