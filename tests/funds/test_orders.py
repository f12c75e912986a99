"""Sanction orders: frozen with the sanction, the same bytes for everybody, with a dispatch number; and their register."""

import json
from datetime import timedelta
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import connection, transaction
from django.urls import reverse

from beneficiaries.models import RegisterEntry
from funds import approvals, disbursements, vouchers
from funds.models import Disbursement, Fund, OrderText, Sanction, SanctionOrder
from funds.papers.fonts import MissingGlyph
from funds.paperwork import kept_papers, orders
from funds.requests.payees import Payee
from ledger.errors import NotFound, WrongState
from tests.funds.pages import as_, words
from tests.funds.papers.reading import page_texts, whole_text
from tests.funds.test_rules import accepted, committed, copied, refused
from tests.world import DAY, START, World, make_fund

pytestmark = pytest.mark.django_db


@pytest.fixture
def here(small_world: World) -> World:
    return small_world


def order_of(request: Disbursement) -> SanctionOrder:
    return SanctionOrder.objects.get(disbursement=request)


def text(part: str, wording: str, position: int = 1, **more: Any) -> OrderText:
    given = {"fund": None, "kind": "", "effective_from": START, "source": "House rules"} | more
    return OrderText.objects.create(part=part, position=position, text=wording, **given)


def test_a_sanction_has_its_order_with_a_dispatch_number(here: World) -> None:
    request = here.sanctioned(here.diyat())
    order = order_of(request)
    said = order.snapshot
    assert (said["number"], said["amount"], said["dispatch"]) == (
        "TEST/2025-26/001",
        "1200000.00",
        "DP-MOHR-2025-00001",
    )
    assert said["diary"] == "DY-MOHR-2025-00001" and said["lines"] == 4 and said["minors"] == [4]
    assert said["content"] == request.digest and said["digest"] == order.digest
    assert (said["pay_to_note"], said["share_total"]) == ("as named in the lines", "72/72")
    room = said["room"]
    assert (room["available"], room["this"], room["free"]) == ("10000000.00", "1200000.00", "8800000.00")
    assert [row["act"] for row in said["signatories"]] == ["Prepared", "Verified", "Budget agreed", "Sanctioned"]
    entry = RegisterEntry.objects.get(number=said["dispatch"])
    assert (entry.kind, entry.reference, entry.entered_on) == ("order", said["number"], DAY)
    told = whole_text(orders.render(order))
    assert "Maryam Yaqub (minor)" in told and "Rupees Twelve Lakh Only" in told and "Sessions Judge, Rawalpindi" in told


def test_it_names_nobody_s_cnic(here: World) -> None:
    request = here.sanctioned(here.diyat())
    line = request.lines.first()
    assert line is not None and len(line.cnic) == 13
    told = whole_text(orders.render(order_of(request)))
    assert line.masked_cnic in told and f"{line.cnic[5:12]}" not in told
    assert line.cnic[5:12] not in json.dumps(order_of(request).snapshot)


def test_it_is_the_same_to_the_byte_whoever_asks_and_whatever_changes_around_it(here: World) -> None:
    request = here.sanctioned()
    first = orders.render(order_of(request))
    vouchers.issue_voucher(disbursement=request.pk, by=here["ddo"], on=DAY)
    Fund.objects.filter(pk=here.fund.pk).update(name="Another name", ddo_code="1")
    here["approver"].officer.designation = "Another post"
    here["approver"].officer.save()
    person = request.lines.get().person
    assert person is not None
    person.name, person.is_minor = "Another name", True
    person.save()
    assert orders.render(order_of(request)) == first


def test_a_cancelled_order_says_so(here: World) -> None:
    request = here.sanctioned()
    disbursements.cancel(disbursement=request.pk, by=here["approver"], reason="The heir died", on=DAY)
    told = page_texts(orders.render(order_of(request)))
    assert "CANCELLED" in told[0] and "The heir died" in told[0] and "TEST/2025-26/001" in told[0]


