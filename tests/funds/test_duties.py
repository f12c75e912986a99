"""Separation of duties: persons, not accounts; staff are no payees; who declared a conflict stands apart."""

from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.test import Client

from audit.checks.i07_approvals import approvals as i07
from beneficiaries.models import Officer
from beneficiaries.offices import persons
from beneficiaries.people import merging
from funds import approvals, disbursements, payments, vouchers
from funds.chain import conflicts, duties, duties_report
from funds.models import Conflict, Disbursement
from funds.requests.payees import Payee
from funds.rules.duty_rules import TWO_PARTS
from ledger.errors import BadInput, NotAllowed, NotFound, WrongState
from ledger.roles import Role
from tests import world
from tests.funds.pages import as_, words
from tests.funds.test_rules import decision_of, refused
from tests.world import DAY, World

pytestmark = pytest.mark.django_db

IBAN = "PK36SCBL0000001123456702"
WHY = {"ground": "relative", "reason": "The payee is my aunt"}


@pytest.fixture
def here(small_world: World) -> World:
    return small_world


def one_person(monkeypatch: pytest.MonkeyPatch, *accounts: Any) -> None:
    """Two accounts with one CNIC cannot be made, so `selves` says that these are one."""
    keys = [user.pk for user in accounts]
    monkeypatch.setattr(persons, "selves", lambda user: keys if user.pk in keys else [user.pk])


def test_one_person_is_every_account_with_the_cnic(here: World) -> None:
    assert persons.selves(here["verifier"]) == [here["verifier"].pk]
    with pytest.raises(Exception, match="officer_cnic_once"):
        world.make_user("twin", here.office, Role.VERIFIER, cnic=here["verifier"].officer.cnic)


def test_two_accounts_of_one_person_are_one_in_every_part(here: World, monkeypatch: pytest.MonkeyPatch) -> None:
    maker, verifier, ddo = (here[name] for name in ("case_officer", "verifier", "ddo"))
    second = {role: world.make_user(f"second_{role}", here.office, Role(role)) for role in ("finance_officer", "ddo")}
    row = here.submitted()
    one_person(monkeypatch, maker, here["second_verifier"])
    with pytest.raises(NotAllowed, match="You drafted"):
        approvals.approve(disbursement=row.pk, by=here["second_verifier"], on=DAY)
    row = approvals.approve(disbursement=row.pk, by=verifier, on=DAY)
    one_person(monkeypatch, verifier, second["finance_officer"])
    with pytest.raises(NotAllowed, match="already signed"):
        approvals.approve(disbursement=row.pk, by=second["finance_officer"], on=DAY)
    approvals.approve(disbursement=row.pk, by=here["finance_officer"], on=DAY)
    approvals.approve(disbursement=row.pk, by=here["approver"], on=DAY)
    one_person(monkeypatch, here["approver"], ddo)
    with pytest.raises(NotAllowed, match="You decided"):
        vouchers.issue_voucher(disbursement=row.pk, by=ddo, on=DAY)
    one_person(monkeypatch, maker, second["ddo"])
    made = vouchers.issue_voucher(disbursement=row.pk, by=ddo, on=DAY)
    with pytest.raises(NotAllowed, match="You drafted"):
        payments.issue_instrument(disbursement=row.pk, line=row.lines.get().pk, number="1", by=second["ddo"], on=DAY)
    paid = payments.issue_instrument(disbursement=row.pk, line=row.lines.get().pk, number="1", by=ddo, on=DAY)
    for other, said in ((ddo, "You issued"), (verifier, "You decided"), (maker, "You drafted")):
        one_person(monkeypatch, other, here["reconciler"])
        with pytest.raises(NotAllowed, match=said):
            payments.clear_instrument(instrument=paid.pk, by=here["reconciler"], on=DAY)
    monkeypatch.undo()
    cleared = payments.clear_instrument(instrument=paid.pk, by=here["reconciler"], on=DAY)
    assert (cleared.cleared_by, made.issued_by) == (here["reconciler"], ddo)


