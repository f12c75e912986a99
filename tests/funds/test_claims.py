"""Each rupee of an order is asked for once in all funds, and a reason is on record where policy wants one.

Asked of the services, of the database in raw SQL as the application, and of two officers at the same moment.
"""

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any

import psycopg2
import pytest
from django.db import IntegrityError, transaction

from beneficiaries import cases, documents
from beneficiaries.casework import case_changes, ceilings, earlier_help, readiness
from beneficiaries.casework.money import obligations_of
from beneficiaries.models import Case, DiyatValue, Limit, Obligation, Pair, ViolationCeiling
from beneficiaries.owed import prior_payments
from beneficiaries.people import merging
from funds import approvals, disbursements, payments, vouchers
from funds.models import Disbursement, Fund, PayeeLine
from funds.requests import claims
from funds.requests.payees import Payee
from ledger.errors import BadInput, NotAllowed, NotFound, WrongState
from tests import world
from tests.funds.test_races import together
from tests.world import DAY, World, said_of

SINCE = date(2020, 7, 1)


@pytest.fixture
def w(small_world: World) -> World:
    return small_world


def second_fund(w: World) -> Fund:
    return world.make_fund(w["fund_manager"], w.office, code="TWO", lapsable=False, money="10000000")


def ask_fine(w: World, fine: Obligation, amount: str, *, fund: Fund | None = None) -> Disbursement:
    """A draft that pays so much of a fine into the treasury."""
    payee = Payee(
        case=fine.order.case, amount=amount, obligation=fine, payee_kind="treasury", payee_name="District Treasury",
        method="challan",
    )  # fmt: skip
    return disbursements.create_draft(
        fund=fund or w.fund, kind="fine", title="Fine", pay_to="Treasury", payees=[payee], by=w["case_officer"], on=DAY
    )


def ask_grant(w: World, case: Case, amount: str = "20000", *, fund: Fund | None = None) -> Disbursement:
    payee = Payee(case=case, amount=amount, person=case.person)
    return disbursements.create_draft(
        fund=fund or w.fund,
        kind="relief_grant",
        title="Grant",
        pay_to="Victim",
        payees=[payee],
        by=w["case_officer"],
        on=DAY,
    )


def test_two_funds_share_one_balance(w: World) -> None:
    fine, other = w.obligation("50000", "fine"), second_fund(w)
    ask_fine(w, fine, "30000")
    with pytest.raises(BadInput, match="1 thing") as refusal:
        ask_fine(w, fine, "20000.01", fund=other)
    assert "Rs 20,000.00" in refusal.value.fields["lines.1.amount"]
    ask_fine(w, fine, "20000", fund=other)
    (owed,) = obligations_of(fine.order.case)
    assert (owed.asked, owed.left) == (50_000, 0)


def test_a_cancelled_request_gives_its_claim_back(w: World) -> None:
    fine = w.obligation("50000", "fine")
    first = ask_fine(w, fine, "50000")
    disbursements.cancel(disbursement=first.pk, by=w["case_officer"], reason="Withdrawn")
    ask_fine(w, fine, "50000")


def test_what_others_pay_meanwhile_stops_the_request_at_every_step(w: World) -> None:
    fine = w.obligation("50000", "fine")
    draft, agreed = ask_fine(w, fine, "10000"), w.at_sanction(ask_fine(w, fine, "20000"))
    paid = w.vouchered(ask_fine(w, fine, "20000")).sanction.disbursement
    prior = prior_payments.record_prior_payment(
        obligation=fine.pk, amount="1", paid_on=DAY, payer="The family", by=w["case_officer"]
    )
    with pytest.raises(claims.NotReady, match="others have paid") as refusal:
        w.submitted(draft)
    assert refusal.value.ids == (fine.order.case_id,)
    with pytest.raises(claims.NotReady):
        approvals.approve(disbursement=agreed.pk, by=w["approver"], on=DAY)
    with pytest.raises(claims.NotReady):
        pay(w, paid)
    assert [point.title for point in readiness.missing(readiness.points(fine.order.case, on=DAY))] == [
        "Fine: asked beyond the order"
    ]
    prior_payments.strike_prior_payment(payment=prior.pk, reason="Another man's", by=w["case_officer"])
    pay(w, paid)


