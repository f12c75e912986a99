"""Writes a sanction order's PDF, drawn from what was frozen when the sanction was made."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from funds.models import SanctionOrder
from funds.paperwork.orders import render
from ledger.commands import Command as OurCommand
from ledger.commands import write_file
from ledger.errors import NotFound
from ledger.money import figures


class Command(OurCommand):
    help = "Writes the PDF of a sanction order; it is the same for everybody and not counted."

    def add_arguments(self, parser: ArgumentParser) -> None:
        super().add_arguments(parser)
        parser.add_argument("number", metavar="NUMBER", help="the sanction's number, such as DAD/2025-26/007")
        parser.add_argument("--out", type=Path, required=True, metavar="FILE", help="where to write the PDF")

    def handle(self, *args: Any, number: str, out: Path, json: bool, **options: Any) -> None:
        rows = SanctionOrder.objects.select_related("disbursement__sanction")
        order = rows.filter(disbursement__sanction__number=number).first()
        if order is None:
            raise NotFound(f"There is no order of a sanction {number}.")
        content = render(order)
        write_file(out, content)
        amount = order.disbursement.sanction.amount
        answer = {"number": number, "amount": f"{amount:.2f}", "digest": order.digest, "file": str(out)}
        self.say(f"{out}: sanction order {number}, {figures(amount)}, {len(content)} bytes", answer, as_json=json)
