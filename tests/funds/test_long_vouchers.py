"""A voucher of many payees: it keeps their digest, is drawn from the lines, and costs no more questions than a short one."""

import json
import re
from collections import Counter

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from audit.checks.i02_vouchers import vouchers as checked
from funds import disbursements, issuing, vouchers
from funds.chain import duties
from funds.cheque_books import leaves
from funds.lists import list_import, list_waivers
from funds.models import Disbursement, Instrument, Voucher, VoucherPrint
from ledger.errors import WrongState
from ledger.models import JournalEntry
from ledger.roles import Role
from tests.funds.pages import as_
from tests.funds.papers.reading import whole_text
from tests.world import DAY, World, make_user


@pytest.fixture
def here(small_world: World) -> World:
    return small_world


@pytest.fixture
def short(monkeypatch: pytest.MonkeyPatch) -> None:
    """Three payees are many."""
    monkeypatch.setattr("funds.paperwork.voucher_paper.KEPT", 2)


def listed(here: World, number: int, first: int = 0) -> Disbursement:
    """A sanctioned request of a list of that many new people."""
    rows = [f"Payee {'abcdefghij'[n % 10]},61101-{first + n:07d}-2,Noor Ahmed,Islamabad,100" for n in range(number)]
    content = "\n".join(["name,cnic,father_name,district,amount", *rows]).encode()
    made = list_import.import_list(
        content=content, file_name="list.csv", fund=here.fund, kind="relief_grant", by=here["case_officer"], on=DAY
    ).request
    assert made is not None
    given = {"kind": "application", "reason": "The office's list holds it", "by": here["verifier"]}
    list_waivers.waive_for_list(disbursement=made.pk, **given)
    return here.sanctioned(made)


def issued(here: World, request: Disbursement) -> Voucher:
    return vouchers.issue_voucher(disbursement=request.pk, by=here["ddo"], on=DAY)


def on_leaves(request: Disbursement) -> list[tuple[int, str]]:
    """Each line with the next free leaf."""
    lines = list(request.lines.order_by("position").values_list("pk", flat=True))
    return list(zip(lines, leaves.free_numbers(request.fund, len(lines)), strict=True))


def test_a_long_voucher_keeps_a_digest_and_no_second_copy(here: World, short: None) -> None:
    request = listed(here, 3)
    voucher = issued(here, request)
    assert voucher.snapshot["rows"] == []
    assert voucher.snapshot["listed"] == {"count": 3, "minors": [], "content": request.sanction.digest}
    assert vouchers.verify_digest(voucher) and vouchers.payee_count(voucher) == 3
    assert not checked().offenders


def test_its_paper_names_every_payee(here: World, short: None) -> None:
    voucher = issued(here, listed(here, 30))
    _, original = vouchers.print_voucher(number=voucher.number, by=here["ddo"])
    printing, copy = vouchers.print_voucher(number=voucher.number, by=here["ddo"])
    whole, masked = whole_text(original), whole_text(copy)
    assert "61101-0000029-2" in whole and "61101-0000029-2" not in masked
    assert "payee lines 4 to 29" in whole and "Total of all 30 payee lines" in whole
    assert printing.copy == 1 and vouchers.render(voucher, copy=1) == vouchers.render(voucher, copy=1)


def test_lines_that_changed_are_not_drawn(here: World, short: None, monkeypatch: pytest.MonkeyPatch) -> None:
    voucher = issued(here, listed(here, 3))
    monkeypatch.setattr("funds.vouchers.content.digest", lambda request: "0" * 64)
    assert vouchers.frozen_intact(voucher) and not vouchers.verify_digest(voucher)
    with pytest.raises(WrongState, match="not those it was issued for"):
        vouchers.print_voucher(number=voucher.number, by=here["ddo"])
    assert not VoucherPrint.objects.exists()
    assert any("does not have the digest" in text for text in checked().offenders)


def test_a_paper_that_was_overtaken_is_drawn_again(here: World, short: None, monkeypatch: pytest.MonkeyPatch) -> None:
    voucher = issued(here, listed(here, 3))
    draw, times = vouchers.draw_voucher, []

    def slow(paper: object) -> bytes:
        times.append(paper)
        if len(times) == 1:
            VoucherPrint.objects.create(voucher=voucher, copy=0, printed_by=here["ddo"])
        return draw(paper)  # type: ignore[arg-type]

    monkeypatch.setattr(vouchers, "draw_voucher", slow)
    printing, paper = vouchers.print_voucher(number=voucher.number, by=here["ddo"])
    assert printing.copy == 1 and len(times) == 2 and "COPY 1" in whole_text(paper)


