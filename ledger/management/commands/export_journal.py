"""Writes a fund's whole journal for an independent program: CSV, or what beancount and hledger read and check."""

import hashlib
from argparse import ArgumentParser
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.core.management.base import CommandError

from ledger.commands import Command as BaseCommand
from ledger.commands import write_parts
from ledger.exports import FORMS, Tally, form_of, journal_of
from ledger.money import grouped


class Command(BaseCommand):
    help = "Writes the whole journal of a fund's book, of one moment, for an independent program."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("fund", metavar="FUND", help="the fund's code, such as HRRF")
        parser.add_argument("--format", dest="form", choices=FORMS, required=True, help="for which program")
        parser.add_argument("--out", type=Path, metavar="FILE", help="where to write it (default: here, as text)")
        super().add_arguments(parser)

    def handle(self, *args: Any, fund: str, form: str, out: Path | None, **options: Any) -> None:
        """With --out the file appears whole or not at all, and one line or document says what it holds."""
        if options["json"] and out is None:
            text = "--json tells about a file: say --out FILE too. Without it the journal itself is printed."
            raise CommandError(text, returncode=2)
        with journal_of(fund) as journal:
            parts = form_of(form).parts(journal)
            if out is None:
                for part in parts:
                    self.stdout.write(part, ending="")
                return
            digest = hashlib.sha256()
            write_parts(out, _hashed(parts, digest))
        document = _document(fund, form, out, journal.tally, digest.hexdigest())
        self.say(_text(document, journal.tally), document, as_json=options["json"])


def _hashed(parts: Iterator[str], digest: Any) -> Iterator[bytes]:
    for part in parts:
        content = part.encode()
        digest.update(content)
        yield content


def _document(fund: str, form: str, out: Path, tally: Tally, digest: str) -> dict[str, Any]:
    """What the file holds, for programs; amounts as texts with two decimals."""
    return {
        "fund": fund,
        "format": form,
        "file": str(out),
        "entries": tally.entries,
        "lines": tally.lines,
        "debit_total": f"{tally.debit_total:.2f}",
        "credit_total": f"{tally.credit_total:.2f}",
        "sha256": digest,
    }


def _text(document: dict[str, Any], tally: Tally) -> str:
    """The same for people."""
    return (
        f"{document['file']}: the journal of {document['fund']} for {document['format']},"
        f" {tally.entries} entries with {tally.lines} lines\n"
        f"Debits  Rs {grouped(tally.debit_total)}\nCredits Rs {grouped(tally.credit_total)}\n"
        f"SHA-256 {document['sha256']}"
    )
