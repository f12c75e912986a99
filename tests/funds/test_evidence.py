"""Nothing is submitted while a required paper is missing, unless waived; what lay in the cases is bound by hash."""

import pytest
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.urls import reverse

from beneficiaries import documents
from beneficiaries.models import Case, PaperKind, RequiredPaper
from funds import approvals, disbursements
from funds.models import Disbursement, SubmittedPaper
from funds.requests import content, evidence
from funds.requests.evidence import PapersMissing
from funds.requests.payees import Payee
from tests import world
from tests.world import DAY, World, with_chain


@pytest.fixture
def here(db: None) -> World:
    return world.build()


def draft(here: World, *cases: Case) -> Disbursement:
    return disbursements.create_draft(
        fund=here.fund,
        kind="relief_grant",
        title="Relief grants",
        pay_to="The people listed",
        payees=[Payee(case=case, amount="20000", person=case.person) for case in cases],
        by=here["case_officer"],
        on=DAY,
    )


def test_a_missing_paper_holds_up_the_request(here: World) -> None:
    bare, full = here.bare_case(), here.relief_case()
    request = draft(here, bare, full)
    with pytest.raises(PapersMissing) as refused:
        here.submitted(request)
    assert refused.value.status == 409 and refused.value.ids == (bare.pk,)
    assert f"{request.number} lacks 1 paper. {bare.number}: Application." in refused.value.detail
    assert full.number not in refused.value.detail
    request.refresh_from_db()
    assert request.state == "draft" and not SubmittedPaper.objects.exists()
    here.paper(bare)
    assert here.submitted(request).state == "submitted"
    assert SubmittedPaper.objects.filter(disbursement=request, submission=1).count() == 2


def test_a_withdrawn_paper_does_not_count(here: World) -> None:
    case = here.bare_case()
    documents.withdraw(paper=here.paper(case).pk, by=here["case_officer"], reason="Unreadable")
    with pytest.raises(PapersMissing):
        here.submitted(draft(here, case))


def test_a_waiver_lets_it_go_on(here: World) -> None:
    case = here.bare_case()
    request = draft(here, case)
    documents.waive(case=case.pk, kind="application", by=here["verifier"], reason="Lost in the flood")
    assert here.submitted(request).state == "submitted"


def test_many_missing_papers_are_counted(here: World) -> None:
    cases = [here.bare_case() for _ in range(12)]
    with pytest.raises(PapersMissing, match=r"lacks 12 papers\..*; and 2 more\. Attach"):
        here.submitted(draft(here, *cases))


def test_only_the_sums_paid_ask_for_papers(here: World) -> None:
    """A case with a fine and diyat: the request that pays the diyat needs nothing for the fine."""
    kind = PaperKind.objects.get(code="other")
    RequiredPaper.objects.create(cause="fine", kind=kind, effective_from=DAY, source="Rule 12")
    request = here.diyat()
    assert here.submitted(request).state == "submitted"
    RequiredPaper.objects.create(cause="diyat", kind=kind, effective_from=DAY, source="Rule 12")
    again = here.diyat()
    with pytest.raises(PapersMissing, match="Other paper"):
        here.submitted(again)


def test_later_papers_change_nothing_that_was_signed(here: World) -> None:
    request = here.at_sanction()
    case = request.lines.get().case
    here.paper(case, "other", text="Came later")
    assert content.digest(request) == request.digest
    assert approvals.approve(disbursement=request.pk, by=here["approver"], on=DAY).state == "sanctioned"


def test_a_withdrawal_after_submission_stands_out(here: World, client: Client) -> None:
    request = here.submitted()
    paper = request.lines.get().case.papers.get()
    documents.withdraw(paper=paper.pk, by=here["case_officer"], reason="Of another person")
    client.force_login(here["verifier"])
    page = client.get(reverse("disbursement", args=[request.pk])).content.decode()
    assert "A paper was withdrawn after it was submitted" in page