@pytest.mark.parametrize("change", [{"count": 4}, {"content": "0" * 64}])
def test_the_database_refuses_other_payees(here: World, short: None, change: dict[str, object]) -> None:
    request = listed(here, 3)
    with transaction.atomic():
        voucher = issued(here, request)
        kept = Voucher.objects.filter(pk=voucher.pk).values().get()
        transaction.set_rollback(True)
    said = kept["snapshot"] | {"listed": kept["snapshot"]["listed"] | change}
    values = kept | {"snapshot": json.dumps(said)}
    names = ", ".join(values)
    with pytest.raises(IntegrityError, match="says other payees"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO funds_voucher ({names}) VALUES ({', '.join(['%s'] * len(values))})", [*values.values()]
        )


def shape(question: dict[str, str]) -> str:
    """The beginning of a statement, without the names that savepoints and cursors get."""
    return re.sub(r'"(s|_django_curs_)[0-9_a-z]+"', "", question["sql"])[:60]


def test_a_thousand_lines_cost_no_more_questions_than_ten(here: World, short: None) -> None:
    counts = {}
    for number, first in ((10, 0), (1_000, 100)):
        with CaptureQueriesContext(connection) as drafted:
            request = listed(here, number, first)
        with CaptureQueriesContext(connection) as asked:
            voucher = issued(here, request)
        numbers = on_leaves(request)
        with CaptureQueriesContext(connection) as paid:
            issuing.issue_instruments(disbursement=request.pk, numbers=numbers, by=here["ddo"], on=DAY)
        with CaptureQueriesContext(connection) as printed:
            vouchers.print_voucher(number=voucher.number, by=here["ddo"])
        counts[number] = [Counter(map(shape, seen)) for seen in (drafted, asked, paid, printed)]
    for few, many in zip(counts[10], counts[1_000], strict=True):
        assert many <= few, many - few


def cancelled(here: World, number: int, first: int) -> Counter[str]:
    """What is asked to cancel a list that is paid."""
    request = listed(here, number, first)
    issued(here, request)
    issuing.issue_instruments(disbursement=request.pk, numbers=on_leaves(request), by=here["ddo"], on=DAY)
    with CaptureQueriesContext(connection) as seen:
        disbursements.cancel(disbursement=request.pk, by=here["ddo"], reason="Paid before", on=DAY)
    paid = Instrument.objects.filter(line__disbursement=request)
    last = [row.history.latest() for row in paid]
    assert {(row.state, row.reason) for row in paid} == {("stopped", "Paid before")} and len(last) == number
    assert {(row.history_type, row.state, row.username) for row in last} == {("~", "stopped", "ddo")}
    assert JournalEntry.objects.filter(reverses__in=paid.values("entry")).count() == number
    return Counter(map(shape, seen))


def test_cancelling_a_long_voucher_costs_no_more_questions(here: World, short: None) -> None:
    few, many = cancelled(here, 3, 0), cancelled(here, 30, 100)
    assert many <= few, many - few


def test_the_page_of_a_long_voucher_reads_no_line(here: World, short: None) -> None:
    voucher = issued(here, listed(here, 3))
    vouchers.print_voucher(number=voucher.number, by=here["ddo"])
    client = as_(here["ddo"])
    with CaptureQueriesContext(connection) as asked:
        page = client.get(f"/vouchers/{voucher.number}/")
    assert "is not shown here" in page.content.decode() and "<iframe" not in page.content.decode()
    # Whether the reader is a payee themselves is asked by index, inside the count of what waits.
    assert not [row["sql"] for row in asked if row["sql"].partition(" FROM ")[2].startswith('"funds_payeeline"')]


def test_whoever_joined_the_staff_is_found_among_the_lines(here: World) -> None:
    request = listed(here, 3)
    duties.refuse_staff(request)
    make_user("newcomer", here.office, Role.AUDITOR, cnic="6110100000012")
    with pytest.raises(WrongState, match="Payee b: a member of the staff"):
        duties.refuse_staff(request)
    keys = dict(request.lines.values_list("position", "pk"))
    duties.refuse_staff(request, [keys[1], keys[3]])
    with pytest.raises(WrongState):
        duties.refuse_staff(request, [keys[2]])
