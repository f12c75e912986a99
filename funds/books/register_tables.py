"""The registers as tables for files: diary, dispatch, sanctions, vouchers."""

from collections.abc import Iterable, Iterator

from django.utils.timezone import localtime

from beneficiaries.models import RegisterEntry
from funds.books.table_files import Cell, Sheet
from funds.models import Sanction, Voucher

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
_VOUCHERS = (
    "Number",
    "Date",
    "Fund",
    "Year",
    "Sanction",
    "Request",
    "Title",
    "Pay to",
    "Amount (Rs)",
    "Issued by",
    "Times printed",
    "First printed",
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


def vouchers(rows: Iterable[Voucher], title: str) -> Sheet:
    """One line for each number, with its printings; a cancelled voucher keeps its line and says why."""
    return Sheet("Vouchers", title, _VOUCHERS, (voucher_line(row) for row in rows))


def voucher_line(row: Voucher) -> tuple[Cell, ...]:
    """Of rows as `vouchers.with_printings` reads them."""
    request = row.sanction.disbursement
    ended = getattr(request, "cancellation", None)
    first = row.first_printed  # type: ignore[attr-defined]
    return (
        row.number,
        row.issued_on,
        row.fund.code,
        row.year.label,
        row.sanction.number,
        request.number,
        request.title,
        request.pay_to,
        row.amount,
        row.issued_by.get_full_name(),
        row.print_count,  # type: ignore[attr-defined]
        localtime(first).date() if first else None,
        request.get_state_display(),
        ended.cancelled_on if ended else None,
        ended.reason if ended else "",
    )