def test_the_ministry_s_sentences_are_those_of_fund_kind_and_day(here: World) -> None:
    other = make_fund(here["fund_manager"], here.office, code="OTHER")
    text("to", "The Accountant General")
    text("to", "The Accountant General of the fund {fund}", fund=here.fund)
    text("condition", "Only for diyat", kind="diyat")
    text("condition", "Receipts go to {keeper}", 2)
    text("copy", "{office}, DDO {ddo_code}, {pay_to}")
    text("copy", "Ended before", 2, effective_from=START.replace(year=2020), effective_to=START)
    text("copy", "Of another fund", 3, fund=other)
    request = here.sanctioned()
    said = order_of(request).snapshot
    assert said["to"] == "The Accountant General of the fund TEST"
    assert said["conditions"] == ["Receipts go to Ministry of Human Rights"]
    assert said["copies"] == [f"Ministry of Human Rights, DDO 4417, {request.pay_to}"]
    OrderText.objects.filter(part="condition").update(effective_to=DAY - timedelta(days=1))
    assert order_of(request).snapshot["conditions"] == said["conditions"]
    assert order_of(here.sanctioned()).snapshot["conditions"] == []


def test_without_sentences_it_goes_to_who_draws_the_money(here: World) -> None:
    assert order_of(here.sanctioned()).snapshot["to"] == "The Drawing and Disbursing Officer, DDO code 4417"


def test_a_name_no_font_can_print_is_refused_before_the_number_is_used(here: World) -> None:
    draft = here.draft()
    disbursements.revise_draft(
        disbursement=draft.pk, title="امداد", pay_to=draft.pay_to, by=here["case_officer"], payees=_again(draft)
    )
    waiting = here.at_sanction(draft)
    with pytest.raises(MissingGlyph):
        approvals.approve(disbursement=waiting.pk, by=here["approver"], on=DAY)
    assert not Sanction.objects.exists() and not RegisterEntry.objects.filter(register="dispatch").exists()


def _again(draft: Disbursement) -> list[Any]:
    line = draft.lines.get()
    return [Payee(case=line.case, amount=line.amount, person=line.person)]


def test_the_voucher_names_its_own_dispatch_number(here: World) -> None:
    voucher = here.vouchered()
    entry = RegisterEntry.objects.get(kind="voucher")
    assert entry.reference == voucher.number and entry.filing.disbursement == voucher.sanction.disbursement
    assert entry.number == "DP-MOHR-2025-00002" and entry.number in voucher.snapshot["particulars"][2]


# What the database itself refuses


def test_an_order_says_what_was_sanctioned(here: World) -> None:
    done = order_of(here.sanctioned())
    waiting = here.at_sanction()
    refused("23F42", *_copy(done, disbursement_id=waiting.pk))
    frozen = done.snapshot
    others = (
        {"number": "TEST/2025-26/009"},
        {"amount": "1.00"},
        {"content": "0" * 64},
        {"dispatch": "DP-MOHR-2025-00009"},
    )
    for change in (*others, {"digest": "0" * 64}):
        refused("23F42", *_copy(done, snapshot=frozen | change))
    refused("23505", *_copy(done))  # all it says is right; only that it is there already


def _copy(order: SanctionOrder, **changes: Any) -> tuple[Any, ...]:
    sql, values = copied(order, **changes)
    return sql, *values


def test_a_sanction_without_its_order_is_refused_at_commit(here: World) -> None:
    done, waiting = here.sanctioned(), here.at_sanction()
    approver = here["approver"]
    step = waiting.steps.get(last=True)
    decision = done.decisions.get(step__last=True)
    sql, values = copied(
        decision, disbursement_id=waiting.pk, step_id=step.pk, digest=waiting.digest, decided_by_id=approver.pk
    )
    accepted(sql, *values)
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute(sql, values)
        made = copied(
            done.sanction,
            disbursement_id=waiting.pk,
            number="TEST/2025-26/002",
            serial=2,
            digest=waiting.digest,
            entry_id=committed(here, waiting),
        )
        refused("23F43", made[0], *made[1])
        transaction.set_rollback(True)


# Reading: digest, pages, command


