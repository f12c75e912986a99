"""What every form of the pages shares: our words for Django's errors, rows of fields, and a service's refusal as form errors."""

from collections.abc import Callable, Sequence
from typing import Any, TypeVar

from django import forms
from django.contrib.auth.models import User
from django.forms import BoundField

from beneficiaries.models import Person
from beneficiaries.registry import find_people, visible_people
from ledger.errors import BadInput, Refusal, WrongState

Made = TypeVar("Made")
OFFERED = 20  # people shown to choose from; more means: write more of the name


class DateInput(forms.DateInput):
    """The browser's own date picker; without one, any usual way to write a date is read."""

    input_type = "date"

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(format="%Y-%m-%d", **kwargs)


class PageForm(forms.Form):
    """A form whose required and unknown values are named in our words. `layout` groups fields that share a line."""

    layout: Sequence[Sequence[str]] = ()
    error_css_class = ""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("label_suffix", "")
        super().__init__(*args, **kwargs)
        self.status = 422
        self.refusal: Refusal | None = None
        for name, field in self.fields.items():
            label = str(field.label or name.replace("_", " "))
            field.error_messages["required"] = f"{label[:1].upper()}{label[1:]} is empty. Fill it in."
            if isinstance(field, forms.DateField):
                field.error_messages["invalid"] = f"{label} is not a date. Write it as 2025-10-26."
            elif isinstance(field, forms.ChoiceField):
                field.error_messages["invalid_choice"] = f"{label}: choose one of the list."

    def rows(self) -> list[list[BoundField]]:
        """The visible fields, line by line."""
        named = [name for row in self.layout for name in row]
        rows = [[self[name] for name in row if name in self.fields] for row in self.layout]
        return [row for row in rows if row] + [[bound] for bound in self.visible_fields() if bound.name not in named]

    def call(self, service: Callable[[], Made]) -> Made | None:
        """What the service made, or None with its refusal written beside the fields it names; `status` says which kind.

        Only refusals the person can mend here become form errors; all others go on to their own page.
        """
        try:
            return service()
        except (BadInput, WrongState) as refusal:
            self.refusal, self.status = refusal, refusal.status
            for name, text in refusal.fields.items():
                self.add_error(name if name in self.fields else None, text)
            if not refusal.fields:
                self.add_error(None, refusal.detail)
            return None


class FilterForm(forms.Form):
    """The filters of a list, read from the address; a value that is not there counts as not given."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("label_suffix", "")
        super().__init__(*args, **kwargs)
        for name, field in self.fields.items():
            field.required = False
            field.widget.attrs["class"] = "form-select" if isinstance(field.widget, forms.Select) else "form-control"
            field.widget.attrs["id"] = f"f-{name}"

    def given(self, name: str) -> Any:
        """The value asked for, or None."""
        self.is_valid()
        return self.cleaned_data.get(name) or None


class PersonChoice:
    """Two fields of a form that together name a person: a text to look for, and a list of those found.

    Works without script: pressing "Find" draws the form again with the list filled.
    """

    def __init__(self, form: forms.Form, *, user: User, text: str, chosen: str) -> None:
        self.form, self.user, self.text, self.chosen = form, user, text, chosen
        field = form.fields[chosen]
        assert isinstance(field, forms.ModelChoiceField)
        self.field = field
        self.offer()

    def _value(self, name: str) -> str:
        return str(self.form[name].value() or "").strip()

    def offer(self) -> list[Person]:
        """Puts those who match the text, and whoever is chosen already, into the list."""
        text, pk = self._value(self.text).replace("\x00", ""), self._value(self.chosen)
        found = list(find_people(self.user, text)[:OFFERED]) if len(text) >= 2 else []
        keys = {person.pk for person in found} | ({int(pk)} if pk.isdecimal() and len(pk) < 19 else set())
        self.field.queryset = visible_people(self.user).filter(pk__in=keys)
        self.field.empty_label = "Nobody chosen" if keys else "Write a name or CNIC, then press Find"
        self.field.label_from_instance = _described  # type: ignore[method-assign]
        return found

    def clean(self) -> Person | None:
        """The person chosen, or the only one the text fits; an error at the text where nobody or several fit."""
        person = self.form.cleaned_data.get(self.chosen)
        text = str(self.form.cleaned_data.get(self.text) or "").strip()
        if person is not None or not text:
            return person
        found = self.offer()
        if len(found) == 1:
            return found[0]
        self.form.add_error(
            self.chosen if found else self.text,
            f"{len(found)} people fit “{text}”. Choose one."
            if found
            else f"Nobody fits “{text}”. Register the person first.",
        )
        return None


def _described(obj: Person) -> str:
    return f"{obj.described}, {obj.masked_cnic or 'no CNIC'}"
