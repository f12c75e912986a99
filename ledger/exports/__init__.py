"""The journal of a book as a file for an independent program: one module reads it, one a form writes it."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from ledger.errors import NotFound
from ledger.exports import beancount_form, csv_form, hledger_form
from ledger.exports.journal import Journal, Line, Tally, journal_of

__all__ = ["FORMS", "Form", "Journal", "Line", "Tally", "form_of", "journal_of"]


@dataclass(frozen=True, slots=True)
class Form:
    """How a journal is written: the parts of the text, in order; no part ends inside a character."""

    content_type: str
    parts: Callable[[Journal], Iterator[str]]


FORMS = {
    "csv": Form("text/csv; charset=utf-8", csv_form.parts),
    "beancount": Form("text/plain; charset=utf-8", beancount_form.parts),
    "hledger": Form("text/plain; charset=utf-8", hledger_form.parts),
}


def form_of(name: str) -> Form:
    """The form called so. Raises: NotFound."""
    if name not in FORMS:
        raise NotFound(f"There is no journal as {name[:20]}. Choose csv, beancount or hledger.")
    return FORMS[name]
