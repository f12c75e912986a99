"""Forms of money that comes back, of a bail deposit that a court keeps, and the filters of the registers."""

from typing import Any

from django import forms

from beneficiaries.forms.base import DateInput, FilterForm, PageForm
from beneficiaries.models import Paper
from funds.models import Fund, Receipt

ALL = ("", "All")


class RefundForm(PageForm):
    layout = (("voucher", "position"), ("amount", "on"), ("received_from",), ("reference",))
    voucher = forms.CharField(label="Voucher it was paid on", max_length=32, help_text="As WDDF-2025-26-00004.")
    position = forms.IntegerField(label="Payee line", initial=1, min_value=1, help_text="1 where there is one payee.")
    amount = forms.CharField(label="Amount (Rs)", help_text="What reached the bank; of a loan with its charge.")
    on = forms.DateField(label="Reached the bank on", required=False, widget=DateInput(), help_text="Empty: today.")
    received_from = forms.CharField(label="From", help_text="The court, or who pays back.")
    reference = forms.CharField(label="Reference", help_text="Court's challan or deposit slip; each one once.")


class ForfeitureForm(PageForm):
    layout = (("amount", "forfeited_on"), ("order_number",), ("paper",), ("reason",))
    amount = forms.CharField(label="Amount the court keeps (Rs)")
    forfeited_on = forms.DateField(label="Ordered on", widget=DateInput())
    order_number = forms.CharField(label="Number of the court's order", max_length=80)
    paper = forms.ModelChoiceField(
        label="The order", queryset=Paper.objects.none(), empty_label="Choose", help_text="A paper of the case."
    )
    reason = forms.CharField(
        label="Why", max_length=500, help_text="As the order says: s.514, the accused did not appear."
    )

    def __init__(self, *args: Any, case: int, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        papers = Paper.objects.filter(case=case, withdrawal=None).select_related("kind").order_by("-pk")
        self.fields["paper"].queryset = papers  # type: ignore[attr-defined]


class AskForm(PageForm):
    reason = forms.CharField(label="What is wrong with it", max_length=500)


class RegisterFilter(FilterForm):
    """Of a fund, in a state, with a text."""

    fund = forms.ChoiceField(label="Fund")
    state = forms.ChoiceField(label="State")
    q = forms.CharField(label="Person, case or voucher", max_length=80)

    def __init__(self, *args: Any, funds: list[Fund], states: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["fund"].choices = [("", "All funds"), *((row.code, row.code) for row in funds)]  # type: ignore[attr-defined]
        self.fields["state"].choices = [ALL, *states]  # type: ignore[attr-defined]


class ReceiptFilter(RegisterFilter):
    """By year and kind besides."""

    field_order = ("fund", "year", "kind", "state", "q")
    year = forms.ChoiceField(label="Year")
    kind = forms.ChoiceField(label="Kind", choices=[ALL, *Receipt.Kind.choices])

    def __init__(self, *args: Any, years: list[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["year"].choices = [("", "All years"), *((label, label) for label in years)]  # type: ignore[attr-defined]
        self.fields["q"].label = "Number, giver or reference"
