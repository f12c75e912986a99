"""The books as tables for files: exactly the columns of the pages, over all pages. Reads only; amounts are rupees."""

from collections.abc import Iterable, Iterator
from datetime import date
from decimal import Decimal

from django.utils.timezone import localdate

from funds.books.book_links import kind_label
from funds.books.calendar import Month, Year
from funds.books.table_files import Cell, Sheet
from funds.budget.budget_position import FundBudget, HeadPosition
from ledger.account_pages import LedgerRow
from ledger.balances import Comparison, TrialBalance
from ledger.models import Account, JournalEntry, JournalLine, Side

_ACCOUNT = ("Account", "Name")
_SIDES = ("Debit (Rs)", "Credit (Rs)")
_ENTRY = ("Entry", "Date", "Kind", "Reference", "Text")


def chart(accounts: Iterable[tuple[Account, Decimal]]) -> Sheet:
    """Every account with its balance on its normal side."""
    heads = (*_ACCOUNT, "Element", "Normal side", "Never below zero", "Official code", "Balance (Rs)")
    return Sheet("Accounts", "Chart of accounts", heads, (_account(row, held) for row, held in accounts))


def _account(row: Account, held: Decimal) -> tuple[Cell, ...]:
    floor = "yes" if row.never_negative else "no"
    return row.code, row.name, row.get_element_display(), row.get_normal_display(), floor, row.official_code, held


def trial(found: TrialBalance, title: str) -> Sheet:
    """Every account on the side its balance lies on, and both totals."""
    rows: list[tuple[Cell, ...]] = [*found.rows, ("", "Total", found.debit_total, found.credit_total)]
    return Sheet("Trial balance", title, (*_ACCOUNT, *_SIDES), rows)


def comparison(found: Comparison, title: str) -> Sheet:
    """Every account at both days, and the change."""
    heads = [f"{when}, {side}" for when in (*map(_said, (found.first, found.second)), "Change") for side in _SIDES]
    rows: list[tuple[Cell, ...]] = [(row.code, row.name, *row.first, *row.second, *row.change) for row in found.rows]
    rows.append(("", "Total", *found.first_total, *found.second_total, *found.change_total))
    return Sheet("Comparison", title, (*_ACCOUNT, *heads), rows)


def periods(years: Iterable[Year]) -> Sheet:
    """Each year above its months, the latest year first: its state, who closed it, and what was posted."""
    heads = (
        "Month or year",
        "First day",
        "Last day",
        "State",
        "Closed on",
        "Closed by",
        "Override",
        "Entries",
        "Posted (Rs)",
    )
    return Sheet("Periods", "Period calendar", heads, (row for year in years for row in _periods(year)))


def _periods(year: Year) -> Iterator[tuple[Cell, ...]]:
    entries, posted = sum(month.entries for month in year.months), sum(month.posted for month in year.months)
    yield (*_period(year), "", entries, Decimal(posted))
    for month in year.months:
        yield (*_period(month), month.override, month.entries, month.posted)


def _period(row: Year | Month) -> tuple[Cell, ...]:
    by = row.closed_by.get_username() if row.closed_by else ""
    return row.label, row.start, row.end, row.state, localdate(row.closed_at) if row.closed_at else None, by


def ledger(rows: Iterable[LedgerRow], opening: Decimal, title: str) -> Sheet:
    """An account's lines with the balance after each, below the opening one."""
    return Sheet("Ledger", title, (*_ENTRY, "Head", *_SIDES, "Balance (Rs)"), _ledger(rows, opening))


def _ledger(rows: Iterable[LedgerRow], opening: Decimal) -> Iterator[tuple[Cell, ...]]:
    yield ("", None, "", "", "Opening balance", "", None, None, opening)
    for row in rows:
        facts = row.entry, row.date, kind_label(row.kind), row.reference, row.memo, row.head
        yield (*facts, row.debit, row.credit, row.balance)


def day_book(entries: Iterable[JournalEntry], title: str) -> Sheet:
    """One row for each line of each entry."""
    heads = (*_ENTRY, *_ACCOUNT, *_SIDES, "Head", "Party", "Reverses entry", "Reason", "Recorded", "By")
    return Sheet("Day book", title, heads, (row for entry in entries for row in _entry(entry)))


def _entry(entry: JournalEntry) -> Iterator[tuple[Cell, ...]]:
    facts = (entry.pk, entry.date, kind_label(entry.kind), entry.reference, entry.memo)
    recorded = f"{entry.recorded:%Y-%m-%d %H:%M:%S} UTC"
    for line in entry.lines.all():
        account = line.account
        made = (line.head, line.party, entry.reverses_id, entry.reason, recorded, entry.recorded_by.get_username())
        yield (*facts, account.code, account.name, *sides_of(line), *made)


def sides_of(line: JournalLine) -> tuple[Decimal | None, Decimal | None]:
    """The line's amount in the debit or the credit column."""
    amount = Decimal(line.amount.amount)  # type: ignore[attr-defined]
    return (amount, None) if line.side == Side.DEBIT else (None, amount)


def by_heads(found: FundBudget, title: str) -> Sheet:
    """Every head of a budget with its figures, their sum, and what waits for a release."""
    columns = ("Original", "Revised", "Brought forward", "Released", "Committed", "Spent", "Free")
    rows: list[tuple[Cell, ...]] = [_of_head(row, row.code, row.name) for row in found.rows]
    rows += [_of_head(found.total, "", "Total"), ("", "Received, not released", *[None] * 6, found.pool)]
    return Sheet("Budget", title, ("Head", "Name", *(f"{column} (Rs)" for column in columns)), rows)


def _of_head(row: HeadPosition, code: str, name: str) -> tuple[Cell, ...]:
    return code, name, row.original, row.revised, row.brought, row.released, row.committed, row.spent, row.free


def _said(day: date) -> str:
    return f"{day:%-d %b %Y}"
