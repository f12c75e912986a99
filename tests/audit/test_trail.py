"""The trail tells all that happened, with who, when and why, in a number of queries that does not grow with the payees."""

from decimal import Decimal

import pytest
from django.contrib.auth.models import User
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from audit import points, trail
from audit.events import Event, Kind, Phase
from audit.models import RefusedAttempt
from beneficiaries import documents
from beneficiaries.heirs import waivers
from beneficiaries.models import Office
from funds import approvals, disbursements, payments, vouchers
from funds.models import Disbursement, Instrument
from funds.requests.payees import Payee, heirs_payees
from ledger.errors import NotFound
from ledger.roles import Role
from tests import world

pytestmark = pytest.mark.django_db
IBANS = ("PK36SCBL0000001123456702", "PK30NBPA0000000000000019")


def find(told: trail.Trail, words: str) -> Event:
    found = [event for event in told.events if words in event.title]
    assert found, [event.title for event in told.events]
    return found[0]


def one_payee(here: world.World, row: Disbursement, iban: str) -> list[Payee]:
    line = row.lines.get()
    return [Payee(case=line.case, amount="20000", person=line.person, method="transfer", iban=iban)]


@pytest.fixture
def here(small_world: world.World) -> world.World:
    return small_world


@pytest.fixture
def closed(here: world.World) -> Disbursement:
    """The diyat to four heirs, with one cheque returned and paid anew, to its very end."""
    first = here.paid(here.diyat())
    bad = first[1]
    payments.fail_instrument(
        instrument=bad.pk, state="returned", reason="payee name differs", by=here["reconciler"], on=world.DAY
    )
    request = bad.line.disbursement
    here.destroyed(bad)
    payments.issue_instrument(disbursement=request.pk, line=bad.line_id, number="9901", by=here["ddo"], on=world.DAY)
    vouchers.print_voucher(number=request.sanction.voucher.number, by=here["ddo"])
    for row in Instrument.objects.filter(state="issued").order_by("pk"):
        payments.clear_instrument(instrument=row.pk, by=here["reconciler"], on=world.DAY)
        payments.acknowledge(instrument=row.pk, received_by="Sessions Judge", by=here["case_officer"])
    case = request.lines.first().case_id
    here.confirm(request.lines.first().case)
    payments.record_release(disbursement=request.pk, case=case, reference="Order 12", by=here["case_officer"])
    return payments.close(disbursement=request.pk, by=here["case_officer"])


def test_whole_life_is_told_in_order_and_under_its_phases(here: world.World, closed: Disbursement) -> None:
    told = trail.build(closed.pk, by=here["auditor"])
    titles = [event.title for event in told.events]
    number = closed.sanction.voucher.number
    expected = [
        "Drafted",
        "Submitted",
        "Verified",
        "Budget agreed",
        f"Sanctioned: {closed.sanction.number}",
        f"Voucher {number} issued",
        f"Voucher {number} printed, original",
        "Release recorded",
        "Closed",
    ]
    assert [title for title in titles if title in expected] == expected
    assert titles.count("Cleared: the bank has paid every payee") == 1
    assert sum(title.endswith("cleared by the bank") for title in titles) == 4
    assert sum(title.startswith("Receipt for") for title in titles) == 4
    phases = [event.phase for event in told.events]
    assert phases[0] is Phase.CHECKS
    assert phases[-1] is Phase.RECEIPT
    assert None not in phases


def test_every_posted_entry_is_told_once_and_balances(here: world.World, closed: Disbursement) -> None:
    told = trail.build(closed.pk, by=here["auditor"])
    numbers = [
        number for event in told.events if event.proof for number in event.proof.removeprefix("entry ").split(", ")
    ]
    assert sorted(map(int, numbers)) == sorted(entry.pk for entry in told.found.entries)
    assert len(numbers) == len(set(numbers)) == 1 + 2 + 5 + 1 + 4
    for event in told.of(Kind.MONEY):
        assert sum((line.debit or 0) - (line.credit or 0) for line in event.lines) == 0
    voucher = find(told, "Voucher")
    assert ("G-PAY Payables by payee, 4 payees", None, Decimal("1200000.00")) in [
        (line.account, line.debit, line.credit) for line in voucher.lines
    ]


def test_decision_names_person_post_remark_and_content(here: world.World) -> None:
    row = here.submitted()
    approvals.approve(disbursement=row.pk, by=here["verifier"], reason="Compared with originals", on=world.DAY)
    event = find(trail.build(row.pk, by=here["auditor"]), "Verified")
    assert str(event.who) == "Verifier Khan, Verifier"
    assert "“Compared with originals”" in event.text
    assert f"{row.digest[:4]}…{row.digest[-4:]}" in event.text
    assert event.on == world.DAY


