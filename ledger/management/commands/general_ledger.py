"""Prints one account of a fund: its lines by date with the balance after each."""

from argparse import ArgumentParser
from datetime import date
from decimal import Decimal
from typing import Any

from ledger.account_pages import LedgerRow, general_ledger, opening_balance
from ledger.commands import Command as BaseCommand
from ledger.management.commands._books import day
from ledger.money import grouped
from ledger.snapshot import snapshot


class Command(BaseCommand):
    help = "Prints the general ledger of one account of a fund's book, in rupees."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("fund", metavar="FUND", help="the fund's code, such as HRRF")
        parser.add_argument("account", metavar="ACCOUNT", help="the account's code, such as F-BNK")
        parser.add_argument("--from", dest="start", type=day, metavar="DATE", help="first day, 2025-07-01")
        parser.add_argument("--to", dest="end", type=day, metavar="DATE", help="last day, 2026-06-30")
        super().add_arguments(parser)

    def handle(self, *args: Any, fund: str, account: str, start: date | None, end: date | None, **options: Any) -> None:
        with snapshot():
            opening = opening_balance(fund, account, start)
            rows = list(general_ledger(fund, account, start=start, end=end))
        told = "\n".join(text(fund, account, opening, rows))
        self.say(told, document(fund, account, opening, rows), as_json=options["json"])


def document(fund: str, account: str, opening: Decimal, rows: list[LedgerRow]) -> dict[str, Any]:
    """The account for programs; amounts as texts with two decimals."""
    return {
        "fund": fund,
        "account": account,
        "opening_balance": str(opening),
        "lines": [
            {
                "entry": row.entry,
                "date": row.date.isoformat(),
                "kind": row.kind,
                "reference": row.reference,
                "memo": row.memo,
                "head": row.head,
                "party": row.party,
                "debit": str(row.debit),
                "credit": str(row.credit),
                "balance": str(row.balance),
            }
            for row in rows
        ],
        "closing_balance": str(rows[-1].balance if rows else opening),
    }


def text(fund: str, account: str, opening: Decimal, rows: list[LedgerRow]) -> list[str]:
    """The account for people."""
    lines = [f"{fund} {account}: general ledger, in rupees", f"{'Opening balance':<45}{grouped(opening):>60}"]
    for row in rows:
        debit, credit = (grouped(amount) if amount else "" for amount in (row.debit, row.credit))
        what = f"{row.date:%-d %b %Y}".rjust(11) + f" {row.kind[:12]:<12} {row.reference[:20]:<20}"
        lines.append(f"{what:<45}{debit:>20}{credit:>20}{grouped(row.balance):>20}")
    return lines
