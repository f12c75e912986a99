"""Writes a voucher's PDF, drawn from its frozen content, or the signed original; this is no counted printing."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from funds.models import Language, Voucher
from funds.signing.originals import signed_original
from funds.vouchers import frozen_intact, render
from ledger.commands import Command as OurCommand
from ledger.commands import write_file
from ledger.errors import NotFound, WrongState
from ledger.money import figures


class Command(OurCommand):
    help = "Writes the PDF of a voucher as it was last printed; printing on the voucher's page counts copies."

    def add_arguments(self, parser: ArgumentParser) -> None:
        super().add_arguments(parser)
        parser.add_argument("number", metavar="NUMBER", help="the voucher's number, such as DAD-2025-26-00005")
        parser.add_argument(
            "--language", choices=Language.values, default="", help="en, ur or both; without it as it was last printed"
        )
        parser.add_argument(
            "--signed", action="store_true", help="the signed original, to the byte as it was handed out"
        )
        parser.add_argument("--out", type=Path, required=True, metavar="FILE", help="where to write the PDF")

    def handle(
        self, *args: Any, number: str, out: Path, language: str, json: bool, signed: bool, **options: Any
    ) -> None:
        voucher = Voucher.objects.select_related("sanction__disbursement", "issued_by").filter(number=number).first()
        if voucher is None:
            raise NotFound(f"There is no voucher {number}.")
        if not frozen_intact(voucher):
            raise WrongState(f"The stored paper of {number} is not the one that was issued. Tell the auditor.")
        content = signed_original(voucher) if signed else _drawn(voucher, language)
        write_file(out, content)
        answer = {"number": number, "amount": f"{voucher.amount:.2f}", "digest": voucher.digest, "file": str(out)}
        self.say(f"{out}: voucher {number}, {figures(voucher.amount)}, {len(content)} bytes", answer, as_json=json)


def _drawn(voucher: Voucher, language: str) -> bytes:
    last = voucher.prints.order_by("-copy").first()
    copy, spoken = (last.copy, language or last.language) if last else (0, language)
    return render(voucher, copy=copy, language=spoken, printed="Drawn by command, no counted printing")
