"""The annual statement: its figures, its previous year, its ties, its people."""

from datetime import date
from decimal import Decimal

import pytest

from funds import disbursements, payments, statements
from funds.books import statement_json
from funds.requests.payees import Payee
from ledger.errors import BadInput
from ledger.posting import Draft, credit, debit, post
from tests import world

pytestmark = pytest.mark.django_db


@pytest.fixture
def here(small_world: world.World) -> world.World:
    return small_world


def test_a_payment_counts_when_its_instrument_is_issued(here: world.World) -> None:
    here.vouchered()
    assert statements.build(here.fund, "2025-26").now.paid == 0
    here.paid()
    told = statements.build(here.fund, "2025-26")
    assert (told.now.paid, told.now.people) == (Decimal(20000), 1)
    assert (told.bank, told.uncleared, told.now.closing) == (Decimal(10000000), Decimal(20000), Decimal(9980000))


def test_heirs_count_as_one_prisoner(here: world.World) -> None:
    here.paid(here.diyat())
    assert statements.people_helped(here.fund, date(2025, 7, 1), date(2026, 6, 30)) == 1


def test_a_victim_helped_twice_counts_once(here: world.World) -> None:
    case = here.relief_case()
    for amount in ("20000", "5000"):
        request = disbursements.create_draft(
            fund=here.fund,
            kind="relief_grant",
            title="Relief grant",
            pay_to=str(case.person),
            payees=[Payee(case=case, amount=amount, person=case.person)],
            by=here["case_officer"],
            on=world.DAY,
        )
        here.paid(request)
    told = statements.build(here.fund, "2025-26")
    assert (told.now.people, told.now.paid) == (1, Decimal(25000))


def test_a_failed_payment_does_not_count(here: world.World) -> None:
    cheque = here.paid()[0]
    payments.fail_instrument(instrument=cheque.pk, state="returned", reason="x", by=here["reconciler"], on=world.DAY)
    told = statements.build(here.fund, "2025-26")
    assert (told.now.paid, told.now.people) == (0, 0)


def test_previous_column_is_the_span_before(here: world.World) -> None:
    here.paid()
    told = statements.build(here.fund, "2026-27")
    assert (told.now.opening, told.before.closing, told.before.paid) == (9980000, 9980000, 20000)
    both = statements.build(here.fund, "2025-26", "2026-27")
    assert (both.before.start, both.before.end) == (date(2023, 7, 1), date(2025, 6, 30))
    assert len(both.months) == 24
    assert sum(amount for _, amount in both.months) == both.now.paid


def test_json_has_the_fixed_keys(here: world.World) -> None:
    here.paid()
    told = statement_json.to_json(statements.build(here.fund, "2025-26"))
    assert told["payments_total"] == "20000.00"
    assert set(told) >= {
        "fund",
        "from_year",
        "to_year",
        "opening_balance",
        "receipts_total",
        "payments_total",
        "closing_balance",
        "people_helped",
        "sections",
    }
    tie_out = told["sections"]["tie_out"]
    assert {tie["difference"] for tie in tie_out} == {"0.00"}


def test_an_entry_outside_the_known_flows_breaks_the_tie(here: world.World) -> None:
    lines = (debit("A-ADM", Decimal(10)), credit("F-BNK", Decimal(10)))
    post(Draft("TEST", world.DAY, "stray", "x", "x", "stray:1", lines), by=here["fund_manager"])
    with pytest.raises(statements.StatementBroken, match="Payments"):
        statements.build(here.fund, "2025-26")


@pytest.mark.parametrize(("first", "last"), [("2025", None), ("2025-27", None), ("2025-26", "2024-25")])
def test_bad_years(here: world.World, first: str, last: str | None) -> None:
    with pytest.raises(BadInput):
        statements.build(here.fund, first, last)
