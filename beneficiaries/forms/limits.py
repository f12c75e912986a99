"""Forms of officers' limits."""

from django import forms

from beneficiaries.forms.base import DateInput, PageForm


class LimitForm(PageForm):
    """A limit with its days and the order that gives it."""

    layout = (("amount",), ("effective_from", "effective_to"), ("reason",))
    amount = forms.CharField(
        label="Limit for one sanction (Rs)", max_length=40, help_text="As 10,00,000. 0 takes it away."
    )
    effective_from = forms.DateField(
        label="From",
        required=False,
        widget=DateInput(),
        help_text="Empty: today. Only a first limit may be of an earlier day.",
    )
    effective_to = forms.DateField(
        label="Until", required=False, widget=DateInput(), help_text="Included. Empty: until a later limit."
    )
    reason = forms.CharField(
        label="Order, or why", max_length=500, help_text="It stays with the limit, with your name."
    )
