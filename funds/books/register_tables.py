"""The registers as tables for files: diary, dispatch, sanctions."""

from collections.abc import Iterable, Iterator

from beneficiaries.models import RegisterEntry
from funds.books.table_files import Cell, Sheet
from funds.models import Sanction

_ENTRIES = (
    "Number",
    "Date",
    "Office",
    "Kind",
    "From or to",
    "Subject",
    "Number on the paper",
    "By which means",
    "Entered by",
)
_SANCTIONS = (
    "Number",
    "Date",
    "Fund",
    "Year",
    "Request",
    "Title",
    "Pay to",
    "Amount (Rs)",
    "Sanctioned by",
    "State",
    "Cancelled",
    "Reason",
)


def entries(rows: Iterable[RegisterEntry], title: str) -> Sheet:
    """One line for each entry of a register."""
    return Sheet("Register", title, _ENTRIES, (_entry(row) for row in rows))


def _entry(row: RegisterEntry) -> tuple[Cell, ...]:
    by = row.entered_by.get_full_name()
    facts = (row.number, row.entered_on, row.office.name, row.get_kind_display(), row.party, row.subject)
    return (*facts, row.reference, row.get_means_display(), by)


def sanctions(rows: Iterable[Sanction], title: str) -> Sheet:
    """One line for each number; those of cancelled requests keep their amount and say why."""
    return Sheet("Sanctions", title, _SANCTIONS, _sanctions(rows))


def _sanctions(rows: Iterable[Sanction]) -> Iterator[tuple[Cell, ...]]:
    for row in rows:
        request = row.disbursement
        ended = getattr(request, "cancellation", None)
        facts = (
            row.number,
            row.sanctioned_on,
            row.fund.code,
            row.year.label,
            request.number,
            request.title,
            request.pay_to,
        )
        told: tuple[Cell, Cell] = (ended.cancelled_on, ended.reason) if ended else (None, "")
        yield (*facts, row.amount, row.sanctioned_by.get_full_name(), request.get_state_display(), *told)
