"""Prints or writes the annual statement of a fund."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import CommandError, CommandParser

from funds.books import frozen, statement_files
from funds.models import Fund
from funds.paperwork import statement_paper
from funds.statements import Statement
from ledger.commands import Command as OurCommand
from ledger.commands import write_file
from ledger.errors import NotFound

PRINTED = ("json", "csv")  # the others need a file


class Command(OurCommand):
    help = "The annual statement of a fund: cash basis, tied to the trial balance."

    def create_parser(self, prog_name: str, subcommand: str, **kwargs: Any) -> CommandParser:
        """Lets --version name a version of the statement, which Django keeps for its own."""
        return super().create_parser(prog_name, subcommand, conflict_handler="resolve", **kwargs)

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("fund", metavar="FUND", help="the fund's code, such as HRRF")
        parser.add_argument("year", metavar="YEAR", help="the fiscal year, as 2021-22")
        parser.add_argument("--to", metavar="YEAR", help="the last year of a longer span")
        parser.add_argument("--version", type=int, metavar="N", help="a frozen version of a year that was closed")
        parser.add_argument("--format", choices=[*PRINTED, "pdf", "xlsx"], default="json", help="json if not said")
        parser.add_argument(
            "--json", dest="format", action="store_const", const="json", help="the same as --format json"
        )
        parser.add_argument("--out", type=Path, metavar="FILE", help="where to write; json and csv may go to stdout")

    def handle(self, *args: Any, fund: str, year: str, to: str | None, out: Path | None, **options: Any) -> None:
        chosen, number = options["format"], options["version"]
        if out is None and chosen not in PRINTED:
            raise CommandError(f"A {chosen} statement needs --out FILE.", returncode=2)
        if number is not None and to not in (None, year):
            raise CommandError("A version is of one year: give --version or --to, not both.", returncode=2)
        found = the_fund(fund)
        told = frozen.published(found, year, to) if number is None else frozen.version(found, year, number)
        content = drawn(told, chosen)
        if out is None:
            self.stdout.write(content.decode("utf-8-sig"), ending="")
        else:
            write_file(out, content)
            self.stdout.write(f"{out}: {len(content)} bytes")


def the_fund(code: str) -> Fund:
    """Raises: NotFound."""
    found = Fund.objects.select_related("book", "office").filter(code=code).first()
    if found is None:
        known = ", ".join(Fund.objects.values_list("code", flat=True)) or "none yet"
        raise NotFound(f"There is no fund {code}. Funds: {known}.")
    return found


def drawn(statement: Statement, form: str) -> bytes:
    """The statement as json, csv, xlsx or pdf."""
    if form == "csv":
        return statement_files.csv_bytes(statement)
    if form == "xlsx":
        return statement_files.xlsx_bytes(statement)
    if form == "pdf":
        return statement_paper.draw(statement)
    return statement_files.json_bytes(statement)
