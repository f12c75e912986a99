"""Cheque books registered, leaves marked. Cheques are drawn in issuing.py; what becomes of their paper is in endings.py.

The lock of the fund's cheques is held by whoever draws, marks or registers, so that a leaf is given once.
"""

from datetime import date

from django.contrib.auth.models import User
from django.db import transaction

from beneficiaries.identity import parse_text
from beneficiaries.inputs import take
from beneficiaries.offices.scope import require_office
from funds.cheque_books import leaves
from funds.models import ChequeBook, Fund, Instrument, LeafMark
from funds.models.cheque_books import LARGEST
from funds.readers import owned_fund
from ledger.clock import act_date
from ledger.errors import BadInput, NotFound, WrongState
from ledger.locks import hold
from ledger.roles import Role, require_role

REGISTRARS = (Role.FUND_MANAGER,)
HOLDERS = (Role.DDO,)
DIGITS = 9


def hold_cheques(fund: Fund) -> None:
    """Until the transaction ends nobody else draws on a leaf of the fund or says anything about one."""
    hold("cheques", fund.pk)


def get_book(fund: str, pk: int, *, by: User) -> ChequeBook:
    """Raises: NotFound."""
    found = ChequeBook.objects.select_related("fund__office", "recorded_by")
    row = found.filter(fund=owned_fund(fund, by=by), pk=pk).first()
    if row is None:
        raise NotFound(f"{fund} has no such cheque book.")
    return row


def get_mark(fund: str, pk: int, *, by: User) -> LeafMark:
    """Raises: NotFound."""
    found = LeafMark.objects.select_related("book__fund__office", "recorded_by", "paper_end")
    row = found.filter(book__fund=owned_fund(fund, by=by), pk=pk).first()
    if row is None:
        raise NotFound(f"{fund} has no such leaf.")
    return row


@transaction.atomic
def register_book(
    *, fund: str, first: str, last: str, received_from: str, by: User, on: date | None = None
) -> ChequeBook:
    """A book as the bank gave it out, by the numbers printed on its first and last leaf, such as A 0004501 and A 0004600.

    Raises: NotAllowed, NotFound, BadInput (also for numbers of another book, or used before the first one).
    """
    require_role(by, *REGISTRARS, action="register a cheque book")
    of = owned_fund(fund, by=by)
    require_office(of.office, by=by, action="register a cheque book")
    made = ChequeBook(fund=of, received_on=act_date(on), recorded_by=by)
    made.received_from = take("received_from", parse_text, received_from, maximum=120)
    made.prefix, made.digits, made.first = _leaf("first", first)
    prefix, digits, made.last = _leaf("last", last)
    if (prefix, digits) != (made.prefix, made.digits):
        raise _wrong(
            "last", f"{last} is written otherwise than the first leaf, {first}. Copy both as they are printed."
        )
    if not made.first <= made.last < made.first + LARGEST:
        raise _wrong("last", f"From {first} to {last} are not between 1 and {LARGEST:,} leaves.")
    hold_cheques(of)
    _refuse_known(made)
    made.save(force_insert=True)
    return get_book(of.code, made.pk, by=by)


def _leaf(field: str, given: str) -> tuple[str, int, int]:
    """Prefix, number of digits and number of a leaf. Raises: BadInput."""
    text = take(field, parse_text, given, maximum=17).upper().replace(" ", "")
    digits = len(text) - len(text.rstrip("0123456789"))
    prefix = text[: len(text) - digits]
    if not 1 <= digits <= DIGITS or len(prefix) > 8 or not all(letter in "-/" or letter.isalnum() for letter in prefix):
        raise _wrong(field, f"{given} is no number of a leaf. It ends in up to nine digits, such as A0004501.")
    if not prefix.isascii():
        raise _wrong(field, f"{given} has letters that no cheque bears. Write A to Z.")
    return prefix, digits, int(text[-digits:])


def _wrong(field: str, detail: str) -> BadInput:
    return BadInput(detail, fields={field: detail})


def _refuse_known(made: ChequeBook) -> None:
    """Raises: BadInput for a leaf of another book of the fund, or one that a cheque was drawn on before."""
    length = len(made.number(made.first))
    for book in leaves.books_of(made.fund):
        same = len(book.number(book.first)) == length
        if (
            same
            and book.number(book.first) <= made.number(made.last)
            and book.number(book.last) >= made.number(made.first)
        ):
            raise _wrong(
                "first", f"{made.fund.code} has the book {book} already, received {book.received_on:%-d %b %Y}."
            )
    used = leaves.cheques_of(made).order_by("number").first()
    if used is not None:
        raise _wrong("first", f"Cheque {used.number} was issued before this book was registered.")


@transaction.atomic
def mark_leaf(*, fund: str, book: int, number: str, kind: str, reason: str, by: User) -> LeafMark:
    """An unused leaf is spoilt or void: no cheque is ever drawn on it. Raises: NotAllowed, NotFound, BadInput, WrongState."""
    require_role(by, *HOLDERS, action="mark a leaf")
    of = get_book(fund, book, by=by)
    require_office(of.fund.office, by=by, action="mark a leaf")
    why = take("reason", parse_text, reason, maximum=200)
    if kind not in LeafMark.Kind.values:
        raise _wrong("kind", "Choose what the leaf is: spoilt or void.")
    hold_cheques(of.fund)
    leaf = leaves.leaf_of(of, number)
    if not leaf:
        raise _wrong("number", f"{number} is no leaf of this book, {of}.")
    refuse_taken(of.fund, [(of, leaf)])
    return LeafMark.objects.create(book=of, number=leaf, kind=kind, reason=why, recorded_by=by)


def refuse_taken(fund: Fund, numbers: list[tuple[ChequeBook, str]]) -> None:
    """Under the lock. Raises: WrongState for a leaf that was used or marked."""
    rows = Instrument.objects.filter(fund=fund, method=leaves.CHEQUE, number__in=[number for _, number in numbers])
    if used := rows.order_by("number").first():
        raise WrongState(
            f"{used} was issued on {used.issued_on:%-d %b %Y}. Numbers are never reused.", code="leaf_used"
        )
    if found := leaves.marked(list(numbers)):
        raise WrongState(f"Leaf {next(iter(found.values()))}. No cheque is drawn on it.", code="leaf_used")
