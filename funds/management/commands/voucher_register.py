"""Prints the register of vouchers of a fund and year, with its gap report."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import CommandError

from funds.books.register_tables import voucher_line
from funds.management.commands.statement import the_fund
from funds.models import Voucher
from funds.numbers import missing_numbers
from funds.vouchers import with_printings
from ledger.commands import Command as OurCommand
from ledger.money import figures

_KEYS = ("number", "issued_on", "fund", "year", "sanction", "request", "title", "pay_to", "amount", "issued_by")
KEYS = (*_KEYS, "printed", "first_printed", "state", "cancelled_on", "reason")


class Command(OurCommand):
    help = "Prints the register of vouchers and the numbers missing in it; exit code 1 where one is missing."

    def add_arguments(self, parser: ArgumentParser) -> None:
        super().add_arguments(parser)
        parser.add_argument("fund", metavar="FUND", help="the fund's code, such as HRRF")
        parser.add_argument("year", metavar="YEAR", help="the fiscal year, such as 2025-26")

    def handle(self, *args: Any, fund: str, year: str, json: bool, **options: Any) -> None:
        found = the_fund(fund)
        rows = Voucher.objects.select_related(
            "fund", "year", "issued_by", "sanction__disbursement__cancellation__cancelled_by"
        ).filter(fund=found, year__label=year)
        shown = list(with_printings(rows).order_by("serial"))
        lines = [voucher_line(row) for row in shown]
        missing = [number for number in missing_numbers(Voucher) if number.startswith(f"{found.code}-{year}-")]
        told = [_told(row) for row in shown]
        told.append("Missing: " + ", ".join(missing) if missing else f"{len(lines)} vouchers; no number is missing.")
        document = {"vouchers": [_document(line) for line in lines], "missing": missing}
        self.say("\n".join(told), document, as_json=json)
        if missing:
            raise CommandError(f"{len(missing)} numbers are missing. Tell the auditor.", returncode=1)


def _told(row: Any) -> str:
    """One line for people."""
    ended = getattr(row.sanction.disbursement, "cancellation", None)
    text = f"{row.number}  {row.issued_on:%-d %b %Y}  {figures(row.amount)}  printed {row.print_count}"
    return f"{text}  {ended}" if ended else text


def _document(line: tuple[Any, ...]) -> dict[str, Any]:
    values = [value if isinstance(value, int | str | None) else str(value) for value in line]
    return dict(zip(KEYS, values, strict=True))
