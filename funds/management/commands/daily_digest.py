"""Sends the daily mail to the officers: to be run once a day, and again where it failed."""

from argparse import ArgumentParser
from datetime import date
from typing import Any

from django.core.management.base import CommandError

from funds.absence import digest
from ledger.commands import Command as OurCommand


class Command(OurCommand):
    help = "One mail to each officer with an address for whom something waits; once a day, failed ones when run again."

    def add_arguments(self, parser: ArgumentParser) -> None:
        super().add_arguments(parser)
        parser.add_argument(
            "--on", type=date.fromisoformat, metavar="DATE", help="the day, year first; only today can be told"
        )
        parser.add_argument("--dry-run", action="store_true", help="print what would be sent; send and record nothing")

    def handle(self, *args: Any, on: date | None, dry_run: bool, json: bool, **options: Any) -> None:
        done = digest.prepared(on=on) if dry_run else digest.send(on=on)
        told = f"{len(done.sent)} sent, {len(done.before)} had theirs, for {len(done.nothing)} nothing waits."
        texts = [f"--- {name}\n{text}" for name, text in done.texts.items()]
        document = {
            "day": f"{done.day}",
            "sent": done.sent,
            "failed": done.failed,
            "had_theirs": done.before,
            "nothing": done.nothing,
            "would_send": done.texts,
        }
        self.say("\n".join([*texts, f"{done.day:%-d %b %Y}: {told}"]), document, as_json=json)
        if done.failed:
            raise CommandError(f"{len(done.failed)} not sent: {', '.join(done.failed)}. Run it again.", returncode=1)
