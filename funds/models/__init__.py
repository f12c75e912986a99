"""Funds, requests and their chains, vouchers, instruments."""

from funds.models.approval import ApprovalStep, Cancellation, Decision, Sanction
from funds.models.bank import Acknowledgement, Instrument
from funds.models.closing import StatementVersion
from funds.models.complaints import Complaint, ComplaintCategory, ComplaintStep
from funds.models.disbursement import Disbursement, PayeeLine
from funds.models.eligibility import EligibilityFinding, EligibilityOverride, EligibilityRule
from funds.models.evidence import SubmittedPaper
from funds.models.fund import CHARGES, Allocation, Fund, PaymentKind, Receipt
from funds.models.rules import ApprovalRule, ChosenRule, RuleDecision, RuleStep
from funds.models.voucher import Voucher, VoucherPrint

__all__ = [
    "CHARGES",
    "Acknowledgement",
    "Allocation",
    "ApprovalRule",
    "ApprovalStep",
    "Cancellation",
    "ChosenRule",
    "Complaint",
    "ComplaintCategory",
    "ComplaintStep",
    "Decision",
    "Disbursement",
    "EligibilityFinding",
    "EligibilityOverride",
    "EligibilityRule",
    "Fund",
    "Instrument",
    "PayeeLine",
    "PaymentKind",
    "Receipt",
    "RuleDecision",
    "RuleStep",
    "Sanction",
    "StatementVersion",
    "SubmittedPaper",
    "Voucher",
    "VoucherPrint",
]
