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
from funds.models.cheque_books import ChequeBook, ChequeEnd, CoSignature, LeafMark, LeafPrint
from funds.models.cheque_settings import ChequeExpiry, LeafLayout, SecondSignature
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
from funds.models.holds import AccountConfirmation, PayeeHold, PayeeHoldEnd
from funds.models.jobs import BundleSheet, Job, JobCancel, JobResult, JobSetting
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
from funds.models.messages import Message, MessageEvent, MessageText
from funds.models.orders import Filing, OrderText, SanctionOrder
from funds.models.paper_words import Language, PaperLanguage, UrduTerm
from funds.models.receipts import MoneyBack, ReceiptCancellation, ReceiptCancellationDecision, ReceiptPrint
from funds.models.rules import ApprovalRule, ChosenRule, RuleDecision, RuleStep
from funds.models.runs import Bank, BankLayout, LineStatus, PaymentRun, RunDownload, RunLine, StatusFile
from funds.models.signing import LookupCount, ScheduleLine, SignedSchedule, VoucherSignature
from funds.models.treasury import TreasuryReturn
from funds.models.voucher import Voucher, VoucherPrint

__all__ = [
    "CHARGES",
    "AccountConfirmation",
    "Acknowledgement",
    "Adoption",
    "AgendaItem",
    "Allocation",
    "ApprovalRule",
    "ApprovalStep",
    "Bank",
    "BankLayout",
    "BudgetHead",
    "BudgetRelease",
    "BudgetSetting",
    "BundleSheet",
    "CalledOff",
    "Cancellation",
    "ChainVoid",
    "ChequeBook",
    "ChequeEnd",
    "ChequeExpiry",
    "ChosenRule",
    "CoSignature",
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
    "Job",
    "JobCancel",
    "JobResult",
    "JobSetting",
    "Language",
    "LeafLayout",
    "LeafMark",
    "LeafPrint",
    "LineStatus",
    "ListImport",
    "ListInspection",
    "LookupCount",
    "Meeting",
    "Message",
    "MessageEvent",
    "MessageText",
    "Minutes",
    "MinutesItem",
    "MinutesSignature",
    "MoneyBack",
    "OrderText",
    "PaperLanguage",
    "PayeeHold",
    "PayeeHoldEnd",
    "PayeeLine",
    "PaymentKind",
    "PaymentRun",
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
    "RunDownload",
    "RunLine",
    "Sanction",
    "SanctionOrder",
    "ScheduleLine",
    "SecondSignature",
    "SignedSchedule",
    "StatementVersion",
    "StatusFile",
    "SubmittedPaper",
    "SubmittedWaiver",
    "Surrender",
    "TreasuryReturn",
    "UrduTerm",
    "Voucher",
    "VoucherPrint",
    "VoucherSignature",
]
