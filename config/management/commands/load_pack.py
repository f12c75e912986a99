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

LATER = "Funds and approval rules are loaded in a fund manager's name: run it again with --by USER."


class Command(OurCommand):
    help = "Loads the dated data of the ministry from config/pack. Loading again adds only what is new."

    def add_arguments(self, parser: ArgumentParser) -> None:
        super().add_arguments(parser)
        parser.add_argument("--by", metavar="USER", help="the fund manager's user name; without it no funds are loaded")
        parser.add_argument(
            "--from",
            dest="directory",
            type=Path,
            default=settings.PACK_DIR,
            metavar="DIRECTORY",
            help="another pack than config/pack",
        )

    @transaction.atomic
    def handle(self, *args: Any, by: str | None, directory: Path, json: bool, **options: Any) -> None:
        pack = read_pack(directory)
        user = User.objects.filter(username=by).first() if by else None
        if by and user is None:
            raise NotFound(f"There is no user {by!r}.")
        done = load_places(pack, by=user)
        if user is not None:
            done += load_funds(pack, by=user)
        counts = {name: done[name] for name in sorted(done) if done[name]}
        told = ", ".join(f"{count} {name.replace('_', ' ')}" for name, count in counts.items()) or "nothing new"
        text = f"Loaded: {told}."
        self.say(text if user else f"{text}\n{LATER}", {"loaded": counts, "funds": user is not None}, as_json=json)
