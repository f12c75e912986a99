"""Forms of court orders, the sums they order, payments by others, instalments and loans."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from django import forms
from django.contrib.auth.models import User

from beneficiaries.forms.base import DateInput, PageForm, PersonChoice
from beneficiaries.models import Court, Obligation, Person
from beneficiaries.owed.instalments import MOST, equal_parts
from ledger.money import grouped


class OrderForm(PageForm):
    layout = (("court",), ("number",), ("decided_on", "judgment_on"))
    court = forms.ModelChoiceField(label="Court", queryset=Court.objects.all(), empty_label="Choose")
    number = forms.CharField(label="Case number of the court")
    decided_on = forms.DateField(label="Decided on", widget=DateInput(), help_text="The order that fixes the sum.")
    judgment_on = forms.DateField(
        label="Judgment of conviction on", required=False, widget=DateInput(), help_text="Where the order came later."
    )


class TermsForm(PageForm):
    """What may be said later too: the term in default, and who stands surety."""

    default_days = forms.IntegerField(
        label="Days of prison in default", required=False, min_value=1, help_text="Only for a fine or compensation."
    )
    surety_text = forms.CharField(label="Surety: name or CNIC", required=False, help_text="Only for a surety bond.")
    surety = forms.ModelChoiceField(label="Surety", queryset=Person.objects.none(), required=False)

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.choice = PersonChoice(self, user=user, text="surety_text", chosen="surety")

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        values["surety"] = self.choice.clean()
        values.pop("surety_text", None)
        return values


class ObligationForm(TermsForm):
    layout = (
        ("kind", "section"),
        ("amount_ordered",),
        ("paid_before", "paid_by"),
        ("owed_to",),
        ("default_days",),
        ("surety_text", "surety"),
    )
    kind = forms.ChoiceField(label="What the court ordered", choices=[("", "Choose"), *Obligation.Kind.choices])
    section = forms.CharField(label="Under section", required=False, max_length=40, help_text="As s.302(b) PPC.")
    amount_ordered = forms.CharField(label="Amount ordered (Rs)", help_text="As 12,00,000.")
    paid_before = forms.CharField(label="Paid before by others (Rs)", required=False)
    paid_by = forms.CharField(
        label="By whom", required=False, max_length=120, help_text="Dates and receipts come after."
    )
    owed_to = forms.CharField(label="Owed to", required=False, help_text="As: the heirs of Muhammad Yaqub.")


class ObligationCorrection(TermsForm):
    layout = (("default_days",), ("surety_text", "surety"), ("reason",))
    reason = forms.CharField(label="Why it is corrected", max_length=200)


class JointForm(PageForm):
    layout = (("total",), ("convicts", "place"), ("owed_to",))
    total = forms.CharField(label="Diyat of all convicts together (Rs)", help_text="As 1,00,00,000.")
    convicts = forms.IntegerField(label="Convicts in the order", min_value=2, max_value=200)
    place = forms.IntegerField(
        label="This one's place among them", required=False, min_value=1, help_text="Empty: the first still free."
    )
    owed_to = forms.CharField(label="Owed to", help_text="As: the heirs of Muhammad Yaqub.")


class PriorPaymentForm(PageForm):
    layout = (("amount", "paid_on"), ("payer", "receipt"))
    amount = forms.CharField(label="Amount (Rs)")
    paid_on = forms.DateField(label="Paid on", widget=DateInput())
    payer = forms.CharField(label="Paid by", max_length=120, help_text="As: Government of Sindh, or the family.")
    receipt = forms.CharField(label="Receipt", required=False, max_length=80, help_text="Of the court or the treasury.")


class PlanForm(PageForm):
    """Equal instalments from a first day, or every one by itself."""

    layout = (("decided_on", "reference"), ("first_due_on", "number", "every"), ("lines",))
    decided_on = forms.DateField(label="Allowed by the court on", widget=DateInput())
    reference = forms.CharField(label="Court's reference", max_length=80)
    first_due_on = forms.DateField(label="First instalment due on", required=False, widget=DateInput())
    number = forms.IntegerField(label="Number of instalments", required=False, min_value=1, max_value=MOST)
    every = forms.IntegerField(label="One every ... months", required=False, min_value=1, max_value=60, initial=1)
    lines = forms.CharField(
        label="Or each one by itself",
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
        max_length=20_000,
        help_text="A line each: 2026-03-01 50,000",
    )

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        if not values.get("lines") and not (values.get("first_due_on") and values.get("number")):
            self.add_error("first_due_on", "Give the first day and the number of instalments, or a line for each.")
        return values

    def instalments(self, total: Any) -> list[tuple[date, Any]]:
        """What the valid form asks for; `total` rupees are split where no lines are written."""
        given = self.cleaned_data
        if given["lines"]:
            return list(self._written(given["lines"]))
        return list(equal_parts(total, given["first_due_on"], given["number"], given["every"] or 1))

    def _written(self, text: str) -> Iterable[tuple[date, Any]]:
        for line in filter(str.strip, text.splitlines()):
            day, _, amount = line.strip().partition(" ")
            try:
                yield date.fromisoformat(day), amount.strip()
            except ValueError:
                self.add_error("lines", f"“{line.strip()[:40]}” does not begin with a day such as 2026-03-01.")


class LoanForm(PageForm):
    layout = (
        ("amount", "charge_percent"),
        ("agreed_on", "first_due_on", "months"),
        ("obligation",),
        ("reference", "guarantor"),
    )
    amount = forms.CharField(label="Amount lent (Rs)")
    charge_percent = forms.CharField(label="Charge, per cent in all", required=False, help_text="Empty: none.")
    agreed_on = forms.DateField(label="Agreed on", widget=DateInput())
    first_due_on = forms.DateField(label="First instalment due on", widget=DateInput())
    months = forms.IntegerField(label="Monthly instalments", min_value=1, max_value=MOST)
    obligation = forms.ChoiceField(label="For which sum", required=False)
    reference = forms.CharField(label="Agreement", max_length=80, help_text="Its number and date.")
    guarantor = forms.CharField(label="Guarantor", required=False, max_length=120)

    def __init__(self, *args: Any, owed: Iterable[Obligation], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        rows = [(str(row.pk), f"{row.get_kind_display()}, Rs {grouped(row.balance)} left by the order") for row in owed]
        field = self.fields["obligation"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [("", "None in particular"), *rows]

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        values["obligation"] = int(values["obligation"]) if values.get("obligation") else None
        return values


class ValueForm(PageForm):
    """One notification of the value of diyat."""

    layout = (("year", "amount"), ("notification", "notified_on"), ("source",), ("file",))
    year = forms.CharField(label="Fiscal year", max_length=7, help_text="As 2026-27.")
    amount = forms.CharField(label="Value of 30,630 g silver (Rs)")
    notification = forms.CharField(label="Notification number", max_length=60, help_text="As S.R.O. 1234(I)/2026.")
    notified_on = forms.DateField(label="Notified on", widget=DateInput())
    source = forms.CharField(label="Where it was read", max_length=300, help_text="As Gazette of Pakistan, Part II.")
    file = forms.FileField(label="The notification", required=False, allow_empty_file=True)

    def __init__(self, *args: Any, most: int, taken: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["file"].help_text = f"{taken}, at most {most} MB."
