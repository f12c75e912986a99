"""The cheque register: every leaf of a book in its order, with what became of it. Reads only."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db.models import Count, QuerySet

from funds.cheque_books.leaves import CHEQUE, cheques_of
from funds.models import ChequeBook, ChequeEnd, Fund, Instrument, LeafMark, PayeeLine

UNUSED = "unused"
BATCH = 500
HIDDEN = "a payee of another office"
# The states of a leaf in their order; all but the first and the marks are those of the cheque on it.
STATES: dict[str, str] = {UNUSED: "Unused", **dict(Instrument.State.choices), **dict(LeafMark.Kind.choices)}


@dataclass(frozen=True, slots=True)
class Leaf:
    """One leaf: its number, its state, the cheque drawn on it or the mark, and what became of the paper."""

    number: str
    cheque: Instrument | None = None
    line: PayeeLine | None = None
    mark: LeafMark | None = None
    end: ChequeEnd | None = None

    @property
    def state(self) -> str:
        return self.cheque.state if self.cheque else self.mark.kind if self.mark else UNUSED

    @property
    def word(self) -> str:
        return str(STATES[self.state])

    @property
    def payee(self) -> str:
        return "" if self.cheque is None else self.line.payee_name if self.line else HIDDEN

    @property
    def amount(self) -> Decimal | None:
        return self.cheque.amount if self.cheque else None

    @property
    def cleared_on(self) -> date | None:
        return self.cheque.state_on if self.cheque and self.cheque.state == Instrument.State.CLEARED else None

    @property
    def open(self) -> bool:
        """Whether it is the paper of a failed cheque of which nobody has said what became."""
        return self.cheque is not None and self.cheque.state not in Instrument.LIVE and self.end is None

    @property
    def reason(self) -> str:
        return self.cheque.reason if self.cheque else self.mark.reason if self.mark else ""


class Leaves(Sequence[Leaf]):
    """All leaves of a book as a list that reads only what is asked of it, for pages; with `state` only those in it."""

    def __init__(self, book: ChequeBook, state: str = "") -> None:
        self.book, self.state = book, state
        self.numbers: Sequence[int] = range(book.first, book.last + 1)
        if state:
            self.numbers = [leaf for leaf in self.numbers if self._is(state, book.number(leaf))]

    def _is(self, state: str, number: str) -> bool:
        return self._states.get(number, UNUSED) == state

    @property
    def _states(self) -> dict[str, str]:
        if "_found" not in self.__dict__:
            self._found = dict(cheques_of(self.book).order_by().values_list("number", "state"))
            self._found |= dict(LeafMark.objects.filter(book=self.book).values_list("number", "kind"))
        return self._found

    def __len__(self) -> int:
        return len(self.numbers)

    def __getitem__(self, place):  # type: ignore[no-untyped-def]
        if isinstance(place, slice):
            return read(self.book, self.numbers[place])
        return read(self.book, [self.numbers[place]])[0]

    def __iter__(self) -> Iterator[Leaf]:
        for first in range(0, len(self.numbers), BATCH):
            yield from read(self.book, self.numbers[first : first + BATCH])


def read(book: ChequeBook, leaves: Sequence[int]) -> list[Leaf]:
    """These leaves of the book, in the same four queries whatever their number. A payee of another office is not named."""
    numbers = [book.number(leaf) for leaf in leaves]
    rows = Instrument.objects.filter(fund=book.fund_id, method=CHEQUE, number__in=numbers)
    cheques = {
        row.number: row for row in rows.select_related("paper_end__witness", "voucher", "replaced_by", "issued_by")
    }
    lines = PayeeLine.objects.in_bulk([row.line_id for row in cheques.values()])
    marks = LeafMark.objects.filter(book=book, number__in=numbers)
    marked = {row.number: row for row in marks.select_related("paper_end__witness", "recorded_by")}
    found = []
    for number in numbers:
        cheque, mark = cheques.get(number), marked.get(number)
        end = getattr(cheque or mark, "paper_end", None)
        found.append(Leaf(number, cheque, lines.get(cheque.line_id) if cheque else None, mark, end))
    return found


@dataclass(frozen=True, slots=True)
class Stock:
    """A book and how many of its leaves are in each state."""

    book: ChequeBook
    counts: dict[str, int]

    @property
    def unused(self) -> int:
        return self.counts[UNUSED]

    @property
    def failed(self) -> int:
        return sum(self.counts[state] for state in Instrument.State if state not in Instrument.LIVE)

    @property
    def set_aside(self) -> int:
        return sum(self.counts[kind] for kind in LeafMark.Kind)


def stock_of(book: ChequeBook) -> Stock:
    """How many leaves of the book are in each state; together they are all of its leaves."""
    counts = dict.fromkeys(STATES, 0)
    for state, number in cheques_of(book).order_by().values_list("state").annotate(Count("pk")):
        counts[state] += number
    for kind, number in LeafMark.objects.filter(book=book).order_by().values_list("kind").annotate(Count("pk")):
        counts[kind] += number
    counts[UNUSED] = book.size - sum(counts.values())
    return Stock(book, counts)


def unbooked(fund: Fund, books: Sequence[ChequeBook]) -> QuerySet[Instrument]:
    """Cheques that were drawn before their fund's first book was registered."""
    rows = Instrument.objects.filter(fund=fund, method=CHEQUE)
    for book in books:
        rows = rows.exclude(pk__in=cheques_of(book).values("pk"))
    return rows
