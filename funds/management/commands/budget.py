"""Prints a fund's budget of a year by heads."""

from argparse import ArgumentParser
from typing import Any

from funds.budget.budget_position import FIGURES, HeadPosition, budget
from funds.management.commands.statement import the_fund
from ledger.commands import Command as OurCommand
from ledger.money import grouped


class Command(OurCommand):
    help = "A fund's budget of a year by heads: original, revised, brought forward, released, spent, committed, free."

    def add_arguments(self, parser: ArgumentParser) -> None:
        super().add_arguments(parser)
        parser.add_argument("fund", metavar="FUND", help="the fund's code, such as WDDF")
        parser.add_argument("year", metavar="YEAR", help="the fiscal year, as 2025-26")

    def handle(self, *args: Any, fund: str, year: str, **options: Any) -> None:
        found = budget(the_fund(fund), year)
        document = {
            "fund": fund,
            "year": year,
            "divided": found.divided,
            "unreleased": f"{found.pool:.2f}",
            "heads": [_document(row) for row in found.rows],
            "total": _document(found.total),
        }
        lines = [f"Budget of {fund} {year}, rupees", _line("", *FIGURES)]
        lines += [_line(row.code or row.name, *(grouped(getattr(row, name)) for name in FIGURES)) for row in found.rows]
        lines.append(_line("Total", *(grouped(getattr(found.total, name)) for name in FIGURES)))
        lines.append(f"Received, not released: {grouped(found.pool)}")
        self.say("\n".join(lines), document, as_json=options["json"])


def _document(row: HeadPosition) -> dict[str, str]:
    return {"head": row.code, "name": row.name} | {name: f"{getattr(row, name):.2f}" for name in FIGURES}


def _line(name: str, *cells: str) -> str:
    return f"{name:<14}" + "".join(f"{cell:>20}" for cell in cells)
