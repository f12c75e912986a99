"""Forms of users and their posts."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.contrib.auth.models import User

from beneficiaries.forms.base import FilterForm, PageForm
from beneficiaries.models import Office
from beneficiaries.offices.scope import office_of
from ledger.roles import Role


def _offices(user: User) -> Any:
    own = office_of(user)
    return Office.objects.all() if own.is_federal else Office.objects.filter(pk=own.pk)


class PostForm(PageForm):
    """Office, post and roles of a user, with the reason."""

    layout: Sequence[Sequence[str]] = (("office", "designation"), ("grade", "iban"), ("roles",), ("reason",))
    office = forms.ModelChoiceField(label="Office", queryset=Office.objects.none(), empty_label="Choose")
    designation = forms.CharField(label="Designation", help_text="As Section Officer (Relief).")
    grade = forms.IntegerField(label="BPS grade", min_value=1, max_value=22, initial=17)
    iban = forms.CharField(
        label="IBAN of the salary account",
        required=False,
        help_text="No request may pay into it. Sealed, shown masked; empty leaves it as it is.",
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    roles = forms.MultipleChoiceField(
        label="Roles",
        choices=Role.choices,
        widget=forms.CheckboxSelectMultiple,
        help_text="Preparing, approving, paying and checking sit with different people; unfit pairs are refused.",
    )
    reason = forms.CharField(label="Reason", help_text="It stays in the history: an order number, a transfer, a leave.")

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["office"].queryset = _offices(user)  # type: ignore[attr-defined]


class NewOfficerForm(PostForm):
    layout = (("first_name", "last_name"), ("username", "cnic"), *PostForm.layout)
    first_name = forms.CharField(label="First name")
    last_name = forms.CharField(label="Last name")
    username = forms.CharField(label="User name", help_text="Small letters, as imran.qureshi.")
    cnic = forms.CharField(label="CNIC", help_text="One person has one account.")
    field_order = ("first_name", "last_name", "username", "cnic")


class ReasonForm(PageForm):
    reason = forms.CharField(label="Reason", help_text="It stays in the history, with your name.")


class StaffFilter(FilterForm):
    q = forms.CharField(label="Name or user name", max_length=100)
    office = forms.ModelChoiceField(label="Office", queryset=Office.objects.all(), empty_label="All")
    role = forms.ChoiceField(label="Role", choices=[("", "All"), *Role.choices])
    state = forms.ChoiceField(label="Account", choices=[("", "All"), ("open", "Open"), ("closed", "Closed")])
