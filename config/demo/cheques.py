"""Leaves that nothing is drawn on: one spoilt by the printer and destroyed, one void and still there."""

from datetime import date
from functools import partial

from config.demo.invent import MONEY
from config.demo.scenario import Scenario
from config.demo.stage import Stage
from funds.cheque_books import books, endings, leaves
from funds.models import LeafMark
from ledger.roles import Role

FIRST = 750  # nobody is invented here, so the numbers only have to be others
LEFT_OUT = {"DAD": ("The printer tore it", True), "HRRF": ("The bank's number is printed twice", False)}


def scenarios(today: date) -> list[Scenario]:
    rows = enumerate(LEFT_OUT.items())
    return [
        Scenario(f"cheques:{fund}", today, MONEY, FIRST + number, partial(_play, fund, *told))
        for number, (fund, told) in rows
    ]


def done() -> set[str]:
    """The keys of the scenarios whose rows are there."""
    return {f"cheques:{fund}" for fund in LeafMark.objects.values_list("book__fund__code", flat=True)}


def _play(code: str, reason: str, destroyed: bool, stage: Stage, key: str) -> None:
    """A leaf at the end of the fund's last book, where the course of requests does not come."""
    fund = stage.fund(code)
    ddo = stage.officer(Role.DDO, fund.office.code)
    book = leaves.books_of(fund)[-1]
    row = books.mark_leaf(
        fund=code,
        book=book.pk,
        number=book.number(book.last),
        kind="spoilt" if destroyed else "void",
        reason=reason,
        by=ddo,
    )
    if destroyed:
        endings.destroy_leaf(fund=code, mark=row.pk, witness=endings.witnesses(fund, by=ddo)[0].pk, by=ddo)
