"""Cheques and their books by SQL: the database itself keeps each leaf to one use, and a payment to what it replaces."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from psycopg2.errorcodes import CHECK_VIOLATION, LOCK_NOT_AVAILABLE, UNIQUE_VIOLATION

from funds import payments
from funds.cheque_books import books
from funds.models import ChequeBook, ChequeEnd, Instrument, LeafMark
from ledger.clock import today
from tests import world
from tests.funds.by_sql import accepted, copied, flat, no, refused, run, yes
from tests.funds.refusals_of_money import paid as paid_line
from tests.funds.test_isolation import told
from tests.world import DAY, START, World, bare_fund, by_method

pytestmark = pytest.mark.django_db
Row = dict[str, Any]


@pytest.fixture
def here(small_world: World) -> World:
    return small_world


@pytest.fixture
def book(here: World) -> ChequeBook:
    return ChequeBook.objects.get(fund=here.fund)


def fresh(row: Any) -> Any:
    """The row with the moment of this transaction, as a new one would have."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT now()")
        (row.recorded_at,) = cursor.fetchone()
    return row


@pytest.mark.parametrize(
    "changes",
    [
        {"first": 10_000, "last": 10_099, "recorded_at": "2025-09-26T10:00:00Z"},
        {"first": 10_000, "last": 10_099, "received_on": today() + timedelta(days=1)},
        {"first": 9_999, "last": 10_099},
        {"first": 1, "last": 1},
        {"prefix": "", "digits": 2, "first": 99, "last": 100},
        {"prefix": "00000-", "digits": 1, "first": 1, "last": 10},
    ],
)
def test_a_book_is_new(book: ChequeBook, changes: Row) -> None:
    yes(fresh(book), first=10_000, last=10_099)
    no("23FB0", fresh(book), **changes)


def test_a_book_has_no_leaf_that_was_used_before_it(here: World, book: ChequeBook) -> None:
    paid = here.paid()[0]
    other = bare_fund(here["fund_manager"], here.office, code="OTHER")
    mine = ChequeBook.objects.get(fund=other)
    # In its own fund the number is free; the fund of the payment has the book already.
    yes(fresh(mine), first=20_000, last=20_001)
    no("23FB0", fresh(book), first=int(paid.number), last=int(paid.number))


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"prefix": "A1"}, CHECK_VIOLATION),
        ({"prefix": "é"}, CHECK_VIOLATION),
        ({"first": 20_001, "last": 20_000}, CHECK_VIOLATION),
        ({"last": 30_000}, CHECK_VIOLATION),
        ({"received_from": ""}, CHECK_VIOLATION),
        ({"digits": 10}, CHECK_VIOLATION),
    ],
)
def test_the_shape_of_a_book(book: ChequeBook, changes: Row, code: str) -> None:
    given: Row = {"first": 20_000, "last": 20_009}
    yes(fresh(book), **given)
    no(code, fresh(book), **given | changes)


def test_a_cheque_lies_on_an_unused_leaf_of_its_fund(here: World, book: ChequeBook) -> None:
    model, voucher = here.paid()[0], here.vouchered()

    def on(number: str, **changes: object) -> tuple[Any, ...]:
        return flat(paid_line(model, voucher, number=number, **changes))

    accepted(*on("0009902"))
    for number in ("9902", "0010000", "0000000", "A009902", "00099021"):
        refused("23FB1", *on(number))
    refused(UNIQUE_VIOLATION, *on(model.number))
    books.mark_leaf(fund="TEST", book=book.pk, number="9902", kind="void", reason="Torn", by=here["ddo"])
    refused("23FB1", *on("0009902"))
    late = books.register_book(
        fund="TEST",
        first="A01",
        last="A09",
        received_from="Branch",
        by=here["fund_manager"],
        on=DAY + timedelta(days=1),
    )
    refused("23FB1", *on(late.number(1)))
    accepted(*on(late.number(1), issued_on=DAY + timedelta(days=1)))


def test_only_an_unused_leaf_is_marked(here: World, book: ChequeBook) -> None:
    paid = here.paid()[0]
    row = fresh_mark(here, book)
    yes(row)
    for changes in ({"number": paid.number}, {"number": "9902"}, {"number": "0010000"}, {"book_id": 2_000_000_000}):
        no("23FB2", row, **changes)
    no("23FB2", row, recorded_at="2025-09-26T10:00:00Z")
    no(CHECK_VIOLATION, row, reason="")
    run(copied(row))
    no(UNIQUE_VIOLATION, row)


def fresh_mark(here: World, book: ChequeBook) -> LeafMark:
    made = books.mark_leaf(fund="TEST", book=book.pk, number="9800", kind="void", reason="Torn", by=here["ddo"])
    made.refresh_from_db()
    made.number = "0009902"
    return made


