"""Forms of the period calendar: closing, asking for a reopening."""

from beneficiaries.forms.base import PageForm
from funds.closing import NO_RECONCILIATION
from funds.forms.shared import remarks


class CloseForm(PageForm):
    override = remarks("Why without a bank reconciliation", hint=NO_RECONCILIATION)


class ReopenForm(PageForm):
    reason = remarks(
        "Why it is to be opened again", hint="The second person decides by this sentence, and it stays in the record."
    )