def superuser(here: World, name: str) -> Any:
    user = here[name]
    user.is_superuser = user.is_staff = True
    user.save()
    return type(user).objects.get(pk=user.pk)


def test_a_superuser_gets_round_nothing_by_page_or_api(here: World, client: Client) -> None:
    row = here.submitted()
    boss = superuser(here, "case_officer")
    boss.groups.set(here["verifier"].groups.all() | here["approver"].groups.all())
    client.force_login(boss)
    sent = {"seen": row.digest, "at": "1", "decision": "approve"}
    assert client.post(f"/requests/{row.pk}/decide", sent).status_code == 403
    body = {"action": "approve", "seen_digest": row.digest, "at": 1}
    answer = client.post(f"/api/v1/disbursements/{row.pk}/decisions", body, content_type="application/json")
    assert answer.status_code == 403
    assert "You drafted this request" in answer.json()["detail"]
    row.refresh_from_db()
    assert (row.position, row.decisions.count()) == (1, 0)


def paying(here: World, person: Any, **given: str) -> Disbursement:
    case = here.relief_case(person)
    payee = Payee(case=case, amount="20000", person=person, **given)
    values = {"kind": "relief_grant", "title": "Relief grant", "pay_to": "x y", "fund": here.fund}
    return disbursements.create_draft(payees=[payee], by=here["case_officer"], on=DAY, **values)


@pytest.mark.parametrize("role", ["verifier", "reconciler", "administrator", "quetta"])
def test_staff_are_no_payees_by_cnic(here: World, role: str) -> None:
    number = here[role].officer.cnic
    with pytest.raises(BadInput) as refused:
        paying(here, here.person(cnic=number))
    (told,) = refused.value.fields.items()
    assert told == ("lines.1.person", duties.STAFF_CNIC) and number not in told[1]


def test_a_salary_account_is_no_payees(here: World) -> None:
    officer = here["verifier"].officer
    officer.iban = IBAN
    officer.save()
    with pytest.raises(BadInput) as refused:
        paying(here, here.person(), method="transfer", iban=IBAN)
    assert refused.value.fields == {"lines.1.iban": duties.STAFF_IBAN}
    assert paying(here, here.person(), method="transfer", iban="PK31NBPA0000000000000001")


def test_who_joins_the_staff_is_not_paid_any_more(here: World) -> None:
    """Asked again before each of the two acts that hand money out."""
    row, other = here.sanctioned(), here.vouchered().sanction.disbursement
    line, second = row.lines.get(), other.lines.get()
    world.make_user("joined", here.office, Role.VERIFIER, cnic=line.cnic)
    world.make_user("joined_too", here.office, Role.VERIFIER, cnic=second.cnic)
    with pytest.raises(WrongState) as refused:
        vouchers.issue_voucher(disbursement=row.pk, by=here["ddo"], on=DAY)
    assert refused.value.code == "payee_is_staff" and line.cnic not in refused.value.detail
    with pytest.raises(WrongState) as refused:
        payments.issue_instrument(disbursement=other.pk, line=second.pk, number="1", by=here["ddo"], on=DAY)
    assert refused.value.code == "payee_is_staff"
    assert len(duties_report.made().sections[2].found) == 2