def test_returned_cheque_tells_reason_and_its_successor(here: world.World, closed: Disbursement) -> None:
    told = trail.build(closed.pk, by=here["auditor"])
    back = find(told, "returned by the bank")
    assert "Reason: payee name differs" in back.text
    assert back.who.name == "Reconciler Khan"
    assert {line.account[:5] for line in back.lines} == {"G-CHQ", "G-PAY"}
    assert find(told, "in place of").title.startswith("Cheque 0009901 issued in place of")
    warned = [point["title"] for point in points.points(told) if point["state"] == "warn"]
    assert any("returned by the bank" in title for title in warned)


def test_changed_bank_details_show_old_and_new_masked_and_are_pointed_at(here: world.World) -> None:
    row = here.draft()
    line = row.lines.get()
    first = one_payee(here, row, IBANS[0])
    row = disbursements.revise_draft(
        disbursement=row.pk,
        title=row.title,
        pay_to=row.pay_to,
        payees=first,
        by=here["case_officer"],
        reason="Account given",
    )
    disbursements.submit(disbursement=row.pk, by=here["case_officer"], on=world.DAY)
    approvals.approve(disbursement=row.pk, by=here["verifier"], on=world.DAY)
    approvals.return_for_correction(
        disbursement=row.pk, by=here["finance_officer"], ground="other", reason="Account of another", on=world.DAY
    )
    disbursements.revise_draft(
        disbursement=row.pk,
        title=row.title,
        pay_to=row.pay_to,
        payees=one_payee(here, row, IBANS[1]),
        by=here["case_officer"],
        reason="spelling in the bank's record",
    )
    told = trail.build(
        disbursements.submit(disbursement=row.pk, by=here["case_officer"], on=world.DAY).pk, by=here["auditor"]
    )
    changes = [event for event in told.of(Kind.CHANGE) if event.bank]
    last = changes[-1]
    assert (f"IBAN, {line.payee_name}", "PK** SCBL **** 6702", "PK** NBPA **** 0019") in last.changes
    assert last.text == "Reason: spelling in the bank's record"
    assert all(IBANS[0] not in text and IBANS[1] not in text for event in told.events for text in _texts(event))
    pointed = [point for point in points.points(told) if point["title"].startswith("Payee or bank details changed")]
    assert len(pointed) == 1  # the change before the first signature is nobody's business
    assert "Signatures of submission 1 no longer count" in find(told, "Submitted again").text
    assert any("Returned for correction one time" in point["title"] for point in points.points(told))


def _texts(event: Event) -> list[str]:
    return [event.title, event.text, *(text for row in event.changes for text in row)]


def test_no_whole_cnic_is_told(here: world.World, closed: Disbursement) -> None:
    told = trail.build(closed.pk, by=here["auditor"])
    everything = " ".join(text for event in told.events for text in _texts(event))
    for line in closed.lines.all():
        assert line.cnic not in everything
    assert "90001-*******-2" in everything


def test_cancellation_tells_reason_and_counter_entries(here: world.World) -> None:
    row = here.vouchered().sanction.disbursement
    disbursements.cancel(disbursement=row.pk, by=here["ddo"], reason="Paid by another fund", on=world.DAY)
    event = find(trail.build(row.pk, by=here["auditor"]), "Cancelled")
    assert "Paid by another fund" in event.text
    assert len(event.proof.split(",")) == 3


def test_other_office_has_no_trail(here: world.World) -> None:
    row = here.draft()
    with pytest.raises(NotFound):
        trail.build(row.pk, by=here["quetta"])


def test_people_in_two_roles_are_pointed_at(here: world.World, closed: Disbursement) -> None:
    told = trail.build(closed.pk, by=here["auditor"])
    assert any(point["title"] == "Five people, no one in two roles" for point in points.points(told))
    told.found.voucher.issued_by_id = here["case_officer"].pk
    assert any(point["state"] == "failed" for point in points.points(told))


def test_number_of_queries_does_not_grow_with_payees(here: world.World, client: Client) -> None:
    one = here.paid()[0].line.disbursement
    many = here.paid(here.diyat())[0].line.disbursement
    client.force_login(here["auditor"])
    counts = []
    for row in (one, many):
        client.get(f"/requests/{row.pk}/trail")
        with CaptureQueriesContext(connection) as captured:
            assert client.get(f"/requests/{row.pk}/trail").status_code == 200
        counts.append(len(captured))
    assert counts[0] == counts[1]
    assert counts[0] < 100