def test_the_digest_covers_the_papers(here: World) -> None:
    """The same request with another file in its case is another content; a new submission binds anew."""
    request = here.submitted()
    assert '"papers": [{"case": ' in content.canonical(request, [], list(content.bound_papers(request)))
    paper = request.lines.get().case.papers.get()
    approvals.return_for_correction(
        disbursement=request.pk, by=here["verifier"], ground="other", reason="Too dark", on=DAY
    )
    documents.withdraw(paper=paper.pk, by=here["case_officer"], reason="Too dark")
    with pytest.raises(PapersMissing):
        here.submitted(request)
    here.paper(paper.case, text="A better scan")
    again = here.submitted(request)
    assert again.digest != request.digest
    assert [row.paper.sha256 for row in again.submitted_papers.filter(submission=1)] == [paper.sha256]
    assert paper.sha256 not in str(list(content.bound_papers(again)))


def test_content_from_before_papers_is_the_same_text(here: World) -> None:
    request = here.draft()
    assert '"papers"' not in content.canonical(request, [], [])


def test_needs_are_read_in_a_fixed_number_of_queries(here: World, django_assert_num_queries: object) -> None:
    few, many = draft(here, here.bare_case()), draft(here, *[here.relief_case() for _ in range(6)])
    for request, count in ((few, 1), (many, 6)):
        with django_assert_num_queries(4):  # type: ignore[operator]
            assert len(evidence.needs(request, on=DAY)) == count


def test_the_database_refuses_it_too(here: World) -> None:
    """Past the service: by the application's own rights."""
    request = draft(here, here.bare_case())
    with_chain(request)
    submit = (
        "UPDATE funds_disbursement SET state = 'submitted', submission = 1, digest = repeat('0', 64), position = 1,"
        " waiting_since = %s WHERE id = %s"
    )
    with connection.cursor() as cursor:
        with pytest.raises(IntegrityError, match="lacks a paper: Application of case"), transaction.atomic():
            cursor.execute(submit, [DAY, request.pk])
        case = request.lines.get().case
        paper = here.paper(case)
        documents.withdraw(paper=paper.pk, by=here["case_officer"], reason="Too dark")
        with pytest.raises(IntegrityError, match="lacks a paper"), transaction.atomic():
            cursor.execute(submit, [DAY, request.pk])
        for before, after in (("2019-01-01", "2019-12-31"), ("2026-01-01", None)):
            with transaction.atomic():
                RequiredPaper.objects.update(effective_from=before, effective_to=after)
                cursor.execute(submit, [DAY, request.pk])
                transaction.set_rollback(True)
        documents.waive(case=case.pk, kind="application", by=here["verifier"], reason="Lost")
        cursor.execute(submit, [DAY, request.pk])


def test_papers_are_bound_only_when_submitted_and_only_of_its_cases(here: World) -> None:
    request, other = here.draft(), here.relief_case()
    own, foreign = request.lines.get().case.papers.get(), other.papers.get()

    def bind(paper: int, submission: int) -> None:
        with transaction.atomic():
            SubmittedPaper.objects.create(disbursement=request, submission=submission, paper_id=paper)

    for paper, submission in ((foreign.pk, 1), (own.pk, 0), (own.pk, 2)):
        with pytest.raises(IntegrityError):
            bind(paper, submission)
    documents.withdraw(paper=own.pk, by=here["case_officer"], reason="Too dark")
    with pytest.raises(IntegrityError, match="withdrawn"):
        bind(own.pk, 1)
    here.paper(own.case, text="Another scan")
    here.submitted(request)
    with pytest.raises(IntegrityError, match="bound when it is submitted"):
        bind(here.paper(own.case, "other").pk, 2)


def test_the_page_says_what_is_missing_and_who_waived(here: World, client: Client) -> None:
    case = here.bare_case()
    request = draft(here, case)
    url = reverse("disbursement", args=[request.pk])
    client.force_login(here["case_officer"])
    page = client.get(url).content.decode()
    assert "Required papers are missing" in page and f"{case.number}: Application" in page
    assert "data-off" in page and reverse("disbursement_edit", args=[request.pk]) in page
    answer = client.post(reverse("disbursement_submit", args=[request.pk]))
    assert answer.status_code == 409 and "lacks 1 paper" in answer.content.decode()
    documents.waive(case=case.pk, kind="application", by=here["verifier"], reason="Lost in the flood")
    page = client.get(url).content.decode()
    assert "Waived: Application" in page and "by Verifier Khan: Lost in the flood" in page
    assert "Every required paper is in or waived" in page