@pytest.mark.parametrize("what", ["disbursement", "case", "person"])
def test_declared_conflicts_bar_every_part(here: World, what: str) -> None:
    row = here.sanctioned()
    line = row.lines.get()
    key = {"disbursement": row.pk, "case": line.case_id, "person": line.person_id}[what]
    conflicts.declare(by=here["ddo"], **WHY, **{what: key}, on=DAY)
    with pytest.raises(NotAllowed, match="You declared a conflict of interest"):
        vouchers.issue_voucher(disbursement=row.pk, by=here["ddo"], on=DAY)
    other = here.submitted()
    key = {"disbursement": other.pk, "case": other.lines.get().case_id, "person": other.lines.get().person_id}[what]
    conflicts.declare(by=here["verifier"], **WHY, **{what: key}, on=DAY)
    for act in (approvals.approve, approvals.reject):
        given = {} if act is approvals.approve else {"ground": "other", "reason": "x y"}
        with pytest.raises(NotAllowed, match="You declared a conflict of interest"):
            act(disbursement=other.pk, by=here["verifier"], on=DAY, **given)
    assert approvals.approve(disbursement=other.pk, by=here["second_verifier"], on=DAY).position == 2


def test_the_person_of_the_case_counts_though_somebody_else_is_paid(here: World) -> None:
    row = here.submitted(here.diyat())
    convict = row.lines.first().case.person
    conflicts.declare(by=here["verifier"], person=convict.pk, **WHY)
    with pytest.raises(NotAllowed, match="Gulzar Ahmed"):
        approvals.approve(disbursement=row.pk, by=here["verifier"], on=DAY)


def test_a_conflict_with_a_merged_record_counts_for_the_kept_one(here: World) -> None:
    kept, gone = here.person("Rehmat Bibi"), here.person("Rehmat Bibi", cnic=None)
    conflicts.declare(by=here["verifier"], person=gone.pk, **WHY)
    pair = merging.open_pairs(here["second_verifier"]).get()
    merging.merge(pair=pair.pk, keep=kept.pk, reason="One woman", by=here["second_verifier"])
    row = here.submitted(paying(here, kept))
    with pytest.raises(NotAllowed, match="You declared a conflict"):
        approvals.approve(disbursement=row.pk, by=here["verifier"], on=DAY)
    sql, values = decision_of(row, 1, here["verifier"])
    refused("23F56", sql, *values)


def test_the_maker_with_a_conflict_neither_drafts_nor_submits(here: World) -> None:
    draft = here.draft()
    case = draft.lines.get().case
    conflicts.declare(by=here["case_officer"], case=case.pk, **WHY)
    with pytest.raises(NotAllowed, match="somebody else must ask for it"):
        here.submitted(draft)
    with pytest.raises(BadInput) as refused:
        disbursements.create_draft(
            fund=here.fund, kind="relief_grant", title="Relief grant", pay_to="x y", by=here["case_officer"],
            payees=[Payee(case=case, amount="10", person=case.person)],
        )  # fmt: skip
    assert "lines.1.case" in refused.value.fields


def test_what_may_be_declared(here: World) -> None:
    row = here.submitted()
    for given, error in (
        ({}, BadInput),
        ({"disbursement": row.pk, "case": row.lines.get().case_id}, BadInput),
        ({"disbursement": row.pk + 99}, NotFound),
        ({"disbursement": row.pk, "ground": "purpose"}, BadInput),
        ({"disbursement": row.pk, "reason": " "}, BadInput),
    ):
        with pytest.raises(error):
            conflicts.declare(by=here["verifier"], **WHY | given)
    for role in ("auditor", "administrator"):
        with pytest.raises(NotAllowed):
            conflicts.declare(by=here[role], disbursement=row.pk, **WHY)
    with pytest.raises(NotFound):
        conflicts.declare(by=here["quetta"], disbursement=row.pk, **WHY)
    conflicts.declare(by=here["verifier"], disbursement=row.pk, **WHY)
    with pytest.raises(WrongState) as refused:
        conflicts.declare(by=here["verifier"], disbursement=row.pk, **WHY)
    assert refused.value.code == "already_declared"
    assert Conflict.objects.count() == 1


