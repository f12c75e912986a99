"""The calendar of a fund's books: which months and years are closed, what comes next, what waits for consent. Reads only."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from decimal import ROUND_HALF_UP, Decimal

from django.contrib.auth.models import User
from django.db.models import Count, Q, QuerySet, Sum

from beneficiaries.offices import persons
from beneficiaries.offices.scope import acts_for, visible
from funds.models import Fund, StatementVersion
from ledger.clock import today
from ledger.models import AccountTotal, Element, FiscalYear, JournalEntry, Period, Reopening
from ledger.periods import AGREERS, CLOSERS
from ledger.roles import roles_of

ZERO = Decimal("0.00")
OPEN, CLOSED, RUNNING, TO_COME, REOPENED = "open", "closed", "running", "to come", "reopened"


@dataclass(slots=True)
class Month:
    """One month. `posted`: rupees debited in it, memo accounts left out; `follows`: the next one to be closed."""

    label: str
    start: date
    end: date
    state: str
    closed_at: datetime | None
    closed_by: User | None
    override: str
    entries: int = 0
    posted: Decimal = ZERO
    follows: bool = False
    asked: bool = False

    @property
    def lakh(self) -> str:
        """The rupees posted, in lakh, rounded half up to two decimals: for narrow cells, beside the exact figure."""
        return f"{(self.posted / 100_000).quantize(ZERO, ROUND_HALF_UP):f}"


@dataclass(slots=True)
class Year:
    """One fiscal year with its months. `version` is that of its last published statement, 0 before the first close.

    `can_close`: it is the first open year and has ended; `follows`: its months are closed, so it is what closes next.
    """

    pk: int
    label: str
    start: date
    end: date
    state: str
    closed_at: datetime | None
    closed_by: User | None
    version: int
    months: list[Month]
    can_close: bool = False
    follows: bool = False
    asked: bool = False


@dataclass(frozen=True, slots=True)
class ToClose:
    """What of a fund's books lies behind today and is open still."""

    fund: Fund
    months: int
    years: int


def calendar(fund: Fund, *, label: str | None = None) -> list[Year]:
    """The fund's years, the latest first, with all that the page shows; only one of them if `label` names it."""
    rows = FiscalYear.objects.filter(book_id=fund.book_id).select_related("closed_by").order_by("start")
    periods = Period.objects.filter(book_id=fund.book_id).select_related("closed_by").order_by("start")
    published = dict(StatementVersion.objects.filter(fund=fund).order_by("version").values_list("year_id", "version"))
    waiting = list(_of_book(fund).filter(outcome=Reopening.Outcome.WAITING).values_list("period_id", "year_id"))
    months: dict[int, list[Month]] = {}
    by_period: dict[int, Month] = {}
    for row in periods:
        if not row.is_closing:
            by_period[row.pk] = _month(row, asked=(row.pk, None) in waiting)
            months.setdefault(row.year_id, []).append(by_period[row.pk])
    _count(fund, by_period)
    years = [_year(row, months.get(row.pk, []), published.get(row.pk, 0), (None, row.pk) in waiting) for row in rows]
    _mark_next(years)
    return [year for year in reversed(years) if label in (None, year.label)]


def _month(row: Period, *, asked: bool) -> Month:
    state = _state(row.start, row.end, closed=row.closed)
    return Month(
        f"{row.start:%Y-%m}", row.start, row.end, state, row.closed_at, row.closed_by, row.override, asked=asked
    )


def _year(row: FiscalYear, months: list[Month], version: int, asked: bool) -> Year:
    state = _state(row.start, row.end, closed=row.closed)
    state = REOPENED if version and state == OPEN else state
    return Year(
        row.pk, row.label, row.start, row.end, state, row.closed_at, row.closed_by, version, months, asked=asked
    )


def _state(start: date, end: date, *, closed: bool) -> str:
    day = today()
    if closed:
        return CLOSED
    return OPEN if end < day else RUNNING if start <= day else TO_COME


def _count(fund: Fund, months: dict[int, Month]) -> None:
    """Puts the entries and rupees of each month in; three numbers a month whatever was posted in it."""
    entries = JournalEntry.objects.filter(period__in=months).order_by().values("period").annotate(number=Count("pk"))
    for period, number in entries.values_list("period", "number"):
        months[period].entries = number
    totals = AccountTotal.objects.filter(account__book=fund.book_id, period__in=months)
    moved = totals.exclude(account__element=Element.MEMO).order_by().values("period").annotate(total=Sum("debit"))
    for period, total in moved.values_list("period", "total"):
        months[period].posted = total


def _mark_next(years: list[Year]) -> None:
    """Of the first open year the first open month that has ended; the year itself when none is left."""
    first = next((year for year in years if year.state != CLOSED), None)
    if first is None:
        return
    first.can_close = first.end < today()
    month = next((month for month in first.months if month.state != CLOSED), None)
    if month is None:
        first.follows = first.can_close
    else:
        month.follows = month.state == OPEN


def _of_book(fund: Fund) -> QuerySet[Reopening]:
    return Reopening.objects.filter(Q(period__book=fund.book_id) | Q(year__book=fund.book_id))


def reopenings(fund: Fund) -> QuerySet[Reopening]:
    """Every reopening of the fund's months and years, the latest first."""
    return _of_book(fund).select_related("period__book", "year__book", "asked_by__officer", "decided_by__officer")


def waiting(fund: Fund) -> QuerySet[Reopening]:
    """The fund's reopenings that wait for a second person, the first one asked first."""
    return reopenings(fund).filter(outcome=Reopening.Outcome.WAITING).order_by("pk")


def to_agree(user: User) -> QuerySet[Reopening]:
    """Reopenings of the user's office, asked for by others, that wait for a consent this user may give."""
    rows = (
        Reopening.objects.filter(outcome=Reopening.Outcome.WAITING)
        .exclude(asked_by__in=persons.selves(user))
        .order_by("pk")
    )
    if roles_of(user).isdisjoint(AGREERS):
        return rows.none()
    funds = visible(Fund.objects.all(), to=user).values("book")
    rows = rows.filter(Q(period__book__in=funds) | Q(year__book__in=funds))
    return rows.select_related("period__book", "year__book", "asked_by__officer")


def may_close(fund: Fund, user: User) -> bool:
    """Whether the pages offer this user closing and asking; the services ask again."""
    return not roles_of(user).isdisjoint(CLOSERS) and acts_for(fund.office, by=user)


def may_agree(fund: Fund, user: User) -> bool:
    """Whether the user is one of those who agree to reopenings of this fund."""
    return not roles_of(user).isdisjoint(AGREERS) and acts_for(fund.office, by=user)


def to_close(funds: Iterable[Fund]) -> dict[int, ToClose]:
    """How many months and years of each fund have ended and are open, by the fund's key; two queries for all."""
    found = {fund.book_id: fund for fund in funds}
    ended = Q(book__in=found, closed_at=None, end__lt=today())
    months = Period.objects.filter(ended, start__day=1).order_by().values("book").annotate(number=Count("pk"))
    years = FiscalYear.objects.filter(ended).order_by().values("book").annotate(number=Count("pk"))
    by_month, by_year = (dict(rows.values_list("book", "number")) for rows in (months, years))
    return {fund.pk: ToClose(fund, by_month.get(book, 0), by_year.get(book, 0)) for book, fund in found.items()}
