"""Months and years of a book: which month holds a date, closing them in order, reopening them by two people.

The database keeps entries out of closed periods and the order of closing; these functions say it in words first. Which
office a book belongs to, and what must be done before it is closed, is known further up (funds.closing).
"""

from datetime import date
from typing import TYPE_CHECKING

from django.contrib.postgres.functions import TransactionNow
from django.db import connection, transaction
from django.db.models import F
from django.utils import timezone

from ledger.clock import today
from ledger.errors import BadInput, NotAllowed, NotFound, WrongState
from ledger.history import acting
from ledger.models import FiscalYear, JournalEntry, Period, Reopening
from ledger.posting import reverse
from ledger.roles import Role, require_role
from ledger.rules import CLOSING, GATE

if TYPE_CHECKING:
    from django.contrib.auth.models import User

CLOSERS = (Role.FUND_MANAGER,)
AGREERS = (Role.FUND_MANAGER, Role.APPROVER)
# What closing a year posts: into its closing period, and the surrender of lapsed money into June.
SURRENDER = "surrender"


def period_for(book: str, day: date) -> Period:
    """The month of the book that holds the date. Raises: NotFound when no fiscal year with that month is open."""
    months = Period.objects.filter(book__code=book, start__lt=F("end"), start__lte=day, end__gte=day)
    period = months.select_related("book", "year").first()
    if period is None:
        raise NotFound(f"{book} has no month that holds {day:%-d %b %Y}. Open the fiscal year first.", code="no_period")
    return period


def stop_posting() -> None:
    """Waits for every posting under way and holds up those that come, until the transaction ends.

    Taken first by whoever posts and closes in one transaction: taken later, two of them would wait for each other.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [GATE])


@transaction.atomic
def close_period(*, period: Period, by: "User", override: str) -> Period:
    """Closes a month, or the closing period of a year. `override` says why without an approved bank reconciliation.

    Raises: NotAllowed, BadInput without an override, WrongState: closed already, not ended, an earlier one is open.
    """
    require_role(by, *CLOSERS, action="close a month")
    why = _said(override, "override", "Say why the month is closed without an approved bank reconciliation.")
    stop_posting()
    period = Period.objects.select_for_update(of=("self",)).select_related("book").get(pk=period.pk)
    name = f"{period} of {period.book.code}"
    if period.closed:
        raise WrongState(f"{name} is closed already.", ids=(period.pk,))
    if period.end >= today():
        raise WrongState(f"{name} has not ended. It can be closed from {period.end:%-d %b %Y} on.", ids=(period.pk,))
    earlier = Period.objects.filter(book=period.book_id, start__lt=period.start, closed_at=None).first()
    if earlier:
        raise WrongState(f"{name} cannot be closed while {earlier} is open. Close {earlier} first.", ids=(earlier.pk,))
    before = FiscalYear.objects.filter(book=period.book_id, end__lt=period.start, closed_at=None).first()
    if before:
        raise WrongState(
            f"{name} cannot be closed while the year {before} is open. Close {before} first.", ids=(before.pk,)
        )
    with acting(by, why):
        period.closed_at, period.closed_by, period.override = timezone.now(), by, why
        period.save(update_fields=["closed_at", "closed_by", "override"])
    return period


def closing_period(year: FiscalYear) -> Period:
    """The open period on 30 June that holds the year's closing entries; made when there is none."""
    found, _ = Period.objects.get_or_create(book_id=year.book_id, year=year, start=year.end, end=year.end)
    return found


@transaction.atomic
def close_year(*, year: FiscalYear, by: "User", reason: str) -> FiscalYear:
    """Marks a year closed whose months and closing period are. Raises: NotAllowed, BadInput, WrongState."""
    require_role(by, *CLOSERS, action="close a year")
    why = _said(reason, "reason", "Say why the year is closed.")
    stop_posting()
    year = FiscalYear.objects.select_for_update(of=("self",)).select_related("book").get(pk=year.pk)
    if year.closed:
        raise WrongState(f"{year} of {year.book.code} is closed already.", ids=(year.pk,))
    earlier = FiscalYear.objects.filter(book=year.book_id, start__lt=year.start, closed_at=None).first()
    if earlier:
        detail = f"{year} of {year.book.code} cannot be closed while {earlier} is open. Close {earlier} first."
        raise WrongState(detail, ids=(earlier.pk,))
    open_ones = [str(period) for period in year.periods.filter(closed_at=None)]
    if open_ones:
        raise WrongState(f"{year} of {year.book.code} still has open periods: {', '.join(open_ones)}.", ids=(year.pk,))
    with acting(by, why):
        year.closed_at, year.closed_by = timezone.now(), by
        year.save(update_fields=["closed_at", "closed_by"])
    return year


