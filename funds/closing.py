"""Closing a fund's months and years, and opening them again: what must be done before, and what closing a year writes.

The order, the second person and the closed door are kept by ledger.periods and the database; here stand the office that
keeps the fund, the vouchers, the bank, the money that lapses, the closing entries and the frozen statement.
"""

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from django.contrib.auth.models import User
from django.db import transaction
from django.db.models import Count, Q, Sum

from beneficiaries.offices import second_person
from beneficiaries.offices.row_scope import everywhere
from beneficiaries.offices.scope import require_office
from funds import disbursements, postings
from funds.books import frozen
from funds.budget.budget_position import total_of
from funds.budget.heads import base_of
from funds.models import Fund, Instrument, Sanction, StatementVersion, Voucher
from funds.workflow import State
from ledger import balances, periods
from ledger.chart import fiscal_bounds
from ledger.clock import today
from ledger.errors import BadInput, NotFound, WrongState
from ledger.models import FiscalYear, JournalEntry, Period, Reopening
from ledger.money import figures
from ledger.posting import post
from ledger.roles import require_role

NO_RECONCILIATION = (
    "No approved bank reconciliation: this version has none yet. Say why the month is closed without one, for example"
    " which bank statement you compared by hand."
)


@dataclass(slots=True)
class Readiness:
    """What stands in the way of closing (`blockers`), and what the person who closes should know (`notes`)."""

    blockers: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    @property
    def ready(self) -> bool:
        return not self.blockers


def get_month(fund: Fund, text: str) -> Period:
    """The month written as 2025-09. Raises: BadInput, NotFound."""
    try:
        first = date.fromisoformat(f"{text}-01") if len(text) == 7 else None
    except ValueError:
        first = None
    if first is None:
        detail = f"{text[:20]!r} is not a month: write it as 2025-09."
        raise BadInput(detail, fields={"month": detail})
    return periods.period_for(fund.book.code, first)


def get_year(fund: Fund, label: str) -> FiscalYear:
    """The fund's year written as 2025-26. Raises: BadInput, NotFound."""
    fiscal_bounds(label)
    year = FiscalYear.objects.select_related("book").filter(book_id=fund.book_id, label=label).first()
    if year is None:
        raise NotFound(f"The fund {fund.code} has no year {label}.", code="no_year")
    return year


@everywhere()
def month_readiness(fund: Fund, period: Period) -> Readiness:
    """Whether the month can be closed now, but for the override."""
    found = Readiness()
    if period.end >= today():
        found.blockers.append(f"{period} has not ended. It can be closed from {period.end:%-d %b %Y} on.")
    earlier = Period.objects.filter(book=fund.book_id, start__lt=period.start, closed_at=None).first()
    if earlier:
        found.blockers.append(f"{earlier} is open. Months are closed in order.")
    elif not period.is_closing and (before := _open_year_before(fund, period.start)):
        found.blockers.append(f"The year {before} is open. Close it before a month of the next year.")
    found.blockers += [f"Voucher {number} has no journal entry." for number in _unposted(fund, period)]
    found.notes += _waiting_for_voucher(fund, period.end) + _uncleared(fund, period.end)
    return found


def _open_year_before(fund: Fund, day: date) -> FiscalYear | None:
    """The first open year that ended before the day; its closing entries could not be posted behind a closed month."""
    return FiscalYear.objects.filter(book=fund.book_id, end__lt=day, closed_at=None).first()


def _unposted(fund: Fund, period: Period) -> list[str]:
    """Vouchers of the month that are not in the journal; the books would be closed without them."""
    posted = JournalEntry.objects.filter(book_id=fund.book_id, kind="voucher").values("pk")
    issued = Voucher.objects.filter(fund=fund, issued_on__range=(period.start, period.end))
    return list(issued.exclude(entry__in=posted).order_by("number").values_list("number", flat=True))


def _waiting_for_voucher(fund: Fund, day: date) -> list[str]:
    waiting = Sanction.objects.filter(fund=fund, sanctioned_on__lte=day, disbursement__state=State.SANCTIONED)
    found = waiting.aggregate(number=Count("pk"), total=Sum("amount"))
    if not found["number"]:
        return []
    one, total = found["number"] == 1, figures(found["total"])
    return [
        f"1 sanction for {total} waits for its voucher."
        if one
        else f"{found['number']} sanctions for {total} wait for their voucher."
    ]


