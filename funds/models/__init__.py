"""Funds, requests and their chains, vouchers, instruments."""

from funds.models.approval import ApprovalStep, Cancellation, Decision, Sanction
from funds.models.bail import Forfeiture, ForfeitureDecision
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
from funds.models.committees import Committee, CommitteeDecision, CommitteeMember, CommitteeVersion
from funds.models.complaints import Complaint, ComplaintCategory, ComplaintStep
from funds.models.delegations import Delegation, DelegationDecision, DelegationEnd
from funds.models.disbursement import Disbursement, PayeeLine
from funds.models.duties import ChainVoid, Conflict, ConflictEnd, DecisionGround
from funds.models.eligibility import EligibilityFinding, EligibilityOverride, EligibilityRule
from funds.models.escalations import DigestSent, Escalation, EscalationSetting, Reminder
from funds.models.evidence import SubmittedPaper, SubmittedWaiver
from funds.models.freezes import Freeze, FreezeDecision, FreezeLift, FreezeLiftDecision
from funds.models.fund import CHARGES, Allocation, Fund, PaymentKind, Receipt
from funds.models.lists import ListImport, ListInspection
from funds.models.meetings import (
    Adoption,
    AgendaItem,
    CalledOff,
    HeldUp,
    ItemRecusal,
    Meeting,
    Minutes,
    MinutesItem,
    MinutesSignature,
    Presence,
)
from funds.models.orders import Filing, OrderText, SanctionOrder
from funds.models.receipts import MoneyBack, ReceiptCancellation, ReceiptCancellationDecision, ReceiptPrint
from funds.models.rules import ApprovalRule, ChosenRule, RuleDecision, RuleStep
from funds.models.voucher import Voucher, VoucherPrint

__all__ = [
    "CHARGES",
    "Acknowledgement",
    "Adoption",
    "AgendaItem",
    "Allocation",
    "ApprovalRule",
    "ApprovalStep",
    "BudgetHead",
    "BudgetRelease",
    "BudgetSetting",
    "CalledOff",
    "Cancellation",
    "ChainVoid",
    "ChosenRule",
    "Committee",
    "CommitteeDecision",
    "CommitteeMember",
    "CommitteeVersion",
    "Complaint",
    "ComplaintCategory",
    "ComplaintStep",
    "Conflict",
    "ConflictEnd",
    "Decision",
    "DecisionGround",
    "Delegation",
    "DelegationDecision",
    "DelegationEnd",
    "DigestSent",
    "Disbursement",
    "EligibilityFinding",
    "EligibilityOverride",
    "EligibilityRule",
    "Escalation",
    "EscalationSetting",
    "Filing",
    "Forfeiture",
    "ForfeitureDecision",
    "Freeze",
    "FreezeDecision",
    "FreezeLift",
    "FreezeLiftDecision",
    "Fund",
    "HeldUp",
    "Instrument",
    "ItemRecusal",
    "ListImport",
    "ListInspection",
    "Meeting",
    "Minutes",
    "MinutesItem",
    "MinutesSignature",
    "MoneyBack",
    "OrderText",
    "PayeeLine",
    "PaymentKind",
    "Presence",
    "Reappropriation",
    "ReappropriationDecision",
    "Receipt",
    "ReceiptCancellation",
    "ReceiptCancellationDecision",
    "ReceiptPrint",
    "Reminder",
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
