"""Prints a fund's day book: every entry by date with its lines."""

from argparse import ArgumentParser
from collections.abc import Iterable, Iterator
from datetime import date
from decimal import Decimal
from typing import Any

from ledger.commands import Command as BaseCommand
from ledger.day_book import day_book
from ledger.management.commands._books import day
from ledger.models import JournalEntry, JournalLine, Side
from ledger.money import grouped, rupees
from ledger.snapshot import snapshot


class Command(BaseCommand):
    help = "Prints the day book of a fund: every journal entry by date with its lines, in rupees."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("fund", metavar="FUND", help="the fund's code, such as HRRF")
        parser.add_argument("--from", dest="start", type=day, metavar="DATE", help="first day, 2025-07-01")
        parser.add_argument("--to", dest="end", type=day, metavar="DATE", help="last day, 2026-06-30")
        super().add_arguments(parser)

    def handle(self, *args: Any, fund: str, start: date | None, end: date | None, **options: Any) -> None:
        with snapshot():
            entries = list(day_book(fund, start=start, end=end))
        self.say("\n".join(text(fund, entries)), document(fund, entries), as_json=options["json"])


def document(fund: str, entries: Iterable[JournalEntry]) -> dict[str, Any]:
    """The entries for programs; amounts as texts with two decimals."""
    return {"fund": fund, "entries": [_entry(entry) for entry in entries]}


def _entry(entry: JournalEntry) -> dict[str, Any]:
    return {
        "entry": entry.pk,
        "date": entry.date.isoformat(),
        "kind": entry.kind,
        "reference": entry.reference,
        "memo": entry.memo,
        "reverses": entry.reverses_id,
        "reason": entry.reason,
        "recorded": entry.recorded.isoformat(),
        "recorded_by": entry.recorded_by.get_username(),
        "lines": [_line(line) for line in entry.lines.all()],
    }


def _line(line: JournalLine) -> dict[str, Any]:
    debit, credit = _sides(line)
    facts = {"account": line.account.code, "head": line.head, "party": line.party}
    return facts | {"debit": str(debit), "credit": str(credit)}


def text(fund: str, entries: Iterable[JournalEntry]) -> Iterator[str]:
    """The entries for people."""
    yield f"{fund}: day book, in rupees"
    for entry in entries:
        undoes = f" (reverses entry {entry.reverses_id})" if entry.reverses_id else ""
        yield f"{entry.date:%-d %b %Y} entry {entry.pk}: {entry.kind} {entry.reference}{undoes}, {entry.memo}"
        for line in entry.lines.all():
            debit, credit = (grouped(amount) if amount else "" for amount in _sides(line))
            yield f"    {line.account.code:<8}{line.account.name[:36]:<36}{debit:>20}{credit:>20}"


def _sides(line: JournalLine) -> tuple[Decimal, Decimal]:
    amount: Any = line.amount
    value, nothing = rupees(amount.amount), Decimal("0.00")
    return (value, nothing) if line.side == Side.DEBIT else (nothing, value)