def _uncleared(fund: Fund, day: date) -> list[str]:
    live = Q(state=Instrument.State.ISSUED) | Q(state_on__gt=day)
    found = Instrument.objects.filter(live, fund=fund, issued_on__lte=day).aggregate(
        number=Count("pk"), total=Sum("amount")
    )
    if not found["number"]:
        return []
    counted = "1 instrument" if found["number"] == 1 else f"{found['number']} instruments"
    verb = "was" if found["number"] == 1 else "were"
    return [f"{counted} for {figures(found['total'])} {verb} issued and had not cleared on {day:%-d %b %Y}."]


@everywhere()
def year_readiness(fund: Fund, year: FiscalYear) -> Readiness:
    """Whether the year can be closed now with all its open months, but for the override."""
    found = Readiness()
    if year.end >= today():
        found.blockers.append(f"{year} has not ended. It can be closed after {year.end:%-d %b %Y}.")
    earlier = FiscalYear.objects.filter(book=fund.book_id, start__lt=year.start, closed_at=None).first()
    if earlier:
        found.blockers.append(f"{earlier} is open. Years are closed in order.")
    later = Period.objects.filter(book=fund.book_id, start__gt=year.end).exclude(closed_at=None).last()
    if later:
        found.blockers.append(f"{later} of the next year is closed. Reopen it first.")
    months = list(year.periods.filter(closed_at=None, start__lt=year.end).order_by("start"))
    for month in months:
        found.blockers += [f"Voucher {number} has no journal entry." for number in _unposted(fund, month)]
    if months:
        found.notes.append(f"{len(months)} open months are closed with the year: {', '.join(map(str, months))}.")
    if fund.lapsable:
        found.blockers += _no_day_to_lapse(fund, year)
        found.notes += _what_lapses(fund, year)
    else:
        found.notes.append(_what_is_carried(fund, year))
    found.notes += _uncleared(fund, year.end)
    return found


def _budget(fund: Fund, year: FiscalYear) -> dict[str, Decimal]:
    """Credits less debits of the budget's accounts on 30 June, heads together, before the year's closing entries."""
    rows = balances.before_closing(fund.book.code, year.label).rows
    held = {row.code: row.credit - row.debit for row in rows}
    return {base: total_of(held, base) for base in ("X05", "X10", "X20")}


def _no_day_to_lapse(fund: Fund, year: FiscalYear) -> list[str]:
    """The surrender is posted on 30 June, so June must be open if there is anything to surrender."""
    stands = _budget(fund, year)
    june = year.periods.filter(start__lt=year.end, end=year.end).exclude(closed_at=None).first()
    if june is None or not sum(stands.values()):
        return []
    return [f"{june} is closed, but what lapses is posted in it. Reopen it first."]


def _what_lapses(fund: Fund, year: FiscalYear) -> list[str]:
    stands = _budget(fund, year)
    notes = _waiting_for_voucher(fund, year.end)
    lapsing = figures(sum(stands.values(), Decimal(0)))
    return [*notes, f"{lapsing} was not spent by {year.end:%-d %b %Y}: it lapses and is surrendered."]


def _what_is_carried(fund: Fund, year: FiscalYear) -> str:
    stands = _budget(fund, year)
    waiting = f", {figures(stands['X05'])} not released" if stands["X05"] else ""
    return (
        f"{figures(stands['X10'])} free{waiting} and {figures(stands['X20'])} committed are carried into the next year."
    )


def _keeper(fund: Fund, *, by: User, action: str) -> None:
    require_role(by, *periods.CLOSERS, action=action)
    require_office(fund.office, by=by, action=action)


@transaction.atomic
@everywhere()
def close_month(*, fund: Fund, month: str, by: User, override: str = "") -> Period:
    """Closes "2025-09". `override` says why without an approved bank reconciliation, and is kept with the month.

    Raises: NotFound, NotAllowed, BadInput without an override, WrongState naming what stands in the way.
    """
    _keeper(fund, by=by, action="close a month")
    period = get_month(fund, month)
    if not period.closed:
        _refuse(month_readiness(fund, period), f"{period} of {fund.code} cannot be closed", period.pk)
    why = _override(override)
    periods.stop_posting()
    return periods.close_period(period=period, by=by, override=why)


