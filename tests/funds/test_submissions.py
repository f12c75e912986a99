"""What a returned request shows side by side: head, lines, papers, against the submission before."""

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from beneficiaries import documents
from funds import approvals, disbursements
from funds.models import Disbursement
from funds.paperwork import noting
from funds.requests import submissions
from funds.requests.payees import Payee
from tests.funds.pages import as_, words
from tests.world import DAY, World

pytestmark = pytest.mark.django_db

IBAN = "PK31NBPA0000000000000001"


@pytest.fixture
def here(small_world: World) -> World:
    return small_world


def returned(here: World, request: Disbursement | None = None) -> Disbursement:
    row = here.submitted(request)
    return approvals.return_for_correction(
        disbursement=row.pk, by=here["verifier"], ground="amount", reason="Wrong amount", on=DAY
    )


def revise(here: World, row: Disbursement, *payees: Payee, title: str = "") -> Disbursement:
    return disbursements.revise_draft(
        disbursement=row.pk, title=title or row.title, pay_to=row.pay_to, payees=payees, by=here["case_officer"]
    )


def test_first_submission_has_nothing_to_compare(here: World) -> None:
    assert submissions.changed(here.draft()) == [] and submissions.changed(here.submitted()) == []


def test_nothing_changed_says_nothing(here: World) -> None:
    row = returned(here)
    assert submissions.changed(row) == []
    assert submissions.changed(here.submitted(row)) == []


def test_every_change_stands_side_by_side(here: World) -> None:
    row = returned(here)
    line = row.lines.get()
    one = Payee(
        case=line.case, person=line.person, amount="15000", method="transfer", iban=IBAN, account_title="Zainab Bibi"
    )
    second = here.relief_case()
    row = revise(here, row, one, Payee(case=second, person=second.person, amount="10"), title="Relief, second try")
    paper = line.case.papers.get()
    documents.withdraw(paper=paper.pk, by=here["case_officer"], reason="Too dark")
    newer = here.paper(line.case, text="A better scan")
    expected = {
        ("Title", "Relief grant, Zainab Bibi", "Relief, second try"),
        ("Amount", "Rs 20,000.00", "Rs 15,010.00"),
        ("Zainab Bibi: amount", "Rs 20,000.00", "Rs 15,000.00"),
        ("Zainab Bibi: paid by", "Cheque", "Bank transfer"),
        ("Zainab Bibi: account", "", "PK31 **** **** **** **** 0001"),
        ("Zainab Bibi: account title", "", "Zainab Bibi"),
        ("Payee Zainab Bibi", "", "Rs 10.00, cheque"),
        (f"Paper: Application, case {line.case.number}", f"file {paper.sha256[:12]}", f"file {newer.sha256[:12]}"),
        (f"Paper: Application, case {second.number}", "", f"file {second.papers.get().sha256[:12]}"),
    }
    found = set(submissions.changed(row))
    assert {row for row in found if not row[0].endswith("account")} == {
        row for row in expected if not row[0].endswith("account")
    }
    (account,) = [row for row in found if row[0].endswith("account")]
    assert account[2].endswith("0001") and IBAN not in account[2]
    again = here.submitted(row)
    assert set(submissions.changed(again)) == found


def test_a_third_submission_is_compared_with_the_second(here: World) -> None:
    row = returned(here)
    line = row.lines.get()
    row = here.submitted(revise(here, row, Payee(case=line.case, person=line.person, amount="15000")))
    row = approvals.return_for_correction(
        disbursement=row.pk, by=here["verifier"], ground="amount", reason="Still wrong", on=DAY
    )
    row = here.submitted(revise(here, row, Payee(case=line.case, person=line.person, amount="14000")))
    assert ("Amount", "Rs 15,000.00", "Rs 14,000.00") in submissions.changed(row)


def test_the_page_shows_it_to_who_decides(here: World, client: Client) -> None:
    row = returned(here)
    line = row.lines.get()
    row = here.submitted(revise(here, row, Payee(case=line.case, person=line.person, amount="15000")))
    page = words(as_(here["verifier"]).get(f"/requests/{row.pk}/"))
    assert "Changed since the last submission" in page and "Zainab Bibi: amount Rs 20,000.00 Rs 15,000.00" in page


def test_page_and_noting_tell_the_same(here: World) -> None:
    row = returned(here)
    line = row.lines.get()
    row = here.submitted(revise(here, row, Payee(case=line.case, person=line.person, amount="15000"), title="Again"))
    (note,) = [note for note in noting.notes_of(row) if note.turns]
    assert [(turn.what, turn.was, turn.became) for turn in note.turns] == [
        tuple(each) for each in submissions.changed(row)
    ]


def test_a_long_list_is_compared_by_its_totals(here: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(submissions, "MOST_LINES", 1)
    row = returned(here)
    first, second = row.lines.get(), here.relief_case()
    payees = [
        Payee(case=first.case, person=first.person, amount="20000"),
        Payee(case=second, person=second.person, amount="1"),
    ]
    row = here.submitted(revise(here, row, *payees))
    assert ("Number of payee lines", "1", "2") in submissions.changed(row)


def test_posts_cost_one_question_however_often_it_is_submitted(here: World) -> None:
    row = returned(here)
    with CaptureQueriesContext(connection) as once:
        noting.notes_of(Disbursement.objects.select_related("fund", "year", "maker").get(pk=row.pk))
    for _ in range(3):
        row = returned(here, row)
    with CaptureQueriesContext(connection) as often:
        noting.notes_of(Disbursement.objects.select_related("fund", "year", "maker").get(pk=row.pk))
    of_posts = [query for query in often.captured_queries if "historicalofficer" in query["sql"]]
    assert len(of_posts) == 1
    assert len(often) <= len(once) + 3  # the lines and papers that are compared
