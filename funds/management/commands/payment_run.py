"""Drafts a payment run of every unpaid transfer that fits, and proposes it."""

from argparse import ArgumentParser
from datetime import date
from typing import Any

from django.contrib.auth.models import User

from funds import payment_runs
from funds.budgets import get_fund
from funds.models import PaymentRun
from funds.runs.choosing import Wanted
from ledger.commands import Command as OurCommand
from ledger.errors import NotFound


class Command(OurCommand):
    help = "Drafts a run of a fund's unpaid transfers that nothing holds back; with --propose it waits for its release."

    def add_arguments(self, parser: ArgumentParser) -> None:
        super().add_arguments(parser)
        parser.add_argument("fund", metavar="FUND")
        parser.add_argument("--by", metavar="USER", required=True, help="the officer who prepares it")
        parser.add_argument("--pays-on", type=date.fromisoformat, required=True, metavar="DAY")
        parser.add_argument("--format", choices=PaymentRun.Format.values, default=PaymentRun.Format.PAIN001.value)
        parser.add_argument("--layout", default="", help="of a CSV: the code of the bank's layout")
        parser.add_argument("--request", default="", metavar="NUMBER", help="only what this request pays")
        parser.add_argument("--propose", action="store_true")

    def handle(self, *args: Any, fund: str, by: str, json: bool, **options: Any) -> None:
        user = User.objects.filter(username=by).first() if "\0" not in by else None
        if user is None:
            raise NotFound(f"There is no user {by!r}.")
        wanted = Wanted(get_fund(fund, by=user), request=options["request"])
        given = {"format": options["format"], "layout": options["layout"]}
        run = payment_runs.draft(wanted=wanted, execution_on=options["pays_on"], by=user, **given)
        if options["propose"]:
            run = payment_runs.propose(run=run.pk, by=user)
        count = run.lines.count()
        answer = {"run": run.pk, "number": run.number, "state": run.state, "payments": count}
        self.say(f"{run.number}: {count} payments, {run.get_state_display().lower()}", answer, as_json=json)