def pay(w: World, request: Disbursement) -> None:
    line = request.lines.get()
    payments.issue_instrument(
        disbursement=request.pk, line=line.pk, number="9901", said=said_of(line), by=w["ddo"], on=DAY
    )


def test_a_surety_bond_and_a_case_set_aside_take_no_money(w: World) -> None:
    fine = w.obligation("50000", "fine")
    bond = cases.record_obligation(order=fine.order, kind="surety_bond", amount_ordered="9000", by=w["case_officer"])
    with pytest.raises(BadInput) as refusal:
        ask_fine(w, bond, "9000")
    assert any("contingent" in text or "surety" in text for text in refusal.value.fields.values())
    case = w.relief_case()
    case_changes.set_aside(case=case.pk, reason="Opened twice", by=w["case_officer"])
    case.refresh_from_db()
    with pytest.raises(BadInput) as refusal:
        ask_grant(w, case)
    assert "set aside" in refusal.value.fields["lines.1.case"]


INSERT = """
    INSERT INTO funds_payeeline (disbursement_id, position, case_id, obligation_id, payee_kind, payee_name, payee_relation, cnic,
        method, iban, account_title, share, amount) VALUES (%s, 99, %s, %s, 'treasury', 'T', '', '', 'challan', '', '', '', %s)
"""


@pytest.mark.django_db(transaction=True)
def test_raw_sql_cannot_ask_beyond_the_order(new_connection: Callable[[], Any]) -> None:
    w = world.build()
    fine = w.obligation("50000", "fine")
    bond = cases.record_obligation(order=fine.order, kind="surety_bond", amount_ordered="9000", by=w["case_officer"])
    draft = ask_fine(w, fine, "30000")
    aside = w.relief_case()
    case_changes.set_aside(case=aside.pk, reason="Opened twice", by=w["case_officer"])
    case = fine.order.case_id

    def refused(statement: str, values: list[Any], isolation: str = "") -> None:
        raw = new_connection()
        with raw.cursor() as cursor, pytest.raises(psycopg2.Error) as refusal:
            if isolation:
                cursor.execute(f"SET TRANSACTION ISOLATION LEVEL {isolation}")
            cursor.execute(statement, values)
        assert refusal.value.pgcode == "23F20", refusal.value
        raw.rollback()

    refused(INSERT, [draft.pk, case, fine.pk, 20_001])
    refused(INSERT, [draft.pk, case, bond.pk, 1])
    refused(INSERT, [draft.pk, aside.pk, None, 1])
    refused("UPDATE funds_payeeline SET amount = 50001 WHERE disbursement_id = %s", [draft.pk])
    for isolation in ("REPEATABLE READ", "SERIALIZABLE"):  # their sums would be old ones
        refused(INSERT, [draft.pk, case, fine.pk, 1], isolation)
    raw = new_connection()
    with raw.cursor() as cursor:
        cursor.execute(INSERT, [draft.pk, case, fine.pk, 20_000])
    raw.rollback()


@pytest.mark.django_db(transaction=True)
@pytest.mark.race
def test_two_connections_at_once_cannot_both_claim(new_connection: Callable[[], Any]) -> None:
    """The second waits for the first to end, then sees its line. Raw SQL: no service locks or looks before."""
    w = world.build()
    fine, other = w.obligation("50000", "fine"), second_fund(w)
    drafts = [ask_fine(w, fine, "1"), ask_fine(w, fine, "1", fund=other)]
    first, second = new_connection(), new_connection()
    with first.cursor() as one, second.cursor() as two:
        one.execute(INSERT, [drafts[0].pk, fine.order.case_id, fine.pk, 40_000])
        two.execute("SET lock_timeout = '200ms'")
        with pytest.raises(psycopg2.errors.LockNotAvailable):  # it waits for the other's end
            two.execute(INSERT, [drafts[1].pk, fine.order.case_id, fine.pk, 40_000])
        second.rollback()
        first.commit()
        with pytest.raises(psycopg2.Error) as refusal:
            two.execute(INSERT, [drafts[1].pk, fine.order.case_id, fine.pk, 40_000])
        assert refusal.value.pgcode == "23F20"


