"""Forms of absences and delegations, and of reminders."""

from collections.abc import Sequence
from typing import Any

from django import forms

from beneficiaries.forms.base import DateInput, PageForm
from beneficiaries.models import Officer
from funds.models import Fund


def _day(label: str, hint: str = "") -> forms.DateField:
    return forms.DateField(label=label, widget=DateInput(), help_text=hint)


class AbsenceForm(PageForm):
    """`officers` are those for whom the user may record; the user alone where there is no choice."""

    layout = (("officer",), ("starts_on", "ends_on"), ("reason",))
    officer = forms.TypedChoiceField(label="Officer", coerce=int)
    starts_on = _day("From")
    ends_on = _day("Until", "Included.")
    reason = forms.CharField(label="Reason", max_length=200, help_text="Leave, training, tour. Every officer reads it.")

    def __init__(self, *args: Any, officers: Sequence[Officer], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [(row.pk, f"{row.user.get_full_name()}, {row.designation}") for row in officers]
        self.fields["officer"].choices = choices  # type: ignore[attr-defined]
        if len(choices) == 1:
            self.fields["officer"].widget = forms.HiddenInput()
            self.initial.setdefault("officer", choices[0][0])


class AbsenceEndForm(PageForm):
    back_on = _day("First day back", "The first day of the absence, if they never left.")
    reason = forms.CharField(label="Why it ends early", max_length=200)


class DelegationForm(PageForm):
    """`takers` are the officers who may sign for the user."""

    layout = (("taker",), ("starts_on", "ends_on"), ("ceiling",), ("fund",), ("reason",))
    taker = forms.TypedChoiceField(label="Who signs for you", coerce=int)
    starts_on = _day("From", "Today or later.")
    ends_on = _day("Until", "Included.")
    ceiling = forms.CharField(
        label="Ceiling for one request (Rs)", max_length=40, help_text="As 5,00,000. Never above your own limit."
    )
    fund = forms.ModelChoiceField(label="Fund", queryset=Fund.objects.none(), required=False, empty_label="All funds")
    reason = forms.CharField(label="Reason", max_length=500, help_text="Such as the order of the leave.")

    def __init__(self, *args: Any, takers: Sequence[Officer], funds: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [(row.pk, f"{row.user.get_full_name()}, {row.designation}") for row in takers]
        self.fields["taker"].choices = [("", "Choose"), *choices]  # type: ignore[attr-defined]
        self.fields["fund"].queryset = funds  # type: ignore[attr-defined]


class WhyForm(PageForm):
    """Why something ends before its last day."""

    remark = forms.CharField(label="Why it can end", max_length=500)


class ReminderForm(PageForm):
    text = forms.CharField(label="What you ask", max_length=300, initial="Please decide this request.")
