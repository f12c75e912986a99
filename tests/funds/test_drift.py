"""What changes under a submitted request ends its chain by itself, and a sanction on it is not paid."""

from typing import Any

import pytest
from django.db import connection, transaction
from django.db.utils import IntegrityError
from django.test import Client

from beneficiaries import documents, registry
from beneficiaries.casework import resting
from beneficiaries.models import Person
from beneficiaries.people import merging
from funds import approvals, disbursements, payments, vouchers
from funds.models import ChainVoid, Decision, Disbursement
from funds.requests import content, drift
from funds.requests.payees import Payee
from ledger.errors import WrongState
from tests.funds.pages import as_, words
from tests.funds.test_rules import copied, decision_of, refused
from tests.world import DAY, World

pytestmark = pytest.mark.django_db

CARD = "4220103976408"


@pytest.fixture
def here(small_world: World) -> World:
    return small_world


def withdraw(here: World, request: Disbursement) -> None:
    paper = request.lines.get().case.papers.get(withdrawal=None)
    documents.withdraw(paper=paper.pk, by=here["case_officer"], reason="Of another person")


def correct(here: World, request: Disbursement, **changes: Any) -> None:
    values = changes or {"cnic": CARD}
    registry.correct_person(person=request.lines.get().person_id, by=here["case_officer"], reason="Card seen", **values)


def test_a_withdrawn_paper_voids_the_running_chain(here: World) -> None:
    request = here.at_sanction()
    withdraw(here, request)
    request.refresh_from_db()
    assert request.state == "returned"
    note = ChainVoid.objects.get()
    assert note.field.startswith("Paper “Application” of case") and note.after == "withdrawn"
    assert (note.submission, note.caused_by, note.cause) == (
        1, here["case_officer"], "“Application” withdrawn: Of another person",
    )  # fmt: skip
    assert "Paper “Application”" in request.history.first().history_change_reason
    here.paper(request.lines.get().case, text="The right one")
    again = here.submitted(request)
    assert (again.submission, again.position) == (2, 1)


@pytest.mark.parametrize(
    ("changes", "field", "before", "after"),
    [
        ({"name": "Zainab Begum"}, "Name of the payee on line 1", "Zainab Bibi", "Zainab Begum"),
        ({"cnic": CARD}, "CNIC of the payee on line 1", None, "42201-*******-8"),
        ({"cnic": None}, "CNIC of the payee on line 1", None, ""),
        ({"relation": "wife"}, "Father's or husband's name of the payee on line 1", None, "wife of Noor Ahmed"),
        (
            {"relative_name": "Gul Khan"},
            "Father's or husband's name of the payee on line 1",
            None,
            "daughter of Gul Khan",
        ),
    ],
)
def test_a_corrected_payee_voids_the_running_chain(
    here: World, changes: dict[str, str], field: str, before: str | None, after: str
) -> None:
    request = here.submitted()
    number = request.lines.get().cnic
    correct(here, request, **changes)
    request.refresh_from_db()
    note = ChainVoid.objects.get()
    assert (request.state, note.field) == ("returned", field)
    assert note.after == after or after.lower() in note.after.lower()
    assert before in (None, note.before)
    assert (
        number not in f"{note.before}{note.after}{note.cause}" and CARD not in f"{note.before}{note.after}{note.cause}"
    )


def test_what_is_not_on_the_line_voids_nothing(here: World) -> None:
    request = here.submitted()
    correct(here, request, phone="03001234567", name_urdu="زینب بی بی")
    here.paper(request.lines.get().case, "other", text="Came later")
    request.refresh_from_db()
    assert (request.state, ChainVoid.objects.count()) == ("submitted", 0)


def test_only_the_requests_that_rest_on_it_are_void(here: World) -> None:
    request, other, draft = here.submitted(), here.submitted(), here.draft()
    withdraw(here, request)
    for row in (request, other, draft):
        row.refresh_from_db()
    assert [row.state for row in (request, other, draft)] == ["returned", "submitted", "draft"]


def test_a_federal_request_is_void_by_a_change_in_another_office(here: World) -> None:
    case = here.relief_case(by=here["quetta"])
    row = disbursements.create_draft(
        fund=here.fund, kind="relief_grant", title="Relief grant", pay_to="x y", by=here["case_officer"], on=DAY,
        payees=[Payee(case=case, amount="20000", person=case.person)],
    )  # fmt: skip
    row = here.submitted(row)
    documents.withdraw(paper=case.papers.get().pk, by=here["quetta"], reason="Too dark")
    row.refresh_from_db()
    assert row.state == "returned"


def test_a_stale_line_is_not_submitted_again(here: World) -> None:
    """The maker has to look at the payees and save; the system does not put other values under a signature."""
    request = here.submitted()
    correct(here, request, name="Zainab Begum")
    with pytest.raises(WrongState, match="Name of the payee on line 1 was Zainab Bibi, is Zainab Begum") as refused_:
        here.submitted(request)
    assert refused_.value.code == "payee_changed"
    line = request.lines.get()
    disbursements.revise_draft(
        disbursement=request.pk, title=request.title, pay_to="Zainab Begum", by=here["case_officer"],
        payees=[Payee(case=line.case, amount="20000", person=Person.objects.get(pk=line.person_id))],
    )  # fmt: skip
    assert here.submitted(request).lines.get().payee_name == "Zainab Begum"


