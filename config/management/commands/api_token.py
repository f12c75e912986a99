"""Issues a user's API token and prints it once, or revokes one."""

from argparse import ArgumentParser
from typing import Any

from django.contrib.auth.models import User

from beneficiaries.offices import tokens
from ledger.commands import Command as OurCommand
from ledger.errors import NotFound

USE = "Send it as the header “Authorization: Bearer …”. It is not kept here and cannot be shown again."


class Command(OurCommand):
    help = "Issues a bearer token of the API and prints it once; --revoke ends it."

    def add_arguments(self, parser: ArgumentParser) -> None:
        super().add_arguments(parser)
        parser.add_argument("user", metavar="USER", help="the user name the token acts for")
        parser.add_argument("--name", required=True, help="what the token is for, such as “payroll import”")
        parser.add_argument(
            "--referrals",
            metavar="SOURCE",
            default="",
            help="only for sending referrals of this source, as helpline or laja",
        )
        parser.add_argument("--revoke", action="store_true", help="end the token of this name")

    def handle(
        self, *args: Any, user: str, name: str, revoke: bool, referrals: str, json: bool, **options: Any
    ) -> None:
        holder = User.objects.filter(username=user).first() if "\0" not in user else None
        if holder is None:
            raise NotFound(f"There is no user {user!r}.")
        if revoke:
            tokens.revoke(user=holder, name=name, by=None)
            self.say(f"Revoked: {name} of {user}.", {"user": user, "name": name, "revoked": True}, as_json=json)
            return
        token, secret = tokens.issue(user=holder, name=name, by=None, referral_source=referrals)
        facts = {"user": user, "name": token.name, "token": secret}
        self.say(f"{secret}\n{USE}", facts, as_json=json)
