"""Payee lines as papers read them: a hundred thousand in one query, without opening a private value. Reads only."""

from collections.abc import Iterable, Sequence
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from beneficiaries.heirs.majority import minor_on
from funds.models import Disbursement
from funds.papers.data import PayeeRow
from funds.papers.fonts import REGULAR, SEMIBOLD
from funds.paperwork import payee_words

PIECE = 2_000


class Line(NamedTuple):
    """What a paper and the journal want to know of a payee line."""

    pk: int
    position: int
    name: str
    relation: str
    share: str
    amount: Decimal
    case: int
    owed_to: str | None
    person: int | None
    born_on: date | None
    is_minor: bool | None

    @property
    def party(self) -> str:
        """How the journal names the line; the same as of the line itself."""
        return f"line:{self.pk}"


_COLUMNS = (
    "pk", "position", "payee_name", "payee_relation", "share", "amount", "case", "obligation__owed_to", "person",
    "person__born_on", "person__is_minor",
)  # fmt: skip


def lines_of(request: Disbursement) -> list[Line]:
    """Every line, by position."""
    return [Line(*row) for row in request.lines.order_by("position").values_list(*_COLUMNS)]


def require_printable(lines: Iterable[Line]) -> None:
    """Measures what a payee's row says of the person. Raises: MissingGlyph."""
    for line in lines:
        SEMIBOLD.width(line.name, 8)
        REGULAR.width(line.relation, 8)


def pay_to_note(lines: Iterable[Line]) -> str:
    """Whose money it is that somebody else receives."""
    owed = {line.owed_to for line in lines if line.owed_to}
    return f"for {owed.pop()}" if len(owed) == 1 else "as named in the lines"


def cases_of(lines: Iterable[Line]) -> int:
    """How many cases are paid for."""
    return len({line.case for line in lines})


def minors(lines: Sequence[Line], day: date) -> tuple[int, ...]:
    """The positions of those who were not of age on that day."""
    return tuple(line.position for line in lines if line.person is not None and minor_on(line, day))  # type: ignore[arg-type]


def rows_of(
    request: Disbursement, minors: tuple[int, ...], *, masked: bool = False, most: int | None = None
) -> tuple[PayeeRow, ...]:
    """The payees of a request, with whole or with masked CNICs; all or the first `most`."""
    marked = frozenset(minors)
    lines = request.lines.order_by("position")[:most].iterator(PIECE)
    shown = payee_words.masked_row if masked else payee_words.payee_row
    return tuple(shown(line, minor=line.position in marked) for line in lines)
