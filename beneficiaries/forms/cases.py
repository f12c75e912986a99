"""Forms of case files: open, correct, find."""

from typing import Any

from django import forms
from django.contrib.auth.models import User

from beneficiaries.casework.money import MONEY_STATES
from beneficiaries.forms.base import DateInput, FilterForm, PageForm
from beneficiaries.models import Case, District, Office, Prison, ReliefCase
from beneficiaries.offices.scope import office_of


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
        ("sections",),
        ("sentence_served_on", "sentence_certificate"),
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
    sentence_certificate = forms.CharField(
        label="Jail's certificate of it", required=False, max_length=80, help_text="Its number and date."
    )


class Correction(PageForm):
    """What a correction adds to the form of a case; the day on which the file was opened stays."""

    reason = forms.CharField(
        label="Why it is corrected", max_length=200, help_text="The old facts stay in the history."
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        del self.fields["opened_on"]


class ReliefCorrection(Correction, ReliefCaseForm):
    """A victim's case as it should read."""


class PrisonerCorrection(Correction, PrisonerCaseForm):
    """A prisoner's case as it should read."""


class PermitForm(PageForm):
    layout = (("up_to",), ("reason",))
    up_to = forms.CharField(label="Grants may reach (Rs)", help_text="For the whole case, in every fund.")
    reason = forms.CharField(label="Reason", max_length=500, help_text="It stays on the case, with your name.")


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
