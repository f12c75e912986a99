"""Forms of the register of people."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.contrib.auth.models import User

from beneficiaries.forms.base import DateInput, FilterForm, PageForm, PersonChoice
from beneficiaries.models import District, Office, Person, Province
from beneficiaries.models.contact import Language
from beneficiaries.offices.scope import office_of
from beneficiaries.people.disclosures import OF_A_PERSON


class PersonForm(PageForm):
    """A person's particulars; the service checks and stores them."""

    layout: Sequence[Sequence[str]] = (
        ("name", "name_urdu"),
        ("relation", "relative_name"),
        ("cnic", "cnic_kind"),
        ("other_kind", "other_id"),
        ("gender",),
        ("born_on", "is_minor"),
        ("guardian_text", "guardian"),
        ("district", "phone"),
        ("home_address",),
    )
    name = forms.CharField(label="Name", help_text="As on the CNIC.")
    name_urdu = forms.CharField(
        label="Name in Urdu", required=False, widget=forms.TextInput(attrs={"dir": "rtl", "lang": "ur"})
    )
    relation = forms.ChoiceField(label="Relation", choices=[("", "Choose"), *Person.Relation.choices])
    relative_name = forms.CharField(label="Father's or husband's name")
    cnic = forms.CharField(
        label="CNIC", required=False, help_text="13 digits, as 42201-0397640-8. Empty only if there is none."
    )
    cnic_kind = forms.ChoiceField(
        label="Read from", choices=Person.CnicKind.choices, required=False, help_text="All three have 13 digits."
    )
    other_kind = forms.ChoiceField(
        label="Other paper", choices=[("", "None"), *Person.OtherKind.choices], required=False,
        help_text="Only without such a number, or beside it.",
    )  # fmt: skip
    other_id = forms.CharField(label="Number of the other paper", required=False)
    gender = forms.ChoiceField(label="Gender", choices=[("", "Choose"), *Person.Gender.choices])
    born_on = forms.DateField(label="Date of birth", required=False, widget=DateInput())
    is_minor = forms.BooleanField(label="Minor (under 18)", required=False)
    guardian_text = forms.CharField(label="Guardian: name or CNIC", required=False, help_text="Only for a minor.")
    guardian = forms.ModelChoiceField(label="Guardian", queryset=Person.objects.none(), required=False)
    district = forms.ModelChoiceField(
        label="District", queryset=District.objects.select_related("province"), empty_label="Choose"
    )
    phone = forms.CharField(label="Mobile phone", required=False, help_text="As 0300 1234567.")
    home_address = forms.CharField(label="Address", required=False, help_text="House, street, town. Kept hidden.")

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.choice = PersonChoice(self, user=user, text="guardian_text", chosen="guardian")
        districts = self.fields["district"]
        assert isinstance(districts, forms.ModelChoiceField)
        districts.label_from_instance = lambda obj: f"{obj.name}, {obj.province}"  # type: ignore[method-assign]

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        values["guardian"] = self.choice.clean()
        values["cnic_kind"] = values.get("cnic_kind") or Person.CnicKind.CNIC.value
        values.pop("guardian_text", None)
        return values


class RegistrationForm(PersonForm):
    """The same, with why it is another person than those on record who are like it; asked only where there are some."""

    distinct_because = forms.CharField(
        label="Why it is another person", required=False, max_length=200,
        help_text="Only if none of those above is this person. A verifier compares the records.",
        widget=forms.HiddenInput,
    )  # fmt: skip

    def ask_why(self) -> None:
        """There is somebody alike: shows the field, right below them."""
        self.fields["distinct_because"].widget = forms.TextInput()
        self.layout = (("distinct_because",), *self.layout)


REMOVE = "-"
HIDDEN = ("cnic", "phone", "home_address", "other_id")


class CorrectionForm(PersonForm):
    """The same, with the reason the history keeps. CNIC, telephone and address are not shown: left empty they stay."""

    reason = forms.CharField(label="Reason for the change", help_text="It stays in the history, with your name.")

    def __init__(self, *args: Any, user: User, person: Person, **kwargs: Any) -> None:
        super().__init__(*args, user=user, **kwargs)
        masks = (person.masked_cnic, person.masked_phone, person.masked_address, person.masked_other_id)
        for name, masked in zip(HIDDEN, masks, strict=True):
            if masked:
                self.fields[name].help_text = f"Empty keeps {masked}; a dash ({REMOVE}) removes it."

    def clean(self) -> dict[str, Any]:
        values = super().clean()
        if not values.get("other_kind"):
            values["other_id"] = REMOVE
        for name in HIDDEN:
            if not values.get(name):
                values.pop(name, None)
            elif values[name] == REMOVE:
                values[name] = ""
        return values


class ContactForm(PageForm):
    """How somebody is told about payments, or why not at all."""

    language = forms.ChoiceField(label="Language of messages", choices=Language.choices)
    stop = forms.CharField(
        label="Do not contact, because", required=False, max_length=200,
        help_text="As where somebody else reads the telephone. Empty: messages are sent.",
    )  # fmt: skip


class RevealForm(PageForm):
    """Which private value is asked for, and why."""

    what = forms.ChoiceField(label="Show", choices=[(what.value, what.label) for what in OF_A_PERSON])
    reason = forms.CharField(label="Why you need it", help_text="Kept with your name.", max_length=200)

    def offer(self, held: Sequence[str]) -> None:
        """Only what is recorded of this person."""
        field = self.fields["what"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [(what.value, f"The whole {what.label}") for what in OF_A_PERSON if what in held]


class PeopleFilter(FilterForm):
    q = forms.CharField(label="Name", max_length=100)
    province = forms.ModelChoiceField(label="Province", queryset=Province.objects.all(), empty_label="All")
    district = forms.ModelChoiceField(label="District", queryset=District.objects.all(), empty_label="All")
    office = forms.ModelChoiceField(label="Office", queryset=Office.objects.all(), empty_label="All")

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        # Another office's user sees one office only, so there is nothing to choose.
        if not office_of(user).is_federal:
            del self.fields["office"]
