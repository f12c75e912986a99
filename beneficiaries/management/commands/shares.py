"""Prints the shares of a family by Hanafi law: an aid, the court's figures count."""

from argparse import ArgumentParser, ArgumentTypeError
from collections import Counter
from decimal import Decimal
from typing import Any

from beneficiaries.heirs.kinship import Kin, read_family
from beneficiaries.heirs.shares import Row, rows
from beneficiaries.inheritance import LIMITS, Division, divide
from ledger.commands import Command as BaseCommand
from ledger.errors import BadInput
from ledger.money import AmountError, figures, parse_amount


class Command(BaseCommand):
    help = "The shares of a family by Hanafi law, each step in words. An aid: the court's figures count."

    def add_arguments(self, parser: ArgumentParser) -> None:
        words = ", ".join(Kin)
        parser.add_argument("heirs", metavar="HEIRS", type=_family, help=f"as wife=1,mother=1,son=2; words: {words}")
        parser.add_argument("--award", metavar="RUPEES", type=_award, help="also split this amount in rupees")
        super().add_arguments(parser)

    def handle(self, *args: Any, heirs: dict[Kin, int], award: Decimal | None, **options: Any) -> None:
        found = divide(heirs)
        divided = rows(found, award)
        self.say("\n".join(text(found, divided)), document(found, divided, award), as_json=options["json"])


def _family(text: str) -> dict[Kin, int]:
    try:
        return read_family(text)
    except BadInput as refusal:
        raise ArgumentTypeError(refusal.detail) from refusal


def _award(text: str) -> Decimal:
    try:
        return parse_amount(text)
    except AmountError as error:
        raise ArgumentTypeError(str(error)) from error


def document(found: Division, divided: list[Row], award: Decimal | None) -> dict[str, Any]:
    """For programs: `share` and `amount` of each person, the least where a rupee over makes them differ; `amounts` one after
    the other, `total` of all of that kinship together."""
    heirs = [
        {
            "heir": row.kin.value,
            "number": row.number,
            "share": row.share,
            "amount": _text(row.amount),
            "amounts": [str(amount) for amount in row.amounts],
            "total": _text(row.total),
        }
        for row in divided
    ]
    return {
        "divisor": found.divisor,
        "award": None if award is None else str(sum((row.total or Decimal(0) for row in divided), Decimal("0.00"))),
        "heirs": heirs,
        "steps": list(found.steps),
        "limits": list(LIMITS),
    }


def _text(amount: Decimal | None) -> str | None:
    return None if amount is None else str(amount)


def text(found: Division, divided: list[Row]) -> list[str]:
    """For people."""
    lines = [f"{number}. {step}" for number, step in enumerate(found.steps, 1)] + [""]
    for row in divided:
        each = " each" if row.number > 1 else ""
        lines.append(f"{row.number:>3} {row.kin.label:<22}{row.share + each:>16}{_paid(row)}".rstrip())
    return [*lines, "", *LIMITS]


def _paid(row: Row) -> str:
    """'Rs 1,00,000.00'; of several people what each takes and what they take together."""
    if row.total is None:
        return ""
    if row.number == 1:
        return f"{figures(row.total):>24}"
    each = [f"{times} x {figures(amount)}" for amount, times in Counter(row.amounts).items()]
    return f"{figures(row.total):>24} together: {', '.join(each)}"
