"""Forms of payment runs, of payees on hold and of accounts that are confirmed."""

from typing import Any

from django import forms

from beneficiaries.forms.base import DateInput, FilterForm, PageForm
from beneficiaries.models import Office
from funds.forms.shared import short_text
from funds.models import BankLayout, Fund, PaymentKind, PaymentRun


class ChooseForm(FilterForm):
    """Which unpaid transfers are wanted, read from the address."""

    fund = forms.ModelChoiceField(
        label="Fund", queryset=Fund.objects.none(), to_field_name="code", empty_label="Choose"
    )
    office = forms.ModelChoiceField(label="Office", queryset=Office.objects.all(), empty_label="All offices")
    kind = forms.ChoiceField(label="Kind", choices=[("", "All kinds"), *PaymentKind.choices])
    request = forms.CharField(label="Request number", max_length=32)
    vouchered_until = forms.DateField(label="Vouchered until", widget=DateInput())

    def __init__(self, *args: Any, funds: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["fund"].queryset = funds  # type: ignore[attr-defined]


class RunForm(PageForm):
    """When the bank pays and what kind of file it gets: pain.001, or one of its layouts as `csv:<code>`."""

    execution_on = forms.DateField(label="The bank pays on", widget=DateInput(), help_text="Today or later.")
    file = forms.ChoiceField(label="File")

    def __init__(self, *args: Any, layouts: list[BankLayout], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        pain = PaymentRun.Format.PAIN001
        named = [(f"{PaymentRun.Format.CSV}:{row.code}", f"CSV, {row.name}") for row in layouts]
        self.fields["file"].choices = [(pain.value, pain.label), *named]  # type: ignore[attr-defined]

    @property
    def kind(self) -> tuple[str, str]:
        """The format and the layout's code."""
        format, _, layout = self.cleaned_data["file"].partition(":")
        return format, layout


class WhyForm(PageForm):
    reason = short_text("Reason", maximum=200, hint="It stays in the record, with your name.")


class ReleaseRunForm(PageForm):
    """The password is asked for above the limit only."""

    password = forms.CharField(
        label="Your password again",
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
        error_messages={"required": "Give your password again."},
    )

    def __init__(self, *args: Any, password: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not password:
            del self.fields["password"]


class AnswerFileForm(PageForm):
    file = forms.FileField(
        label="Status report of the bank", help_text="XML, pain.002.001.10. It is taken whole or not at all."
    )


class HoldForm(PageForm):
    reason = forms.CharField(label="Reason", max_length=500, help_text="Whoever wants to pay meanwhile reads it.")


class ConfirmForm(PageForm):
    spoke_to = short_text("Who was called back", maximum=120, hint="The payee, by a number that was known before.")
    reference = short_text("Number called, letter or note of the call", maximum=120)
