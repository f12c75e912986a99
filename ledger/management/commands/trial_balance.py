"""Prints a fund's trial balance: every account on the side its balance lies on, and both totals."""

from argparse import ArgumentParser
from datetime import date
from typing import Any

from django.core.management.base import CommandError

from ledger.balances import Comparison, Sides, TrialBalance, trial_balance
from ledger.balances import compare as comparison
from ledger.clock import today
from ledger.commands import Command as BaseCommand
from ledger.management.commands._books import day
from ledger.money import grouped


class Command(BaseCommand):
    help = "Prints the trial balance of a fund's book, in rupees."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("fund", metavar="FUND", help="the fund's code, such as HRRF")
        parser.add_argument("--as-at", type=day, metavar="DATE", help="balances at the end of this day, 2025-09-30")
        parser.add_argument("--compare", type=day, metavar="DATE", help="beside the balances at the end of this day")
        super().add_arguments(parser)

    def handle(self, *args: Any, fund: str, as_at: date | None, compare: date | None, **options: Any) -> None:
        if compare is not None:
            sides = comparison(fund, compare, as_at or today())
            self.say(compared_text(sides), compared_document(sides), as_json=options["json"])
            return
        found = trial_balance(fund, as_at=as_at)
        self.say(text(found), document(found), as_json=options["json"])
        if found.debit_total != found.credit_total:
            raise CommandError(f"{fund} is out of balance.", returncode=1)


def document(found: TrialBalance) -> dict[str, Any]:
    """The trial balance for programs; amounts as texts with two decimals."""
    return {
        "fund": found.book,
        "as_at": found.as_at.isoformat() if found.as_at else None,
        "accounts": [
            {"code": row.code, "name": row.name, "debit": str(row.debit), "credit": str(row.credit)}
            for row in found.rows
        ],
        "debit_total": str(found.debit_total),
        "credit_total": str(found.credit_total),
    }


def text(found: TrialBalance) -> str:
    """The trial balance for people; accounts without a balance are left out."""
    when = f"at the end of {found.as_at:%-d %b %Y}" if found.as_at else "of everything posted"
    lines = [f"{found.book}: trial balance {when}, in rupees", _line("Account", "Debit", "Credit")]
    for row in found.rows:
        if row.debit or row.credit:
            debit, credit = (grouped(amount) if amount else "" for amount in (row.debit, row.credit))
            lines.append(_line(f"{row.code:<7} {row.name}", debit, credit))
    lines.append(_line("Total", grouped(found.debit_total), grouped(found.credit_total)))
    return "\n".join(lines)


def compared_document(found: Comparison) -> dict[str, Any]:
    """The comparison for programs; amounts as texts with two decimals."""
    rows = [
        {"code": row.code, "name": row.name}
        | {"first": _both(row.first), "second": _both(row.second), "change": _both(row.change)}
        for row in found.rows
    ]
    totals = {name: _both(getattr(found, name)) for name in ("first_total", "second_total", "change_total")}
    days = {"first": found.first.isoformat(), "second": found.second.isoformat()}
    return {"fund": found.book, **days, "accounts": rows, **totals}


def _both(sides: Sides) -> dict[str, str]:
    return {"debit": str(sides.debit), "credit": str(sides.credit)}


def compared_text(found: Comparison) -> str:
    """The comparison for people: balances with Dr or Cr; accounts without any at either day are left out."""
    days = f"{found.first:%-d %b %Y}", f"{found.second:%-d %b %Y}"
    lines = [f"{found.book}: balances at the ends of {days[0]} and {days[1]}, in rupees"]
    lines.append(_three("Account", *days, "Change"))
    for row in found.rows:
        if any((*row.first, *row.second)):
            lines.append(_three(f"{row.code:<7} {row.name}", *map(_told, (row.first, row.second, row.change))))
    return "\n".join(lines)


def _told(sides: Sides) -> str:
    if sides.debit:
        return f"{grouped(sides.debit)} Dr"
    return f"{grouped(sides.credit)} Cr" if sides.credit else ""


def _three(name: str, first: str, second: str, change: str) -> str:
    return f"{name:<40}{first:>23}{second:>23}{change:>23}"


def _line(name: str, debit: str, credit: str) -> str:
    return f"{name:<40}{debit:>22}{credit:>22}"
