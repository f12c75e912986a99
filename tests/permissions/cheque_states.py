"""Leaves of a cheque book in every state of the published table, in a fund of their own."""

from datetime import date
from decimal import Decimal
from typing import Any

from funds import payments
from funds.cheque_books import books, endings
from funds.models import ChequeBook, Instrument, SecondSignature
from ledger.roles import Role
from tests import world
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


def cheques_of(here: World) -> dict[str, dict[str, Any]]:
    """Issued by a second DDO in a fund whose cheques two people sign; others in one where one does."""
    made = here.users["second_ddo"] = world.make_user("second_ddo", here.office, Role.DDO)
    fund = world.make_fund(here["second_manager"], here.office, code="TWO")
    SecondSignature.objects.create(fund=fund, minimum=Decimal(1), effective_from=date(2020, 7, 1), source="House rules")
    request = here.vouchered(here.draft(fund=fund)).sanction.disbursement
    line = request.lines.get().pk
    unsigned = payments.issue_instrument(disbursement=request.pk, line=line, number="1", by=made, on=world.DAY)
    return {"unsigned": {"pk": unsigned.pk}, "ready": {"pk": here.paid()[0].pk}, "done": {"pk": here.cleared()[0].pk}}


def unclaimed(here: World) -> None:
    """A lapsable fund with a cheque that failed after its year."""
    fund = world.make_fund(here["second_manager"], here.office, code="GONE", lapsable=True)
    paid = here.paid(here.draft(fund=fund))[0]
    payments.fail_instrument(instrument=paid.pk, state="stale", reason="x", by=here["reconciler"], on=date(2026, 8, 3))
