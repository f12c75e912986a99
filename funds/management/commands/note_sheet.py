"""Writes the note sheet of a request as a PDF."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from funds.models import Disbursement
from funds.paperwork import noting
from ledger.commands import Command as OurCommand
from ledger.commands import write_file
from ledger.errors import NotFound


class Command(OurCommand):
    help = "Writes the note sheet of a request: its noting as it stands now."

    def add_arguments(self, parser: ArgumentParser) -> None:
        super().add_arguments(parser)
        parser.add_argument("number", metavar="NUMBER", help="the request's number, such as DAD/2025-26/R-011")
        parser.add_argument("--out", type=Path, required=True, metavar="FILE", help="where to write the PDF")

    def handle(self, *args: Any, number: str, out: Path, json: bool, **options: Any) -> None:
        rows = Disbursement.objects.select_related("fund", "year", "office", "maker__officer")
        request = rows.filter(number=number).first()
        if request is None:
            raise NotFound(f"There is no request {number}.")
        content, notes = noting.note_sheet(request), len(noting.notes_of(request))
        write_file(out, content)
        answer = {"number": number, "notes": notes, "file": str(out)}
        self.say(f"{out}: note sheet of {number}, {notes} paragraphs, {len(content)} bytes", answer, as_json=json)
