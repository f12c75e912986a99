"""Signs vouchers of one fund together."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import CommandError

from funds.budgets import get_fund
from funds.management.closing_words import the_user
from funds.signing.schedules import MOST, sign_schedule, waiting
from ledger.commands import Command as OurCommand
from ledger.money import figures


class Command(OurCommand):
    help = "Signs vouchers of one fund as one schedule: those named, or those of --fund that wait, neither printed nor signed."

    def add_arguments(self, parser: ArgumentParser) -> None:
        super().add_arguments(parser)
        parser.add_argument("numbers", nargs="*", metavar="NUMBER", help="vouchers, such as DAD-2025-26-00005")
        parser.add_argument("--fund", default="", metavar="CODE", help=f"the first {MOST:,} that wait in this fund")
        parser.add_argument(
            "--by", required=True, metavar="USER", help="the drawing and disbursing officer's user name"
        )

    def handle(self, *args: Any, numbers: list[str], fund: str, by: str, json: bool, **options: Any) -> None:
        if bool(numbers) == bool(fund):
            raise CommandError("Name vouchers, or a fund with --fund; not both.", returncode=2)
        user = the_user(by)
        if fund:
            found = get_fund(fund, by=user)
            numbers = list(waiting(user, found).values_list("number", flat=True)[:MOST])
        made = sign_schedule(vouchers=numbers, by=user)
        answer = {"number": made.number, "count": made.count, "amount": f"{made.amount:.2f}", "sha256": made.sha256}
        self.say(f"Signed {made.number}: {made.count} vouchers, {figures(made.amount)}.", answer, as_json=json)