@pytest.mark.parametrize("change", [withdraw, correct])
def test_a_sanction_on_it_gets_no_voucher(here: World, change: Any) -> None:
    request = here.sanctioned()
    change(here, request)
    request.refresh_from_db()
    assert request.state == "sanctioned"
    with pytest.raises(WrongState, match="Cancel it, so that the money is free") as told:
        vouchers.issue_voucher(disbursement=request.pk, by=here["ddo"], on=DAY)
    assert told.value.code == "content_changed" and CARD not in told.value.detail
    page = words(as_(here["ddo"]).get(f"/requests/{request.pk}/"))
    assert "Cancel it, so that the money is free" in page
    disbursements.cancel(disbursement=request.pk, by=here["approver"], reason="The paper was another's")


@pytest.mark.parametrize("change", [withdraw, correct])
def test_a_voucher_on_it_is_not_paid(here: World, change: Any) -> None:
    request = here.vouchered().sanction.disbursement
    change(here, request)
    with pytest.raises(WrongState) as told:
        payments.issue_instrument(
            disbursement=request.pk, line=request.lines.get().pk, number="1", by=here["ddo"], on=DAY
        )
    assert told.value.code == "content_changed"


@pytest.mark.parametrize("change", [withdraw, correct])
def test_the_database_refuses_to_sign_and_pay_it(here: World, monkeypatch: pytest.MonkeyPatch, change: Any) -> None:
    """Where a change came past the watch: by the application's own SQL."""
    monkeypatch.setattr(resting, "_watches", [])
    waiting, request, model = here.submitted(), here.vouchered().sanction.disbursement, here.paid()[0]
    one, voucher = here.sanctioned(), request.sanction.voucher
    issue = {
        "voucher_id": voucher.pk,
        "line_id": request.lines.get().pk,
        "number": "0009902",
        "entry_id": voucher.entry_id,
    }
    draw = {
        "sanction_id": one.sanction.pk,
        "number": "T-9",
        "serial": 3,
        "token": "t9",
        "entry_id": one.sanction.entry_id,
    }
    for number, row in enumerate((waiting, request, one)):
        values = {} if change is withdraw else {"cnic": f"422010397641{number}"}
        change(here, row, **values)
    sql, values = decision_of(waiting, 1, here["verifier"])
    refused("23F57", sql, *values)
    sql, values = copied(model, **issue)
    refused("23F57", sql, *values)
    sql, values = copied(voucher, **draw)
    refused("23F57", sql, *values)
    with pytest.raises(WrongState, match="Return it to the maker"):
        approvals.approve(disbursement=waiting.pk, by=here["verifier"], on=DAY)
    approvals.return_for_correction(
        disbursement=waiting.pk, by=here["verifier"], ground="paper", reason="Withdrawn", on=DAY
    )


def test_the_page_says_which_field_changed(here: World) -> None:
    request = here.at_sanction()
    withdraw(here, request)
    page = words(as_(here["case_officer"]).get(f"/requests/{request.pk}/"))
    assert "The signatures ended on" in page and "withdrawn: Of another person" in page
    trail = words(as_(here["auditor"]).get(f"/requests/{request.pk}/trail"))
    assert "Chain void by a change" in trail and "Written by the system" in trail


def test_a_merge_that_fills_the_payees_number_voids_the_chain(here: World) -> None:
    bare = here.person("Rehmat Bibi", cnic=None)
    full = here.person("Rehmat Bibi", cnic=CARD)
    case = here.relief_case(bare)
    row = disbursements.create_draft(
        fund=here.fund, kind="relief_grant", title="Relief grant", pay_to="x y", by=here["case_officer"], on=DAY,
        payees=[Payee(case=case, amount="20000", person=bare)],
    )  # fmt: skip
    row = here.submitted(row)
    pair = merging.open_pairs(here["verifier"]).get()
    merging.merge(pair=pair.pk, keep=bare.pk, reason="One woman", by=here["verifier"])
    row.refresh_from_db()
    assert (row.state, ChainVoid.objects.get().field) == ("returned", "CNIC of the payee on line 1")
    assert full.pk != bare.pk


def test_the_digest_covers_the_waivers(here: World) -> None:
    case = here.bare_case()
    documents.waive(case=case.pk, kind="application", by=here["verifier"], reason="Lost in the flood")
    row = disbursements.create_draft(
        fund=here.fund, kind="relief_grant", title="Relief grant", pay_to="x y", by=here["case_officer"], on=DAY,
        payees=[Payee(case=case, amount="20000", person=case.person)],
    )  # fmt: skip
    row = here.submitted(row)
    assert list(content.bound_waivers(row)) == [(case.pk, "application")]
    bound = (list(content.bound_papers(row)), list(content.bound_answers(row)))
    text = content.canonical(row, row.lines.all(), *bound, list(content.bound_waivers(row)))
    assert '"waivers"' in text and '"waivers"' not in content.canonical(row, row.lines.all(), *bound)
    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO funds_submittedwaiver (disbursement_id, submission, waiver_id) VALUES (%s, 1, %s)",
            [row.pk, row.submitted_waivers.get().waiver_id],
        )


def test_the_api_names_the_reason(here: World, client: Client) -> None:
    request = here.sanctioned()
    withdraw(here, request)
    client.force_login(here["ddo"])
    answer = client.post("/api/v1/vouchers", {"disbursement": request.pk}, content_type="application/json")
    assert (answer.status_code, answer.json()["code"]) == (409, "content_changed")
    assert drift.of(request)[0].after == "withdrawn" and Decision.objects.count() == 3
