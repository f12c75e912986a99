"""The noting of a request: who wrote what, to whom it was marked, and what was changed from one submission to the next."""

import json
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.urls import reverse

from beneficiaries import documents
from funds import approvals, disbursements, vouchers
from funds.chain import conflicts
from funds.models import Disbursement
from funds.paperwork import noting
from funds.requests import submissions
from funds.requests.payees import Payee
from funds.requests.submissions import Change
from ledger.clock import today
from tests.funds.pages import as_, source, words
from tests.funds.papers.reading import whole_text
from tests.world import DAY, World

pytestmark = pytest.mark.django_db
TRANSFER = "PK66HABB0000000000000002"


@pytest.fixture
def here(small_world: World) -> World:
    return small_world


def returned(here: World, why: str = "The amount is wrong", request: Disbursement | None = None) -> Disbursement:
    row = here.submitted(request)
    return approvals.return_for_correction(
        disbursement=row.pk, by=here["verifier"], ground="amount", reason=why, on=DAY
    )


def revised(here: World, request: Disbursement, payees: list[Payee], **change: Any) -> Disbursement:
    given = {"title": request.title, "pay_to": request.pay_to} | change
    disbursements.revise_draft(disbursement=request.pk, payees=payees, by=here["case_officer"], **given)
    return disbursements.submit(disbursement=request.pk, by=here["case_officer"], on=DAY)


def same(request: Disbursement, **change: Any) -> Payee:
    line = request.lines.get()
    return Payee(**{"case": line.case, "amount": line.amount, "person": line.person} | change)


def told(request: Disbursement) -> list[Change]:
    first, second = submissions.submissions_of(request)
    return submissions.changes(first, second)


def test_a_draft_has_no_noting(here: World) -> None:
    assert noting.notes_of(here.draft()) == []


def test_the_maker_s_note_comes_first_and_each_is_marked_to_the_next(here: World) -> None:
    request = here.sanctioned()
    notes = noting.notes_of(request)
    assert [note.number for note in notes] == [1, 2, 3, 4]
    assert [note.act for note in notes] == ["Submitted for sanction", "Verified", "Budget agreed", "Sanctioned"]
    assert [note.name for note in notes] == [
        "Case_Officer Khan",
        "Verifier Khan",
        "Finance_Officer Khan",
        "Approver Khan",
    ]
    assert [note.post for note in notes] == ["Case Officer", "Verifier", "Finance Officer", "Approver"]
    assert [note.marked_to for note in notes] == [
        "Verifier", "Finance officer", "Approver", "the Drawing and Disbursing Officer",
    ]  # fmt: skip
    assert "Rs 20,000.00 (Rupees Twenty Thousand Only) is asked from the TEST Fund" in notes[0].text
    assert notes[0].when.startswith("26 Sep 2025, entered ")
    assert notes[3].text == "Sanction no. TEST/2025-26/001; its order went out under dispatch no. DP-MOHR-2025-00001."


def test_what_is_decided_today_says_the_hour_alone(here: World) -> None:
    request = here.draft()
    disbursements.submit(disbursement=request.pk, by=here["case_officer"])
    approvals.approve(disbursement=request.pk, by=here["verifier"], reason="Compared with the card")
    first, second = noting.notes_of(request)
    assert second.text == "Compared with the card."
    assert second.when.startswith(f"{today():%-d %b %Y}, ") and "entered" not in first.when + second.when


def test_a_return_goes_to_the_maker_and_the_next_submission_says_what_was_changed(here: World) -> None:
    request = returned(here)
    revised(here, request, [same(request, amount="15000")], title="Relief grant, corrected")
    approvals.approve(disbursement=request.pk, by=here["verifier"], on=DAY)
    notes = noting.notes_of(request)
    assert [note.act for note in notes] == [
        "Submitted for sanction", "Returned", "Submitted again after correction", "Verified",
    ]  # fmt: skip
    assert notes[1].text == "Amount or share differs from the order: The amount is wrong."
    assert notes[1].marked_to == "Case_Officer Khan"
    assert {turn.what: (turn.was, turn.became) for turn in notes[2].turns} == {
        "Title": (request.title, "Relief grant, corrected"),
        "Amount": ("Rs 20,000.00", "Rs 15,000.00"),
        "Zainab Bibi: amount": ("Rs 20,000.00", "Rs 15,000.00"),
    }
    assert notes[0].turns == ()


