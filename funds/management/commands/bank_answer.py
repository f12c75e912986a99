"""Takes the bank's status report on a payment run."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.contrib.auth.models import User
from django.core.management.base import CommandError

from funds import bank_files, payment_runs
from ledger.commands import Command as OurCommand
from ledger.errors import NotFound


class Command(OurCommand):
    help = "Takes a pain.002.001.10 on a run that was sent, whole or not at all; the same file again changes nothing."

    def add_arguments(self, parser: ArgumentParser) -> None:
        super().add_arguments(parser)
        parser.add_argument("run", metavar="RUN", help="the run's number, such as HRRF-2025-26-PR-00001")
        parser.add_argument("file", type=Path, metavar="FILE")
        parser.add_argument("--by", metavar="USER", required=True, help="the DDO or reconciler")

    def handle(self, *args: Any, run: str, file: Path, by: str, json: bool, **options: Any) -> None:
        user = User.objects.filter(username=by).first() if "\0" not in by else None
        if user is None:
            raise NotFound(f"There is no user {by!r}.")
        row = payment_runs.visible_runs(user).filter(number=run).first() if "\0" not in run else None
        if row is None:
            raise NotFound(f"There is no payment run {run!r} in your office.")
        try:
            with file.open("rb") as stream:
                row = bank_files.take_answer(run=row.pk, stream=stream, by=user)
        except OSError as error:
            raise CommandError(f"{file} could not be read: {error.strerror}.", returncode=1) from error
        self.say(
            f"{row.number}: {row.get_state_display().lower()}", {"number": row.number, "state": row.state}, as_json=json
        )
