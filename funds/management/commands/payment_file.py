"""Writes a copy of the file by which a sanction was paid."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.db import transaction

from funds.bank_files import copy_by_command
from funds.models import PaymentRun
from funds.runs.files import sha256
from ledger.commands import Command as OurCommand
from ledger.commands import write_parts

PART = 1 << 20  # bytes


class Command(OurCommand):
    help = "Writes a copy of the file that pays a sanction, of the run that was sent last; the copy is logged."

    def add_arguments(self, parser: ArgumentParser) -> None:
        super().add_arguments(parser)
        parser.add_argument("sanction", metavar="SANCTION", help="the sanction's number, such as HRRF/2025-26/041")
        parser.add_argument("--format", required=True, choices=PaymentRun.Format.values)
        parser.add_argument("--out", type=Path, required=True, metavar="FILE", help="where to write it")

    @transaction.atomic
    def handle(self, *args: Any, sanction: str, format: str, out: Path, json: bool, **options: Any) -> None:
        handed = copy_by_command(sanction=sanction, format=format)
        with handed.stream as stream:
            write_parts(out, iter(lambda: stream.read(PART), b""))
            stream.seek(0)
            digest = sha256(iter(lambda: stream.read(PART), b""))
        answer = {"sanction": sanction, "format": format, "copy": handed.name, "sha256": digest, "file": str(out)}
        self.say(f"{out}: {handed.name}, SHA-256 {digest}", answer, as_json=json)
