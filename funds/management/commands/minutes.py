"""Writes adopted minutes of a committee as a PDF."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from funds.committee import agendas
from funds.committee.minutes import get_adoption
from funds.paperwork import minutes_paper
from ledger.commands import Command as OurCommand
from ledger.commands import write_file


class Command(OurCommand):
    help = "Writes the minutes of a committee's meeting, as they were adopted under their number."

    def add_arguments(self, parser: ArgumentParser) -> None:
        super().add_arguments(parser)
        parser.add_argument("number", metavar="NUMBER", help="the minutes' number, such as RELIEF/2025-26/M-001")
        parser.add_argument("--out", type=Path, required=True, metavar="FILE", help="where to write the PDF")

    def handle(self, *args: Any, number: str, out: Path, json: bool, **options: Any) -> None:
        sheet = agendas.sheet(get_adoption(number).meeting)
        content = minutes_paper.minutes(sheet)
        write_file(out, content)
        answer = {"number": number, "items": len(sheet.items), "file": str(out)}
        self.say(f"{out}: minutes {number}, {len(sheet.items)} items, {len(content)} bytes", answer, as_json=json)
