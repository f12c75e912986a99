"""Leaves of a fund's cheque books: which are free, and on which a number lies. Reads only."""

import re
from collections.abc import Iterator, Sequence
from itertools import islice

from django.db.models import Q, QuerySet

from funds.models import ChequeBook, Fund, Instrument, LeafMark, PayeeLine

CHEQUE = PayeeLine.Method.CHEQUE
_GIVEN = re.compile(r"(?P<prefix>.*?)(?P<leaf>[0-9]{1,9})\Z", re.ASCII)


def books_of(fund: Fund) -> list[ChequeBook]:
    """The fund's books, the first received first."""
    return list(ChequeBook.objects.filter(fund=fund).select_related("fund"))


def cheques_of(book: ChequeBook) -> QuerySet[Instrument]:
    """What was drawn on the book's leaves. Its numbers have one length and stand in order as texts."""
    shape = rf"^{re.escape(book.prefix)}[0-9]{{{book.digits}}}$"
    between = Q(number__gte=book.number(book.first), number__lte=book.number(book.last))
    return Instrument.objects.filter(between, fund=book.fund_id, method=CHEQUE, number__regex=shape)


def _taken(book: ChequeBook) -> set[str]:
    drawn = cheques_of(book).order_by().values_list("number", flat=True)
    return {*drawn, *LeafMark.objects.filter(book=book).values_list("number", flat=True)}


def _free(fund: Fund) -> Iterator[str]:
    for book in books_of(fund):
        taken = _taken(book)
        if len(taken) < book.size:
            numbers = map(book.number, range(book.first, book.last + 1))
            yield from (number for number in numbers if number not in taken)


def free_numbers(fund: Fund, wanted: int) -> list[str]:
    """The next free leaves, at most `wanted`: book by book, each from its first leaf on."""
    return list(islice(_free(fund), wanted))


def leaf_of(book: ChequeBook, given: str) -> str:
    """The book's number that is meant, whose leading noughts need not be written; '' where it is no leaf of the book."""
    found = _GIVEN.match(given.upper().replace(" ", ""))
    if found is None or found["prefix"] != book.prefix or len(found["leaf"]) > book.digits:
        return ""
    leaf = int(found["leaf"])
    return book.number(leaf) if book.first <= leaf <= book.last else ""


def placed(fund: Fund, given: Sequence[str]) -> list[tuple[ChequeBook | None, str]]:
    """For each number as it was written its book and the number as it is printed; no book where the fund has none for it."""
    books = books_of(fund)
    found: list[tuple[ChequeBook | None, str]] = []
    for text in given:
        place = next(((book, number) for book in books if (number := leaf_of(book, text))), None)
        found.append(place or (None, text))
    return found


def marked(numbers: Sequence[tuple[ChequeBook | None, str]]) -> dict[tuple[int, str], LeafMark]:
    """The marks on these leaves, by book and number."""
    wanted = {(book.pk, number) for book, number in numbers if book}
    rows = LeafMark.objects.filter(book__in={book for book, _ in wanted}, number__in=[number for _, number in wanted])
    return {(row.book_id, row.number): row for row in rows if (row.book_id, row.number) in wanted}
