"""Minors and heirs of unsound mind: never paid in hand, by the forms' service and by the database; and due at majority."""

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.urls import reverse

from beneficiaries import cases, registry
from beneficiaries.heirs import waivers
from beneficiaries.models import Heir, Obligation, Person
from funds import disbursements, payments
from funds.models import Disbursement, Instrument, PayeeLine
from funds.release import coming_of_age
from funds.requests.payees import Payee, heirs_payees
from ledger.clock import today
from ledger.errors import BadInput
from tests import world
from tests.world import World

pytestmark = pytest.mark.django_db
IN_HAND = ("cheque", "transfer", "pay_order", "challan")


@pytest.fixture
def here() -> World:
    return world.build()


def draft(here: World, payees: list[Payee]) -> Disbursement:
    return disbursements.create_draft(
        fund=here.fund,
        kind="diyat",
        title="Diyat",
        pay_to="Judge",
        payees=payees,
        by=here["case_officer"],
        on=world.DAY,
    )


def sole_heir(here: World, *, unsound: bool = False, award: str = "300000", **given: Any) -> tuple[Obligation, Person]:
    obligation, person = here.obligation(award), here.person("Maryam Yaqub", **given)
    cases.record_heirs(
        obligation=obligation,
        heirs=[(person, "daughter", Fraction(1))],
        by=here["case_officer"],
        unsound={person.pk} if unsound else (),
    )
    return obligation, person


def paid_by(here: World, obligation: Obligation, method: str) -> list[Payee]:
    account = "PK31NBPA0000000000000001" if method == "transfer" else ""
    return [replace(payee, method=method, iban=account) for payee in heirs_payees(obligation, total=obligation.balance)]


@pytest.mark.parametrize("method", IN_HAND)
@pytest.mark.parametrize(("care", "words"), [({"is_minor": True}, "a minor"), ({"unsound": True}, "of unsound mind")])
def test_who_needs_care_is_never_paid_in_hand(here: World, method: str, care: dict[str, Any], words: str) -> None:
    obligation, _ = sole_heir(here, **care)
    with pytest.raises(BadInput) as refused:
        draft(here, paid_by(here, obligation, method))
    assert f"Maryam Yaqub is {words}: pay into a savings certificate" in refused.value.fields["lines.1.method"]
    assert not PayeeLine.objects.exists()


@pytest.mark.parametrize("method", ["certificate", "court_deposit"])
def test_safe_ways_are_taken(here: World, method: str) -> None:
    obligation, _ = sole_heir(here, is_minor=True)
    assert draft(here, paid_by(here, obligation, method)).lines.get().method == method


def test_a_guardian_is_paid_by_the_courts_order_and_named(here: World) -> None:
    obligation, child = sole_heir(here, is_minor=True)
    with pytest.raises(BadInput, match="1 thing") as refused:
        draft(here, paid_by(here, obligation, "guardian_order"))
    assert "has no guardian on record" in refused.value.fields["lines.1.method"]
    registry.correct_person(
        person=child.pk, guardian=here.person("Uncle Khan"), reason="Guardianship order 4", by=here["case_officer"]
    )
    line = draft(here, paid_by(here, obligation, "guardian_order")).lines.get()
    assert line.payee_relation.endswith("daughter of the deceased, by guardian Uncle Khan")


def test_nobody_is_paid_through_a_guardian_who_needs_none(here: World) -> None:
    obligation, _ = sole_heir(here)
    with pytest.raises(BadInput) as refused:
        draft(here, paid_by(here, obligation, "guardian_order"))
    assert "of age and of sound mind" in refused.value.fields["lines.1.method"]


def test_a_minor_who_came_of_age_is_paid_like_any_adult(here: World) -> None:
    obligation, person = sole_heir(here, born_on=today() - timedelta(days=19 * 366), is_minor=True)
    assert person.is_minor  # the mark of the day of registration
    assert heirs_payees(obligation, total="300000")[0].method == "cheque"
    assert draft(here, paid_by(here, obligation, "cheque")).lines.get().method == "cheque"


