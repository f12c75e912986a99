"""Users and posts: who may, which roles do not go together, what ends a session, and that nothing is deleted."""

import re
from datetime import timedelta
from itertools import combinations
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.db import Error, connection, transaction
from django.test import Client

from beneficiaries.models import ApiToken, IncompatibleRoles, Officer
from beneficiaries.offices import staff
from beneficiaries.people.changes import officer_changes
from ledger.clock import today
from ledger.errors import BadInput, NotAllowed, NotFound, WrongState
from ledger.roles import Role, roles_of
from tests import world
from tests.world import World

PASSWORD = "a long and rare sentence"


def signs_in(username: str, password: str) -> bool:
    """Whether the sign-in page takes this pair."""
    return Client().post("/sign-in", {"username": username, "password": password}).status_code == 302


def new(w: World, **given: Any) -> Officer:
    values = {
        "username": "imran.qureshi",
        "first_name": "Imran",
        "last_name": "Qureshi",
        "office": w.office,
        "designation": "Section Officer (Finance)",
        "grade": 17,
        "cnic": "61101-1234567-1",
        "roles": ["finance_officer"],
        "password": PASSWORD,
        "reason": "Order 12/2025",
        "by": w["administrator"],
    }
    return staff.create_officer(**(values | given))


def change(w: World, officer: Officer, **given: Any) -> Officer:
    values = {"office": officer.office, "designation": officer.designation, "grade": officer.grade,
              "roles": ["finance_officer"], "reason": "Transfer", "by": w["administrator"]}  # fmt: skip
    return staff.change_officer(officer=officer.pk, **(values | given))


def test_new_user_can_sign_in_and_holds_the_roles(w: World) -> None:
    officer = new(w)
    assert signs_in("imran.qureshi", PASSWORD)
    assert roles_of(officer.user) == {Role.FINANCE_OFFICER}
    assert (officer.cnic, officer.office) == ("6110112345671", w.office)
    row = officer.history.get()
    assert row.history_user == w["administrator"]
    assert row.history_change_reason == "Registered as finance officer: Order 12/2025"


@pytest.mark.parametrize("pair", [tuple(sorted(pair)) for pair in combinations(Role.values, 2)])
def test_every_pair_of_roles(w: World, pair: tuple[str, str]) -> None:
    apart = {frozenset(row) for row in IncompatibleRoles.objects.values_list("first", "second")}
    assert len(apart) == 23
    if frozenset(pair) not in apart:
        assert roles_of(new(w, roles=pair).user) == set(pair)
        return
    with pytest.raises(BadInput) as refusal:
        new(w, roles=pair)
    assert "may not hold both" in refusal.value.fields["roles"]
    assert not User.objects.filter(username="imran.qureshi").exists()


def test_a_pair_counts_from_its_first_to_its_last_day(w: World) -> None:
    row = IncompatibleRoles.objects.get(first="finance_officer", second="ddo")
    row.effective_to = today() - timedelta(days=1)
    row.save()
    assert staff.clashes([Role.FINANCE_OFFICER, Role.DDO]) == []
    assert staff.clashes([Role.FINANCE_OFFICER, Role.DDO], on=row.effective_to)


def test_without_a_register_nobody_is_given_two_roles(w: World) -> None:
    IncompatibleRoles.objects.update(effective_to=today() - timedelta(days=1))
    with pytest.raises(BadInput) as refusal:
        new(w, roles=["verifier", "reconciler"])
    assert "may not hold both" in refusal.value.fields["roles"]
    assert new(w, roles=["verifier"])


def test_the_salary_account_is_sealed_masked_and_kept(w: World) -> None:
    officer = new(w, iban="PK36 SCBL 0000 0011 2345 6702")
    assert Officer.objects.get(iban="PK36SCBL0000001123456702") == officer
    client = Client()
    client.force_login(w["administrator"])
    page = client.get(f"/staff/{officer.pk}/").content.decode()
    assert "6702" in page and "PK36SCBL0000001123456702" not in page
    assert change(w, officer).iban == "PK36SCBL0000001123456702"
    assert change(w, officer, iban="PK31NBPA0000000000000001").iban == "PK31NBPA0000000000000001"
    (row,) = [row for row in officer_changes(officer) if "Salary" in str(row.rows) or "salary" in str(row.rows)]
    assert "PK31NBPA0000000000000001" not in str(row.rows)
    with pytest.raises(BadInput) as refusal:
        change(w, officer, iban="PK36")
    assert set(refusal.value.fields) == {"iban"}


