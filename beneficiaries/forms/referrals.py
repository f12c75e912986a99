"""Forms of referrals: import a file, accept one as a case, say what else becomes of it; the inbox's filters."""

from typing import Any

from django import forms
from django.contrib.auth.models import User

from beneficiaries.duplicates import Candidate
from beneficiaries.forms.base import FilterForm, PageForm
from beneficiaries.forms.cases import PrisonerCaseForm, ReliefCaseForm
from beneficiaries.models import Case, Office, Person, Referral, ReliefCase
from beneficiaries.offices.scope import office_of
from beneficiaries.referral.referral_files import MOST_BYTES, MOST_ROWS

REGISTER = "new"
OF_THE_PERSON = ("person", "relation", "relative_name", "distinct_because")


class ImportForm(PageForm):
    file = forms.FileField(
        label="File",
        allow_empty_file=True,
        help_text=f"CSV in UTF-8, or XLSX; at most {MOST_ROWS:,} rows and {MOST_BYTES / 1_000_000:.1f} MB.",
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["file"].error_messages["required"] = "Choose the file of referrals."


class AcceptForm(PageForm):
    """Who it is, above the form of the case."""

    person = forms.ChoiceField(label="The person", widget=forms.RadioSelect)
    relation = forms.ChoiceField(label="Relation", choices=[("", "Choose"), *Person.Relation.choices], required=False)
    relative_name = forms.CharField(
        label="Father's or husband's name", required=False, help_text="Both are needed to register the person."
    )

    distinct_because = forms.CharField(
        label="Why it is another person",
        required=False,
        help_text="Needed to register somebody so much like those on record; a verifier compares them.",
    )

    def __init__(self, *args: Any, people: list[Candidate], referral: Referral, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        there = [
            (str(row.person.pk), f"{_named(row.person)}: registered already, {', '.join(row.reasons)}")
            for row in people
        ]
        person = self.fields["person"]
        assert isinstance(person, forms.ChoiceField)
        person.choices = [*there, (REGISTER, f"Register {referral.name} now")]
        person.error_messages["required"] = "Say whether the person is registered already."
        if not people:
            del self.fields["distinct_because"]
        self.layout = (("person",), ("relation", "relative_name"), ("distinct_because",), *self.layout)
        for name in ("referral", "referral_reference"):
            self.fields.pop(name, None)

    def given(self) -> dict[str, Any]:
        """What the valid form asks of the service."""
        values = dict(self.cleaned_data)
        told = {name: values.pop(name) for name in OF_THE_PERSON if name in values}
        chosen = told.pop("person")
        if chosen == REGISTER:
            return {"case_values": values, "person_values": told}
        return {"case_values": values, "person": int(chosen)}


def _named(person: Person) -> str:
    return ", ".join(part for part in (person.described, person.masked_cnic) if part)


class AcceptReliefForm(AcceptForm, ReliefCaseForm):
    pass


class AcceptPrisonerForm(AcceptForm, PrisonerCaseForm):
    pass


class DuplicateForm(PageForm):
    layout = (("of",), ("reason",))
    of = forms.CharField(
        label="Duplicate of", help_text="The number of a case, or the number of another referral here."
    )
    reason = forms.CharField(label="Reason", help_text="It stays in the record, and the sender is told it.")


class DeclineForm(PageForm):
    reason = forms.CharField(label="Reason", help_text="It stays in the record, and the sender is told it.")


class ReferralFilter(FilterForm):
    q = forms.CharField(label="Name or reference", max_length=100)
    source = forms.ChoiceField(label="From", choices=[("", "All"), *ReliefCase.Referral.choices])
    kind = forms.ChoiceField(label="Kind", choices=[("", "All"), *Case.Kind.choices])
    office = forms.ModelChoiceField(label="Office", queryset=Office.objects.all(), empty_label="All")

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not office_of(user).is_federal:
            del self.fields["office"]
