"""Funds, requests and their chains, vouchers, instruments."""

from funds.models.approval import ApprovalRule, ApprovalStep, Cancellation, Decision, RuleStep, Sanction
from funds.models.bank import Acknowledgement, Instrument
from funds.models.budget import (
    BudgetHead,
    BudgetRelease,
    BudgetSetting,
    Reappropriation,
    ReappropriationDecision,
    Surrender,
)
from funds.models.closing import StatementVersion
from funds.models.complaints import Complaint, ComplaintCategory, ComplaintStep
from funds.models.disbursement import Disbursement, PayeeLine
from funds.models.eligibility import EligibilityFinding, EligibilityOverride, EligibilityRule
from funds.models.evidence import SubmittedPaper
from funds.models.fund import CHARGES, Allocation, Fund, PaymentKind, Receipt
from funds.models.orders import Filing, OrderText, SanctionOrder
from funds.models.voucher import Voucher, VoucherPrint

__all__ = [
    "CHARGES",
    "Acknowledgement",
    "Allocation",
    "ApprovalRule",
    "ApprovalStep",
    "BudgetHead",
    "BudgetRelease",
    "BudgetSetting",
    "Cancellation",
    "Complaint",
    "ComplaintCategory",
    "ComplaintStep",
    "Decision",
    "Disbursement",
    "EligibilityFinding",
    "EligibilityOverride",
    "EligibilityRule",
    "Filing",
    "Fund",
    "Instrument",
    "OrderText",
    "PayeeLine",
    "PaymentKind",
    "Reappropriation",
    "ReappropriationDecision",
    "Receipt",
    "RuleStep",
    "Sanction",
    "SanctionOrder",
    "StatementVersion",
    "SubmittedPaper",
    "Surrender",
    "Voucher",
    "VoucherPrint",
]