# The page


def test_page_filters_by_kind_and_person_and_turns_the_order(
    here: world.World, closed: Disbursement, client: Client
) -> None:
    client.force_login(here["auditor"])
    address = f"/requests/{closed.pk}/trail"
    whole = client.get(address)
    assert whole.context["filters"][0]["count"] == len(whole.context["trail"].events)
    assert b"Verified: 9 records agree" in whole.content
    decisions = client.get(address, {"show": "decisions"}).context["page"].object_list
    assert [event.title.partition(":")[0] for event in decisions] == ["Verified", "Budget agreed", "Sanctioned"]
    mine = client.get(address, {"person": here["verifier"].pk}).context["page"].object_list
    assert [event.title for event in mine] == ["Verified"]
    newest = client.get(address, {"order": "newest"}).context["page"].object_list
    assert newest[0].title == "Closed"
    assert b"Nothing of this kind happened" in client.get(address, {"show": "refused"}).content


def test_page_is_for_whoever_sees_the_request(here: world.World, client: Client) -> None:
    row = here.draft(by=here["quetta"])
    client.force_login(here["quetta"])
    assert client.get(f"/requests/{row.pk}/trail").status_code == 200
    other = Office.objects.create(code="PSH", name="Peshawar", level="regional")
    stranger = world.make_user("peshawar", other, Role.CASE_OFFICER)
    client.force_login(stranger)
    assert client.get(f"/requests/{row.pk}/trail").status_code == 404
    client.logout()
    assert client.get(f"/requests/{row.pk}/trail").status_code == 302


