"""The payee lines of a request page by page, and those that a search within it finds; a list may have very many. Reads only."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.core.paginator import Page, Paginator
from django.db.models import Q, QuerySet

from beneficiaries.people.names import fold
from funds.models import Disbursement, PayeeLine
from funds.requests.overview import lines_of

SIZE = 25  # so that checks and decision, which stand below on a phone, are near
PAYING = 100  # while numbers of instruments are written beside the lines


class _ByPosition(Paginator):
    """Pages begin behind a position, so that the last one costs what the first does: positions have no gaps."""

    def __init__(self, rows: QuerySet[PayeeLine], size: int, *, count: int) -> None:
        super().__init__(rows, size)
        self.__dict__["count"] = count
        self.rows = rows

    def page(self, number: Any) -> Page:
        wanted = self.validate_number(number)
        return Page(self.rows.filter(position__gt=(wanted - 1) * self.per_page)[: self.per_page], wanted, self)


def page_of_lines(request: Disbursement, given: Mapping[str, str], *, count: int, size: int = SIZE) -> Page:
    """The page that ?page= asks for, of the lines that ?payee= finds; `count` is how many lines the request has."""
    text = given.get("payee", "").strip()[:80]
    if text:
        return Paginator(lines_of(request).filter(found_by(text)), size).get_page(given.get("page"))
    return _ByPosition(lines_of(request), size, count=count).get_page(given.get("page"))


def found_by(text: str) -> Q:
    """The number of a case, the number of a line, or a part of a name; no CNIC, for the words stand in an address."""
    named = Q(payee_name__icontains=text) | Q(case__number__iexact=text)
    if fold(text):
        named |= Q(person__folded__contains=fold(text))
    return named | Q(position=int(text)) if text.isascii() and text.isdecimal() and len(text) < 8 else named


def lines_at(request: Disbursement, positions: Sequence[int]) -> list[PayeeLine]:
    """The lines in these positions, in order."""
    return list(lines_of(request).filter(position__in=positions))
