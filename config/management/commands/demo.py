"""Loads the demonstration and runs the main job on it: requests, approvals, vouchers, payments, annual statements."""

import sys
import time
from argparse import ArgumentParser
from typing import Any

from config.demo.loading import load
from ledger.commands import Command as OurCommand


class Command(OurCommand):
    help = "Loads the demonstration data. Running it again adds only what is missing."

    def add_arguments(self, parser: ArgumentParser) -> None:
        super().add_arguments(parser)
        parser.add_argument("--scale", type=int, default=1, metavar="N", help="N times the requests of 2025-26")

    def handle(self, *args: Any, scale: int, json: bool, **options: Any) -> None:
        started = time.monotonic()
        outcome = load(scale=scale, progress=self.progress)
        if sys.stderr.isatty() and outcome.played:
            self.stderr.write("")
        text = f"Played {outcome.played} of {outcome.scenarios} scenarios in {time.monotonic() - started:.1f} s."
        self.say(text, {"played": outcome.played}, as_json=json)

    def progress(self, done: int, total: int, what: str) -> None:
        """One line that is written over on a terminal, else a line now and then, on stderr."""
        if sys.stderr.isatty():
            self.stderr.write(f"\rLoading the demonstration: {done} of {total}, {what}   ", ending="")
        elif done == total or done % 100 == 0:
            self.stderr.write(f"Loading the demonstration: {done} of {total}, {what}")