def test_badge_names_what_does_not_agree(here: world.World, client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    row = here.vouchered().sanction.disbursement
    monkeypatch.setattr("funds.requests.content.canonical", lambda *given: "another content")
    client.force_login(here["auditor"])
    page = client.get(f"/requests/{row.pk}/trail").content.decode()
    assert "The records of this request do not agree" in page
    assert f"request {row.number}: its content is not what was approved" in page


# Refused attempts


def test_refused_attempt_is_kept_after_the_work_was_rolled_back(here: world.World, client: Client) -> None:
    row = here.at_sanction()
    client.force_login(here["case_officer"])
    answer = client.post(
        f"/requests/{row.pk}/decide",
        {"decision": "approve"},
        headers={"X-Request-ID": "abcdef123456"},
        REMOTE_ADDR="10.20.4.17",
    )
    assert answer.status_code == 403
    kept = RefusedAttempt.objects.get()
    assert (kept.user, kept.address, kept.request_id, kept.disbursement) == (
        here["case_officer"],
        "10.20.4.17",
        "abcdef123456",
        row,
    )
    assert kept.status == 403
    assert kept.detail
    told = trail.build(row.pk, by=here["auditor"])
    assert told.events[-1].kinds == {Kind.REFUSED}
    assert "One refused attempt" in [point["title"] for point in points.points(told)]


def test_a_refusal_that_a_form_shows_is_kept_in_its_own_words(here: world.World, client: Client) -> None:
    case = here.relief_case(here.person())
    client.force_login(here["case_officer"])
    assert client.post(f"/cases/{case.pk}/set-aside", {"reason": "Opened twice"}).status_code == 303
    answer = client.post(f"/cases/{case.pk}/set-aside", {"reason": "Opened twice"})
    assert answer.status_code == 409
    assert f"{case.number} was set aside on" in RefusedAttempt.objects.get().detail


def test_reading_and_slips_in_a_form_are_no_attempts(here: world.World, client: Client) -> None:
    client.force_login(here["case_officer"])
    assert client.get("/audit/").status_code == 403
    assert not RefusedAttempt.objects.exists()


def test_answer_comes_also_when_the_attempt_cannot_be_kept(
    here: world.World, client: Client, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    from django.db import OperationalError

    def lost(**values: object) -> None:
        raise OperationalError("server closed the connection")

    monkeypatch.setattr(RefusedAttempt.objects, "create", lost)
    client.force_login(here["case_officer"])
    assert client.post("/audit/verify").status_code == 403
    assert "A refused attempt could not be kept: POST /audit/verify" in caplog.text


def test_any_other_fault_in_keeping_is_not_hidden(
    here: world.World, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(**values: object) -> None:
        raise ValueError("a mistake of ours")

    monkeypatch.setattr(RefusedAttempt.objects, "create", broken)
    client.force_login(here["case_officer"])
    with pytest.raises(ValueError, match="a mistake of ours"):
        client.post("/audit/verify")


# The desk


def test_auditor_runs_the_checks_and_sees_the_result(here: world.World, closed: Disbursement, client: Client) -> None:
    client.force_login(here["auditor"])
    assert b"Nobody has checked yet" in client.get("/audit/").content
    answer = client.post("/audit/verify")
    assert (answer.status_code, answer["Location"]) == (303, "/audit/")
    page = client.get("/audit/").content.decode()
    assert "Every promise that can be checked holds." in page
    assert "Not yet checked" in page
    assert closed.number in page


@pytest.mark.parametrize("role", [role for role in Role if role is not Role.AUDITOR])
def test_only_the_auditor_runs_the_checks(here: world.World, client: Client, role: Role) -> None:
    client.force_login(here[role.value])
    assert client.post("/audit/verify").status_code == 403
    readers = {Role.APPROVER, Role.FUND_MANAGER}
    assert client.get("/audit/").status_code == (200 if role in readers else 403)


def test_desk_filters_requests_by_their_marks(here: world.World, closed: Disbursement, client: Client) -> None:
    here.draft()
    client.force_login(here["auditor"])
    assert client.get("/audit/").context["page"].paginator.count == 2
    for query, count in (
        ({"flag": "failed"}, 1),
        ({"flag": "returned"}, 0),
        ({"q": "Yaqub"}, 1),
        ({"state": "draft"}, 1),
    ):
        assert client.get("/audit/", query).context["page"].paginator.count == count, query


def test_refused_attempts_of_another_office_are_not_shown(here: world.World, client: Client) -> None:
    row = here.draft()
    manager = world.make_user("qta_manager", here.quetta_office, Role.FUND_MANAGER)
    RefusedAttempt.objects.create(
        user=here["verifier"],
        username="verifier",
        roles="",
        address="",
        request_id="",
        method="POST",
        path="/",
        action="",
        status=403,
        code="",
        detail="a secret of the ministry",
        disbursement=row,
    )
    assert isinstance(manager, User)
    client.force_login(manager)
    assert b"a secret of the ministry" not in client.get("/audit/refused").content
    client.force_login(here["auditor"])
    assert b"a secret of the ministry" in client.get("/audit/refused").content


def test_a_waived_share_is_told_and_completes_the_whole(here: world.World) -> None:
    obligation = here.obligation()
    here.four_heirs(obligation)
    mother = obligation.heirs.get(kinship="mother")
    waivers.record_waiver(
        heir=mother.pk, decided_on=world.DAY, reference="Order 12", reason="In court", by=here["case_officer"]
    )
    payees = heirs_payees(obligation, total="1000000")
    request = disbursements.create_draft(
        fund=here.fund,
        kind="diyat",
        title="Diyat",
        pay_to="Judge",
        payees=payees,
        by=here["case_officer"],
        on=world.DAY,
    )
    told = trail.build(request.pk, by=here["auditor"])
    event = find(told, "Share waived: Rehmat Bibi, mother, 12/72")
    assert (event.text, event.on, event.who.id) == ("Order 12: In court", world.DAY, here["case_officer"].pk)
    (point,) = [row for row in points.points(told) if row["title"].startswith("Shares")]
    assert (point["state"], point["detail"]) == ("passed", "3 heirs, and 1 who waived")


def test_papers_withdrawals_and_waivers_are_told(here: world.World) -> None:
    case = here.bare_case()
    paper = here.paper(case, text="First scan")
    documents.withdraw(paper=paper.pk, by=here["case_officer"], reason="Page 2 is missing")
    documents.waive(case=case.pk, kind="application", by=here["verifier"], reason="Lost in the flood")
    request = disbursements.create_draft(
        fund=here.fund,
        kind="relief_grant",
        title="Relief grant",
        pay_to="Zainab Bibi",
        payees=[Payee(case=case, amount="20000", person=case.person)],
        by=here["case_officer"],
        on=world.DAY,
    )
    found = {event.title: event for event in trail.build(request.pk, by=here["auditor"]).of(Kind.PAPER)}
    assert set(found) == {"Paper attached", "Paper withdrawn: Application", "Paper waived: Application"}
    assert (
        paper.sha256[:12] in found["Paper attached"].text and found["Paper attached"].who.id == here["case_officer"].pk
    )
    assert "Page 2 is missing" in found["Paper withdrawn: Application"].text
    waived = found["Paper waived: Application"]
    assert "Lost in the flood" in waived.text and waived.who.name == here["verifier"].get_full_name()