@pytest.mark.django_db(transaction=True)
def test_a_leaf_is_not_marked_while_a_cheque_is_drawn_on_it(new_connection: Callable[[], Any]) -> None:
    """Whoever is second waits for the first, and then sees what it did."""
    here, first, second = world.build(), new_connection(), new_connection()
    model, voucher, book = here.paid()[0], here.vouchered(), ChequeBook.objects.get()
    mark = (
        "INSERT INTO funds_leafmark (book_id, number, kind, reason, recorded_by_id) VALUES (%s, '0009902', 'void', 'Torn', %s)",
        [book.pk, here["ddo"].pk],
    )
    with first.cursor() as cursor:
        cursor.execute(*paid_line(model, voucher, number="0009902"))
    assert told(second, mark, "SET LOCAL lock_timeout = '200ms'") == LOCK_NOT_AVAILABLE
    first.rollback()
    assert told(second, mark) == ""
    for level in ("REPEATABLE READ", "SERIALIZABLE"):
        assert told(second, mark, f"SET TRANSACTION ISOLATION LEVEL {level}") == "23FB2"


def failed(here: World, state: str = "stopped") -> Instrument:
    paid = here.paid()[0]
    payments.fail_instrument(instrument=paid.pk, state=state, reason="Name", by=here["reconciler"], on=DAY)
    return Instrument.objects.get(pk=paid.pk)


def test_the_paper_of_a_failed_cheque_ends_before_a_witness(here: World) -> None:
    row = failed(here)
    here.destroyed(row)
    made = ChequeEnd.objects.get()
    other, issued = failed(here), here.paid()[0]
    certificate = here.paid(here.diyat())[3]
    payments.fail_instrument(instrument=certificate.pk, state="returned", reason="x", by=here["ddo"], on=DAY)
    yes(made, instrument_id=other.pk)
    for changes in (
        {"instrument_id": issued.pk},
        {"instrument_id": certificate.pk},
        {"instrument_id": 2_000_000_000},
        {"witness_id": made.recorded_by_id},
        {"ended_on": today() + timedelta(days=1)},
        {"ended_on": DAY - timedelta(days=1)},
        {"stop_reference": ""},
        {"recorded_at": "2025-09-26T10:00:00Z"},
    ):
        no("23FB3", made, **{"instrument_id": other.pk} | changes)
    no(UNIQUE_VIOLATION, made)
    no(CHECK_VIOLATION, made, instrument_id=other.pk, witness_id=None)
    no(CHECK_VIOLATION, made, instrument_id=other.pk, kind="lost", indemnity="")
    yes(made, instrument_id=other.pk, kind="lost", indemnity="Bond 3", witness_id=None)
    back = failed(here, "returned")
    yes(made, instrument_id=back.pk, stop_reference="")
    no("23FB3", made, instrument_id=back.pk, kind="lost", indemnity="Bond 3", witness_id=None)


def test_a_payment_names_the_failed_one_whose_paper_is_gone(here: World) -> None:
    row = failed(here, "returned")
    given: Row = {"state": "issued", "reason": "", "number": "0009902", "entry_id": row.voucher.entry_id}

    def anew(replaced: int | None) -> tuple[Any, ...]:
        return flat(copied(row, **given, replaces_id=replaced))

    here.destroyed(failed(here, "returned"))  # the end of another cheque is not its own
    refused("23FB4", *anew(row.pk))
    here.destroyed(row)
    accepted(*anew(row.pk))
    refused("23FB4", *anew(None))
    refused("23FB4", *anew(failed(here, "returned").pk))


@pytest.mark.parametrize(
    ("method", "needed"),
    [
        ("pay_order", {"place": "Branch"}),
        ("challan", {"place": "Treasury", "account_head": "G12140"}),
        ("court_deposit", {"place": "Court", "court_case": "SC 1"}),
        ("certificate", {"place": "Court", "matures_on": DAY + timedelta(days=1)}),
    ],
)
def test_a_payment_says_what_its_method_asks(here: World, method: str, needed: Row) -> None:
    voucher = here.vouchered(by_method(here, method))
    model = here.paid()[0]
    empty: Row = {"place": "", "account_head": "", "court_case": "", "matures_on": None, "method": method}
    if method != "pay_order":
        empty["expires_on"] = None

    def said(**changes: object) -> tuple[Any, ...]:
        return flat(paid_line(model, voucher, **empty | needed | changes))

    accepted(*said())
    for name in needed:
        refused("23FB7", *said(**{name: empty[name]}))
    if "matures_on" in needed:
        refused("23FB7", *said(matures_on=DAY))


def test_what_a_payment_said_stays(here: World) -> None:
    row = here.paid(here.diyat())[3]
    for column in ("place", "account_head", "court_case"):
        refused("23F14", f"UPDATE funds_instrument SET {column} = 'x' WHERE id = %s", row.pk)
    refused("23F14", "UPDATE funds_instrument SET matures_on = %s WHERE id = %s", START, row.pk)
