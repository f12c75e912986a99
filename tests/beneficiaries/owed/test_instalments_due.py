"""Late instalments over all cases: who is in the list, in which order, who sees it, and what it costs to read."""

from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal

from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from beneficiaries import cases
from beneficiaries.casework import case_changes
from beneficiaries.models import Obligation
from beneficiaries.owed import instalments, orders, prior_payments
from beneficiaries.owed.instalments_due import PlanDue, late_count, plans_due
from funds import disbursements, payments
from funds.requests.payees import Payee
from ledger.clock import today
from tests.funds.pages import words
from tests.world import DAY, World

Browse = Callable[[str], Client]


def planned(w: World, *days: int, amount: str = "30000") -> Obligation:
    """A fine of equal instalments, each so many days before (below zero) or after today."""
    fine = w.obligation(str(int(amount) * len(days)), "fine")
    parts = [(today() + timedelta(days=at), amount) for at in days]
    instalments.record_plan(
        obligation=fine.pk, decided_on=DAY, reference="Order 9", instalments=parts, by=w["case_officer"]
    )
    return fine


def shown(w: World, role: str = "case_officer") -> list[tuple[Obligation, str]]:
    return [(row.obligation, row.state) for row in plans_due(w[role])]


def test_the_longest_late_comes_first_and_what_is_far_off_not_at_all(w: World) -> None:
    soon, late, later, today_, _ = (
        planned(w, 30),
        planned(w, -3, 60),
        planned(w, -40, -10, 20),
        planned(w, 0, 90),
        planned(w, 31),
    )
    assert shown(w) == [(later, "late"), (late, "late"), (today_, "soon"), (soon, "soon")]
    first: PlanDue = plans_due(w["case_officer"])[0]
    assert (first.days_late, first.missed, first.schedule.due_now, first.schedule.left) == (40, 2, 60_000, 90_000)
    assert late_count(w["case_officer"]) == 2 and late_count(w["auditor"]) == 0


def test_what_others_paid_and_a_later_plan_take_it_from_the_list(w: World) -> None:
    fine, again = planned(w, -3, 60), planned(w, -5, 60)
    give = {"obligation": fine.pk, "payer": "The family", "paid_on": DAY, "by": w["case_officer"]}
    prior_payments.record_prior_payment(amount="29999.99", **give)
    assert (fine, "late") in shown(w)
    prior_payments.record_prior_payment(amount="0.01", **give)
    assert shown(w) == [(again, "late")]
    for reference, days, left in (("Order 10", 400, []), ("Order 11", 10, [(again, "soon")])):
        parts = [(today() + timedelta(days=days), "60000")]
        instalments.record_plan(
            obligation=again.pk, decided_on=DAY, reference=reference, instalments=parts, by=w["case_officer"]
        )
        assert shown(w) == left


def test_what_our_fund_paid_counts_and_what_it_only_asks_does_not(w: World) -> None:
    fine = planned(w, -3, 60)
    request = disbursements.create_draft(
        fund=w.fund, kind="fine", title="Fine", pay_to="Treasury", by=w["case_officer"], on=DAY,
        payees=[Payee(case=fine.order.case, amount="30000", obligation=fine, payee_kind="treasury",
                      payee_name="Treasury", method="challan")],
    )  # fmt: skip
    assert shown(w) == [(fine, "late")]
    (paid,) = w.paid(request)
    assert shown(w) == []
    payments.fail_instrument(instrument=paid.pk, state="returned", reason="Wrong head", by=w["reconciler"])
    assert shown(w) == [(fine, "late")]


def test_a_case_set_aside_and_another_office_are_left_out(w: World) -> None:
    fine = planned(w, -3)
    person = w.person("Convict Khan", by=w["quetta"])
    case = cases.open_prisoner_case(
        person=person, prison=w.prison, prisoner_number="9", sections="s.302 PPC", opened_on=DAY, by=w["quetta"]
    )
    order = orders.record_order(case=case, court=w.court, number="SC 1", decided_on=date(2019, 3, 14), by=w["quetta"])
    other = orders.record_obligation(order=order, kind="fine", amount_ordered="500", by=w["quetta"])
    instalments.record_plan(
        obligation=other.pk, decided_on=DAY, reference="Order 9", instalments=[(DAY, "500")], by=w["quetta"]
    )
    assert shown(w, "quetta") == [(other, "late")]
    assert {row for row, _ in shown(w)} == {fine, other}  # a federal office sees all
    case_changes.set_aside(case=case.pk, reason="Opened twice", by=w["quetta"])
    assert shown(w, "quetta") == [] and shown(w) == [(fine, "late")]


def test_the_page_its_tabs_and_the_first_page(w: World, browse: Browse) -> None:
    client = browse("case_officer")
    assert "No instalment is late" in words(client.get("/instalments/"))
    assert "Instalments are late" not in words(client.get("/"))
    late, soon = planned(w, -3, 60), planned(w, 5, amount="700")
    page = words(client.get("/instalments/"))
    assert late.order.case.number in page and soon.order.case.number not in page
    assert "3 days late" in page and "Rs 30,000.00 is late in all" in page
    page = words(client.get("/instalments/?when=soon"))
    assert soon.order.case.number in page and late.order.case.number not in page
    assert "Instalments are late in 1 case" in words(client.get("/"))
    assert "Instalments are late" not in words(browse("ddo").get("/"))
    assert browse("fund_manager").get("/instalments/").status_code == 403


def test_ten_plans_cost_no_more_queries_than_one(w: World) -> None:
    def cost() -> int:
        with CaptureQueriesContext(connection) as seen:
            plans_due(w["case_officer"])
        return len(seen)

    planned(w, -3, 60)
    one = cost()
    for _ in range(9):
        planned(w, -3, 60)
    assert len(plans_due(w["case_officer"])) == 10 and cost() == one
    assert plans_due(w["case_officer"])[0].schedule.due_now == Decimal(30_000)
