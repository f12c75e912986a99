"""The form of a freeze."""

from typing import Any

from django import forms

from beneficiaries.forms.base import DateInput, PageForm
from funds.models import Freeze, Fund


class FreezeForm(PageForm):
    layout = (("fund", "what"), ("cause",), ("starts_on", "ends_on"), ("reason",))
    fund = forms.ModelChoiceField(label="Fund", queryset=Fund.objects.none(), required=False, empty_label="All funds")
    what = forms.ChoiceField(label="What is frozen", choices=Freeze.What.choices, initial=Freeze.What.ALL)
    cause = forms.ChoiceField(label="Why", choices=Freeze.Cause.choices)
    starts_on = forms.DateField(label="From", widget=DateInput(), help_text="Today or later.")
    ends_on = forms.DateField(label="Until", widget=DateInput(), help_text="Included.")
    reason = forms.CharField(label="Reason", max_length=500, help_text="Whoever is refused meanwhile reads it.")

    def __init__(self, *args: Any, funds: Any, federal: bool, causes: list[str], **kwargs: Any) -> None:
        """`federal`: whether all funds may be chosen; `causes`: those the user may give."""
        super().__init__(*args, **kwargs)
        fund = self.fields["fund"]
        fund.queryset = funds  # type: ignore[attr-defined]
        if not federal:
            fund.required = True
            fund.empty_label = "Choose"  # type: ignore[attr-defined]
        self.fields["cause"].choices = [row for row in Freeze.Cause.choices if row[0] in causes]  # type: ignore[attr-defined]
