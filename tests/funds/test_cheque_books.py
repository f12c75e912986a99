"""Cheque books: leaves that are drawn on once, spoilt ones that stay, papers that end, and the register without a gap."""

from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from funds import payments
from funds.cheque_books import books, endings, leaves, register
from funds.models import ChequeBook, Instrument, LeafMark
from ledger.clock import today
from ledger.errors import BadInput, NotAllowed, NotFound, WrongState
from tests.funds.pages import as_, words
from tests.world import DAY, START, World, bare_fund

pytestmark = pytest.mark.django_db
BOOK = {"first": "A-0501", "last": "A-0510", "received_from": "Civic Centre branch"}


@pytest.fixture
def here(small_world: World) -> World:
    return small_world


def registered(here: World, **changes: Any) -> ChequeBook:
    return books.register_book(fund="TEST", by=here["fund_manager"], **({"on": START} | BOOK | changes))


def pay(here: World, number: str, **changes: Any) -> Instrument:
    request = here.vouchered().sanction.disbursement
    given = {"disbursement": request.pk, "line": request.lines.get().pk, "number": number, "by": here["ddo"], "on": DAY}
    return payments.issue_instrument(**(given | changes))


def refuses(error: type[Exception], said: str, call: Any, *fields: str) -> None:
    with pytest.raises(error, match=said) as refusal:
        call()
    assert sorted(getattr(refusal.value, "fields", {})) == sorted(fields)


def mark(here: World, book: ChequeBook, number: str, kind: str = "spoilt") -> LeafMark:
    return books.mark_leaf(fund="TEST", book=book.pk, number=number, kind=kind, reason="Ink", by=here["ddo"])


def test_a_book_is_read_from_its_first_and_last_leaf(here: World) -> None:
    row = registered(here)
    assert (row.prefix, row.digits, row.size, str(row)) == ("A-", 4, 10, "A-0501 to A-0510")
    assert registered(here, first="a 0501", last="A0510").prefix == "A"


@pytest.mark.parametrize(
    ("changes", "said", "field"),
    [
        ({"first": "none"}, "ends in up to nine digits", "first"),
        ({"first": "1234567890"}, "up to nine digits", "first"),
        ({"first": "É1", "last": "É2"}, "no cheque bears", "first"),
        ({"last": "B-0510"}, "written otherwise", "last"),
        ({"last": "A-510"}, "written otherwise", "last"),
        ({"last": "A-0500"}, "between 1 and 10,000", "last"),
        ({"first": "00001", "last": "10001"}, "between 1 and 10,000", "last"),
        ({"first": "0009999", "last": "0010001"}, "has the book 0000001 to 0009999 already", "first"),
        ({"received_from": " "}, "Nothing is written", "received_from"),
        ({"on": today() + timedelta(days=1)}, "future", "on"),
    ],
)
def test_what_is_no_book(here: World, changes: dict[str, Any], said: str, field: str) -> None:
    refuses(BadInput, said, lambda: registered(here, **changes), field)
    assert ChequeBook.objects.count() == 1


def test_only_the_fund_manager_of_the_funds_office_registers(here: World) -> None:
    refuses(NotAllowed, "fund manager", lambda: books.register_book(fund="TEST", by=here["ddo"], **BOOK))
    refuses(NotFound, "NONE", lambda: books.register_book(fund="NONE", by=here["fund_manager"], **BOOK))


def test_a_cheque_is_drawn_on_a_leaf_of_its_fund_only(here: World) -> None:
    registered(here)
    bare_fund(here["fund_manager"], here.office, code="OTHER")
    assert pay(here, "a-501").number == "A-0501"
    assert pay(here, "77").number == "0000077"  # leading noughts need not be written
    for number in ("A-0511", "A-00501", "B-0501", "10000", "x"):
        refuses(BadInput, "no leaf of a cheque book of TEST", lambda number=number: pay(here, number), "number")
    refuses(BadInput, "never reused", lambda: pay(here, "A-0501"), "number")


def test_a_cheque_is_not_older_than_its_book(here: World) -> None:
    registered(here, on=DAY + timedelta(days=1))
    refuses(BadInput, "received on 27 Sep 2025", lambda: pay(here, "A-0501"), "number")
    assert pay(here, "A-0501", on=DAY + timedelta(days=1)).number == "A-0501"


