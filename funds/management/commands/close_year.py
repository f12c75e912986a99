"""Closes a fiscal year of a fund's books."""

from argparse import ArgumentParser
from typing import Any

from funds import closing
from funds.management.closing_words import the_user
from funds.management.commands.statement import the_fund
from funds.models import StatementVersion
from ledger.commands import Command as OurCommand


class Command(OurCommand):
    help = (
        "Closes a fiscal year with all its months: lapsable money is surrendered, other money carried forward, and the"
        " statement frozen."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("fund", metavar="FUND", help="the fund's code, such as HRRF")
        parser.add_argument("year", metavar="YEAR", help="the fiscal year, as 2024-25")
        parser.add_argument("--by", required=True, metavar="USER", help="the fund manager's user name")
        parser.add_argument(
            "--override",
            default="",
            metavar="TEXT",
            help="why it is closed without an approved bank reconciliation, which this version does not have yet",
        )
        super().add_arguments(parser)

    def handle(self, *args: Any, fund: str, year: str, by: str, override: str, json: bool, **options: Any) -> None:
        found = the_fund(fund)
        version = closing.close_year(fund=found, label=year, by=the_user(by), override=override)
        text = f"Closed: {year} of {found.code}, by {by}. Its statement is frozen as version {version.version}."
        self.say(text, document(version), as_json=json)


def document(version: StatementVersion) -> dict[str, Any]:
    """The closed year for programs; `digest` is the SHA-256 of the frozen statement."""
    return {
        "fund": version.fund.code,
        "year": version.year.label,
        "closed": True,
        "version": version.version,
        "digest": version.digest,
        "closed_at": version.closed_at.isoformat(),
        "closed_by": version.closed_by.get_username(),
        "override": version.reason,
    }