def test_the_designation_is_the_one_held_then(here: World) -> None:
    request = here.submitted()
    officer = here["case_officer"].officer
    officer.designation = "Director"
    officer.save()
    assert noting.notes_of(request)[0].post == "Case Officer"


def test_nothing_changed_is_said(here: World) -> None:
    request = returned(here)
    disbursements.submit(disbursement=request.pk, by=here["case_officer"], on=DAY)
    assert "Nothing was changed." in noting.notes_of(request)[2].text
    assert told(request) == []


def test_each_thing_that_may_change_is_told_and_no_iban(here: World) -> None:
    request = returned(here, request=here.transfer(TRANSFER))
    line = request.lines.get()
    other = here.relief_case()
    payees = [
        same(request, method="transfer", iban="PK66MEZN0000000000000003"),
        Payee(case=other, amount="500", person=other.person),
    ]
    added = here.paper(line.case, "other")
    revised(here, request, payees, pay_to="Both of them")
    assert {(row.what, row.was, row.became) for row in told(request)} == {
        ("To be paid to", request.pay_to, "Both of them"),
        ("Amount", "Rs 20,000.00", "Rs 20,500.00"),
        ("Zainab Bibi: account", "PK** HABB **** 0002", "PK** MEZN **** 0003"),
        ("Payee Zainab Bibi", "", "Rs 500.00, cheque"),
        (f"Paper: Application, case {other.number}", "", f"file {other.papers.get().sha256[:12]}"),
        (f"Paper: Other paper, case {line.case.number}", "", f"file {added.sha256[:12]}"),
    }


def test_a_payee_who_is_taken_out_and_another_way_of_payment(here: World) -> None:
    first = here.draft()
    case = here.relief_case()
    disbursements.revise_draft(
        disbursement=first.pk, title=first.title, pay_to=first.pay_to, by=here["case_officer"],
        payees=[same(first), Payee(case=case, amount="700", person=case.person)],
    )  # fmt: skip
    kept = first.lines.get(position=1)
    request = returned(here, request=first)
    payee = Payee(case=kept.case, amount=kept.amount, person=kept.person, method="transfer", iban=TRANSFER)
    revised(here, request, [payee])
    rows = [(row.what, row.was, row.became) for row in told(request)]
    assert ("Payee Zainab Bibi", "Rs 700.00, cheque", "") in rows
    assert ("Zainab Bibi: paid by", "Cheque", "Bank transfer") in rows


def test_voucher_rejection_and_cancellation_stand_in_the_noting(here: World) -> None:
    request = here.sanctioned()
    voucher = vouchers.issue_voucher(disbursement=request.pk, by=here["ddo"], on=DAY)
    disbursements.cancel(disbursement=request.pk, by=here["ddo"], reason="The heir died", on=DAY)
    assert [(note.act, note.text) for note in noting.notes_of(request)[4:]] == [
        ("Voucher issued", f"No. {voucher.number} for Rs 20,000.00."),
        ("Cancelled", "The heir died."),
    ]
    row = here.submitted()
    approvals.reject(disbursement=row.pk, by=here["verifier"], ground="other", reason="No such person", on=DAY)
    last = noting.notes_of(row)[-1]
    assert (last.act, last.text, last.marked_to) == (
        "Rejected", "Something else, as written: No such person.", "",
    )  # fmt: skip


def test_a_return_to_a_step_a_recusal_and_a_conflict_stand_in_the_noting(here: World) -> None:
    request, why = here.at_sanction(), {"ground": "other", "reason": "Compare the judgment", "on": DAY}
    approvals.return_for_correction(disbursement=request.pk, by=here["approver"], to=2, **why)
    approvals.recuse(disbursement=request.pk, by=here["finance_officer"], **why)
    conflicts.declare(disbursement=request.pk, by=here["reconciler"], **why)
    notes = noting.notes_of(request)
    assert [note.act for note in notes][3:] == ["Returned", "Recused", "Conflict of interest declared"]
    text = "Something else, as written: Compare the judgment."
    assert (notes[3].text, notes[3].marked_to) == (
        f"{text} From step 2 on it is to be signed again.",
        "Finance officer",
    )
    assert (notes[4].text, notes[4].marked_to) == (text, "another officer, as Finance officer")
    assert notes[5].text == f"With request {request.number}. {text}"
    assert "Conflict of interest declared" in whole_text(noting.note_sheet(request))


