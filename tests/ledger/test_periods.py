"""Months and years: finding, closing in order, reopening by two people."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from django.contrib.auth.models import Group, User
from django.contrib.postgres.functions import TransactionNow
from django.db import IntegrityError, transaction

from ledger.chart import create_book, fiscal_label, months, open_year
from ledger.errors import BadInput, NotAllowed, NotFound, WrongState
from ledger.models import Book, FiscalYear, Period, Reopening
from ledger.periods import (
    agree_reopening,
    ask_reopening,
    close_period,
    close_year,
    closing_period,
    decline_reopening,
    period_for,
)
from ledger.posting import ClosedPeriod, Draft, credit, debit, post, reverse
from tests.ledger.conftest import DAY, Raw, draft

JULY, SEPTEMBER, JUNE = date(2025, 7, 31), DAY, date(2026, 6, 30)
WHY = "The bank sends no statement yet"


@pytest.fixture
def second(db: None) -> User:
    user = User.objects.create_user("secretary")
    user.groups.add(Group.objects.get_or_create(name="approver")[0])
    return user


def month(day: date) -> Period:
    return period_for("HRRF", day)


def close_through(day: date, by: User) -> None:
    for period in Period.objects.filter(start__lte=day, closed_at=None).order_by("start"):
        close_period(period=period, by=by, override=WHY)


def close_all(by: User) -> FiscalYear:
    year = FiscalYear.objects.get(label="2025-26")
    closing_period(year)
    close_through(year.end, by)
    return close_year(year=year, by=by, reason="Accounts rendered")


def reopened(what: Period | FiscalYear, by: User, second: User) -> Reopening:
    return agree_reopening(reopening=ask_reopening(what=what, by=by, reason="A missed receipt"), by=second)


def test_the_month_of_a_date(book: Book) -> None:
    period = period_for("HRRF", date(2026, 2, 28))
    assert (period.start, period.end, period.year.label) == (date(2026, 2, 1), date(2026, 2, 28), "2025-26")
    with pytest.raises(NotFound):
        period_for("HRRF", date(2026, 7, 1))


def test_the_month_of_30_june_is_june_even_with_a_closing_period(book: Book) -> None:
    closing_period(FiscalYear.objects.get(label="2025-26"))
    assert str(month(JUNE)) == "2026-06"


def test_a_closed_month_takes_no_entry_and_a_reopened_one_does(
    book: Book, clerk: User, manager: User, second: User
) -> None:
    [number] = post(draft("in"), by=clerk)
    close_through(SEPTEMBER, manager)
    for attempt in (lambda: post(draft("late"), by=clerk), lambda: reverse(number, by=clerk, reason="x", on=DAY)):
        with pytest.raises(ClosedPeriod) as caught, transaction.atomic():
            attempt()
        assert "September 2025 is closed" in str(caught.value)
    reverse(number, by=clerk, reason="x", on=date(2025, 10, 1))
    reopened(month(SEPTEMBER), manager, second)
    post(draft("late"), by=clerk)
    history = month(SEPTEMBER).history.order_by("history_id")
    records = [(each.history_change_reason, each.username, each.roles) for each in history]
    assert records[1:] == [(WHY, "manager", "fund_manager"), ("A missed receipt", "secretary", "approver")]


def test_a_replay_into_a_closed_month_is_still_answered(book: Book, clerk: User, manager: User) -> None:
    first = post(draft("in"), by=clerk)
    close_through(SEPTEMBER, manager)
    assert post(draft("in"), by=clerk) == first


def test_months_close_in_order(book: Book, manager: User) -> None:
    with pytest.raises(WrongState) as caught:
        close_period(period=month(SEPTEMBER), by=manager, override=WHY)
    assert "Close 2025-07 first" in str(caught.value)


def test_a_month_that_has_not_ended_stays_open(book: Book, manager: User, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ledger.periods.today", lambda: JULY)
    with pytest.raises(WrongState) as caught:
        close_period(period=month(JULY), by=manager, override=WHY)
    assert "has not ended" in str(caught.value)


def test_twice_is_the_wrong_state(book: Book, manager: User, second: User) -> None:
    with pytest.raises(WrongState):
        ask_reopening(what=month(JULY), by=manager, reason="x")
    period = close_period(period=month(JULY), by=manager, override=WHY)
    with pytest.raises(WrongState) as caught:
        close_period(period=period, by=manager, override=WHY)
    assert caught.value.ids == (period.pk,)
    row = ask_reopening(what=period, by=manager, reason="x")
    with pytest.raises(WrongState):
        ask_reopening(what=period, by=manager, reason="x")
    agree_reopening(reopening=row, by=second)
    with pytest.raises(WrongState):
        agree_reopening(reopening=row, by=second)


def test_only_a_fund_manager_who_says_why(book: Book, clerk: User, manager: User) -> None:
    with pytest.raises(NotAllowed):
        close_period(period=month(JULY), by=clerk, override=WHY)
    with pytest.raises(BadInput) as caught:
        close_period(period=month(JULY), by=manager, override=" ")
    assert "bank reconciliation" in caught.value.fields["override"]
    assert not month(JULY).closed


def test_who_asked_cannot_agree(book: Book, clerk: User, manager: User) -> None:
    period = close_period(period=month(JULY), by=manager, override=WHY)
    row = ask_reopening(what=period, by=manager, reason="x")
    for person in (manager, clerk):
        with pytest.raises(NotAllowed):
            agree_reopening(reopening=row, by=person)
    assert month(JULY).closed


def test_a_declined_reopening_leaves_the_month_closed_and_can_be_asked_again(
    book: Book, manager: User, second: User
) -> None:
    period = close_period(period=month(JULY), by=manager, override=WHY)
    row = ask_reopening(what=period, by=manager, reason="x")
    with pytest.raises(BadInput):
        decline_reopening(reopening=row, by=second, remark="")
    assert decline_reopening(reopening=row, by=second, remark="Reverse it today instead").outcome == "declined"
    assert month(JULY).closed
    ask_reopening(what=period, by=manager, reason="y")


def test_the_last_closed_month_reopens_first(book: Book, manager: User) -> None:
    close_through(SEPTEMBER, manager)
    with pytest.raises(WrongState) as caught:
        ask_reopening(what=month(JULY), by=manager, reason="x")
    assert "Reopen 2025-09 first" in str(caught.value)


def test_a_year_closes_after_its_months_and_before_the_next_one(book: Book, manager: User) -> None:
    open_year(book=book, label="2026-27", by=manager)
    with pytest.raises(WrongState) as caught:
        close_year(year=FiscalYear.objects.get(label="2025-26"), by=manager, reason="x")
    assert "open periods: 2025-07" in str(caught.value)
    with pytest.raises(WrongState) as caught:
        close_year(year=FiscalYear.objects.get(label="2026-27"), by=manager, reason="x")
    assert "Close 2025-26 first" in str(caught.value)
    assert close_all(manager).closed
    with pytest.raises(WrongState):
        close_year(year=FiscalYear.objects.get(label="2025-26"), by=manager, reason="x")


def test_a_reopened_year_opens_its_last_month_and_undoes_its_closing_entries(
    book: Book, clerk: User, manager: User, second: User
) -> None:
    post(draft("in", 500), by=clerk)
    year = FiscalYear.objects.get(label="2025-26")
    closing_period(year)
    lines = (debit("H-FUND", 40), credit("A-REL", 40))
    [number] = post(Draft("HRRF", JUNE, "closing", "2025-26", "Accounts closed", "closing:1", lines), by=clerk)
    close_all(manager)
    with pytest.raises(WrongState) as caught:
        ask_reopening(what=month(JUNE), by=manager, reason="x")
    assert "Reopen the year first" in str(caught.value)
    reopened(FiscalYear.objects.get(label="2025-26"), manager, second)
    assert [str(period) for period in Period.objects.filter(closed_at=None)] == ["2026-06", "closing of 2026-06-30"]
    assert list(book.entries.filter(reverses=number).values_list("date", "kind", "reason")) == [
        (JUNE, "closing", "A missed receipt")
    ]


# What the functions refuse in words, the database refuses whoever asks.


def test_years_open_in_order(book: Book, clerk: User) -> None:
    for label in ("2024-25", "2027-28"):
        with pytest.raises(BadInput) as caught:
            open_year(book=book, label=label, by=clerk)
        assert "2026-27 is opened next" in str(caught.value)
    with pytest.raises(IntegrityError), transaction.atomic():
        FiscalYear.objects.create(book=book, label="2027-28", start=date(2027, 7, 1), end=date(2028, 6, 30))


def test_the_database_keeps_the_order_of_months(raw: Raw) -> None:
    october = raw._period("2025-10-01", "2025-10-31")
    with raw.refused("23L13"):
        raw.close(october)
    raw.close(raw.august)
    raw.close(october)
    with raw.refused("23L13"):  # before a closed month
        raw._period("2025-09-01", "2025-09-30")
    with raw.refused("23L09"):  # a closing period is that of 30 June
        raw._period("2025-11-30", "2025-11-30")
    for change in ("closed_at = NULL, closed_by_id = NULL, override = ''", "override = 'another reason'"):
        with raw.refused("23L13", "23L09"):
            raw.cursor.execute(f"UPDATE ledger_period SET {change} WHERE id = %s", [raw.july])


def test_the_database_closes_no_month_without_a_person_and_a_reason(raw: Raw) -> None:
    for change in ("closed_at = now(), override = 'x'", f"closed_at = now(), closed_by_id = {raw.user}"):
        with raw.refused("23514"):
            raw.cursor.execute(f"UPDATE ledger_period SET {change} WHERE id = %s", [raw.august])


def test_the_database_closes_no_month_that_has_not_ended(raw: Raw) -> None:
    """In a book that has no other month and no other year, so that nothing else can be in the way."""
    raw.cursor.execute("SELECT (now() AT TIME ZONE 'Asia/Karachi')::date")
    day = raw.cursor.fetchone()[0]
    july = date(day.year if day.month > 6 else day.year - 1, 7, 1)
    raw.book = raw.other
    raw.year = raw.one(
        'INSERT INTO ledger_fiscalyear (book_id, label, start, "end") VALUES (%s, %s, %s, %s)',
        raw.book,
        fiscal_label(day),
        july,
        date(july.year + 1, 6, 30),
    )
    first = day.replace(day=1)
    [(start, end)] = months(first, first)
    running = raw._period(str(start), str(end))
    with raw.refused("23L13") as refusal:
        raw.close(running)
    assert "has not ended" in refusal.said


def ask(raw: Raw, **given: Any) -> int:
    values = {"period_id": raw.july, "reason": "x", "asked_by_id": raw.user, "outcome": "waiting", "remark": ""} | given
    columns, marks = ", ".join(values), ", ".join(["%s"] * len(values))
    return raw.one(f"INSERT INTO ledger_reopening ({columns}) VALUES ({marks})", *values.values())


def decide(raw: Raw, row: int, by: int, outcome: str = "agreed", at: str = "now()") -> None:
    raw.cursor.execute(
        f"UPDATE ledger_reopening SET outcome = %s, decided_by_id = %s, decided_at = {at} WHERE id = %s",
        [outcome, by, row],
    )


def open_july(raw: Raw) -> None:
    raw.cursor.execute(
        "UPDATE ledger_period SET closed_at = NULL, closed_by_id = NULL, override = '' WHERE id = %s", [raw.july]
    )


@pytest.fixture
def other(raw: Raw) -> int:
    return raw.one(
        "INSERT INTO auth_user (password, is_superuser, username, first_name, last_name, email,"
        " is_staff, is_active, date_joined) VALUES ('', false, 'other', '', '', '', false, true, now())"
    )


def test_the_database_reopens_with_two_people(raw: Raw, other: int) -> None:
    row = ask(raw)
    with raw.refused("23L13"):
        open_july(raw)
    with raw.refused("23514"):
        decide(raw, row, raw.user)
    decide(raw, row, other)
    open_july(raw)


@pytest.mark.parametrize(
    "attempt",
    [
        lambda raw, row, other: decide(raw, row, other, at="now() - interval '1 day'"),
        lambda raw, row, other: ask(raw, outcome="agreed", decided_by_id=other, decided_at="2025-10-01"),
        lambda raw, row, other: raw.cursor.execute("UPDATE ledger_reopening SET reason = 'y' WHERE id = %s", [row]),
        lambda raw, row, other: raw.cursor.execute("DELETE FROM ledger_reopening WHERE id = %s", [row]),
        lambda raw, row, other: ask(raw),
    ],
    ids=["consent of yesterday", "asked and agreed at once", "another reason", "deleted", "asked twice"],
)
def test_the_database_keeps_what_was_asked_and_decided(
    raw: Raw, other: int, attempt: Callable[[Raw, int, int], Any]
) -> None:
    row = ask(raw)
    with raw.refused("23L13", "23L09", "23505", "23514", "42501"):
        attempt(raw, row, other)


@pytest.mark.django_db(transaction=True)
def test_a_consent_left_unused_opens_nothing_later(transactional_db: None) -> None:
    manager, second = User.objects.create_user("manager"), User.objects.create_user("second")
    manager.groups.add(Group.objects.create(name="fund_manager"))
    open_year(book=create_book(code="HRRF", name="Relief", by=manager), label="2025-26", by=manager)
    period = close_period(period=month(JULY), by=manager, override=WHY)
    ask_reopening(what=period, by=manager, reason="x")
    opened = {"closed_at": None, "closed_by": None, "override": ""}
    consent = {"outcome": "agreed", "decided_by": second, "decided_at": TransactionNow()}
    with transaction.atomic():  # the control: in the consent's own transaction the month opens
        Reopening.objects.update(**consent)
        assert Period.objects.filter(pk=period.pk).update(**opened) == 1
        transaction.set_rollback(True)
    Reopening.objects.update(**consent)
    with pytest.raises(IntegrityError) as caught:
        Period.objects.filter(pk=period.pk).update(**opened)
    assert "second person" in str(caught.value)


def test_no_month_closes_before_the_year_before_it(book: Book, manager: User) -> None:
    open_year(book=book, label="2026-27", by=manager)
    close_through(JUNE, manager)
    with pytest.raises(WrongState) as caught:
        close_period(period=month(date(2026, 7, 31)), by=manager, override=WHY)
    assert "Close 2025-26 first" in str(caught.value)
    with pytest.raises(IntegrityError) as refused, transaction.atomic():
        Period.objects.filter(start=date(2026, 7, 1)).update(
            closed_at=TransactionNow(), closed_by=manager, override=WHY
        )
    assert "the year before is open" in str(refused.value)


def test_the_database_closes_no_year_with_an_open_period(raw: Raw) -> None:
    with raw.refused("23L13"):
        raw.cursor.execute(
            "UPDATE ledger_fiscalyear SET closed_at = now(), closed_by_id = %s WHERE id = %s", [raw.user, raw.year]
        )
