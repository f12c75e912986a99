"""Forms of the budget: releases by head, re-appropriations and the answer to one, surrenders."""

from typing import Any

from django import forms

from beneficiaries.forms.base import DateInput, PageForm
from funds.budget.budget_position import FundBudget
from funds.budget.budget_releases import QUARTERS, Share
from funds.forms.shared import remarks
from ledger.money import figures


def head_choices(found: FundBudget) -> list[tuple[str, str]]:
    """The heads by name; none where the budget is not divided."""
    return [(row.code, row.name) for row in found.rows if row.head]


class ReleaseForm(PageForm):
    """One order: quarter, numbers, letter, and an amount for each head it names."""

    quarter = forms.TypedChoiceField(label="Quarter", coerce=int, choices=list(QUARTERS.items()))
    on = forms.DateField(label="Released on", required=False, widget=DateInput(), help_text="Empty: today.")
    reference = forms.CharField(label="Number of the release order", max_length=80)
    file_number = forms.CharField(label="Number of the file", max_length=60, help_text="As F.1(4)/2025-WDDF.")
    file = forms.FileField(label="The letter", required=False, allow_empty_file=True)

    def __init__(self, *args: Any, found: FundBudget, most: int, taken: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["file"].help_text = f"{taken}, at most {most} MB."
        self.codes = [row.code for row in found.rows if row.head or not found.divided]
        for row in found.rows:
            if row.code in self.codes:
                self.fields[_amount(row.code)] = forms.CharField(
                    label=f"{row.name} (Rs)",
                    required=False,
                    help_text=f"{figures(row.to_release)} is allotted and not released.",
                )
        amounts = tuple(_amount(code) for code in self.codes)
        self.layout = (("quarter", "on"), ("reference", "file_number"), ("file",), amounts)

    def shares(self) -> list[Share]:
        """The heads that get something."""
        given = [(code, self.cleaned_data.get(_amount(code), "").strip()) for code in self.codes]
        return [Share(code, amount) for code, amount in given if amount]

    def add_error(self, field: str | None, error: Any) -> None:
        """A refusal about the N-th share belongs beside the amount of its head."""
        if field is None and isinstance(error, str) and self.refusal is not None:
            place = next((name for name, text in self.refusal.fields.items() if text == error), "")
            number = place.split(".")[1] if place.startswith("shares.") else ""
            shares = self.shares()
            if number.isdecimal() and int(number) < len(shares):
                field = _amount(shares[int(number)].head)
        super().add_error(field, error)


def _amount(code: str) -> str:
    return f"amount-{code or 'whole'}"


class ReappropriationForm(PageForm):
    layout = (("from_head", "to_head"), ("amount", "on"), ("order_number",), ("reason",))
    from_head = forms.ChoiceField(label="From")
    to_head = forms.ChoiceField(label="To")
    amount = forms.CharField(label="Amount (Rs)", help_text="What is not released yet moves first.")
    on = forms.DateField(label="Asked on", required=False, widget=DateInput(), help_text="Empty: today.")
    order_number = forms.CharField(label="Number of the order", max_length=80)
    reason = remarks("Reason", hint="The second person decides by this sentence, and it stays in the record.")

    def __init__(self, *args: Any, found: FundBudget, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("from_head", "to_head"):
            self.fields[name].choices = [("", "Choose"), *head_choices(found)]  # type: ignore[attr-defined]


class SurrenderForm(PageForm):
    layout = (("budget_head",), ("amount", "on"), ("reference",))
    budget_head = forms.ChoiceField(label="Head", required=False)
    amount = forms.CharField(label="Amount (Rs)", help_text="What is not released goes first, then what is free.")
    on = forms.DateField(label="Surrendered on", required=False, widget=DateInput(), help_text="Empty: today.")
    reference = forms.CharField(label="Reference", max_length=80, help_text="Number of the surrender order.")

    def __init__(self, *args: Any, found: FundBudget, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer_heads(self, found)


def offer_heads(form: PageForm, found: FundBudget, *, empty: str = "Choose") -> None:
    """The field of the head with the fund's heads; without them there is nothing to choose."""
    choices = head_choices(found)
    if choices:
        form.fields["budget_head"].choices = [("", empty), *choices]  # type: ignore[attr-defined]
    else:
        del form.fields["budget_head"]
