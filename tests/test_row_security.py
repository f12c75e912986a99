"""The second line: the database itself shows an officer only the office's own rows, whatever the code asks for."""

from datetime import date
from typing import Any

import psycopg2
import pytest
from django.apps import apps
from django.contrib.auth.models import User
from django.db import connection, transaction
from django.db.models import Max
from django.db.utils import ProgrammingError
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.test import Client

from audit.checks import rights
from beneficiaries import cases
from beneficiaries.casework import money
from beneficiaries.models import Case, Office
from beneficiaries.offices import row_scope, tokens
from beneficiaries.offices.row_security import office_rows, policies
from beneficiaries.offices.scope import office_of
from config.middleware import OfficeRowsMiddleware
from funds import disbursements, statements
from funds.budget import position
from funds.models import Disbursement, PayeeLine
from funds.requests import causes
from funds.requests.payees import Payee
from ledger.errors import BadInput
from tests.world import DAY, World

# Tables that lead to an office and are shown to all on purpose, each with its reason.
OPEN = {
    "beneficiaries.Officer": "who holds which post is no secret, and each look-up of an officer's office reads it",
    "beneficiaries.Person": "people are found by index and likeness over all offices, and policies would keep these from use",
    "beneficiaries.Pair": "goes with people: looked for over all offices, told to who may see both",
    "beneficiaries.PairDecision": "goes with pairs, and a merge asks for the last one over all offices",
    "funds.Fund": "every office may ask each fund for money",
    "funds.ApprovalRule": "every office may read which chain a request takes, also those of one office",
    "funds.RuleStep": "goes with its rule",
    "funds.RuleDecision": "goes with its rule",
    "funds.Committee": "every office may read who decides on its requests, and a rule of any office may name a federal one",
    "funds.CommitteeVersion": "goes with its committee",
    "funds.CommitteeMember": "goes with its committee",
    "funds.CommitteeDecision": "goes with its committee",
    "funds.Meeting": "whoever asks for money is told on which day the committee meets; it names no request",
    "funds.CalledOff": "goes with its meeting",
    "funds.Minutes": "who was there on which day; what was decided stands in the items, which have a policy",
    "funds.Presence": "goes with its minutes",
    "funds.MinutesSignature": "goes with its minutes",
    "funds.Adoption": "the committee's series of numbers, to be seen without gaps",
    "funds.Sanction": "the fund's register, which its own office keeps whole",
    "funds.PaperLanguage": "in which language an office's vouchers are, as anybody sees who holds one",
    "funds.Voucher": "the fund's register",
    "funds.VoucherPrint": "the fund's register",
    "funds.Instrument": "the fund's register",
    "funds.Acknowledgement": "the fund's register",
    "funds.CoSignature": "goes with its cheque",
    "funds.LeafPrint": "goes with its cheque",
    "funds.ChequeEnd": "goes with its cheque",
    "funds.MoneyBack": "the fund's register",
    "funds.VoucherSignature": "goes with its printing",
    "funds.ScheduleLine": "the fund's register, as its vouchers",
    "funds.ConflictEnd": "as the conflict it ends",
    "funds.Conflict": "who stands apart is shown with each request it touches; the code shows an officer the own ones only",
    "beneficiaries.Absence": "who is away is shown to whoever waits for them, and the code shows an office its own calendar",
    "beneficiaries.AbsenceEnd": "goes with its absence",
    "funds.Delegation": "in whose stead somebody signed is shown with each request, and on its papers",
    "funds.DelegationDecision": "goes with its delegation",
    "funds.DelegationEnd": "goes with its delegation",
    "funds.Freeze": "every office is told why a fund does not pay now",
    "funds.FreezeDecision": "goes with its freeze",
    "funds.FreezeLift": "goes with its freeze",
    "funds.FreezeLiftDecision": "goes with its freeze",
    "audit.RefusedAttempt": "the auditors' book",
}


@pytest.fixture
def both(small_world: World) -> World:
    """A request at the ministry and one at the directorate."""
    small_world.draft()
    small_world.draft(by=small_world["quetta"])
    return small_world


def numbers(office: Office) -> list[str]:
    return sorted(Case.objects.filter(office=office).values_list("number", flat=True))


def test_every_table_that_leads_to_an_office_has_its_policy_or_a_reason() -> None:
    """A new model with an office, or a part of one that has, is noticed here."""
    listed = set(office_rows())
    leading = {"beneficiaries.Office", *listed, *OPEN}
    for model in apps.get_models():
        label = model._meta.label
        if label.startswith(("beneficiaries.", "funds.", "audit.")) and not hasattr(model, "instance_type"):
            parents = {field.related_model._meta.label for field in model._meta.fields if field.is_relation}
            if parents & (leading - {"beneficiaries.Officer", "funds.Fund"}) and label not in leading:
                pytest.fail(f"{label} leads to an office: name its field in OFFICE_ROWS or say here why not.")
    assert not listed & set(OPEN)