def test_a_chain_that_is_void_says_what_was_changed(here: World) -> None:
    request = here.at_sanction()
    paper = request.lines.get().case.papers.get()
    documents.withdraw(paper=paper.pk, by=here["case_officer"], reason="Of another person")
    note = noting.notes_of(request)[-1]
    assert (note.act, note.name, note.marked_to) == ("Chain void", "Written by the system", "Case_Officer Khan")
    (turn,) = note.turns
    assert turn.became == "withdrawn" and paper.sha256[:12] in turn.was
    assert "Chain void" in whole_text(noting.note_sheet(request))


def test_the_sheet_is_the_same_every_time_and_says_all_of_it(here: World) -> None:
    request = returned(here)
    request = revised(here, request, [same(request, amount="15000")])
    sheet = noting.note_sheet(request)
    assert noting.note_sheet(Disbursement.objects.get(pk=request.pk)) == sheet
    text = whole_text(sheet)
    assert "DY-MOHR-2025-00001" in text and "Marked to: Case_Officer Khan" in text
    assert "Amount Rs 20,000.00 Rs 15,000.00" in text and "page 1 of 1" in text


def test_a_remark_in_other_letters_does_not_keep_the_sheet_from_being_drawn(here: World) -> None:
    request = returned(here, "رقم درست کریں")
    assert noting.notes_of(request)[1].text.endswith("رقم درست کریں.")
    assert "in letters that this paper cannot print" in whole_text(noting.note_sheet(request))


def test_the_page_shows_the_noting_and_other_offices_do_not_see_it(here: World) -> None:
    request = returned(here)
    page = as_(here["auditor"]).get(reverse("notes", args=[request.pk]))
    assert "2. Returned" in words(page) and "Marked to Case_Officer Khan" in words(page)
    assert reverse("note_sheet", args=[request.pk]) in source(page)
    paper = as_(here["auditor"]).get(reverse("note_sheet", args=[request.pk]))
    assert paper.content == noting.note_sheet(request) and paper["Content-Type"] == "application/pdf"
    for name in ("notes", "note_sheet"):
        assert as_(here["quetta"]).get(reverse(name, args=[request.pk])).status_code == 404
    assert "Nothing was noted yet" in words(as_(here["auditor"]).get(reverse("notes", args=[here.draft().pk])))


def test_many_payees_cost_no_more_questions(here: World, django_assert_max_num_queries: Any) -> None:
    def many(count: int) -> Disbursement:
        draft = here.draft()
        cases = [here.relief_case() for _ in range(count)]
        payees = [Payee(case=case, amount="500", person=case.person) for case in cases]
        disbursements.revise_draft(
            disbursement=draft.pk, title="List", pay_to="All", payees=payees, by=here["case_officer"]
        )
        request = returned(here, request=draft)
        disbursements.submit(disbursement=request.pk, by=here["case_officer"], on=DAY)
        return request

    for request in (many(1), many(12)):
        with django_assert_max_num_queries(13):
            noting.notes_of(Disbursement.objects.select_related("fund", "year", "maker").get(pk=request.pk))


def test_command_writes_the_sheet(here: World, tmp_path: Path) -> None:
    request, out = returned(here), StringIO()
    call_command("note_sheet", request.number, "--out", str(tmp_path / "n.pdf"), "--json", stdout=out)
    assert json.loads(out.getvalue())["notes"] == 2
    assert (tmp_path / "n.pdf").read_bytes() == noting.note_sheet(request)
    with pytest.raises(CommandError, match="no request TEST/2025-26/R-999"):
        call_command("note_sheet", "TEST/2025-26/R-999", "--out", str(tmp_path / "m.pdf"), stdout=out)
