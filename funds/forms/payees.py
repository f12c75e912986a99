"""The forms of one payee line: a person, a borrower, an heir, or a court, jail or treasury."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from django import forms

from beneficiaries.heirs.majority import minor_on
from beneficiaries.models import Heir
from funds.forms.shared import short_text
from funds.models import PayeeLine
from funds.requests.causes import Cause
from ledger.clock import today
from ledger.money import grouped

Method, PayeeKind = PayeeLine.Method, PayeeLine.PayeeKind
INSTITUTIONS = [(kind.value, kind.label) for kind in (PayeeKind.TREASURY, PayeeKind.COURT, PayeeKind.JAIL)]


def amount(label: str, hint: str = "") -> forms.CharField:
    """Rupees as people write them; the service reads and checks them."""
    return short_text(label, maximum=40, hint=hint, inputmode="decimal")


class PersonalForm(forms.Form):
    """A person's line. An account recorded before is not shown again: left empty it stays."""

    kept = ""

    def keep(self, line: PayeeLine | None) -> None:
        if line is not None and line.iban:
            self.kept = line.iban
            self.fields["iban"].help_text = f"Empty keeps {line.masked_iban}"

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if data.get("method") == Method.TRANSFER and not data.get("iban"):
            data["iban"] = self.kept
        return data


class PersonForm(PersonalForm):
    amount = amount("Amount (Rs)")
    method = forms.ChoiceField(label="Paid by", choices=Method.choices)
    iban = short_text("IBAN", maximum=34, needed=False, hint="Only for a bank transfer")


class LoanForm(PersonForm):
    """A soft loan may be for a sum the court ordered; then it counts against what is left of it."""

    obligation = forms.ChoiceField(
        label="For which sum", required=False, help_text="A sum whose heirs are named is paid to them alone."
    )

    def __init__(self, *args: Any, sums: Sequence[Cause], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.sums = {str(cause.obligation.pk): cause.obligation for cause in sums if cause.obligation}
        field = self.fields["obligation"]
        assert isinstance(field, forms.ChoiceField)
        told = [
            (str(cause.obligation.pk), f"{cause.obligation.get_kind_display()}, Rs {grouped(cause.left)} left")
            for cause in sums
            if cause.obligation
        ]
        field.choices = [("", "None in particular"), *told]

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        data["obligation"] = self.sums.get(data.get("obligation") or "")
        return data


class HeirForm(PersonalForm):
    method = forms.ChoiceField(label="Paid by", choices=Method.choices)
    iban = short_text("IBAN", maximum=34, needed=False, hint="Only for a bank transfer")


class InstitutionForm(forms.Form):
    amount = amount("Amount (Rs)")
    payee_kind = forms.ChoiceField(label="Paid to", choices=INSTITUTIONS)
    payee_name = short_text("Name of court, jail or treasury", maximum=120)
    method = forms.ChoiceField(label="Paid by", choices=Method.choices)


class Row:
    """One payee: whom the page names, the form, and, for an heir, the amount worked out."""

    def __init__(self, cause: Cause, form: forms.Form, heir: Heir | None = None) -> None:
        self.cause, self.form, self.heir = cause, form, heir
        self.amount: Decimal | None = None

    @property
    def name(self) -> str:
        return str(self.heir.person if self.heir else self.cause.case.person)

    @property
    def told(self) -> str:
        if self.heir is not None:
            care = (
                ", minor"
                if minor_on(self.heir.person, today())
                else ", of unsound mind"
                if self.heir.unsound_mind
                else ""
            )
            return f"{self.heir.kinship}{care}"
        return self.cause.told
