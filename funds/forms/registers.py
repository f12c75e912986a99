"""Forms of the registers: a letter entered by hand, and the filters of the lists."""

from typing import Any

from django import forms

from beneficiaries.forms.base import DateInput, FilterForm, PageForm
from beneficiaries.models import Office, RegisterEntry
from beneficiaries.offices.registers import BY_HAND
from beneficiaries.offices.scope import office_of


class LetterForm(PageForm):
    """A letter that came in, or goes out."""

    layout = (("party",), ("subject",), ("reference", "means", "on"))
    party = forms.CharField(label="From whom", max_length=160)
    subject = forms.CharField(label="Subject", max_length=200)
    reference = forms.CharField(
        label="Number on the letter", required=False, max_length=60, help_text="Empty: it has none."
    )
    means = forms.ChoiceField(
        label="By which means", choices=[("", "Choose"), *((str(way), way.label) for way in BY_HAND)]
    )
    on = forms.DateField(label="Date", required=False, widget=DateInput(), help_text="Empty: today.")

    def __init__(self, *args: Any, register: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if register == RegisterEntry.Register.DISPATCH:
            self.fields["party"].label = "To whom"


class EntryFilter(FilterForm):
    q = forms.CharField(label="Number, name, subject or reference", max_length=100)
    kind = forms.ChoiceField(label="Kind")
    year = forms.IntegerField(label="Year", min_value=2000, max_value=2099)
    office = forms.ModelChoiceField(label="Office", queryset=Office.objects.all(), empty_label="All")

    def __init__(self, *args: Any, user: Any, register: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        diary = register == RegisterEntry.Register.DIARY
        kinds = RegisterEntry.COMING_IN if diary else RegisterEntry.GOING_OUT
        choice = self.fields["kind"]
        assert isinstance(choice, forms.ChoiceField)
        choice.choices = [("", "All"), *((str(kind), kind.label) for kind in kinds)]
        if not office_of(user).is_federal:
            del self.fields["office"]