@pytest.mark.django_db(transaction=True)
@pytest.mark.race
def test_many_officers_at_once_claim_a_fine_once() -> None:
    w = world.build()
    fine, other = w.obligation("50000", "fine"), second_fund(w)
    outcomes = together([lambda fund=fund: ask_fine(w, fine, "30000", fund=fund) for fund in (w.fund, other) * 4])
    assert outcomes == {"done": 1, "bad_input": 7}
    assert PayeeLine.objects.get().amount == 30_000


@pytest.mark.django_db(transaction=True)
@pytest.mark.race
def test_control_without_the_rule_both_claim(new_connection: Callable[[], Any], owner_cursor: Any) -> None:
    w = world.build()
    fine, other = w.obligation("50000", "fine"), second_fund(w)
    drafts = [ask_fine(w, fine, "1"), ask_fine(w, fine, "1", fund=other)]
    (name,) = [rule.get_pgid(PayeeLine) for rule in PayeeLine._meta.triggers if rule.name == "asked_once"]
    owner_cursor.execute(f"ALTER TABLE funds_payeeline DISABLE TRIGGER {name}")
    try:
        raws = [new_connection() for _ in drafts]
        for raw, draft in zip(raws, drafts, strict=True):
            raw.cursor().execute(INSERT, [draft.pk, fine.order.case_id, fine.pk, 40_000])
        for raw in raws:
            raw.commit()
    finally:
        owner_cursor.execute(f"ALTER TABLE funds_payeeline ENABLE ALWAYS TRIGGER {name}")
    (owed,) = obligations_of(fine.order.case)
    assert owed.left == Decimal(-30_002)


def years(value: int = 3) -> None:
    Limit.objects.create(code="earlier_help_years", value=value, effective_from=SINCE, source="Default")


def test_other_help_needs_a_reason_once_and_then_again_for_new_help(w: World) -> None:
    years()
    w.submitted()
    first = w.submitted(ask_grant(w, w.relief_case()))
    person = first.lines.get().person
    assert person is not None
    again = w.relief_case(person)
    draft = ask_grant(w, again)
    with pytest.raises(claims.NotReady, match=f"{again.number}: other help needs a reason"):
        w.submitted(draft)
    assert [(row.fund, row.amount, row.number) for row in earlier_help.helps(again, on=DAY, to=w["auditor"])] == [
        ("TEST", 20_000, first.number)
    ]
    for by, refused in (("verifier", NotAllowed), ("quetta", NotFound)):
        with pytest.raises(refused):
            earlier_help.record_reason(case=again.pk, reason="Mine", by=w[by])
    made = earlier_help.record_reason(case=again.pk, reason="The house burnt down too", by=w["case_officer"])
    assert made.requests == [first.pk] and made.recorded_by == w["case_officer"]
    with pytest.raises(WrongState, match="needs a reason now"):
        earlier_help.record_reason(case=again.pk, reason="Twice", by=w["case_officer"])
    w.submitted(draft)
    third = ask_grant(w, w.relief_case(person))
    with pytest.raises(claims.NotReady):
        w.submitted(third)


def test_help_before_the_years_or_never_submitted_does_not_count(w: World) -> None:
    years(1)
    old = w.submitted(ask_grant(w, w.relief_case()))
    person = old.lines.get().person
    assert person is not None
    case = w.relief_case(person)
    ask_grant(w, w.relief_case(person))  # a draft is not help yet
    assert [row.request for row in earlier_help.helps(case, on=date(2026, 9, 26))] == [old.pk]
    assert earlier_help.helps(case, on=date(2026, 9, 27)) == []
    assert earlier_help.helps(old.lines.get().case, on=DAY)[0].same_case