def test_the_day_before_eighteen_still_counts(here: World) -> None:
    born = today().replace(year=today().year - 18, day=1) + timedelta(days=40)
    obligation, _ = sole_heir(here, born_on=born)
    with pytest.raises(BadInput):
        draft(here, paid_by(here, obligation, "cheque"))


def refused(words: str, sql: str, *params: object) -> None:
    with pytest.raises(IntegrityError, match=words), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql, params)


@pytest.mark.parametrize("method", IN_HAND)
@pytest.mark.parametrize(
    "care", [{"is_minor": True}, {"born_on": date(2015, 1, 1)}, {"unsound": True}], ids=["mark", "birth", "unsound"]
)
def test_the_database_refuses_to_pay_them_in_hand(here: World, method: str, care: dict[str, Any]) -> None:
    obligation, _ = sole_heir(here, **care)
    line = draft(here, heirs_payees(obligation, total="300000")).lines.get()
    sealed = PayeeLine._meta.get_field("iban").get_prep_value("PK31NBPA0000000000000001")
    sql = "UPDATE funds_payeeline SET method = %s, iban = %s WHERE id = %s"
    refused("is a minor or of unsound mind", sql, method, sealed, line.pk)
    with connection.cursor() as cursor:
        cursor.execute(sql, ["court_deposit", sealed, line.pk])


def test_the_database_refuses_a_line_for_a_waived_share(here: World) -> None:
    obligation, _ = sole_heir(here)
    request = draft(here, heirs_payees(obligation, total="300000"))
    line = request.lines.get()
    disbursements.cancel(disbursement=request.pk, reason="The heir waives", by=here["case_officer"])
    waivers.record_waiver(
        heir=line.heir_id, decided_on=world.DAY, reference="Order 1", reason="In court", by=here["case_officer"]
    )
    other = here.draft().lines.get()
    refused("waived the share", "UPDATE funds_payeeline SET heir_id = %s WHERE id = %s", line.heir_id, other.pk)


def test_the_database_refuses_an_instrument_of_another_kind_than_was_approved(here: World) -> None:
    (paid, *_) = here.paid(here.diyat())
    payments.fail_instrument(
        instrument=paid.pk, state="returned", reason="Name differs", by=here["reconciler"], on=world.DAY
    )
    here.destroyed(paid)
    same = "fund_id, voucher_id, line_id, amount, issued_on, expires_on, state_on, issued_by_id, recorded_at"
    copy = (
        f"INSERT INTO funds_instrument ({same}, replaces_id, number, state, reason, method, entry_id)"
        f" SELECT {same}, id, '0009999', 'issued', '', %s, -1 FROM funds_instrument WHERE id = %s"
    )
    refused("does not pay a waiting line", copy, "pay_order", paid.pk)
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(copy, ["cheque", paid.pk])
        transaction.set_rollback(True)


def in_safe_keeping(here: World, *births: date | None) -> list[Instrument]:
    made = []
    for born in births:
        obligation, _ = sole_heir(here, born_on=born, is_minor=True)
        made += here.paid(draft(here, heirs_payees(obligation, total="300000")))
    return made


def birthday(days: int) -> date:
    """The date of birth of somebody who comes of age in so many days."""
    day = today() + timedelta(days=days)
    return day.replace(year=day.year - 18)


def test_what_is_kept_for_minors_is_listed_by_birthday(here: World) -> None:
    adult = here.paid(draft(here, heirs_payees(sole_heir(here)[0], total="300000")))
    later, soon, unknown = in_safe_keeping(here, birthday(1000), birthday(100), None)
    rows = list(coming_of_age.kept_for_minors(here["auditor"]))
    assert rows == [soon, later, unknown] and adult[0] not in rows
    assert [coming_of_age.days_left(row.of_age) for row in rows] == [100, 1000, None]
    parts = {when: list(coming_of_age.parted(coming_of_age.kept_for_minors(here["auditor"]), when))
             for when in ("due", "soon", "unknown")}  # fmt: skip
    assert parts == {"due": [], "soon": [soon], "unknown": [unknown]}


