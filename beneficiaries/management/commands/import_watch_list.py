"""Loads a watch list from a file and compares everybody with it."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.contrib.auth.models import User
from django.core.management.base import CommandError

from beneficiaries.screened import watch_lists
from ledger.commands import Command as OurCommand


class Command(OurCommand):
    help = "Loads the UN's consolidated list (XML) or a list of our own (CSV) as its next version; all or nothing."

    def add_arguments(self, parser: ArgumentParser) -> None:
        super().add_arguments(parser)
        parser.add_argument("file", type=Path, metavar="FILE")
        parser.add_argument("--list", default="", dest="source", metavar="NAME", help="which list a CSV is")
        parser.add_argument("--by", default="", metavar="USER", help="who loads it; else the server's own shell")
        parser.add_argument("--removing", type=int, metavar="N", help="how many entries go, where it is half or more")

    def handle(
        self, *args: Any, file: Path, source: str, by: str, removing: int | None, json: bool, **options: Any
    ) -> None:
        try:
            content = file.read_bytes()
        except OSError as error:
            raise CommandError(f"{file} cannot be read: {error.strerror}.", returncode=1) from error
        user = User.objects.filter(username=by, is_active=True).first() if by else None
        if by and user is None:
            raise CommandError(f"There is no active user {by}.", returncode=1)
        done = watch_lists.load(content, file_name=file.name, by=user, source=source, removing=removing)
        row = done.version
        counts = {name: getattr(row, name) for name in ("entries", "added", "changed", "removed", "people_screened")}
        self.say(
            f"{row}: {row.entries} entries, {row.added} new, {row.changed} written otherwise, {row.removed} gone.\n"
            f"{row.people_screened} people were compared; {done.new_hits} hits are new.",
            {"list": row.source, "version": row.number, **counts, "new_hits": done.new_hits},
            as_json=json,
        )
