"""Forms of vouchers, instruments, receipts and releases."""

from collections.abc import Iterable, Sequence
from typing import Any

from django import forms

from funds import particulars
from funds.forms.shared import day, remarks, short_text
from funds.models import Instrument, PayeeLine
from funds.particulars import Particulars
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
    """One number for each line that waits for payment, with what its method asks beside it, and one date for all; a line
    left empty waits on. `free`: the next leaves of the fund's cheque books, offered to the cheques in turn."""

    on = day("Date of issue", hint="Empty means today")

    def __init__(
        self, data: Any = None, *, lines: Sequence[PayeeLine], free: Iterable[str] = (), **kwargs: Any
    ) -> None:
        super().__init__(data, **kwargs)
        self.lines, offered = list(lines), iter(free)
        for line in self.lines:
            label = f"{NUMBER_WORDS[PayeeLine.Method(line.method)]} for {line.payee_name}"
            self.fields[f"number-{line.pk}"] = field = short_text(label, maximum=40, needed=False)
            if line.method == PayeeLine.Method.CHEQUE:
                field.initial = next(offered, "")
            known = particulars.suggested(line)
            for name, word in particulars.NEEDED.get(line.method, {}).items():
                self.fields[f"{name}-{line.pk}"] = _further(name, f"{word}, {line.payee_name}", getattr(known, name))

    def rows(self) -> list[tuple[PayeeLine, forms.BoundField, list[tuple[str, forms.BoundField]]]]:
        """Each line with the field of its number, and its further fields with their short labels."""
        return [(line, self[f"number-{line.pk}"], self._further(line)) for line in self.lines]

    def _further(self, line: PayeeLine) -> list[tuple[str, forms.BoundField]]:
        words = particulars.NEEDED.get(line.method, {})
        return [(word, self[f"{name}-{line.pk}"]) for name, word in words.items()]

    def said(self) -> dict[int, Particulars]:
        """By line what its method asks beside the number."""
        found = {}
        for line in self.lines:
            names = particulars.NEEDED.get(line.method, {})
            given = {name: self.cleaned_data.get(f"{name}-{line.pk}") or None for name in names}
            found[line.pk] = Particulars(**{name: value for name, value in given.items() if value})
        return found

    def given(self) -> list[tuple[PayeeLine, str]]:
        """The lines that got a number."""
        numbers = ((line, self.cleaned_data.get(f"number-{line.pk}", "")) for line in self.lines)
        return [(line, number) for line, number in numbers if number]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if not self.errors and not any(data.get(f"number-{line.pk}") for line in self.lines):
            raise forms.ValidationError("No number is written. Fill in the number of at least one line.")
        return data


def _further(name: str, label: str, known: Any) -> forms.Field:
    if name in particulars.LONGEST:
        field: forms.Field = short_text(label, maximum=particulars.LONGEST[name], needed=False)
    else:
        field = day(label)
    field.initial = known
    return field


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
