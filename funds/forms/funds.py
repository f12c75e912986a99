"""Forms of funds: money in, budget given; and the check of a printed voucher by its holder."""

from typing import Any

from django import forms
from django.conf import settings

from beneficiaries.forms.base import DateInput, PageForm
from funds.budget.budget_position import budget
from funds.budget.heads import release_needed
from funds.budgets import ASSETS
from funds.forms.budget import offer_heads
from funds.models import CHARGES, Allocation, Fund, Receipt
from ledger.chart import fiscal_label
from ledger.clock import today


class TreasuryReturnForm(PageForm):
    layout = (("amount", "on"), ("reference",))
    amount = forms.CharField(label="Amount (Rs)", help_text="At most what is unclaimed.")
    on = forms.DateField(label="Paid in on", required=False, widget=DateInput(), help_text="Empty: today.")
    reference = forms.CharField(label="Number of the challan", max_length=80)


class ReceiptForm(PageForm):
    layout = (("kind", "head"), ("amount", "on"), ("budget_head",), ("received_from",), ("reference",), ("purpose",))
    kind = forms.ChoiceField(label="What was received", choices=[("", "Choose"), *Receipt.Kind.choices])
    head = forms.ChoiceField(
        label="Charge head", required=False, help_text="Only for a refund: the head it goes back to."
    )
    amount = forms.CharField(label="Amount (Rs)", help_text="As 40,00,000.")
    on = forms.DateField(label="Reached the bank on", required=False, widget=DateInput(), help_text="Empty: today.")
    received_from = forms.CharField(label="From", help_text="As Finance Division.")
    reference = forms.CharField(label="Reference", help_text="Release order, deposit slip or letter; each one once.")
    purpose = forms.CharField(
        label="Given for", max_length=200, required=False, help_text="What a donor tied it to, as the letter says."
    )
    budget_head = forms.ChoiceField(
        label="Budget head", required=False, help_text="Which head may spend it at once. Empty: it waits for a release."
    )

    def __init__(self, *args: Any, fund: Fund, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer_heads(self, budget(fund, fiscal_label(today())), empty="None yet")
        if "budget_head" in self.fields and release_needed(fund, today()):
            del self.fields["budget_head"]
        codes = sorted({CHARGES[kind] for kind in fund.kinds if kind in CHARGES} - ASSETS)
        self.fields["head"].choices = [("", "None"), *((code, code) for code in codes)]  # type: ignore[attr-defined]


class AllocationForm(PageForm):
    layout = (("kind", "amount"), ("budget_head",), ("on", "reference"))
    kind = forms.ChoiceField(label="What was decided", choices=[("", "Choose"), *Allocation.Kind.choices])
    amount = forms.CharField(
        label="Amount (Rs)", help_text="As 4,00,00,000. A reduction too is written without a sign."
    )
    on = forms.DateField(label="Decided on", required=False, widget=DateInput(), help_text="Empty: today.")
    reference = forms.CharField(label="Reference", help_text="Budget order, grant number or letter.")
    budget_head = forms.ChoiceField(label="Budget head", required=False)

    def __init__(self, *args: Any, fund: Fund, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer_heads(self, budget(fund, fiscal_label(today())))


class VoucherFileForm(PageForm):
    """A PDF that its holder wants compared."""

    file = forms.FileField(label="The PDF", allow_empty_file=True)

    def clean_file(self) -> Any:
        given = self.cleaned_data["file"]
        if given.size > settings.PAPER_MEGABYTES * 1_000_000:
            raise forms.ValidationError(
                f"The file is larger than {settings.PAPER_MEGABYTES} MB. Check its number and amount instead."
            )
        return given


class VoucherCheckForm(PageForm):
    """What the holder of a torn paper can still read."""

    layout = (("number", "amount"),)
    number = forms.CharField(label="Number of the voucher", max_length=32, help_text="As DAD-2025-26-00005.")
    amount = forms.CharField(label="Net amount (Rs)", max_length=40, help_text="As printed, for example 12,00,000.00.")
