"""Deciding on the page: who may, on which content, what a conflict keeps, what the inbox shows."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from funds import approvals, payments
from funds.models import Decision, Disbursement, PayeeLine
from funds.requests import inbox
from funds.requests.payees import Payee
from ledger.clock import today
from tests import world
from tests.funds.pages import as_, hidden, source, words
from tests.world import World, give_limit

pytestmark = [pytest.mark.django_db, pytest.mark.once]


@pytest.fixture
def here(small_world: World) -> World:
    return small_world


def test_nothing_is_chosen_on_arrival(here: World) -> None:
    request = here.at_sanction()
    page = source(as_(here["approver"]).get(f"/requests/{request.pk}/"))
    radios = [tag for tag in page.split("<input")[1:] if 'name="decision"' in tag.split(">")[0]]
    assert len(radios) == 4 and not any("checked" in tag.split(">")[0] for tag in radios)
    assert "Sanction Rs 20,000.00" in page and "rupees twenty thousand only" in page
    assert request.digest in page


def test_a_decision_without_a_choice_or_a_reason_is_asked_for(here: World) -> None:
    request = here.submitted()
    verifier = as_(here["verifier"])
    answer = verifier.post(f"/requests/{request.pk}/decide", {"seen": request.digest})
    assert answer.status_code == 422 and "Choose one" in words(answer)
    answer = verifier.post(f"/requests/{request.pk}/decide", {"seen": request.digest, "decision": "return"})
    assert answer.status_code == 422 and "write a sentence" in words(answer)
    assert 'value="return" id="id_decision_return" data-option="2" checked' in source(answer)
    assert not Decision.objects.exists()


def test_points_to_check_must_be_ticked(here: World) -> None:
    request = here.submitted(here.diyat())
    verifier = as_(here["verifier"])
    assert "One payee is a minor" in words(verifier.get(f"/requests/{request.pk}/"))
    sent = {"seen": request.digest, "decision": "approve"}
    assert verifier.post(f"/requests/{request.pk}/decide", sent).status_code == 422
    assert verifier.post(f"/requests/{request.pk}/decide", sent | {"approve-read": "on"}).status_code == 303


def test_a_conflict_keeps_the_remarks(here: World) -> None:
    request = here.submitted()
    seen = request.digest
    approvals.return_for_correction(
        disbursement=request.pk, by=here["second_verifier"], ground="other", reason="Name differs."
    )
    sent = {"seen": seen, "decision": "approve", "approve-remarks": "Compared with the originals."}
    answer = as_(here["verifier"]).post(f"/requests/{request.pk}/decide", sent)
    page = words(answer)
    assert answer.status_code == 409
    assert "returned this request" in page and "before you pressed the button" in page
    assert "Nothing was decided by you. Your remarks are kept below." in page
    assert "Compared with the originals." in page
    assert Decision.objects.count() == 1


def test_changed_content_is_not_decided_and_the_remarks_stay_in_the_form(here: World) -> None:
    request = here.submitted()
    sent = {"seen": "0" * 64, "decision": "approve", "approve-remarks": "All compared."}
    answer = as_(here["verifier"]).post(f"/requests/{request.pk}/decide", sent)
    assert answer.status_code == 409 and "changed after you opened it" in words(answer)
    assert "All compared." in source(answer).split('name="approve-remarks"')[1][:400]
    assert not Decision.objects.exists()


def test_a_forbidden_decision_is_shown_with_its_reason_and_refused(here: World) -> None:
    request = here.submitted()
    finance = as_(here["finance_officer"])
    page = source(finance.get(f"/requests/{request.pk}/"))
    assert "This step is for the verifier." in page and page.count("disabled") >= 3
    sent = {"seen": request.digest, "decision": "approve"}
    assert finance.post(f"/requests/{request.pk}/decide", sent).status_code == 403
    assert as_(here["case_officer"]).post(f"/requests/{request.pk}/decide", sent).status_code == 403
    assert not Decision.objects.exists()


def test_above_the_limit_only_return_and_reject_are_open(here: World) -> None:
    give_limit(here["approver"].officer, "1000")
    request = here.at_sanction()
    page = words(as_(here["approver"]).get(f"/requests/{request.pk}/"))
    assert "Rs 20,000.00 is above your authority, Rs 1,000.00." in page and "Above your authority." in page
    assert not inbox.mine(here["approver"]).exists()
    assert "Nothing waits for you." in words(as_(here["approver"]).get("/"))


def test_inbox_groups_by_due_date_and_counts(here: World) -> None:
    request = here.submitted()
    Disbursement.objects.filter(pk=request.pk).update(waiting_since=today() - timedelta(days=10))
    here.submitted(here.draft("40000"))
    Disbursement.objects.exclude(pk=request.pk).update(waiting_since=today())
    client = as_(here["verifier"])
    answer = client.get("/")
    page = words(answer)
    assert "2 requests, Rs 60,000.00 in all." in page and "7 days late" in page
    assert "Due today or late (1)" in page and "Next 7 days (1)" in page
    assert '<span class="count">2</span><span class="visually-hidden"> waiting for you</span>' in source(answer)
    assert "Nothing waits for you." in words(as_(here["approver"]).get("/"))
    assert "Total of 2 requests" in words(as_(here["approver"]).get("/?tab=others"))
    assert "Total of 1 request" in words(as_(here["approver"]).get("/?tab=late"))


def test_what_i_decided_leaves_my_list(here: World) -> None:
    request = here.submitted()
    client = as_(here["verifier"])
    answer = client.post(f"/requests/{request.pk}/decide", {"seen": request.digest, "decision": "approve"}, follow=True)
    assert "Agreed: " in words(answer) and "Nothing more waits for you." in words(answer)
    assert "Nothing waits for you." in words(client.get("/"))
    assert "Approved" in words(client.get("/?tab=decided"))


def test_the_same_person_paid_elsewhere_is_said_in_list_and_page(here: World) -> None:
    person = here.person("Fozia Parveen")
    for _ in range(2):
        case = here.relief_case(person)
        payee = Payee(case=case, amount="20000", person=person)
        request = here.submitted(
            world.disbursements.create_draft(
                fund=here.fund,
                kind="relief_grant",
                title="Grant",
                pay_to="Fozia Parveen",
                payees=[payee],
                by=here["case_officer"],
                on=world.DAY,
            )
        )
    client = as_(here["verifier"])
    assert "another request pays the same person" in words(client.get("/"))
    page = words(client.get(f"/requests/{request.pk}/"))
    assert "Another request pays the same person" in page and "R-001" in page


def test_identities_are_masked(here: World) -> None:
    request = here.submitted()
    line = PayeeLine.objects.get()
    page = source(as_(here["verifier"]).get(f"/requests/{request.pk}/"))
    assert line.cnic not in page and line.masked_cnic in page


def test_first_page_of_every_role(here: World) -> None:
    here.cleared()
    here.paid()
    expected = {
        "case_officer": "To finish",
        "verifier": "Waiting for you",
        "finance_officer": "Waiting for you",
        "approver": "Free to sanction",
        "ddo": "To voucher and to pay",
        "reconciler": "Waiting for the bank",
        "fund_manager": "in the chain ask for",
        "auditor": "Latest requests",
        "administrator": "Home",
    }
    for role, text in expected.items():
        answer = as_(here[role]).get("/")
        assert answer.status_code == 200 and text in words(answer), role
        assert '<a href="/" aria-current="page">Home' in source(answer), role


def test_cancelling_needs_a_reason_and_reverses(here: World) -> None:
    request = here.sanctioned()
    approver = as_(here["approver"])
    assert approver.post(f"/requests/{request.pk}/cancel").status_code == 422
    assert approver.post(f"/requests/{request.pk}/cancel", {"reason": "Paid by the province."}).status_code == 303
    page = words(approver.get(f"/requests/{request.pk}/?tab=money"))
    assert "Paid by the province." in page and "Reversed: Sanction" in page


def test_who_drafted_cannot_pay(here: World) -> None:
    request = here.sanctioned()
    maker = as_(here["case_officer"])
    assert maker.post(f"/requests/{request.pk}/voucher").status_code == 403
    assert "Issue voucher" not in source(maker.get(f"/requests/{request.pk}/"))


def test_a_sanction_without_room_is_shown_closed(here: World) -> None:
    request = here.at_sanction(here.draft("9000000"))
    other = here.at_sanction(here.draft("4000000"))
    approvals.approve(disbursement=other.pk, by=here["approver"])
    give_limit(here["approver"].officer, "90000000")
    page = words(as_(here["approver"]).get(f"/requests/{request.pk}/"))
    assert "TEST has too little room" in page and "less than Rs 90,00,000.00" in page


def test_a_failed_payment_opens_the_line_again(here: World) -> None:
    instrument = here.paid()[0]
    page = f"/requests/{instrument.line.disbursement_id}/"
    reconciler = as_(here["reconciler"])
    answer = reconciler.post(f"/instruments/{instrument.pk}/fail", {"state": "returned"})
    assert answer.status_code == 422 and "Reason, in the bank's words: write a sentence" in words(answer)
    assert f'id="fail-{instrument.pk}-r" checked' in source(answer), "what was chosen stays"
    sent = {"state": "returned", "reason": "Name differs"}
    assert reconciler.post(f"/instruments/{instrument.pk}/fail", sent).status_code == 303
    assert reconciler.post(f"/instruments/{instrument.pk}/fail", sent).status_code == 409
    assert "Name differs" in words(reconciler.get(page))
    ddo = as_(here["ddo"])
    assert "1 line waits for a cheque or transfer" in words(ddo.get(page))
    left = ddo.post(f"{page}instruments", {f"number-{instrument.line_id}": "9902"})
    assert left.status_code == 409 and "its paper is not accounted for" in words(left)
    here.destroyed(instrument)
    again = ddo.post(f"{page}instruments", {f"number-{instrument.line_id}": instrument.number})
    assert again.status_code == 422 and "Numbers are never reused." in words(again)
    assert ddo.post(f"{page}instruments", {f"number-{instrument.line_id}": "9902"}).status_code == 303


def test_clearing_and_receipts_need_a_tick_and_the_right_role(here: World) -> None:
    instrument = here.paid()[0]
    page = f"/requests/{instrument.line.disbursement_id}/"
    assert as_(here["ddo"]).post(f"{page}clear", {"instrument": instrument.pk}).status_code == 403
    reconciler = as_(here["reconciler"])
    answer = reconciler.post(f"{page}clear")
    assert answer.status_code == 422 and "Tick at least one payment" in words(answer)
    other = here.paid()[0]
    assert reconciler.post(f"{page}clear", {"instrument": other.pk}).status_code == 404
    assert (
        reconciler.post(f"/instruments/{instrument.pk}/clear", {"back": "board", "on": "2025-10-01"})["Location"]
        == "/payments/?tab=issued"
    )
    payments.acknowledge(instrument=instrument.pk, received_by="Payee", by=here["case_officer"])


def test_board_shows_each_stage_with_count_and_sum(here: World) -> None:
    here.sanctioned(here.draft("11000"))
    here.vouchered(here.draft("12000"))
    here.paid(here.draft("13000"))
    here.cleared(here.draft("14000"))
    reader = as_(here["auditor"])
    for tab, total in (("voucher", "11,000"), ("pay", "12,000"), ("issued", "13,000"), ("cleared", "14,000")):
        assert f"1 {'request' if tab in ('voucher', 'pay') else 'payment'}, Rs {total}.00" in words(
            reader.get(f"/payments/?tab={tab}")
        ), tab
    assert "Nothing is here." in words(reader.get("/payments/?tab=returned"))
    assert "Nothing is here." in words(reader.get("/payments/?tab=issued&q=nobody"))
    assert "days left" in words(reader.get("/payments/?tab=issued")) or "expired" in words(
        reader.get("/payments/?tab=issued")
    )


def test_voucher_page_counts_printings(here: World) -> None:
    voucher = here.vouchered()
    client = as_(here["ddo"])
    address = f"/vouchers/{voucher.number}/"
    assert "It was not printed yet." in words(client.get(address))
    assert client.get(f"{address}pdf").status_code == 409
    auditor = as_(here["auditor"])
    assert "Print the original" not in words(auditor.get(address))
    assert auditor.post(f"{address}pdf").status_code == 403, "the paper money is paid on is the DDO's to print"
    first, second = (client.post(f"{address}pdf") for _ in range(2))
    assert first["Content-Disposition"].endswith(f'{voucher.number}.pdf"')
    assert second["Content-Disposition"].endswith('copy-1.pdf"')
    shown = client.get(f"{address}pdf")
    assert shown.status_code == 200 and voucher.prints.count() == 2, "looking does not count"
    assert "Print copy 2" in words(auditor.get(address))
    assert shown["X-Frame-Options"] == "SAMEORIGIN"
    assert "frame-ancestors 'self'" in shown["Content-Security-Policy"]
    assert "Copy 1" in words(client.get(address)) and "Print copy 2" in words(client.get(address))
    assert as_(here["quetta"]).get(address).status_code == 404
    assert as_(here["quetta"]).post(f"{address}pdf").status_code == 404
    assert "1 voucher, Rs 20,000.00" in words(client.get("/vouchers/?q=" + voucher.number))


def test_submit_is_only_the_makers(here: World) -> None:
    draft = here.draft()
    other = world.make_user("other", here.office, world.Role.CASE_OFFICER)
    page = words(as_(other).get(f"/requests/{draft.pk}/"))
    assert "only they may change or submit it" in page
    assert as_(other).post(f"/requests/{draft.pk}/submit").status_code == 403
    assert hidden(source(as_(here["case_officer"]).get(f"/requests/{draft.pk}/"))).keys() >= {"csrfmiddlewaretoken"}


def test_the_inbox_reads_the_officers_limit_once(here: World) -> None:
    here.at_sanction()
    approver = as_(here["approver"])
    with CaptureQueriesContext(connection) as asked:
        page = words(approver.get("/"))
    assert "Rs 50,00,000" in page
    assert sum('"beneficiaries_officerlimit"."designation" =' in row["sql"] for row in asked.captured_queries) == 1
