"""Loads the pack: provinces, districts, prisons, courts, offices, roles; with --by also funds and approval rules."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.auth.models import User
from django.db import transaction

from config.pack import read_pack
from config.pack_loading import load_funds, load_places
from ledger.commands import Command as OurCommand
from ledger.errors import NotFound

WAITING = "Approval rules wait for a second person: on the page of rules, or run it with --agreed-by USER."
LATER = "Funds and approval rules are loaded in a fund manager's name: run it again with --by USER."


class Command(OurCommand):
    help = "Loads the dated data of the ministry from config/pack. Loading again adds only what is new."

    def add_arguments(self, parser: ArgumentParser) -> None:
        super().add_arguments(parser)
        parser.add_argument("--by", metavar="USER", help="the fund manager's user name; without it no funds are loaded")
        parser.add_argument("--agreed-by", metavar="USER", help="the second person, who agrees to the approval rules")
        parser.add_argument(
            "--from",
            dest="directory",
            type=Path,
            default=settings.PACK_DIR,
            metavar="DIRECTORY",
            help="another pack than config/pack",
        )

    @transaction.atomic
    def handle(
        self, *args: Any, by: str | None, agreed_by: str | None, directory: Path, json: bool, **options: Any
    ) -> None:
        pack = read_pack(directory)
        user, second = _named(by), _named(agreed_by)
        done = load_places(pack, by=user)
        if user is not None:
            done += load_funds(pack, by=user, agreed_by=second)
        counts = {name: done[name] for name in sorted(done) if done[name]}
        told = ", ".join(f"{count} {name.replace('_', ' ')}" for name, count in counts.items()) or "nothing new"
        text = f"Loaded: {told}."
        if done["approval_rules"] and second is None:
            text += f"\n{WAITING}"
        self.say(text if user else f"{text}\n{LATER}", {"loaded": counts, "funds": user is not None}, as_json=json)


def _named(username: str | None) -> User | None:
    """Raises: NotFound for a name that no user has."""
    user = User.objects.filter(username=username).first() if username else None
    if username and user is None:
        raise NotFound(f"There is no user {username!r}.")
    return user