@pytest.mark.usefixtures("db")
def test_the_policies_are_installed_on_the_tables_and_their_history() -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT c.relname FROM pg_class c JOIN pg_policy p ON p.polrelid = c.oid"
            " WHERE c.relrowsecurity AND p.polname = 'office'"
        )
        installed = {name for (name,) in cursor.fetchall()}
    assert installed == {policy.table for policy in policies()}
    assert {"beneficiaries_case", "beneficiaries_historicalcase", "funds_payeeline"} <= installed
    assert rights.policies_apart() == []


def test_verify_notices_a_policy_that_was_altered_or_switched_off(owner_cursor: Any) -> None:
    """Asked through the owner's own session, whose changes are rolled back."""
    changes = {
        "ALTER POLICY office ON beneficiaries_case USING (true)": "beneficiaries_case shows",
        "DROP POLICY office ON funds_payeeline": "funds_payeeline shows",
        "ALTER TABLE beneficiaries_paper DISABLE ROW LEVEL SECURITY": "beneficiaries_paper shows",
        "CREATE POLICY also ON beneficiaries_heir USING (true)": "beneficiaries_heir: policy also is not one of ours",
    }
    for change, told in changes.items():
        owner_cursor.execute("BEGIN")
        owner_cursor.execute(change)
        owner_cursor.execute(rights.POLICIES)
        found = rights.policies_apart(owner_cursor.fetchall())
        owner_cursor.execute("ROLLBACK")
        assert [told in each for each in found] == [True], found


def test_code_that_forgets_the_scope_sees_no_other_office(both: World) -> None:
    quetta = office_of(both["quetta"])
    mine, all_of_them = numbers(quetta), Case.objects.count()
    with row_scope.showing(row_scope.rows_of(quetta)):
        assert sorted(Case.objects.values_list("number", flat=True)) == mine
        assert sorted(set(Case.history.values_list("number", flat=True))) == mine
        assert {row.office_id for row in Disbursement.objects.all()} == {quetta.pk}
        assert {line.case.number for line in PayeeLine.objects.select_related("case")} <= set(mine)
    assert 0 < len(mine) < all_of_them == Case.objects.count()


def test_nothing_is_shown_to_nobody(both: World) -> None:
    with row_scope.showing(row_scope.NONE):
        for policy in policies():
            with connection.cursor() as cursor:
                cursor.execute(f"SELECT count(*) FROM {policy.table}")
                assert cursor.fetchone() == (0,), policy.table


def test_rows_of_another_office_are_neither_written_nor_taken_over(both: World) -> None:
    quetta = office_of(both["quetta"])
    theirs = Case.objects.exclude(office=quetta).first()
    mine = Case.objects.filter(office=quetta).first()
    assert theirs and mine
    with row_scope.showing(row_scope.rows_of(quetta)):
        assert Case.objects.filter(pk=theirs.pk).update(police_station="Mine now") == 0
        for act in (
            lambda: Case.objects.filter(pk=mine.pk).update(office=both.office),
            lambda: Case.objects.create(
                number="X/1", kind="relief", office=both.office, person=mine.person, opened_on=mine.opened_on,
                created_by=both["quetta"],
            ),
        ):  # fmt: skip
            with pytest.raises(ProgrammingError) as caught, transaction.atomic():
                act()
            assert caught.value.__cause__.pgcode == "42501"  # type: ignore[union-attr]


def test_a_plain_session_of_the_application_sees_nothing(both: World, logins: Any, app_dsn: str) -> None:
    raw = psycopg2.connect(logins.dsn(logins.roles.application))
    try:
        with raw.cursor() as cursor:
            cursor.execute("SELECT count(*) FROM beneficiaries_case")
            assert cursor.fetchone() == (0,)
    finally:
        raw.close()


def test_a_failed_transaction_shows_what_was_shown_before_it(both: World) -> None:
    quetta = office_of(both["quetta"])

    def fail() -> None:
        with transaction.atomic(), row_scope.everywhere(), connection.cursor() as cursor:
            cursor.execute("SELECT 1/0")

    with row_scope.showing(row_scope.rows_of(quetta)):
        with pytest.raises(Exception, match="division by zero"):
            fail()
        assert sorted(Case.objects.values_list("number", flat=True)) == numbers(quetta)
    assert row_scope.current() == row_scope.ALL


# Requests: what is shown while one runs


def asked(user: User | None, monkeypatch: pytest.MonkeyPatch, **headers: str) -> list[str]:
    """What a request by this user is shown, by page or API, and that nothing of it stays behind."""
    seen: list[str] = []
    show = row_scope.show

    def spy(rows: str) -> None:
        seen.append(rows)
        show(rows)

    monkeypatch.setattr(row_scope, "show", spy)
    monkeypatch.setattr("config.api_auth.show", spy)
    client = Client(headers=headers)
    if user and not headers:
        client.force_login(user)
    client.get("/api/v1/cases" if headers else "/cases/")
    assert row_scope.current() == row_scope.ALL
    return seen[:-1]