def test_another_offices_help_is_told_without_its_file(w: World) -> None:
    """The ministry helps somebody whom Quetta registered; Quetta reads fund, amount and day, nothing else."""
    years()
    person = w.person("Gul Bibi", by=w["quetta"])
    here = w.relief_case(person, by=w["quetta"])
    there = w.relief_case(person)
    request = w.submitted(ask_grant(w, there))
    (row,) = earlier_help.helps(here, on=DAY, to=w["quetta"])
    assert (row.fund, row.amount, row.on, row.number) == ("TEST", 20_000, DAY, "")
    assert earlier_help.helps(here, on=DAY, to=w["auditor"])[0].number == request.number
    told = "; ".join(claims.help_words(here, to=w["quetta"]))
    assert "TEST, Rs 20,000.00" in told and request.number not in told and "a reason is needed" in told


def test_instalments_of_one_sum_are_not_other_help(w: World) -> None:
    years()
    fine = w.obligation("50000", "fine")
    w.submitted(ask_fine(w, fine, "20000"))
    w.submitted(ask_fine(w, fine, "20000"))


def ceiling(amount: str, **change: Any) -> None:
    ViolationCeiling.objects.create(
        violation="torture", amount=amount, effective_from=SINCE, source="Default", **change
    )


def test_above_the_ceiling_an_authority_permits(w: World) -> None:
    ceiling("25000", effective_to=date(2025, 9, 26))
    case, other = w.relief_case(), second_fund(w)
    w.submitted(ask_grant(w, case))
    second = ask_grant(w, case, "10000", fund=other)
    with pytest.raises(claims.NotReady, match=r"Rs 30,000\.00 of grants are above the ceiling, Rs 25,000\.00"):
        w.submitted(second)
    with pytest.raises(NotAllowed):
        ceilings.permit_more(case=case.pk, up_to="30000", reason="Three children", by=w["case_officer"])
    ViolationCeiling.objects.update(effective_to=None)
    with pytest.raises(BadInput, match="within the ceiling"):
        ceilings.permit_more(case=case.pk, up_to="25000", reason="Three children", by=w["approver"])
    ceilings.permit_more(case=case.pk, up_to="30000", reason="Three children", by=w["approver"])
    with pytest.raises(WrongState):
        ceilings.permit_more(case=case.pk, up_to="30000", reason="Three children", by=w["approver"])
    assert w.submitted(second).state == "submitted"


def test_a_ceiling_holds_for_its_days_only(w: World) -> None:
    ceiling("5000", effective_to=date(2025, 9, 25))
    w.submitted()  # on the 26th


def value(amount: str) -> None:
    DiyatValue.objects.create(year="2018-19", amount=amount, source="Gazette")  # of the orders of 14 Mar 2019


def test_diyat_below_the_value_needs_the_courts_own_paper(w: World) -> None:
    value("1200000.01")
    draft = w.diyat()
    case = draft.lines.first().case  # type: ignore[union-attr]
    judgment = case.papers.get()
    documents.withdraw(paper=judgment.pk, reason="Too dark", by=w["case_officer"])
    documents.waive(case=case.pk, kind="judgment", reason="The court is closed", by=w["verifier"])
    with pytest.raises(claims.NotReady, match="below the notified value"):
        w.submitted(draft)
    w.paper(case, "judgment", text="Read better")
    w.submitted(draft)


def test_diyat_at_the_value_may_go_by_a_waived_paper(w: World) -> None:
    value("1200000")
    draft = w.diyat()
    case = draft.lines.first().case  # type: ignore[union-attr]
    documents.withdraw(paper=case.papers.get().pk, reason="Too dark", by=w["case_officer"])
    documents.waive(case=case.pk, kind="judgment", reason="The court is closed", by=w["verifier"])
    w.submitted(draft)