def test_an_account_never_becomes_another_persons(w: World) -> None:
    """Who signed is told by the account; a CNIC sealed anew is the same one."""
    officer, other = new(w), w["verifier"].officer
    sealed = Officer._meta.get_field("cnic").get_prep_value
    for sql, values in (
        ("UPDATE beneficiaries_officer SET cnic = %s WHERE id = %s", [sealed("6110112345672"), officer.pk]),
        ("UPDATE beneficiaries_officer SET user_id = %s WHERE id = %s", [w["administrator"].pk, officer.pk]),
        ("DELETE FROM beneficiaries_officer WHERE id = %s", [officer.pk]),
    ):
        with pytest.raises(Error), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(sql, values)
    with connection.cursor() as cursor:
        cursor.execute("UPDATE beneficiaries_officer SET cnic = %s WHERE id = %s", [sealed(other.cnic), other.pk])


def test_unfit_pairs_are_refused_in_a_change_too(w: World) -> None:
    officer = new(w)
    with pytest.raises(BadInput):
        change(w, officer, roles=["finance_officer", "ddo"])
    assert staff.roles_named(User.objects.get(pk=officer.user_id)) == [Role.FINANCE_OFFICER]


def test_all_bad_values_are_named_at_once(w: World) -> None:
    with pytest.raises(BadInput) as refusal:
        new(
            w,
            username="X",
            first_name="1",
            cnic="12",
            roles=["king"],
            grade=40,
            designation="",
            password="x",
            reason=" ",
        )
    fields = {"username", "first_name", "cnic", "roles", "grade", "designation", "password", "reason"}
    assert set(refusal.value.fields) == fields


@pytest.mark.parametrize("change_in", [{"username": "other"}, {"cnic": "61101-7654321-1"}])
def test_user_name_and_cnic_belong_to_one_account(w: World, change_in: dict[str, str]) -> None:
    new(w)
    with pytest.raises(BadInput):
        new(w, **change_in)


@pytest.mark.parametrize("role", sorted(set(Role.values) - {Role.ADMINISTRATOR}))
def test_only_an_administrator_may(w: World, role: str) -> None:
    officer, by = new(w), w[role]
    acts = (
        lambda: staff.visible_officers(by),
        lambda: new(w, username="other.name", cnic="61101-7654321-1", by=by),
        lambda: change(w, officer, by=by),
        lambda: staff.deactivate(officer=officer.pk, reason="x", by=by),
        lambda: staff.reset_password(officer=officer.pk, password=PASSWORD, reason="x", by=by),
        lambda: staff.reactivate(officer=officer.pk, password=PASSWORD, reason="x", by=by),
    )
    for act in acts:
        with pytest.raises(NotAllowed):
            act()


def test_superuser_without_the_role_may_not(w: World) -> None:
    root = world.make_user("root", w.office)
    root.is_superuser = True
    root.save()
    with pytest.raises(NotAllowed):
        new(w, by=root)


def test_nobody_changes_the_own_account(w: World) -> None:
    own = w["administrator"].officer
    for act in (
        lambda: change(w, own, roles=["administrator"]),
        lambda: staff.deactivate(officer=own.pk, reason="x", by=w["administrator"]),
        lambda: staff.reset_password(officer=own.pk, password=PASSWORD, reason="x", by=w["administrator"]),
    ):
        with pytest.raises(NotAllowed, match="Another administrator"):
            act()


