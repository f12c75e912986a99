"""Invented values for the component page: one example of everything, in every state. No database."""

from decimal import Decimal
from typing import Any

from django import forms
from django.utils.html import format_html

STATE_NOTES = [
    ("draft", "", "with the case officer"),
    ("submitted", "", "in the chain"),
    ("waiting", "", "only on your own pages"),
    ("with", "With Imran Qureshi", "waiting for somebody else"),
    ("returned", "", "for correction"),
    ("sanctioned", "", "money committed"),
    ("vouchered", "", "budget spent"),
    ("paid", "", "instrument issued"),
    ("cleared", "", "bank statement"),
    ("acknowledged", "", "receipt in"),
    ("closed", "", "prisoner released"),
    ("rejected", "", "ended"),
    ("cancelled", "", "number kept"),
    ("stale", "", "cheque expired"),
    ("stopped", "", "by the payer"),
    ("late", "1 day late", "in lists"),
]

STEPS = [
    {"name": "Drafted", "who": "Bilal Aslam", "role": "case officer", "when": "26 Sep", "state": "done"},
    {"name": "Verified", "who": "Sadia Mir", "role": "verifier", "when": "29 Sep", "state": "done"},
    {"name": "Budget agreed", "who": "Imran Qureshi", "role": "finance officer", "when": "2 Oct", "state": "done"},
    {"name": "Committee", "who": "11th meeting, item 4", "role": "5 of 7 members", "when": "8 Oct", "state": "done"},
    {"name": "Sanction", "who": "You", "role": "Joint Secretary", "when": "waiting 2 days", "state": "now"},
    {"name": "Voucher", "who": "Tahir Mehmood", "role": "DDO", "state": "todo"},
    {"name": "Payment", "who": "Sessions Court", "role": "Rawalpindi", "state": "todo"},
    {"name": "Receipt, release", "who": "Central Jail", "role": "Rawalpindi", "state": "todo"},
]

ROOM = {
    "total": Decimal("45000000"),
    "spent": Decimal("20640000"),
    "committed": Decimal("6175000"),
    "this": Decimal("1200000"),
    "free": Decimal("16985000"),
}

CHECKS = [
    {
        "title": "No earlier payment for this case or these heirs",
        "detail": "CNIC, FIR, judgment and IBAN compared in all 7 funds",
    },
    {
        "title": "Award is below the notified diyat for 2025-26",
        "detail": "Notified Rs 98,28,670.00. Older award; court order attached, page 14.",
        "state": "warn",
    },
    {"title": "Nothing changed since finance agreed", "detail": "Amount, payees, bank details, head, papers"},
    {
        "title": "One heir is a minor",
        "detail": "Her share goes to a savings certificate. Guardian order needed before payment.",
        "state": "warn",
    },
]

PAPERS = [
    {"name": "Certified judgment", "url": "#papers", "detail": "18 pages"},
    {"name": "Heirship certificate", "url": "#papers", "detail": "4 pages"},
    {"name": "Guardian order for Mahnoor", "detail": "needed before payment, not before sanction", "state": "missing"},
]

HEIRS = [
    {
        "name": "Zainab Bibi",
        "tie": "widow",
        "share": "9/72",
        "by": "Cheque, through court",
        "amount": Decimal("150000"),
    },
    {
        "name": "Hajra Bibi",
        "tie": "mother",
        "share": "12/72",
        "by": "Cheque, through court",
        "amount": Decimal("200000"),
    },
    {
        "name": "Adeel Ahmed",
        "tie": "son",
        "share": "34/72",
        "by": "Cheque, through court",
        "amount": Decimal("566667"),
        "note": "rounded up 0.33",
    },
    {
        "name": "Mahnoor",
        "tie": "daughter, minor, 14",
        "share": "17/72",
        "by": "Savings certificate in her name",
        "amount": Decimal("283333"),
        "note": "rounded down 0.33",
    },
]

