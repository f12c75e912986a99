"""Asks for a closed month or year to be opened again, or answers such a request as the second person."""

from argparse import ArgumentParser
from typing import Any

from funds import closing
from funds.management.closing_words import reopening_document, the_user
from funds.management.commands.statement import the_fund
from funds.models import Fund
from ledger.commands import Command as OurCommand
from ledger.models import Reopening


class Command(OurCommand):
    help = (
        "Reopens a month or year in two steps by two people: one asks with --month or --year and --reason,"
        " another one answers with --agree or --decline."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("fund", metavar="FUND", help="the fund's code, such as HRRF")
        what = parser.add_mutually_exclusive_group(required=True)
        what.add_argument("--month", metavar="YYYY-MM", help="ask for this month")
        what.add_argument("--year", metavar="YEAR", help="ask for this fiscal year, as 2024-25, and its last month")
        what.add_argument("--agree", type=int, metavar="ID", help="agree to this reopening, which opens it at once")
        what.add_argument("--decline", type=int, metavar="ID", help="decline this reopening; it stays closed")
        parser.add_argument("--by", required=True, metavar="USER", help="who asks or answers")
        parser.add_argument("--reason", default="", metavar="TEXT", help="with --month or --year: why")
        parser.add_argument("--remark", default="", metavar="TEXT", help="with --agree, and needed with --decline")
        super().add_arguments(parser)

    def handle(self, *args: Any, fund: str, by: str, json: bool, **options: Any) -> None:
        found = the_fund(fund)
        user = the_user(by)
        if options["month"]:
            row = closing.ask_month(fund=found, month=options["month"], by=user, reason=options["reason"])
        elif options["year"]:
            row = closing.ask_year(fund=found, label=options["year"], by=user, reason=options["reason"])
        elif options["agree"] is not None:
            row = closing.agree_reopening(fund=found, reopening=options["agree"], by=user, remark=options["remark"])
        else:
            row = closing.decline_reopening(fund=found, reopening=options["decline"], by=user, remark=options["remark"])
        self.say(text(found, row), reopening_document(row), as_json=json)


def text(fund: Fund, row: Reopening) -> str:
    """The answer for people; after asking, how the second person agrees."""
    what = f"{row.what} of {fund.code}"
    if row.outcome == Reopening.Outcome.AGREED:
        return f"Reopened: {what}. Asked by {row.asked_by.get_username()}, agreed by {row.decided_by}."
    if row.outcome == Reopening.Outcome.DECLINED:
        return f"Declined: {what} stays closed. {row.remark}"
    return (
        f"Asked: {what}, reopening {row.pk}. It opens when another person agrees:\n"
        f"  manage.py reopen {fund.code} --agree {row.pk} --by USER"
    )
