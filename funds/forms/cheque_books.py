"""Forms of cheque books, their leaves, and the end of a cheque's paper."""

from typing import Any

from django import forms

from beneficiaries.forms.base import DateInput, PageForm
from beneficiaries.models import Officer
from funds.models import ChequeEnd, LeafMark


class BookForm(PageForm):
    layout = (("first", "last"), ("received_from", "on"))
    first = forms.CharField(
        label="Number of the first leaf", max_length=17, help_text="As it is printed, with the noughts: A0004501."
    )
    last = forms.CharField(label="Number of the last leaf", max_length=17)
    received_from = forms.CharField(label="Branch of the bank", max_length=120)
    on = forms.DateField(
        label="Received on", required=False, widget=DateInput(), help_text="Empty means today. Count the leaves first."
    )


class MarkForm(PageForm):
    number = forms.CharField(label="Leaf", max_length=17)
    kind = forms.ChoiceField(label="What it is", choices=LeafMark.Kind.choices)
    reason = forms.CharField(label="Reason", max_length=200, help_text="No cheque is ever drawn on it.")


class _WitnessForm(PageForm):
    witness = forms.ModelChoiceField(
        label="Destroyed before", queryset=Officer.objects.none(), required=False, empty_label="Choose who saw it"
    )
    on = forms.DateField(label="On", required=False, widget=DateInput(), help_text="Empty means today.")

    def __init__(self, *args: Any, witnesses: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["witness"]
        field.queryset = witnesses  # type: ignore[attr-defined]
        field.label_from_instance = _named  # type: ignore[attr-defined]

    def given(self) -> dict[str, Any]:
        """The values for the service, the witness by key."""
        data, seen = dict(self.cleaned_data), self.cleaned_data["witness"]
        return data | {"witness": seen.pk if seen else None}


def _named(officer: Officer) -> str:
    return f"{officer.user.get_full_name()}, {officer.designation}"


class DestroyForm(_WitnessForm):
    """Of a spoilt or void leaf."""


class EndForm(_WitnessForm):
    """Of a failed cheque."""

    layout = (("kind",), ("witness", "on"), ("stop_reference", "indemnity"))
    kind = forms.ChoiceField(label="What became of the paper", choices=ChequeEnd.Kind.choices)
    stop_reference = forms.CharField(
        label="The bank's confirmation of the stop", max_length=80, required=False, help_text="For a stopped cheque."
    )
    indemnity = forms.CharField(
        label="Indemnity bond", max_length=80, required=False, help_text="For a lost cheque: number and date."
    )
