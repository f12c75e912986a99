"""A worker: does what was asked for in the background. Run as many as the machine has cores to spare, on any number of machines."""

import signal
from argparse import ArgumentParser
from typing import Any

from funds.jobs import worker
from funds.jobs.running import STOP
from ledger.commands import Command as OurCommand


class Command(OurCommand):
    help = "Does the work that waits in the background until it is stopped; Ctrl-C ends it at the next piece of the work at hand."

    def add_arguments(self, parser: ArgumentParser) -> None:
        super().add_arguments(parser)
        parser.add_argument("--once", action="store_true", help="end when nothing waits any more")

    def handle(self, *args: Any, once: bool, json: bool, **options: Any) -> None:
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, lambda *_: STOP.set())
        if not once and not json:
            self.stdout.write("A worker is ready.")
        taken = worker.work(once=once)
        self.say(f"{taken} done." if taken != 1 else "1 done.", {"taken": taken}, as_json=json)
