"""Forms of case files, court orders, obligations and heirs."""

from fractions import Fraction
from typing import Any

from django import forms
from django.contrib.auth.models import User

from beneficiaries.forms.base import DateInput, FilterForm, PageForm, PersonChoice
from beneficiaries.models import Case, Court, District, Obligation, Office, Person, Prison, ReliefCase
from beneficiaries.money import MONEY_STATES
from beneficiaries.scope import office_of

LARGEST_PART = 1_000_000
SPARE_ROWS = 4


class FirForm(PageForm):
    """The first information report, all three parts or none, and the day the file was opened."""

    police_station = forms.CharField(label="Police station", required=False)
    fir_number = forms.CharField(label="FIR number", required=False)
    fir_year = forms.IntegerField(label="FIR year", required=False, min_value=1947, max_value=2100)
    opened_on = forms.DateField(label="File opened on", required=False, widget=DateInput(), help_text="Empty: today.")

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        parts = (values.pop("police_station", ""), values.pop("fir_number", ""), values.pop("fir_year", None))
        if any(parts) and not all(parts) and not self.errors:
            self.add_error("fir_number", "An FIR is police station, number and year. Give all three, or none.")
        values["fir"] = parts if all(parts) else None
        return values


class ReliefCaseForm(FirForm):
    layout = (
        ("violation", "happened_on"),
        ("district", "recommended_amount"),
        ("referral", "referral_reference"),
        ("police_station", "fir_number", "fir_year"),
        ("opened_on",),
        ("report",),
    )
    violation = forms.ChoiceField(label="Violation", choices=[("", "Choose"), *ReliefCase.Violation.choices])
    happened_on = forms.DateField(label="Happened on", widget=DateInput())
    district = forms.ModelChoiceField(
        label="District where it happened", queryset=District.objects.all(), empty_label="Choose"
    )
    referral = forms.ChoiceField(label="Referred by", choices=[("", "Choose"), *ReliefCase.Referral.choices])
    referral_reference = forms.CharField(label="Reference of the referral", required=False, max_length=40)
    recommended_amount = forms.CharField(label="Recommended amount (Rs)", help_text="As 20,000.")
    report = forms.CharField(label="Verification report", required=False, widget=forms.Textarea, max_length=20_000)


class PrisonerCaseForm(FirForm):
    layout = (
        ("prison", "prisoner_number"),
        ("sections", "sentence_served_on"),
        ("police_station", "fir_number", "fir_year"),
        ("opened_on",),
    )
    prison = forms.ModelChoiceField(label="Prison", queryset=Prison.objects.all(), empty_label="Choose")
    prisoner_number = forms.CharField(label="Prisoner number")
    sections = forms.CharField(label="Sections of law", help_text="As s.302(b), s.316 PPC.")
    sentence_served_on = forms.DateField(
        label="Substantive sentence served on",
        required=False,
        widget=DateInput(),
        help_text="Inside since then only because money is unpaid.",
    )


class OrderForm(PageForm):
    layout = (("court",), ("number", "decided_on"))
    court = forms.ModelChoiceField(label="Court", queryset=Court.objects.all(), empty_label="Choose")
    number = forms.CharField(label="Case number of the court")
    decided_on = forms.DateField(label="Decided on", widget=DateInput())


class ObligationForm(PageForm):
    layout = (("kind",), ("amount_ordered", "paid_before"), ("owed_to",))
    kind = forms.ChoiceField(label="What the court ordered", choices=[("", "Choose"), *Obligation.Kind.choices])
    amount_ordered = forms.CharField(label="Amount ordered (Rs)", help_text="As 12,00,000.")
    paid_before = forms.CharField(label="Paid before by others (Rs)", required=False)
    owed_to = forms.CharField(label="Owed to", required=False, help_text="As: the heirs of Muhammad Yaqub.")


class HeirRow(PageForm):
    """One heir: who, how related, which share. An empty row is left out."""

    person_text = forms.CharField(label="Name or CNIC", required=False)
    person = forms.ModelChoiceField(label="Heir", queryset=Person.objects.none(), required=False)
    kinship = forms.CharField(label="Relation to the deceased", required=False)
    numerator = forms.IntegerField(label="Share", required=False, min_value=1, max_value=LARGEST_PART)
    denominator = forms.IntegerField(label="of", required=False, min_value=1, max_value=LARGEST_PART)

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.choice = PersonChoice(self, user=user, text="person_text", chosen="person")

    @property
    def filled(self) -> bool:
        return any(str(self[name].value() or "").strip() for name in self.fields)

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        if not self.filled:
            return values
        if not values.get("person") and not values.get("person_text"):
            self.add_error("person_text", "Say who the heir is.")
        values["person"] = self.choice.clean()
        if not values.get("kinship") and "kinship" not in self.errors:
            self.add_error("kinship", "Give the relation to the deceased, as widow or son.")
        for name, text in (("numerator", "Give the heir's part."), ("denominator", "Give of how many parts.")):
            if values.get(name) is None and name not in self.errors:
                self.add_error(name, text)
        return values

    @property
    def heir(self) -> tuple[Person, str, Fraction]:
        values = self.cleaned_data
        return values["person"], values["kinship"], Fraction(values["numerator"], values["denominator"])


class HeirsForm(PageForm):
    """What belongs to all rows: how many there are, and why recorded heirs change."""

    rows_shown = forms.IntegerField(widget=forms.HiddenInput, min_value=1, max_value=60)
    reason = forms.CharField(label="Reason for the change", help_text="It stays in the history, with your name.")

    def __init__(self, *args: Any, recorded: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not recorded:
            del self.fields["reason"]


class CaseFilter(FilterForm):
    q = forms.CharField(label="Case, FIR or name", max_length=100)
    kind = forms.ChoiceField(label="Kind", choices=[("", "All"), *Case.Kind.choices])
    money = forms.ChoiceField(
        label="Money", choices=[("", "All"), *((key, label) for key, (label, _) in MONEY_STATES.items())]
    )
    office = forms.ModelChoiceField(label="Office", queryset=Office.objects.all(), empty_label="All")

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not office_of(user).is_federal:
            del self.fields["office"]