def test_declared_on_the_page_and_printed(here: World) -> None:
    row = here.submitted()
    client = as_(here["verifier"])
    assert f"/conflicts/new?disbursement={row.pk}" in client.get(f"/requests/{row.pk}/").content.decode()
    url = f"/conflicts/new?disbursement={row.pk}"
    page = words(client.get(url))
    assert f"Request {row.number}" in page and "Zainab Bibi" in page
    sent = {"about": f"case:{row.lines.get().case_id}", **WHY}
    assert client.post(url, sent | {"about": "case:999999"}).status_code == 422
    answer = client.post(url, sent, follow=True)
    assert "you stand apart from case" in words(answer)
    for role, page in (("auditor", f"/requests/{row.pk}/trail"), ("finance_officer", f"/requests/{row.pk}/")):
        assert WHY["reason"] in words(as_(here[role]).get(page))
    assert WHY["reason"] in words(as_(here["fund_manager"]).get("/conflicts/"))
    assert WHY["reason"] not in words(as_(here["finance_officer"]).get("/conflicts/"))
    made = _vouchered(here, row)
    assert made.snapshot["apart"][0].startswith("Conflict declared with case")


def _vouchered(here: World, row: Disbursement) -> Any:
    for role in ("second_verifier", "finance_officer", "approver"):
        approvals.approve(disbursement=row.pk, by=here[role], on=DAY)
    return vouchers.issue_voucher(disbursement=row.pk, by=here["ddo"], on=DAY)


def test_conflicts_over_the_api(here: World, client: Client) -> None:
    row = here.submitted()
    client.force_login(here["verifier"])
    sent = {**WHY, "disbursement": row.pk}
    answer = client.post("/api/v1/conflicts", sent, content_type="application/json")
    assert answer.status_code == 201 and answer.json()["ground"] == "relative"
    assert client.post("/api/v1/conflicts", sent, content_type="application/json").status_code == 409
    assert len(client.get("/api/v1/conflicts").json()["items"]) == 1
    assert client.get("/api/v1/duties").status_code == 403
    client.force_login(here["auditor"])
    assert client.get("/api/v1/duties").json()["empty"] is True


def test_the_report_is_empty_for_a_whole_life_of_a_request(here: World, capsys: pytest.CaptureFixture[str]) -> None:
    here.cleared()
    report = duties_report.made()
    assert report.empty and len(report.pairs) == 23
    call_command("duties")
    assert "Nothing goes against" in capsys.readouterr().out
    assert "Nothing goes against it." in words(as_(here["administrator"]).get("/duties/"))


def test_the_report_names_who_holds_what_does_not_go_together(here: World) -> None:
    here["verifier"].groups.add(*here["case_officer"].groups.all())
    found = duties_report.made().sections[0].found
    assert found == ("verifier: case officer and verifier",)
    page = words(as_(here["fund_manager"]).get("/duties/"))
    assert "verifier: case officer and verifier" in page and "has to be put right" in page
    out = StringIO()
    with pytest.raises(CommandError):
        call_command("duties", "--json", stdout=out)
    assert '"ok": false' in out.getvalue()
    assert "incompatible roles in one hand: verifier: case officer and verifier" in i07().offenders


def test_the_report_names_two_parts_in_one_hand(here: World) -> None:
    """No rule lets it happen, so the question is asked with another maker in place of the true one."""
    row = here.sanctioned()
    with connection.cursor() as cursor:
        moved = TWO_PARTS.replace(
            "SELECT d.id, d.maker_id AS account", f"SELECT d.id, {here['verifier'].pk} AS account"
        )
        cursor.execute(moved, [])
        (found,) = cursor.fetchall()
    assert found == (f"request {row.number}: verifier decided on it and drafted it",)


def test_an_officer_of_a_regional_office_sees_the_own_offices_report(here: World) -> None:
    here["verifier"].groups.add(*here["case_officer"].groups.all())
    manager = world.make_user("quetta_manager", here.quetta_office, Role.FUND_MANAGER)
    assert duties_report.report(by=manager).sections[0].found == ()
    assert Officer.objects.filter(office=here.quetta_office).count() == 2
