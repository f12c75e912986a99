"""Forms of eligibility: the filter of the rules with facts to try them on, and the override of one."""

from decimal import Decimal
from typing import Any

from django import forms

from beneficiaries.forms.base import DateInput, FilterForm, PageForm
from beneficiaries.models import Province
from funds.entitlement.eligibility import Found
from funds.entitlement.facts import Facts, Help
from funds.models import Fund, PaymentKind
from ledger.money import CEILING


class TryForm(FilterForm):
    """Which rules are shown; and what to try them on, nobody's facts: nothing here is kept."""

    on = forms.DateField(label="In force on", widget=DateInput())
    fund = forms.ModelChoiceField(
        label="Fund", queryset=Fund.objects.order_by("code"), to_field_name="code", empty_label="All"
    )
    kind = forms.ChoiceField(label="Paid for", choices=[("", "All"), *PaymentKind.choices])
    born_on = forms.DateField(label="Born on", widget=DateInput())
    monthly_income = forms.DecimalField(
        label="Household's income a month (Rs)", min_value=0, max_value=CEILING, decimal_places=2
    )
    income_shown_on = forms.DateField(label="Evidence of income of", widget=DateInput())
    sentence_served_on = forms.DateField(label="Sentence served on", widget=DateInput())
    province = forms.ModelChoiceField(
        label="Lives in", queryset=Province.objects.all(), to_field_name="code", empty_label="Not known"
    )
    resident_since = forms.DateField(label="There since", widget=DateInput())
    helped_on = forms.DateField(label="Last helped on", widget=DateInput())
    WHICH = ("on", "fund", "kind")

    def which(self) -> list[Any]:
        """The fields that choose rules."""
        return [self[name] for name in self.WHICH]

    def tried(self) -> list[Any]:
        """The fields of the facts."""
        return [self[name] for name in self.fields if name not in self.WHICH]

    def facts(self) -> Facts | None:
        """The facts that were filled in; None where there are none."""
        self.is_valid()
        given = {name: self.cleaned_data.get(name) for name in self.fields if name not in self.WHICH}
        if all(value in ("", None) for value in given.values()):
            return None
        fund = self.given("fund")
        code = fund.code if fund else ""
        helped = (Help(given["helped_on"], code, "an earlier request", Decimal(0)),) if given["helped_on"] else ()
        return Facts(
            fund=code,
            born_on=given["born_on"],
            monthly_income=given["monthly_income"],
            income_shown_on=given["income_shown_on"],
            sentence_served_on=given["sentence_served_on"],
            province=given["province"].code if given["province"] else "",
            province_name=given["province"].name if given["province"] else "",
            resident_since=given["resident_since"],
            helped=helped,
        )


class OverrideForm(PageForm):
    """Which rule that stops the request, for which case, and why."""

    layout = (("which",), ("reason",))
    which = forms.ChoiceField(label="Rule that is not met", widget=forms.RadioSelect)
    reason = forms.CharField(
        label="Reason", widget=forms.Textarea(attrs={"rows": 3}), max_length=500,
        help_text="It stays with the request, with your name.",
    )  # fmt: skip

    def __init__(self, *args: Any, found: list[Found], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        which = self.fields["which"]
        assert isinstance(which, forms.ChoiceField)
        which.choices = [
            (f"{row.case.pk}:{row.rule.pk}", f"{row.case.number}, {row.rule.title}: {row.said}") for row in found
        ]
        if not found:
            which.help_text = "Nothing here is yours to override."

    def chosen(self) -> tuple[int, int]:
        """Keys of the case and the rule."""
        case, _, rule = self.cleaned_data["which"].partition(":")
        return int(case), int(rule)