HEADS = [
    {
        "code": "A-DIY",
        "name": "Diyat",
        "revised": Decimal("28000000"),
        "spent": Decimal("14860000"),
        "committed": Decimal("4175000"),
        "free": Decimal("8965000"),
    },
    {
        "code": "F-LOAN",
        "name": "Soft loans",
        "revised": Decimal("4500000"),
        "spent": Decimal("300000"),
        "committed": Decimal("260000"),
        "free": Decimal("3940000"),
    },
    {
        "code": "A-ADM",
        "name": "Court costs",
        "revised": Decimal("500000"),
        "spent": Decimal(0),
        "committed": Decimal(0),
        "free": Decimal("500000"),
    },
]

MONTHS = [
    ("Jul", "11.2", "11.2", "9.0"),
    ("Aug", "58.4", "69.6", "31.5"),
    ("Sep", "98.0", "167.6", "88.2"),
    ("Oct", "38.8", "206.4", "103.0"),
]

CHANGES = [
    ("Account title, Hajra Bibi", "Hajra Bibi", "Hajra Begum"),
    ("IBAN, Hajra Bibi", "PK•• NBPA •••• 0019", "PK•• NBPA •••• 0023"),
]


class PayeeForm(forms.Form):
    """Stands for a form with two wrong values, one optional field and each kind of control."""

    iban = forms.CharField(
        label="IBAN of Hajra Bibi", help_text="24 characters, for example PK31 NBPA 0000 0000 0000 0001"
    )
    amount = forms.CharField(label="Amount in rupees", help_text="Balance of the award: 12,00,000.00")
    channel = forms.ChoiceField(
        label="Paid by", choices=[("cheque", "Cheque, through court"), ("transfer", "Bank transfer")]
    )
    tie = forms.ChoiceField(label="Relation", choices=[("widow", "Widow"), ("son", "Son")], widget=forms.RadioSelect)
    remarks = forms.CharField(label="Remarks for the record", required=False, widget=forms.Textarea(attrs={"rows": 2}))
    paper = forms.FileField(label="Cheque leaf", required=False, help_text="PDF or picture, at most 10 MB")
    seen = forms.BooleanField(label="I compared the account with the cheque leaf")

    def clean_iban(self) -> str:
        raise forms.ValidationError("IBAN PK36 HABB … 0123 has a wrong check digit. Compare it with the cheque leaf.")

    def clean_amount(self) -> str:
        raise forms.ValidationError("Amount 25,00,000.00 is more than the balance of the award, 12,00,000.00.")


class SanctionForm(forms.Form):
    """The fields of one decision; each option has its own prefix, so that ids stay apart."""

    read = forms.BooleanField(label="I have read the 2 points marked “Check”")
    password = forms.CharField(
        label="Your password", help_text="Asked again above Rs 10,00,000.00", widget=forms.PasswordInput
    )
    remarks = forms.CharField(label="Remarks for the record", required=False, widget=forms.Textarea(attrs={"rows": 2}))


class ReturnForm(forms.Form):
    reason = forms.CharField(label="What has to be corrected", widget=forms.Textarea(attrs={"rows": 3}))


def decision() -> dict[str, Any]:
    """A decision with one option that this person may not use."""
    said = format_html(
        "You are sanctioning <b>{}</b> (rupees twelve lakh only) from the <b>DAD Fund</b> to <b>4 heirs of Ghulam Rasool</b>, "
        "through the Sessions Court Rawalpindi.",
        "Rs 12,00,000.00",
    )
    return {
        "url": "#decision",
        "chosen": "sanction",
        "options": [
            {
                "value": "sanction",
                "label": "Sanction",
                "help": "Commits the money and takes the next sanction number",
                "said": said,
                "fields": list(SanctionForm(prefix="sanction")),
                "button": "Sanction Rs 12,00,000.00",
                "note": "A sanction is never edited; it can only be cancelled, and its number stays.",
            },
            {
                "value": "return",
                "label": "Return for correction",
                "fields": list(ReturnForm(prefix="return")),
                "button": "Return for correction",
            },
            {
                "value": "reject",
                "label": "Reject",
                "off": "You verified this request, so somebody else must reject it.",
            },
        ],
    }


