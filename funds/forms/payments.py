"""Forms of vouchers, instruments, receipts and releases."""

from collections.abc import Sequence
from typing import Any

from django import forms

from funds.forms.shared import day, remarks, short_text
from funds.models import Instrument, PayeeLine
from funds.payments import FAILURES

NUMBER_WORDS = {
    PayeeLine.Method.CHEQUE: "Cheque number",
    PayeeLine.Method.TRANSFER: "Transfer number",
    PayeeLine.Method.PAY_ORDER: "Pay order number",
    PayeeLine.Method.CHALLAN: "Challan number",
    PayeeLine.Method.COURT_DEPOSIT: "Deposit number",
    PayeeLine.Method.CERTIFICATE: "Certificate number",
    PayeeLine.Method.GUARDIAN_ORDER: "Cheque number, to the guardian",
}


class VoucherForm(forms.Form):
    on = day("Date of the voucher", hint="Empty means today")


class InstrumentsForm(forms.Form):
    """One number for each line that waits for payment, and one date for all; a line left empty waits on."""

    on = day("Date of issue", hint="Empty means today")

    def __init__(self, data: Any = None, *, lines: Sequence[PayeeLine], **kwargs: Any) -> None:
        super().__init__(data, **kwargs)
        self.lines = list(lines)
        for line in self.lines:
            label = f"{NUMBER_WORDS[PayeeLine.Method(line.method)]} for {line.payee_name}"
            self.fields[f"number-{line.pk}"] = short_text(label, maximum=40, needed=False)

    def rows(self) -> list[tuple[PayeeLine, forms.BoundField]]:
        """Each line with its field."""
        return [(line, self[f"number-{line.pk}"]) for line in self.lines]

    def given(self) -> list[tuple[PayeeLine, str]]:
        """The lines that got a number."""
        numbers = ((line, self.cleaned_data.get(f"number-{line.pk}", "")) for line in self.lines)
        return [(line, number) for line, number in numbers if number]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if not self.errors and not any(data.get(f"number-{line.pk}") for line in self.lines):
            raise forms.ValidationError("No number is written. Fill in the number of at least one line.")
        return data


class ClearForm(forms.Form):
    on = day("Cleared on", hint="As on the bank statement; empty means today")


class FailForm(forms.Form):
    """`instrument` says which row of the page the form came from, so that it opens again with what was typed."""

    instrument: int = 0
    state = forms.ChoiceField(
        label="What happened",
        choices=[(state.value, Instrument.State(state).label) for state in FAILURES],
        widget=forms.RadioSelect,
        error_messages={"required": "Choose what happened: returned, stale or stopped."},
    )
    reason = remarks("Reason, in the bank's words", rows=2)
    on = day("On", hint="Empty means today")


class AcknowledgeForm(forms.Form):
    received_by = short_text("Received by", maximum=120, hint="Payee, court or jail official who signed")
    reference = short_text("Number of the receipt", maximum=80, needed=False)
    on = day("Received on", hint="Empty means today")


class ReleaseForm(forms.Form):
    case = forms.IntegerField(widget=forms.HiddenInput)
    reference = short_text("Release order and jail certificate", maximum=120, hint="Numbers and dates of both papers")
    on = day("Released on", hint="Empty means today")
