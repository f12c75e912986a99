"""Closes a month of a fund's books."""

from argparse import ArgumentParser
from typing import Any

from funds import closing
from funds.management.closing_words import period_document, the_user
from funds.management.commands.statement import the_fund
from ledger.commands import Command as OurCommand


class Command(OurCommand):
    help = "Closes a month of a fund's books: nothing is posted into it afterwards."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("fund", metavar="FUND", help="the fund's code, such as HRRF")
        parser.add_argument("month", metavar="YYYY-MM", help="the month, as 2025-09")
        parser.add_argument("--by", required=True, metavar="USER", help="the fund manager's user name")
        parser.add_argument(
            "--override",
            default="",
            metavar="TEXT",
            help="why it is closed without an approved bank reconciliation, which this version does not have yet",
        )
        super().add_arguments(parser)

    def handle(self, *args: Any, fund: str, month: str, by: str, override: str, json: bool, **options: Any) -> None:
        found = the_fund(fund)
        period = closing.close_month(fund=found, month=month, by=the_user(by), override=override)
        self.say(f"Closed: {period} of {found.code}, by {by}.", period_document(period), as_json=json)