@transaction.atomic
@everywhere()
def close_year(*, fund: Fund, label: str, by: User, override: str = "") -> StatementVersion:
    """Closes "2025-26" with all its months: lapsable money is surrendered, the year's accounts are emptied, the statement
    is frozen.

    Raises: as close_month. Nothing is closed unless all of it is.
    """
    _keeper(fund, by=by, action="close a year")
    year = get_year(fund, label)
    if year.closed:
        raise WrongState(f"{year} of {fund.code} is closed already.", ids=(year.pk,))
    _refuse(year_readiness(fund, year), f"{year} of {fund.code} cannot be closed", year.pk)
    why = _override(override)
    disbursements.unvouchered(fund, year)  # their rows first: who works on one holds it while waiting to post
    periods.stop_posting()
    version = year.statement_versions.count() + 1
    if fund.lapsable:
        disbursements.lapse(fund=fund, year=year, by=by)
        _surrender(fund, year, version, by=by)
    for month in year.periods.filter(closed_at=None, start__lt=year.end).order_by("start"):
        periods.close_period(period=month, by=by, override=why)
    closing = periods.closing_period(year)
    held = balances.turnover(fund.book.code, start=year.start, end=year.end)
    nets = {code: (row.element, row.net) for code, row in held.items()}
    post(postings.closing(fund=fund.book.code, year=label, held=nets, on=year.end, version=version), by=by)
    periods.close_period(period=closing, by=by, override=why)
    periods.close_year(year=year, by=by, reason=why)
    return frozen.freeze(fund=fund, year=year, by=by, reason=why)


def _surrender(fund: Fund, year: FiscalYear, version: int, *, by: User) -> None:
    rows = balances.trial_balance(fund.book.code, as_at=year.end).rows
    free = {row.code: row.credit - row.debit for row in rows if base_of(row.code) in ("X05", "X10")}
    free = {code: amount for code, amount in free.items() if amount}
    if free:
        drafts = postings.surrender(fund=fund.book.code, year=year.label, free=free, on=year.end, version=version)
        post(drafts, by=by)


def _refuse(found: Readiness, what: str, pk: int) -> None:
    if found.blockers:
        raise WrongState(f"{what}: {' '.join(found.blockers)}", ids=(pk,), code="not_ready")


def _override(text: str) -> str:
    if not text.strip():
        raise BadInput(NO_RECONCILIATION, fields={"override": NO_RECONCILIATION})
    return text.strip()


def ask_month(*, fund: Fund, month: str, by: User, reason: str) -> Reopening:
    """Asks for the month "2025-09" to be opened again; it opens when another person agrees.

    Raises: NotFound, NotAllowed, BadInput, WrongState.
    """
    _keeper(fund, by=by, action="ask for a reopening")
    return periods.ask_reopening(what=get_month(fund, month), by=by, reason=reason)


def ask_year(*, fund: Fund, label: str, by: User, reason: str) -> Reopening:
    """Asks for the year "2025-26" to be opened again, its last month with it. Raises: as ask_month."""
    _keeper(fund, by=by, action="ask for a reopening")
    return periods.ask_reopening(what=get_year(fund, label), by=by, reason=reason)


def get_reopening(pk: int, *, fund: Fund) -> Reopening:
    """Raises: NotFound."""
    of_book = Q(period__book=fund.book_id) | Q(year__book=fund.book_id)
    row = Reopening.objects.select_related("period__book", "year__book", "asked_by").filter(of_book, pk=pk).first()
    if row is None:
        raise NotFound(f"The fund {fund.code} has no such reopening.")
    return row


def agree_reopening(*, fund: Fund, reopening: int, by: User, remark: str = "") -> Reopening:
    """The second person's consent, which opens it at once. Raises: NotFound, NotAllowed, WrongState."""
    require_office(fund.office, by=by, action="agree to a reopening")
    row = get_reopening(reopening, fund=fund)
    second_person.refuse_proposer(row.asked_by_id, "asked for this reopening", by=by)
    return periods.agree_reopening(reopening=row, by=by, remark=remark)


def decline_reopening(*, fund: Fund, reopening: int, by: User, remark: str) -> Reopening:
    """It stays closed. Raises: NotFound, NotAllowed, BadInput without a remark, WrongState."""
    require_office(fund.office, by=by, action="decline a reopening")
    return periods.decline_reopening(reopening=get_reopening(reopening, fund=fund), by=by, remark=remark)
