"""Forms of the heirs: who they are and the court's shares."""

from fractions import Fraction
from typing import Any

from django import forms
from django.contrib.auth.models import User

from beneficiaries.forms.base import DateInput, PageForm, PersonChoice
from beneficiaries.heirs.shares import Named
from beneficiaries.models import Person

LARGEST_PART = 1_000_000
SPARE_ROWS = 4


class HeirRow(PageForm):
    """One heir: who, how related, which share. An empty row is left out."""

    person_text = forms.CharField(label="Name or CNIC", required=False)
    person = forms.ModelChoiceField(label="Heir", queryset=Person.objects.none(), required=False)
    kinship = forms.CharField(
        label="Relation to the deceased", required=False, widget=forms.TextInput(attrs={"list": "kinships"})
    )
    numerator = forms.IntegerField(label="Share", required=False, min_value=1, max_value=LARGEST_PART)
    denominator = forms.IntegerField(label="of", required=False, min_value=1, max_value=LARGEST_PART)
    unsound_mind = forms.BooleanField(label="Of unsound mind, as the court found", required=False)

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
    def named(self) -> Named | None:
        """The heir as written so far, for the aid; None while no kinship is given. Nothing is judged here."""
        kinship = str(self["kinship"].value() or "").strip()
        parts = [str(self[name].value() or "").strip() for name in ("numerator", "denominator")]
        known = all(part.isascii() and part.isdigit() and 0 < int(part) <= LARGEST_PART for part in parts if part)
        share = Fraction(int(parts[0]), int(parts[1])) if known and all(parts) else None
        chosen = {str(person.pk): person.name for person in self.choice.field.queryset or ()}
        name = chosen.get(str(self["person"].value() or "")) or str(self["person_text"].value() or "").strip()
        return Named(name, kinship, share) if kinship else None

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


class WaiverForm(PageForm):
    """What the court recorded about a share: on which day, in which order, why."""

    layout = (("decided_on", "reference"), ("reason",))
    decided_on = forms.DateField(label="Recorded by the court on", widget=DateInput())
    reference = forms.CharField(
        label="Court's reference", help_text="Order, case and date, as Order 12 of SC 513/2015."
    )
    reason = forms.CharField(label="What the court recorded", help_text="It stays in the record, with your name.")