def help_on_a_merged_record(w: World) -> Disbursement:
    """A draft for somebody who was paid, in another person's case, under a record that was merged since."""
    years()
    gone, kept = w.person("Zaynab", cnic=None), w.person("Zainab Bibi")
    payee = Payee(case=w.relief_case(), amount="20000", person=gone)
    w.paid(
        disbursements.create_draft(
            fund=w.fund, kind="relief_grant", title="G", pay_to="Z", payees=[payee], by=w["case_officer"], on=DAY
        )
    )
    pair = Pair.objects.get(first=gone, second=kept)
    merging.merge(pair=pair.pk, keep=kept.pk, reason="One card", by=w["verifier"])
    return ask_grant(w, w.relief_case(kept))


def test_help_on_a_merged_record_needs_a_reason(w: World) -> None:
    draft = help_on_a_merged_record(w)
    with pytest.raises(claims.NotReady, match="other help needs a reason"):
        w.submitted(draft)
    case = draft.lines.get().case
    assert [row.amount for row in earlier_help.helps(case, on=DAY)] == [20_000]


@pytest.mark.parametrize(
    ("missing", "code"),
    [("help", "23F22"), ("merged", "23F22"), ("ceiling", "23F23"), ("diyat", "23F24"), ("owed", "23F21")],
)
def test_the_database_refuses_the_submission_without_the_service(
    w: World, monkeypatch: pytest.MonkeyPatch, missing: str, code: str
) -> None:
    if missing == "help":
        years()
        person = w.submitted(ask_grant(w, w.relief_case())).lines.get().person
        draft = ask_grant(w, w.relief_case(person))
    elif missing == "merged":
        draft = help_on_a_merged_record(w)
    elif missing == "ceiling":
        ceiling("19999")
        draft = w.draft()
    elif missing == "diyat":
        value("9999999")
        draft = w.diyat()
        case = draft.lines.first().case  # type: ignore[union-attr]
        documents.withdraw(paper=case.papers.get().pk, reason="Too dark", by=w["case_officer"])
        documents.waive(case=case.pk, kind="judgment", reason="The court is closed", by=w["verifier"])
    else:
        fine = w.obligation("50000", "fine")
        draft = ask_fine(w, fine, "50000")
        prior_payments.record_prior_payment(
            obligation=fine.pk, amount="1", paid_on=DAY, payer="X", by=w["case_officer"]
        )
    monkeypatch.setattr(claims, "require", lambda request, on: None)
    with pytest.raises(IntegrityError) as refusal, transaction.atomic():
        w.submitted(draft)
    assert refusal.value.__cause__.pgcode == code  # type: ignore[union-attr]


@pytest.mark.parametrize("step", ["voucher", "instrument", "sanction"])
def test_the_database_refuses_later_steps_without_the_service(
    w: World, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    fine = w.obligation("50000", "fine")
    draft = ask_fine(w, fine, "50000")
    steps = {"voucher": w.sanctioned, "sanction": w.at_sanction}
    request = steps[step](draft) if step in steps else w.vouchered(draft).sanction.disbursement
    prior_payments.record_prior_payment(obligation=fine.pk, amount="1", paid_on=DAY, payer="X", by=w["case_officer"])
    monkeypatch.setattr(claims, "require_owed", lambda request: None)
    acts = {
        "voucher": lambda: vouchers.issue_voucher(disbursement=request.pk, by=w["ddo"], on=DAY),
        "sanction": lambda: approvals.approve(disbursement=request.pk, by=w["approver"], on=DAY),
        "instrument": lambda: pay(w, request),
    }
    with pytest.raises(IntegrityError) as refusal, transaction.atomic():
        acts[step]()
    assert refusal.value.__cause__.pgcode == "23F21"  # type: ignore[union-attr]


def test_a_list_is_compared_in_a_fixed_number_of_queries(w: World, django_assert_num_queries: Any) -> None:
    years()
    ceiling("50000")
    draft = w.draft()
    with django_assert_num_queries(4):
        assert claims.lacking(draft, on=DAY) == []
