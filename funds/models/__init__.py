"""Funds, requests and their chains, vouchers, instruments."""

from funds.models.approval import ApprovalStep, Cancellation, Decision, Sanction
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
from funds.models.duties import ChainVoid, Conflict, DecisionGround
from funds.models.eligibility import EligibilityFinding, EligibilityOverride, EligibilityRule
from funds.models.evidence import SubmittedPaper, SubmittedWaiver
from funds.models.fund import CHARGES, Allocation, Fund, PaymentKind, Receipt
from funds.models.lists import ListImport, ListInspection
from funds.models.orders import Filing, OrderText, SanctionOrder
from funds.models.rules import ApprovalRule, ChosenRule, RuleDecision, RuleStep
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
    "ChainVoid",
    "ChosenRule",
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
    "Filing",
    "Fund",
    "Instrument",
    "ListImport",
    "ListInspection",
    "OrderText",
    "PayeeLine",
    "PaymentKind",
    "Reappropriation",
    "ReappropriationDecision",
    "Receipt",
    "RuleDecision",
    "RuleStep",
    "Sanction",
    "SanctionOrder",
    "StatementVersion",
    "SubmittedPaper",
    "SubmittedWaiver",
    "Surrender",
    "Voucher",
    "VoucherPrint",
]