def test_a_page_is_shown_the_rows_of_who_is_signed_in(both: World, monkeypatch: pytest.MonkeyPatch) -> None:
    assert set(asked(both["quetta"], monkeypatch)[::2]) == {
        str(office_of(both["quetta"]).pk)
    }  # sums between look everywhere
    assert set(asked(both["auditor"], monkeypatch)) == {row_scope.ALL}
    assert asked(None, monkeypatch) == [row_scope.NONE]


def test_the_api_is_shown_the_rows_of_who_calls(both: World, monkeypatch: pytest.MonkeyPatch) -> None:
    _, secret = tokens.issue(user=both["quetta"], name="test", by=None)
    headers = {"Authorization": f"Bearer {secret}"}
    assert asked(None, monkeypatch, **headers) == [row_scope.NONE, str(office_of(both["quetta"]).pk)]
    assert asked(None, monkeypatch, Authorization="Bearer wrong") == [row_scope.NONE]


def test_what_is_streamed_after_the_request_is_shown_the_same_rows(both: World) -> None:
    def view(request: HttpRequest) -> HttpResponse:
        return StreamingHttpResponse(number for number in Case.objects.values_list("number", flat=True))

    request = HttpRequest()
    request.user = both["quetta"]
    answer = OfficeRowsMiddleware(view)(request)
    assert row_scope.current() == row_scope.ALL
    told = b" ".join(answer.streaming_content).decode().split()  # type: ignore[attr-defined]
    assert sorted(told) == numbers(office_of(both["quetta"]))
    assert row_scope.current() == row_scope.ALL


# Sums that must not depend on who asks


def test_figures_of_a_fund_count_every_office(both: World) -> None:
    def figures() -> tuple[Any, ...]:
        told = statements.build(both.fund, "2025-26")
        return position.counts(both.fund), position.heads(both.fund, "2025-26"), told.now.people, told.groups

    both.cleared()
    seen = figures()
    with row_scope.showing(row_scope.rows_of(office_of(both["quetta"]))):
        assert figures() == seen
    assert seen[2] == 1


def test_an_office_sees_that_another_asks_money_for_its_case(small_world: World) -> None:
    w, user = small_world, small_world["quetta"]
    case = w.relief_case(by=user)
    request = disbursements.create_draft(
        fund=w.fund,
        kind="relief_grant",
        title="By the ministry",
        pay_to=str(case.person),
        payees=[Payee(case=case, amount="20000", person=case.person)],
        by=w["case_officer"],
        on=DAY,
    )
    with row_scope.showing(row_scope.rows_of(office_of(user))):
        assert not Disbursement.objects.filter(pk=request.pk).exists()
        assert money.case_states([case.pk]) == {case.pk: "draft"}
        assert list(money.in_state(Case.objects.all(), "asked")) == [case]
        (cause,) = causes.candidates(user, "relief_grant")
        assert cause.live == request.number


def test_an_award_is_not_asked_for_twice_by_two_offices(small_world: World) -> None:
    w, user = small_world, small_world["quetta"]
    convict = w.person("Gulzar Ahmed", relation="son", gender="M", by=user)
    case = cases.open_prisoner_case(
        person=convict, prison=w.prison, prisoner_number="P-7", sections="s.316 PPC", by=user, opened_on=DAY
    )
    w.paper(case)
    order = cases.record_order(case=case, court=w.court, number="SC 7/2015", decided_on=date(2019, 3, 14), by=user)
    fine = cases.record_obligation(order=order, kind="fine", amount_ordered="50000", by=user)
    payee = Payee(
        case=case, obligation=fine, amount="50000", payee_kind="treasury", payee_name="Treasury", method="challan"
    )
    draft = {"fund": w.fund, "kind": "fine", "title": "Fine", "pay_to": "Treasury", "payees": [payee], "on": DAY}
    disbursements.create_draft(**draft, by=w["case_officer"])
    with row_scope.showing(row_scope.rows_of(office_of(user))), pytest.raises(BadInput) as caught:
        disbursements.create_draft(**draft, by=user)
    assert "balance of the award, Rs 0.00" in str(caught.value.fields)


def test_an_office_takes_the_next_number_of_all_offices(both: World) -> None:
    """One series counts the requests of every office, also those that the database hides from whoever drafts."""
    here, quetta = Disbursement.objects.get(office=both.office), office_of(both["quetta"])
    assert here.fund == Disbursement.objects.get(office=quetta).fund
    both.draft()
    with row_scope.showing(row_scope.rows_of(quetta)):
        assert Disbursement.objects.aggregate(last=Max("serial"))["last"] == 2, "the third is the ministry's"
        made = both.draft(by=both["quetta"])
        assert row_scope.current() == row_scope.rows_of(quetta)
    assert (made.serial, made.number) == (4, "TEST/2025-26/R-004")
