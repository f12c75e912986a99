"""Writes a receipt's PDF, drawn from its row; this is no counted printing."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from funds.models import Receipt
from funds.receipts.printing import last_copy, render
from ledger.commands import Command as OurCommand
from ledger.commands import write_file
from ledger.errors import NotFound
from ledger.money import figures


class Command(OurCommand):
    help = "Writes the PDF of a receipt as it was last printed; printing on the receipt's page counts copies."

    def add_arguments(self, parser: ArgumentParser) -> None:
        super().add_arguments(parser)
        parser.add_argument("number", metavar="NUMBER", help="the receipt's number, such as DAD-2025-26-RC-0001")
        parser.add_argument("--out", type=Path, required=True, metavar="FILE", help="where to write the PDF")

    def handle(self, *args: Any, number: str, out: Path, json: bool, **options: Any) -> None:
        rows = Receipt.objects.select_related("fund", "year", "recorded_by", "budget_head")
        row = rows.filter(number=number).first()
        if row is None:
            raise NotFound(f"There is no receipt {number}.")
        content = render(row, copy=last_copy(row), printed="Drawn by command, no counted printing")
        write_file(out, content)
        answer = {"number": number, "amount": f"{row.amount:.2f}", "file": str(out)}
        self.say(f"{out}: receipt {number}, {figures(row.amount)}, {len(content)} bytes", answer, as_json=json)