def test_regional_administrator_stays_in_the_own_office(w: World) -> None:
    regional = world.make_user("quetta_admin", w.quetta_office, Role.ADMINISTRATOR)
    ours = new(w)
    assert {row.user.username for row in staff.visible_officers(regional)} == {"quetta", "quetta_admin"}
    with pytest.raises(NotFound):
        change(w, ours, by=regional)
    with pytest.raises(NotFound):
        new(w, username="other.name", cnic="61101-7654321-1", by=regional)
    made = new(w, username="other.name", cnic="61101-7654321-1", by=regional, office=w.quetta_office)
    with pytest.raises(NotFound):
        change(w, made, office=w.office, by=regional)


def test_change_of_roles_counts_at_the_next_request_and_stays_in_the_history(w: World) -> None:
    officer = new(w)
    change(w, officer, roles=["reconciler"], designation="Accounts Officer", grade=18)
    assert roles_of(User.objects.get(pk=officer.user_id)) == {Role.RECONCILER}
    latest = officer_changes(officer)[0]
    assert latest.reason == "Roles: finance officer → reconciler. Transfer"
    assert ("BPS grade", "17", "18") in latest.rows


def test_closing_ends_sessions_and_tokens_and_keeps_everything(w: World) -> None:
    officer = new(w)
    token = ApiToken.objects.create(user=officer.user, name="script", digest="0" * 64)
    session = Client()
    session.force_login(officer.user)
    assert session.get("/").status_code == 200
    staff.deactivate(officer=officer.pk, reason="Left the service", by=w["administrator"])
    assert session.get("/").status_code == 302
    assert not signs_in("imran.qureshi", PASSWORD)
    assert not User.objects.get(pk=officer.user_id).has_usable_password()
    token.refresh_from_db()
    assert token.revoked_at is not None
    assert Officer.objects.filter(pk=officer.pk).exists() and User.objects.filter(pk=officer.user_id).exists()
    with pytest.raises(WrongState):
        staff.deactivate(officer=officer.pk, reason="Again", by=w["administrator"])


def test_opening_again_needs_a_new_password_and_revives_no_session(w: World) -> None:
    officer = new(w)
    session = Client()
    session.force_login(officer.user)
    staff.deactivate(officer=officer.pk, reason="Leave", by=w["administrator"])
    with pytest.raises(WrongState):
        staff.reset_password(officer=officer.pk, password=PASSWORD, reason="x", by=w["administrator"])
    staff.reactivate(officer=officer.pk, password="another long sentence", reason="Back", by=w["administrator"])
    assert session.get("/").status_code == 302
    assert not signs_in("imran.qureshi", PASSWORD)
    assert signs_in("imran.qureshi", "another long sentence")
    with pytest.raises(WrongState):
        staff.reactivate(officer=officer.pk, password=PASSWORD, reason="x", by=w["administrator"])


def test_reset_ends_sessions_and_wants_a_good_password(w: World) -> None:
    officer = new(w)
    session = Client()
    session.force_login(officer.user)
    with pytest.raises(BadInput):
        staff.reset_password(officer=officer.pk, password="short", reason="x", by=w["administrator"])
    assert session.get("/").status_code == 200
    staff.reset_password(
        officer=officer.pk, password="another long sentence", reason="Forgotten", by=w["administrator"]
    )
    assert session.get("/").status_code == 302


@pytest.mark.parametrize("reason", ["", "   ", "\x00"])
def test_reasons_are_wanted(w: World, reason: str) -> None:
    officer = new(w)
    for act in (staff.deactivate, staff.reset_password):
        extra = {"password": PASSWORD} if act is staff.reset_password else {}
        with pytest.raises(BadInput):
            act(officer=officer.pk, reason=reason, by=w["administrator"], **extra)
    with pytest.raises(BadInput):
        change(w, officer, reason=reason)


def test_users_and_posts_cannot_be_deleted_by_the_application(w: World) -> None:
    officer = new(w)
    for row in (officer, officer.user):
        with pytest.raises(Error), transaction.atomic():
            row.delete()


def test_made_passwords_are_good_and_never_the_same() -> None:
    made = {staff.new_password() for _ in range(50)}
    assert len(made) == 50
    assert all(re.fullmatch(r"([a-hjkmnp-z2-9]{5}-){3}[a-hjkmnp-z2-9]{5}", one) for one in made)