def test_an_order_that_was_altered_is_not_drawn(here: World, monkeypatch: pytest.MonkeyPatch) -> None:
    order = order_of(here.sanctioned())
    assert orders.intact(order)
    order.snapshot = order.snapshot | {"pay_to": "Somebody else"}
    with pytest.raises(WrongState, match="Tell the auditor"):
        orders.render(order)
    order.snapshot["digest"] = order.digest = kept_papers.digest(order.snapshot)
    assert orders.intact(order)  # whoever alters both leaves it to verify, which holds the sanction against it
    monkeypatch.setattr("funds.requests.content.digest", lambda request: "0" * 64)
    with pytest.raises(WrongState):
        orders.render(order)


def test_everybody_who_sees_the_request_opens_the_order(here: World) -> None:
    request = here.sanctioned()
    number = request.sanction.number
    wanted = orders.render(order_of(request))
    for role in ("case_officer", "verifier", "approver", "ddo", "auditor", "reconciler"):
        answer = as_(here[role]).get(reverse("sanction_order", args=[number]))
        assert (answer.status_code, answer.content) == (200, wanted)
        assert answer["Content-Disposition"] == 'inline; filename="sanction-TEST-2025-26-001.pdf"'
    assert as_(here["quetta"]).get(reverse("sanction_order", args=[number])).status_code == 404
    with pytest.raises(NotFound):
        orders.get_order(number, by=here["quetta"])


def test_the_request_shows_its_numbers_and_papers(here: World) -> None:
    request = here.vouchered().sanction.disbursement
    page = as_(here["ddo"]).get(request.get_absolute_url())
    told = words(page)
    assert all(n in told for n in ("DY-MOHR-2025-00001", "DP-MOHR-2025-00001", "DP-MOHR-2025-00002"))
    assert reverse("sanction_order", args=["TEST/2025-26/001"]) in page.content.decode()


def test_command_writes_the_same_bytes(here: World, tmp_path: Path) -> None:
    request = here.sanctioned()
    out = StringIO()
    call_command("sanction_order", "TEST/2025-26/001", "--out", str(tmp_path / "o.pdf"), "--json", stdout=out)
    written = (tmp_path / "o.pdf").read_bytes()
    assert written == orders.render(order_of(request))
    assert json.loads(out.getvalue())["digest"] == order_of(request).digest
    with pytest.raises(CommandError, match="no order of a sanction TEST/2025-26/002"):
        call_command("sanction_order", "TEST/2025-26/002", "--out", str(tmp_path / "p.pdf"), stdout=out)


# The register of sanctions


def test_the_register_keeps_cancelled_numbers_with_their_reason(here: World) -> None:
    first, second = here.sanctioned(), here.sanctioned()
    disbursements.cancel(disbursement=first.pk, by=here["approver"], reason="The heir died", on=DAY)
    page = as_(here["auditor"]).get(reverse("sanction_list"))
    told = words(page)
    assert "2 sanctions, Rs 40,000.00 in all" in told and "No number is missing" in told
    assert told.index("TEST/2025-26/002") < told.index("TEST/2025-26/001") and "The heir died" in told
    only = words(as_(here["auditor"]).get(reverse("sanction_list"), {"state": "cancelled"}))
    assert "TEST/2025-26/001" in only and "TEST/2025-26/002" not in only
    assert "TEST/2025-26/002" in words(as_(here["auditor"]).get(reverse("sanction_list"), {"q": second.number}))
    assert "No sanction fits" in words(as_(here["quetta"]).get(reverse("sanction_list")))


def test_the_register_is_a_file_in_the_order_of_its_numbers(here: World) -> None:
    first = here.sanctioned()
    here.sanctioned()
    disbursements.cancel(disbursement=first.pk, by=here["approver"], reason="=HYPERLINK(1)", on=DAY)
    answer = as_(here["auditor"]).get(reverse("sanction_list_file", args=["csv"]))
    lines = b"".join(answer.streaming_content).decode().splitlines()  # type: ignore[attr-defined]
    rows = [line for line in lines if line.startswith("TEST/")]
    assert [row.split(",")[0] for row in rows] == ["TEST/2025-26/001", "TEST/2025-26/002"]
    assert "20000.00" in rows[0] and "'=HYPERLINK(1)" in rows[0] and "Cancelled" in rows[0]
    assert as_(here["auditor"]).get(reverse("sanction_list_file", args=["xlsx"])).status_code == 200
    assert as_(here["auditor"]).get(reverse("sanction_list_file", args=["ods"])).status_code == 404
