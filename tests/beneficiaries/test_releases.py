"""Records of a release: each step with its paper, in order, once; withdrawn by another row; what the database refuses."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import psycopg2
import pytest
from django.db import IntegrityError, connection, transaction

from beneficiaries import documents
from beneficiaries.casework import releases
from beneficiaries.models import Case, PrisonerCase, ReleaseRecord, ReleaseWithdrawal
from funds.models import Disbursement
from ledger.clock import today
from ledger.errors import BadInput, NotFound, WrongState
from tests import world
from tests.world import DAY, World

ON = DAY + timedelta(days=20)


@pytest.fixture
def case(w: World) -> Case:
    return w.obligation().order.case


def record(w: World, case: Case, step: str, **given: Any) -> ReleaseRecord:
    values = {"reference": f"{step} 12", "on": ON} | given
    return releases.record(case=case.pk, step=step, by=w["case_officer"], **values)


def paper(w: World, case: Case, kind: str, text: str = "") -> int:
    return w.paper(case, kind, text=text or kind).pk


def test_from_receipt_to_release(w: World, case: Case) -> None:
    for step, kind in (
        ("court_receipt", "court_receipt"),
        ("release_order", "release_order"),
        ("jail_certificate", "release_certificate"),
    ):
        pk = paper(w, case, kind)
        assert record(w, case, step).paper_id == pk
    record(w, case, "released", on=ON + timedelta(days=1), reference="Order 12, certificate 3")
    found = PrisonerCase.objects.get(case=case)
    assert (found.released_on, found.release_reference) == (ON + timedelta(days=1), "Order 12, certificate 3")
    assert [row.step for row in ReleaseRecord.objects.all()] == [
        "court_receipt",
        "release_order",
        "jail_certificate",
        "released",
    ]
    with pytest.raises(WrongState, match="recorded for Gulzar Ahmed already"):
        record(w, case, "released")
    with pytest.raises(WrongState, match="that is recorded already"):
        record(w, case, "died", reason="x", paper=paper(w, case, "other"))


def test_a_step_needs_its_own_paper(w: World, case: Case) -> None:
    with pytest.raises(BadInput, match="Attach the paper first: Release order"):
        record(w, case, "release_order")
    other = paper(w, case, "court_receipt")
    with pytest.raises(BadInput, match="Attach the paper first"):
        record(w, case, "release_order", paper=other)
    elsewhere = paper(w, w.obligation().order.case, "release_order")
    with pytest.raises(BadInput):
        record(w, case, "release_order", paper=elsewhere)
    gone = paper(w, case, "release_order")
    documents.withdraw(paper=gone, by=w["case_officer"], reason="Of another man")
    with pytest.raises(BadInput):
        record(w, case, "release_order")


def test_nobody_is_released_without_order_and_certificate(w: World, case: Case) -> None:
    with pytest.raises(WrongState, match="release order and the jail's confirmation are not recorded"):
        record(w, case, "released")
    paper(w, case, "release_certificate")
    with pytest.raises(WrongState, match="the release order is not recorded yet"):
        record(w, case, "jail_certificate")
    paper(w, case, "release_order")
    record(w, case, "release_order")
    with pytest.raises(WrongState, match="the jail's confirmation is not recorded yet"):
        record(w, case, "released")
    with pytest.raises(BadInput, match="too early"):
        record(w, case, "jail_certificate", on=ON - timedelta(days=1))


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"reference": "  "}, "reference"),
        ({"on": today() + timedelta(days=1)}, "on"),
        ({"on": DAY - timedelta(days=1)}, "on"),
        ({"reference": "x" * 121}, "reference"),
        ({"reference": "a\u202eb"}, "reference"),
        ({"step": "escaped"}, "step"),
    ],
)
def test_bad_values_name_their_field(w: World, case: Case, given: dict[str, Any], field: str) -> None:
    paper(w, case, "court_receipt")
    with pytest.raises(BadInput) as refused:
        releases.record(
            **(
                {"case": case.pk, "step": "court_receipt", "reference": "R 1", "on": ON, "by": w["case_officer"]}
                | given
            )
        )
    assert field in refused.value.fields
    assert not ReleaseRecord.objects.exists()


def test_other_endings_need_a_paper_and_a_reason(w: World, case: Case) -> None:
    letter = paper(w, case, "other")
    with pytest.raises(BadInput):
        record(w, case, "held", reason="FIR 9/2020")
    with pytest.raises(BadInput) as refused:
        record(w, case, "held", paper=letter)
    assert "reason" in refused.value.fields
    assert record(w, case, "held", paper=letter, reason="Wanted in FIR 9/2020, PS City").reason
    with pytest.raises(WrongState):
        record(w, case, "died", paper=letter, reason="x")
    assert PrisonerCase.objects.get(case=case).released_on is None


def test_another_offices_prisoner_and_a_victim_are_not_there(w: World, case: Case) -> None:
    with pytest.raises(NotFound):
        releases.record(case=case.pk, step="died", reference="x", by=w["quetta"])
    with pytest.raises(NotFound):
        record(w, w.relief_case(), "died")


def released(w: World, case: Case) -> list[ReleaseRecord]:
    for step, kind in (("release_order", "release_order"), ("jail_certificate", "release_certificate")):
        paper(w, case, kind)
        record(w, case, step)
    return [*ReleaseRecord.objects.order_by("pk"), record(w, case, "released")]


def test_a_wrong_record_is_withdrawn_by_another_row(w: World, case: Case) -> None:
    order, certificate, out = released(w, case)
    by = w["case_officer"]
    for resting in (order, certificate):
        with pytest.raises(WrongState, match="rests on it"):
            releases.withdraw(record=resting.pk, reason="Of another man", by=by)
    with pytest.raises(BadInput):
        releases.withdraw(record=out.pk, reason=" ", by=by)
    with pytest.raises(NotFound):
        releases.withdraw(record=out.pk, reason="x", by=w["quetta"])
    releases.withdraw(record=out.pk, reason="The certificate is of his brother", by=by)
    found = PrisonerCase.objects.get(case=case)
    assert (found.released_on, found.release_reference) == (None, "")
    with pytest.raises(WrongState, match="withdrawn already"):
        releases.withdraw(record=out.pk, reason="x", by=by)
    releases.withdraw(record=certificate.pk, reason="The certificate is of his brother", by=by)
    again = paper(w, case, "release_certificate", "the right one")
    assert record(w, case, "jail_certificate").paper_id == again
    record(w, case, "released", on=ON)
    assert ReleaseRecord.objects.count() == 5 and ReleaseWithdrawal.objects.count() == 2


def test_a_paper_that_proves_a_record_is_not_withdrawn(w: World, case: Case) -> None:
    order, *_ = released(w, case)
    with pytest.raises(WrongState, match="rests on"):
        documents.withdraw(paper=order.paper_id or 0, by=w["case_officer"], reason="x")


def refused(code: str, statement: str, values: list[Any]) -> None:
    """The database refuses the statement, at once or at the end of its transaction, with this SQLSTATE."""
    with pytest.raises(IntegrityError) as found, transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement, values)
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
    assert isinstance(found.value.__cause__, psycopg2.Error)
    assert found.value.__cause__.pgcode == code, found.value


ADD = """INSERT INTO beneficiaries_releaserecord
    (case_id, step, happened_on, reference, paper_id, reason, recorded_by_id, recorded_at, address, request_id)
    VALUES (%s, %s, %s, 'R', %s, 'x', %s, now(), '', '')"""
GO = """INSERT INTO beneficiaries_releasewithdrawal (record_id, reason, withdrawn_by_id, recorded_at, address, request_id)
    VALUES (%s, 'x', %s, now(), '', '')"""


def test_the_database_keeps_the_steps_in_order(w: World, case: Case) -> None:
    by = w["case_officer"].pk
    order, receipt = paper(w, case, "release_order"), paper(w, case, "court_receipt")
    elsewhere = paper(w, w.obligation().order.case, "release_order")
    refused("23B20", ADD, [w.relief_case().pk, "died", ON, receipt, by])
    refused("23B22", ADD, [case.pk, "release_order", ON, receipt, by])
    refused("23B22", ADD, [case.pk, "release_order", ON, elsewhere, by])
    refused("23B23", ADD, [case.pk, "released", ON, None, by])
    refused("23B23", ADD, [case.pk, "jail_certificate", ON, paper(w, case, "release_certificate"), by])
    record(w, case, "release_order")
    refused("23B21", ADD, [case.pk, "release_order", ON, order, by])
    refused(
        "23B23", ADD, [case.pk, "jail_certificate", date(2025, 9, 1), paper(w, case, "release_certificate", "2"), by]
    )
    record(w, case, "jail_certificate")
    refused("23514", ADD, [case.pk, "released", ON, order, by])
    refused("23B26", ADD, [case.pk, "released", ON, None, by])  # the case itself does not say so
    record(w, case, "released")
    refused("23B21", ADD, [case.pk, "died", ON, receipt, by])


def test_the_database_keeps_what_a_release_rests_on(w: World, case: Case) -> None:
    order, certificate, out = released(w, case)
    with connection.cursor() as cursor:  # what was written so far is judged now, so that it cannot speak for the rest
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("SET CONSTRAINTS ALL DEFERRED")
    by = w["case_officer"].pk
    refused("23B24", GO, [order.pk, by])
    refused("23B24", GO, [certificate.pk, by])
    refused("23B26", GO, [out.pk, by])  # the case would still say released
    withdraw = "INSERT INTO beneficiaries_paperwithdrawal (paper_id, reason, withdrawn_by_id, recorded_at, address, request_id)"
    refused("23B25", f"{withdraw} VALUES (%s, 'x', %s, now(), '', '')", [order.paper_id, by])
    refused("23B26", "UPDATE beneficiaries_prisonercase SET released_on = NULL WHERE case_id = %s", [case.pk])
    refused(
        "23B26", "UPDATE beneficiaries_prisonercase SET released_on = released_on + 1 WHERE case_id = %s", [case.pk]
    )
    other = w.obligation().order.case
    told = "UPDATE beneficiaries_prisonercase SET released_on = %s, release_reference = 'x' WHERE case_id = %s"
    refused("23B26", told, [ON, other.pk])


def test_the_database_closes_no_request_with_a_prisoner_inside(w: World) -> None:
    for instrument in w.cleared(w.diyat()):
        world.payments.acknowledge(instrument=instrument.pk, received_by="Court", by=w["case_officer"])
    request = Disbursement.objects.get()
    refused("23B27", "UPDATE funds_disbursement SET state = 'closed' WHERE id = %s", [request.pk])
    case = request.lines.first().case
    record(w, case, "held", paper=paper(w, case, "other"), reason="Wanted in FIR 9/2020")
    assert world.payments.close(disbursement=request.pk, by=w["case_officer"]).state == "closed"


@pytest.mark.django_db(transaction=True)
@pytest.mark.race
def test_two_officers_record_one_release(new_connection: Callable[[], Any]) -> None:
    """The second waits for the first, and then sees its record."""
    w = world.build()
    case = w.obligation().order.case
    receipt, by = paper(w, case, "court_receipt"), w["case_officer"].pk
    first, second = new_connection(), new_connection()
    with first.cursor() as one, second.cursor() as two:
        one.execute(ADD, [case.pk, "court_receipt", ON, receipt, by])
        two.execute("SET lock_timeout = '200ms'")
        with pytest.raises(psycopg2.errors.LockNotAvailable):
            two.execute(ADD, [case.pk, "court_receipt", ON, receipt, by])
        second.rollback()
        first.commit()
        with pytest.raises(psycopg2.IntegrityError) as found:
            two.execute(ADD, [case.pk, "court_receipt", ON, receipt, by])
    assert found.value.pgcode == "23B21"