FIGURES = [
    {"label": "Revised budget", "value": Decimal("45000000"), "note": "original Rs 4,00,00,000.00"},
    {"label": "Spent", "value": Decimal("20640000"), "note": "45.9 %, 19 payees"},
    {"label": "Committed", "value": Decimal("6175000"), "note": "5 sanctions without voucher"},
    {"label": "Free to sanction", "value": Decimal("18185000"), "note": "7 requests ask for 50,50,000.00"},
    {"label": "Cash at bank, 10 Oct", "value": Decimal("27132000"), "note": "with 27,72,000.00 unpresented"},
]
RUPEE_WAY = [
    {"label": "Release", "text": "REL-2025-26-02", "url": "#r", "line": "1 Jul · 2,50,00,000"},
    {"label": "Sanction", "text": "DAD/2025-26/007", "url": "#s", "line": "10 Oct · 12,00,000"},
    {"label": "Voucher", "text": "DAD-2025-26-00005", "url": "#v", "line": "17 Oct · 12,00,000"},
    {"label": "Instruments", "text": "5 cheques, 1 returned", "url": "#i", "line": "20 to 27 Oct · 12,00,000"},
    {"label": "Bank", "text": "Cleared, line 118 to 121", "url": "#b", "line": "29 Oct · 12,00,000"},
    {"label": "Receipt", "text": "4 receipts, release order", "url": "#a", "line": "31 Oct · released"},
]


def examples() -> dict[str, Any]:
    """Everything the component page shows."""
    form = PayeeForm(
        {
            "iban": "PK36 HABB 0001 2345 6789 0123",
            "amount": "25,00,000.00",
            "channel": "cheque",
            "tie": "son",
            "seen": "on",
        }
    )
    return {
        "states": STATE_NOTES,
        "steps": STEPS,
        "fund_room": ROOM,
        "check_items": CHECKS,
        "paper_items": PAPERS,
        "heirs": HEIRS,
        "heads": HEADS,
        "months": MONTHS,
        "payee_form": form,
        "decision_panel": decision(),
        "old_and_new": CHANGES,
        "total": Decimal("1200000"),
        "list_total": Decimal("2565000"),
        "figures": FIGURES,
        "case_facts": [
            ("Prisoner", "Muhammad Yousaf, son of Allah Ditta", "#person"),
            ("Case", "FIR 68/2017, PS Saddar Bairooni, s.316 PPC"),
            ("Judgment", "Sessions Judge Rawalpindi, 14 Mar 2019"),
            ("Head", "A-DIY Diyat, arsh and daman"),
            ("Left out", ""),
        ],
        "tab_items": [
            {"label": "Details", "url": "#details", "current": True},
            {"label": "Papers", "url": "#papers", "count": 6},
            {"label": "Money", "url": "#money", "count": 3},
            {"label": "Trail", "url": "#trail", "count": 14},
        ],
        "badge": {
            "ok": True,
            "title": "Verified: 31 of 31 records match the sealed log",
            "again": "#again",
            "text": "Compared just now, 12 Nov 2025, 11:42. Last seal 11 Nov 2025, 18:00, number 1,204, "
            "copy also held by the Auditor General.",
        },
        "broken": {
            "ok": False,
            "title": "2 of 31 records do not match the sealed log",
            "again": "#again",
            "text": "Journal lines 18642 and 18643 differ from what was sealed on 10 Oct 2025, 18:00. "
            "Nothing was changed by this comparison.",
        },
        "rupee_way": RUPEE_WAY,
        "rows_page": {"previous": "", "next": "#next", "text": "1 to 4 of 371 people"},
        "done_message": "Sanctioned: DAD/2025-26/007, Rs 12,00,000.00.\nTahir Mehmood (DDO) was told. "
        "6 more requests wait for you.\nNext: Fine, Naveed Akhtar | /help/components",
    }
