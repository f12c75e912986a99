"""Imports a file of referrals, or says what it would do."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.contrib.auth.models import User
from django.core.management.base import CommandError

from beneficiaries.referral.referral_import import Result, apply, look
from ledger.commands import Command as OurCommand
from ledger.errors import NotFound

WORDS = {"new": "new", "there": "there already", "wrong": "wrong"}


class Command(OurCommand):
    help = "Shows what a CSV or XLSX file of referrals would do; --apply does it, all or nothing."

    def add_arguments(self, parser: ArgumentParser) -> None:
        super().add_arguments(parser)
        parser.add_argument("file", metavar="FILE", type=Path)
        parser.add_argument("--by", metavar="USER", required=True, help="the case officer in whose name they come in")
        parser.add_argument("--apply", action="store_true", help="import; without it nothing is changed")

    def handle(self, *args: Any, file: Path, by: str, json: bool, **options: Any) -> None:
        user = User.objects.filter(username=by).first() if "\0" not in by else None
        if user is None:
            raise NotFound(f"There is no user {by!r}.")
        try:
            content = file.read_bytes()
        except OSError as error:
            raise CommandError(f"{file} could not be read: {error.strerror}.", returncode=1) from error
        result = look(content, by=user)
        if options["apply"] and not result.wrong:
            result = apply(content, by=user)
        self.say(text(result), document(result), as_json=json)
        if result.wrong:
            raise CommandError(
                f"{result.wrong} of {len(result.lines)} rows are wrong. Nothing was imported.", returncode=1
            )


def text(result: Result) -> str:
    """For people: every row that is wrong, then the counts."""
    lines = [f"  row {line.number}, {name}: {why}" for line in result.lines for name, why in line.wrong.items()]
    verb = "imported" if result.applied else "would be imported"
    return "\n".join([*lines, f"{result.new} {verb}, {result.there} there already, {result.wrong} wrong."])


def document(result: Result) -> dict[str, Any]:
    """For programs."""
    return {
        "applied": result.applied,
        "new": result.new,
        "there": result.there,
        "wrong": result.wrong,
        "rows": [
            {"row": line.number, "state": line.state, "reference": line.reference, "errors": line.wrong}
            for line in result.lines
        ],
    }
