"""What the system compares before an officer decides: the awards that a request draws on, each with what is left of it."""

import pytest

from beneficiaries.heirs import waivers
from beneficiaries.models import Heir, Obligation
from funds import disbursements
from funds.requests import checks, overview
from funds.requests.check import Check
from funds.requests.payees import heirs_payees
from tests.world import DAY, World

pytestmark = pytest.mark.django_db


def award(here: World, amount: str) -> Obligation:
    made = here.obligation(amount)
    here.four_heirs(made)
    return made


def told(here: World, asked: dict[Obligation, str]) -> Check:
    """The check of the awards on a new request that asks these totals of them."""
    payees = [payee for row, total in asked.items() for payee in heirs_payees(row, total=total)]
    request = disbursements.create_draft(
        fund=here.fund, kind="diyat", title="Diyat", pay_to="Judge", payees=payees, by=here["case_officer"], on=DAY
    )
    view = overview.load(request, viewer=here["verifier"])
    found = checks.all_of(view, room=None, officer=None, objection="")
    return next(row for row in found if row.title in ("Within the balance of the award", "More than the court ordered"))


def test_every_award_of_the_request_is_told(small_world: World) -> None:
    one, other = award(small_world, "1200000"), award(small_world, "720000")
    said = told(small_world, {one: "1200000", other: "72000"})
    assert said.detail == (
        "Ordered Rs 12,00,000.00, paid before Rs 0.00, left after all live requests Rs 0.00. "
        "Ordered Rs 7,20,000.00, paid before Rs 0.00, left after all live requests Rs 6,48,000.00."
    )
    assert said.state == "passed"


def test_what_heirs_waived_is_not_left(small_world: World) -> None:
    row = award(small_world, "1200000")
    waivers.record_waiver(
        heir=Heir.objects.get(kinship="mother").pk,
        decided_on=DAY,
        reference="Order 12",
        reason="Statement in court",
        by=small_world["case_officer"],
    )
    said = told(small_world, {row: "1000000"})
    assert said.detail == (
        "Ordered Rs 12,00,000.00, paid before Rs 0.00, waived Rs 2,00,000.00, left after all live requests Rs 0.00."
    )
