"""Leaves of a cheque book in every state of the published table, in a fund of their own."""

from typing import Any

from funds.cheque_books import books, endings
from funds.models import ChequeBook, Instrument
from tests.world import World


def leaves_of(here: World) -> dict[str, dict[str, Any]]:
    """By sheet and state; a used one where the world has a cheque."""
    book, used = ChequeBook.objects.get(fund=here.fund), Instrument.objects.filter(method="cheque").first()
    if used is None:
        used = here.paid()[0]
    given = {"fund": "TEST", "book": book.pk, "kind": "spoilt", "reason": "Ink", "by": here["ddo"]}
    marked, gone = (books.mark_leaf(number=number, **given) for number in ("9801", "9802"))
    witness = here["second_verifier"].officer.pk
    endings.destroy_leaf(fund="TEST", mark=gone.pk, witness=witness, by=here["ddo"])
    leaf = {"unused": "9803", "used": used.number, "marked": marked.number}
    return {
        "leaf": {state: {"book": book.pk, "number": number} for state, number in leaf.items()},
        "spoilt": {"marked": {"pk": marked.pk, "witness": witness}, "destroyed": {"pk": gone.pk, "witness": witness}},
    }