def test_a_share_stays_listed_once_the_minor_is_of_age(here: World) -> None:
    (paid,) = in_safe_keeping(here, None)
    person = paid.line.person
    assert person is not None
    born = date(2007, 10, 1)  # of age five days after the payment
    registry.correct_person(person=person.pk, born_on=born, reason="Birth certificate", by=here["case_officer"])
    (row,) = coming_of_age.parted(coming_of_age.kept_for_minors(here["case_officer"]), "due")
    assert row == paid and row.of_age == date(2025, 10, 1)
    registry.correct_person(person=person.pk, born_on=date(2007, 9, 26), reason="B-Form", by=here["case_officer"])
    assert not coming_of_age.kept_for_minors(here["case_officer"]).exists()  # of age on the day of the payment


def test_failed_payments_and_other_offices_are_not_listed(here: World) -> None:
    (paid,) = in_safe_keeping(here, birthday(100))
    assert not coming_of_age.kept_for_minors(here["quetta"]).exists()
    payments.fail_instrument(
        instrument=paid.pk, state="returned", reason="Not issued", by=here["reconciler"], on=world.DAY
    )
    assert not coming_of_age.kept_for_minors(here["auditor"]).exists()


@pytest.fixture
def listed(here: World) -> Instrument:
    (paid,) = in_safe_keeping(here, birthday(100))
    return paid


def signed_in(here: World, role: str) -> Client:
    client = Client()
    client.force_login(here[role])
    return client


@pytest.mark.once
@pytest.mark.parametrize("role", ["case_officer", "auditor"])
def test_the_page_shows_who_comes_of_age_when(here: World, listed: Instrument, role: str) -> None:
    client = signed_in(here, role)
    page = client.get(reverse("due_at_majority")).content.decode()
    for words in ("Maryam Yaqub", ">100<", listed.number, "share 1/1", "3,00,000.00", "Majority Act 1875"):
        assert words in page, words
    assert "Nobody" in client.get(reverse("due_at_majority"), {"when": "due"}).content.decode()
    assert reverse("due_at_majority") in client.get(reverse("people")).content.decode()


@pytest.mark.once
def test_the_page_costs_the_same_for_many(here: World, django_assert_max_num_queries: Any) -> None:
    in_safe_keeping(here, *[birthday(days) for days in range(30, 36)])
    client = signed_in(here, "auditor")
    client.get(reverse("due_at_majority"))
    with django_assert_max_num_queries(16):
        assert client.get(reverse("due_at_majority")).status_code == 200


@pytest.mark.once
def test_the_api_answers_in_the_same_order(here: World) -> None:
    in_safe_keeping(here, birthday(1000), None, birthday(100))
    client = signed_in(here, "auditor")
    first = client.get("/api/v1/due-at-majority", {"limit": 2}).json()
    assert [row["days_left"] for row in first["items"]] == [100, 1000] and first["next"] == 2
    last = client.get("/api/v1/due-at-majority", {"limit": 2, "after": 2}).json()
    assert [row["of_age_on"] for row in last["items"]] == [None] and last["next"] is None
    assert first["items"][0]["amount"] == "300000.00" and first["items"][0]["method"] == "certificate"
    assert len(client.get("/api/v1/due-at-majority", {"when": "soon"}).json()["items"]) == 1
    assert signed_in(here, "ddo").get("/api/v1/due-at-majority").status_code == 403


def test_paisa_of_an_award_reach_the_heirs(here: World) -> None:
    obligation = here.obligation("933483.34")
    here.four_heirs(obligation)
    request = draft(here, heirs_payees(obligation, total=obligation.balance))
    assert request.amount == Decimal("933483.34")
    assert {heir.kinship for heir in Heir.objects.filter(payee_lines__disbursement=request)} == {
        "widow",
        "mother",
        "son",
        "daughter",
    }
