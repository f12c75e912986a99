"""Which vouchers a bundle holds."""

from typing import Any

from django import forms

from beneficiaries.forms.base import DateInput, PageForm
from funds.jobs.bundles import Choice
from funds.models import Fund
from ledger.models import FiscalYear


class BundleForm(PageForm):
    layout = (("fund", "year"), ("sanction",), ("issued_from", "issued_to"))
    fund = forms.ChoiceField(label="Fund", required=False)
    year = forms.ChoiceField(label="Financial year", required=False)
    sanction = forms.CharField(label="Sanction", required=False, max_length=40, help_text="Its number. Empty: of any.")
    issued_from = forms.DateField(label="Issued from", required=False, widget=DateInput())
    issued_to = forms.DateField(label="To", required=False, widget=DateInput(), help_text="Included.")

    def __init__(self, *args: Any, funds: list[Fund], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        years = FiscalYear.objects.filter(book__fund__in=funds).order_by("-start").values_list("label", flat=True)
        self._offer("fund", "All funds", [fund.code for fund in funds])
        self._offer("year", "All years", list(dict.fromkeys(years)))

    def _offer(self, name: str, empty: str, values: list[str]) -> None:
        field = self.fields[name]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [("", empty), *((value, value) for value in values)]

    def choice(self) -> Choice:
        """What was chosen, once the form is valid."""
        return Choice(**{name: value for name, value in self.cleaned_data.items() if value})