@transaction.atomic
def ask_reopening(*, what: Period | FiscalYear, by: "User", reason: str) -> Reopening:
    """Asks for a closed month or year to be opened again; it opens when another person agrees.

    Raises: NotAllowed, BadInput without a reason, WrongState: it is open, asked for already, or a later one is closed.
    """
    require_role(by, *CLOSERS, action="ask for a reopening")
    why = _said(reason, "reason", "Say why it is to be opened again.")
    what = _locked(what)
    _refuse_unless_last_closed(what)
    if what.reopenings.filter(outcome=Reopening.Outcome.WAITING).exists():
        raise WrongState(f"{_name(what)}: a reopening waits for consent already.", ids=(what.pk,))
    of = {"year": what} if isinstance(what, FiscalYear) else {"period": what}
    with acting(by, why):
        return Reopening.objects.create(**of, reason=why, asked_by=by)


@transaction.atomic
def agree_reopening(*, reopening: Reopening, by: "User", remark: str = "") -> Reopening:
    """The second person's consent: opens the month, or the year with its last month, and undoes the closing entries.

    Raises: NotAllowed (the wrong role, or the person who asked), WrongState.
    """
    require_role(by, *AGREERS, action="agree to a reopening")
    stop_posting()
    row = _waiting(reopening)
    if row.asked_by_id == by.pk:
        raise NotAllowed("You asked for this reopening, so somebody else must agree to it.")
    what = _locked(row.what)
    _refuse_unless_last_closed(what)
    with acting(by, remark.strip() or row.reason):
        row = _decide(row, Reopening.Outcome.AGREED, by, remark)
        if isinstance(what, FiscalYear):
            _open_year(what, by=by, reason=row.reason)
        else:
            _open(what)
    return row


@transaction.atomic
def decline_reopening(*, reopening: Reopening, by: "User", remark: str) -> Reopening:
    """The reopening is refused, or taken back by the person who asked. Raises: NotAllowed, BadInput, WrongState."""
    require_role(by, *CLOSERS, *AGREERS, action="decline a reopening")
    row = _waiting(reopening)
    if row.asked_by_id != by.pk:
        require_role(by, *AGREERS, action="decline a reopening")
    why = _said(remark, "remark", "Say why it stays closed.")
    with acting(by, why):
        return _decide(row, Reopening.Outcome.DECLINED, by, why)


def _said(text: str, field: str, otherwise: str) -> str:
    if not text.strip():
        raise BadInput(otherwise, fields={field: otherwise})
    return text.strip()


def _locked(what: Period | FiscalYear) -> Period | FiscalYear:
    return type(what).objects.select_for_update(of=("self",)).select_related("book").get(pk=what.pk)


def _name(what: Period | FiscalYear) -> str:
    return f"{what} of {what.book.code}"


def _refuse_unless_last_closed(what: Period | FiscalYear) -> None:
    """What is reopened is closed, and nothing after it is: otherwise later figures would stand on moving ground."""
    if not what.closed:
        raise WrongState(f"{_name(what)} is open already.", ids=(what.pk,))
    if isinstance(what, Period) and what.year.closed:
        detail = f"{_name(what)} lies in the closed year {what.year}. Reopen the year first."
        raise WrongState(detail, ids=(what.year_id,))
    later = _closed_after(what)
    if later:
        raise WrongState(
            f"{_name(what)} cannot be opened while {later} is closed. Reopen {later} first.", ids=(later.pk,)
        )


def _closed_after(what: Period | FiscalYear) -> Period | FiscalYear | None:
    """The last period or year that is closed after this one; of a year also a month of the next one."""
    years = FiscalYear.objects.filter(book=what.book_id, start__gt=what.start).exclude(closed_at=None)
    months = Period.objects.filter(book=what.book_id).exclude(closed_at=None)
    if isinstance(what, FiscalYear):
        return years.last() or months.filter(start__gt=what.end).last()
    return months.filter(start__gt=what.start).last()


def _waiting(reopening: Reopening) -> Reopening:
    rows = Reopening.objects.select_related("period__book", "year__book", "asked_by")
    row = rows.select_for_update(of=("self",)).get(pk=reopening.pk)
    if row.outcome != Reopening.Outcome.WAITING:
        detail = f"{row} is decided: {row.get_outcome_display().lower()}. Nothing was changed."
        raise WrongState(detail, ids=(row.pk,))
    return row


def _decide(row: Reopening, outcome: Reopening.Outcome, by: "User", remark: str) -> Reopening:
    row.outcome, row.decided_by, row.remark = outcome, by, remark.strip()
    row.decided_at = TransactionNow()  # the database compares it with its own time
    row.save(update_fields=["outcome", "decided_by", "decided_at", "remark"])
    row.refresh_from_db(fields=["decided_at"])
    return row


def _open(period: Period) -> None:
    period.closed_at, period.closed_by, period.override = None, None, ""
    period.save(update_fields=["closed_at", "closed_by", "override"])


def _open_year(year: FiscalYear, *, by: "User", reason: str) -> None:
    """The year, its closing period and its last month are open again, and what closing posted is undone by reversals."""
    year.closed_at, year.closed_by = None, None
    year.save(update_fields=["closed_at", "closed_by"])
    for period in year.periods.filter(end=year.end).order_by("-start"):
        _open(period)
    posted = JournalEntry.objects.filter(
        period__year=year, kind__in=(CLOSING, SURRENDER), reverses=None, reversals=None
    )
    for entry in posted.order_by("-pk"):
        reverse(entry.pk, by=by, reason=reason, on=year.end)