def test_the_next_free_leaves_pass_over_what_is_used_or_marked(here: World) -> None:
    row = registered(here, first="0001", last="0004", on=START - timedelta(days=1))  # received first, so used first
    assert leaves.free_numbers(here.fund, 2) == ["0001", "0002"]
    pay(here, "0001")
    mark(here, row, "3")
    assert leaves.free_numbers(here.fund, 3) == ["0002", "0004", "0000001"]


def test_a_spoilt_leaf_is_never_drawn_on(here: World) -> None:
    row = registered(here)
    assert str(mark(here, row, "A-503")) == "A-0503: spoilt, Ink"
    refuses(BadInput, "A-0503: spoilt, Ink. Take the next one", lambda: pay(here, "A-0503"), "number")
    refuses(WrongState, "No cheque is drawn on it", lambda: mark(here, row, "A-0503", "void"))
    pay(here, "A-0504")
    refuses(WrongState, "Numbers are never reused", lambda: mark(here, row, "A-0504"))
    refuses(BadInput, "no leaf of this book", lambda: mark(here, row, "A-0511"), "number")
    refuses(BadInput, "spoilt or void", lambda: mark(here, row, "A-0505", "lost"), "kind")


def test_the_register_has_every_leaf_in_its_state(here: World) -> None:
    row = registered(here)
    for number in ("A-0502", "A-0504", "A-0505"):
        paid = pay(here, number)
    payments.clear_instrument(instrument=paid.pk, by=here["reconciler"], on=DAY)
    mark(here, row, "A-0507", "void")
    told = list(register.Leaves(row))
    assert [leaf.number for leaf in told] == [f"A-{leaf:04d}" for leaf in range(501, 511)]
    states = {leaf.number: leaf.state for leaf in told if leaf.state != "unused"}
    assert states == {"A-0502": "issued", "A-0504": "issued", "A-0505": "cleared", "A-0507": "void"}
    assert (told[4].payee, told[4].amount, told[4].cleared_on) == (paid.line.payee_name, 20000, DAY)
    stock = register.stock_of(row)
    assert (stock.unused, stock.set_aside, sum(stock.counts.values())) == (6, 1, 10)
    assert [leaf.number for leaf in register.Leaves(row, "issued")] == ["A-0502", "A-0504"]


@given(st.integers(1, 9), st.data())
def test_every_leaf_is_read_back_as_itself(digits: int, data: Any) -> None:
    first = data.draw(st.integers(0, 10**digits - 1))
    book = ChequeBook(prefix=data.draw(st.sampled_from(["", "A", "NB-", "A/"])), digits=digits, first=first)
    book.last = data.draw(st.integers(first, min(first + 9_999, 10**digits - 1)))
    leaf = data.draw(st.integers(book.first, book.last))
    assert leaves.leaf_of(book, book.number(leaf)) == leaves.leaf_of(book, f"{book.prefix}{leaf}") == book.number(leaf)
    for outside in (book.first - 1, book.last + 1):
        assert outside < 0 or leaves.leaf_of(book, f"{book.prefix}{outside}") == ""


def failed(here: World, state: str = "returned", on: date = DAY) -> Instrument:
    paid = here.paid()[0]
    payments.fail_instrument(instrument=paid.pk, state=state, reason="Name", by=here["reconciler"], on=on)
    return Instrument.objects.select_related("line").get(pk=paid.pk)


def again(here: World, row: Instrument) -> Instrument:
    return payments.issue_instrument(
        disbursement=row.line.disbursement_id, line=row.line_id, number="9901", by=here["ddo"]
    )


@pytest.mark.parametrize(("state", "on"), [("returned", DAY), ("stale", date(2026, 1, 1)), ("stopped", DAY)])
def test_a_failed_cheque_is_replaced_when_its_paper_is_destroyed(here: World, state: str, on: date) -> None:
    row = failed(here, state, on)
    refuses(WrongState, "its paper is not accounted for", lambda: again(here, row))
    end = here.destroyed(row)
    assert (end.witness, end.ended_on) == (here["verifier"], on)
    assert again(here, row).replaces == row
    refuses(WrongState, "is recorded: Destroyed", lambda: here.destroyed(row))


def end(here: World, row: Instrument, by: str = "reconciler", **given: Any) -> Any:
    return endings.end_cheque(instrument=row.pk, by=here[by], **given)


def test_a_lost_cheque_needs_the_stop_and_the_bond(here: World) -> None:
    row, seen = failed(here, "stopped"), here["verifier"].officer.pk
    lost = {"kind": "lost", "stop_reference": "NBP 7", "indemnity": "Bond 3 of 2025"}
    refuses(BadInput, "confirmation", lambda: end(here, row, **lost | {"stop_reference": ""}), "stop_reference")
    refuses(BadInput, "Nothing", lambda: end(here, row, **lost | {"indemnity": ""}), "indemnity")
    refuses(BadInput, "confirmation", lambda: end(here, row, kind="destroyed", witness=seen), "stop_reference")
    refuses(BadInput, "destroyed or lost", lambda: end(here, row, **lost | {"kind": "eaten"}), "kind")
    refuses(NotAllowed, "you need the role", lambda: end(here, row, "case_officer", **lost))
    assert end(here, row, **lost).witness is None
    other = failed(here)
    refuses(BadInput, "A lost cheque is stopped first", lambda: end(here, other, **lost), "kind")
    refuses(WrongState, "Only the paper of a failed cheque", lambda: end(here, here.paid()[0], **lost))


def test_the_witness_is_somebody_else_of_the_funds_office(here: World) -> None:
    row = failed(here)
    for witness in (here["reconciler"].officer.pk, here["quetta"].officer.pk, None, 10**9):
        refuses(
            BadInput, "somebody else than you", lambda w=witness: end(here, row, kind="destroyed", witness=w), "witness"
        )


def test_a_spoilt_leaf_is_destroyed_once(here: World) -> None:
    row = mark(here, registered(here), "A-0503")
    given = {"fund": "TEST", "mark": row.pk, "witness": here["verifier"].officer.pk, "by": here["ddo"]}
    assert endings.destroy_leaf(**given).mark == row
    refuses(WrongState, "is recorded: Destroyed", lambda: endings.destroy_leaf(**given))
    refuses(NotFound, "no such leaf", lambda: endings.destroy_leaf(**given | {"mark": row.pk + 1}))


def test_pages_from_the_book_to_the_destroyed_leaf(here: World) -> None:
    manager, ddo = as_(here["fund_manager"]), as_(here["ddo"])
    assert "Copy the numbers" in words(manager.get("/funds/TEST/cheques/new"))
    slip = manager.post("/funds/TEST/cheques/new", BOOK | {"last": "A-0500"})
    assert slip.status_code == 422 and "between 1 and 10,000 leaves" in words(slip)
    page = manager.post("/funds/TEST/cheques/new", BOOK | {"on": f"{START}"})["Location"]
    assert "A-0501 to A-0510" in words(manager.get("/funds/TEST/cheques/"))
    assert ddo.post(f"{page}mark", {"number": "A-0502", "kind": "spoilt", "reason": "Ink"})["Location"] == page
    told = words(ddo.get(page))
    assert "A-0501" in told and "Spoilt 1" in told and "Record as destroyed" in told
    leaf = LeafMark.objects.get()
    gone = {"witness": here["verifier"].officer.pk}
    assert ddo.post(f"/funds/TEST/leaves/{leaf.pk}/destroy", gone)["Location"] == page
    assert "Destroyed" in words(ddo.get(f"{page}?state=spoilt"))
    file = b"".join(ddo.get(f"{page[:-1]}.csv").streaming_content).decode()
    assert file.count("A-05") >= 10 and "Spoilt" in file and "Verifier Khan" in file


def test_the_page_of_a_request_offers_the_next_leaf(here: World) -> None:
    request = here.vouchered().sanction.disbursement
    free = leaves.free_numbers(here.fund, 1)[0]
    assert f'value="{free}"' in as_(here["ddo"]).get(request.get_absolute_url()).content.decode()


def test_the_page_of_a_failed_cheque_leads_to_its_end(here: World) -> None:
    row, ddo = failed(here, "stopped"), as_(here["ddo"])
    assert f"/instruments/{row.pk}/paper" in ddo.get(row.line.disbursement.get_absolute_url()).content.decode()
    given = {"kind": "lost", "stop_reference": "NBP 7"}
    assert ddo.post(f"/instruments/{row.pk}/paper", given).status_code == 422
    answer = ddo.post(f"/instruments/{row.pk}/paper", given | {"indemnity": "Bond 3"})
    assert answer.status_code == 303
    assert "Lost on" in words(ddo.get(row.line.disbursement.get_absolute_url()))
