"""Two sessions at once. Each race is first shown to be one, where nothing guards it."""

import threading
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from datetime import date
from typing import Any

import psycopg2
import pytest
from django.contrib.auth.models import User
from django.db import OperationalError, connection, transaction

from ledger.balances import balance, prove_totals
from ledger.chart import create_book, open_year
from ledger.door import MANY_NAMES
from ledger.models import AccountFloor, JournalEntry, Period
from ledger.posting import correct, post
from tests.ledger.conftest import draft

pytestmark = pytest.mark.django_db(transaction=True)

PAIR = (
    "INSERT INTO ledger_door_pair (f) VALUES (ARRAY['HRRF', %(day)s, 'k', 'r', 'm', %(key)s, 'd', %(by)s::text, '', '', '',"
    " %(paisa)s::text, 'D', %(dr)s, '', '', %(cr)s, '', ''])"
)
MANY = (
    f"INSERT INTO ledger_door ({', '.join(MANY_NAMES)}) VALUES"
    " ('{HRRF}', ARRAY[%(day)s]::date[], '{k}', '{HRRF,HRRF}', ARRAY[%(dr)s, %(cr)s], %(by)s, '{1}',"
    " '{r}', '{m}', ARRAY[%(key)s], '{d}', '{NULL}', '{NULL}', ARRAY[''], '{1,1}', '{1,2}', '{1,2}', '{D,C}',"
    " ARRAY[%(paisa)s, %(paisa)s]::bigint[], ARRAY['', ''], ARRAY['', ''])"
)
CLOSE = "UPDATE ledger_period SET closed_at = now(), closed_by_id = %s, override = 'no statement' WHERE start = %s"


@pytest.fixture
def clerk(transactional_db: None) -> User:
    """A book that all sessions see: Rs 100 in the bank and Rs 100 unclaimed."""
    user = User.objects.create_user("clerk")
    open_year(book=create_book(code="HRRF", name="Relief", by=user), label="2025-26", by=user)
    post([draft("bank", 100), draft("unclaimed", 100, dr="A-REL", cr="G-UNCL")], by=user)
    return user


def send(
    session: Any, user: User, key: str, amount: int, dr: str, cr: str, *, day: str = "2025-09-20", door: str = PAIR
) -> None:
    with session.cursor() as cursor:
        cursor.execute(door, {"key": key, "paisa": 100 * amount, "dr": dr, "cr": cr, "by": user.pk, "day": day})


def close_until(user: User, last: str) -> None:
    """Closes July and what follows, up to and with the month that begins on `last`."""
    for start in Period.objects.filter(start__lte=last).order_by("start").values_list("start", flat=True):
        with connection.cursor() as cursor:
            cursor.execute(CLOSE, [user.pk, start])


def waiting(session: Any, action: Callable[[], None]) -> "Future[None]":
    """Starts `action` in a thread and returns once its session waits for a lock or has ended."""
    pool = ThreadPoolExecutor(1)
    future = pool.submit(action)
    pid = session.info.backend_pid
    while not future.done():
        with connection.cursor() as cursor:
            cursor.execute("SELECT count(*) FROM pg_locks WHERE pid = %s AND NOT granted", [pid])
            if cursor.fetchone()[0]:
                break
    pool.shutdown(wait=False)
    return future


@pytest.mark.parametrize(
    ("dr", "cr", "guarded"), [("G-UNCL", "H-FUND", False), ("A-REL", "F-BNK", True)], ids=["control", "floor"]
)
def test_two_who_saw_enough_money(
    clerk: User, new_connection: Callable[[], Any], dr: str, cr: str, guarded: bool
) -> None:
    """Both read Rs 100 and pay out 80. Without a floor both succeed and the account stands at -60; with one the second fails."""
    drained = cr if guarded else dr
    first, second = new_connection(), new_connection()
    assert balance("HRRF", drained) == 100
    send(first, clerk, "first", 80, dr, cr)
    later = waiting(second, lambda: send(second, clerk, "second", 80, dr, cr))
    first.commit()
    if guarded:
        with pytest.raises(psycopg2.IntegrityError) as caught:
            later.result(timeout=30)
        assert caught.value.pgcode == "23L05"
        second.rollback()
    else:
        later.result(timeout=30)
        second.commit()
    assert balance("HRRF", drained) == (20 if guarded else -60)
    assert prove_totals() == []


@pytest.mark.parametrize("doors", [(PAIR, PAIR), (MANY, MANY), (PAIR, MANY)], ids=["pair", "many", "mixed"])
def test_one_key_in_two_sessions_is_one_entry(
    clerk: User, new_connection: Callable[[], Any], doors: tuple[str, str]
) -> None:
    first, second = new_connection(), new_connection()
    send(first, clerk, "same", 5, "F-BNK", "H-FUND", door=doors[0])
    later = waiting(second, lambda: send(second, clerk, "same", 5, "F-BNK", "H-FUND", door=doors[1]))
    assert not later.done()
    first.commit()
    later.result(timeout=30)
    second.commit()
    assert balance("HRRF", "F-BNK") == 105


@pytest.mark.parametrize("door", [PAIR, MANY], ids=["pair", "many"])
def test_closing_waits_for_posts_under_way_and_stops_later_ones(
    clerk: User, new_connection: Callable[[], Any], door: str
) -> None:
    close_until(clerk, "2025-08-01")
    poster, closer, late = new_connection(), new_connection(), new_connection()
    send(poster, clerk, "before", 5, "F-BNK", "H-FUND", door=door)

    def close() -> None:
        with closer.cursor() as cursor:
            cursor.execute(CLOSE, [clerk.pk, "2025-09-01"])

    closing = waiting(closer, close)
    assert not closing.done()
    posting = waiting(late, lambda: send(late, clerk, "after", 5, "F-BNK", "H-FUND", door=door))
    poster.commit()
    closing.result(timeout=30)
    assert not posting.done()
    closer.commit()
    with pytest.raises(psycopg2.IntegrityError) as caught:
        posting.result(timeout=30)
    assert caught.value.pgcode == "23L03"
    assert balance("HRRF", "F-BNK") == 105


@pytest.mark.parametrize("door", [PAIR, MANY], ids=["pair", "many"])
@pytest.mark.parametrize("level", ["REPEATABLE READ", "SERIALIZABLE"])
def test_a_snapshot_older_than_the_close_posts_nothing(
    clerk: User, new_connection: Callable[[], Any], level: str, door: str
) -> None:
    old = new_connection()
    with old.cursor() as cursor:
        cursor.execute(f"SET TRANSACTION ISOLATION LEVEL {level}")
        cursor.execute("SELECT count(*) FROM ledger_period WHERE closed_at IS NULL")
        assert cursor.fetchone()[0] == 12
    close_until(clerk, "2025-09-01")
    with old.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM ledger_period WHERE closed_at IS NULL")
        assert cursor.fetchone()[0] == 12  # the control: this session still believes that the month is open
    with pytest.raises(psycopg2.IntegrityError) as caught:
        send(old, clerk, "late", 5, "F-BNK", "H-FUND", door=door)
    assert caught.value.pgcode == "23L10"


def test_lines_cannot_join_a_committed_entry(clerk: User, new_connection: Callable[[], Any]) -> None:
    session = new_connection()
    with session.cursor() as cursor, pytest.raises(psycopg2.Error) as caught:
        cursor.execute(
            "INSERT INTO ledger_journalline (entry_id, position, account_id, side, amount, amount_currency)"
            " SELECT max(entry_id), 2 + n, max(account_id), substr('DC', n, 1), 5, 'PKR'"
            " FROM ledger_journalline, generate_series(1, 2) AS n GROUP BY n"
        )
    assert caught.value.pgcode == "42501"


CORRECTING_PAIR = (
    "INSERT INTO ledger_door_pair (f) VALUES (ARRAY['HRRF', %(day)s, 'k', 'r', 'm', %(key)s, 'd', %(by)s::text, '',"
    " %(wrong)s::text, 'x', %(paisa)s::text, 'D', %(dr)s, '', '', %(cr)s, '', ''])"
)
CORRECTING_MANY = MANY.replace("'{NULL}', ARRAY['']", "ARRAY[%(wrong)s]::bigint[], ARRAY['x']")


@pytest.mark.parametrize("door", [CORRECTING_PAIR, CORRECTING_MANY], ids=["pair", "many"])
def test_a_correction_cannot_join_a_committed_reversal(
    clerk: User, new_connection: Callable[[], Any], door: str
) -> None:
    wrong = JournalEntry.objects.get(key="unclaimed").pk
    correct(wrong, draft("right", 90, dr="A-REL", cr="G-UNCL"), by=clerk, reason="x", on=date(2025, 9, 20))
    session = new_connection()
    with session.cursor() as cursor, pytest.raises(psycopg2.IntegrityError) as caught:
        given = {
            "day": "2025-09-20",
            "key": "late",
            "by": clerk.pk,
            "wrong": wrong,
            "paisa": 5,
            "dr": "A-REL",
            "cr": "G-UNCL",
        }
        cursor.execute(door, given)
    assert caught.value.pgcode == "23L07"


def test_a_session_setting_switches_nothing_off(clerk: User, new_connection: Callable[[], Any]) -> None:
    session = new_connection()
    with session.cursor() as cursor:
        with pytest.raises(psycopg2.errors.InsufficientPrivilege):
            cursor.execute("SET session_replication_role = replica")
        session.rollback()
        cursor.execute("SELECT tgname FROM pg_trigger WHERE tgname LIKE 'pgtrigger%' AND tgenabled <> 'A'")
        assert cursor.fetchall() == []


def test_a_deadlock_is_tried_again_only_outside_a_transaction(clerk: User, monkeypatch: pytest.MonkeyPatch) -> None:
    failures = iter([True, True, False])
    with connection.cursor() as probe:
        kind = type(probe)
    execute = kind.execute

    def sometimes(self: Any, statement: str, params: Any = None) -> Any:
        if "ledger_door" in statement and next(failures, False):
            raise OperationalError from _deadlock()
        return execute(self, statement, params)

    monkeypatch.setattr(kind, "execute", sometimes)
    post(draft("tried", 5), by=clerk)
    assert balance("HRRF", "F-BNK") == 105
    failures = iter([True])
    with pytest.raises(OperationalError), transaction.atomic():
        post(draft("not tried", 5), by=clerk)


class _DeadlockError(Exception):
    pgcode = "40P01"


def _deadlock() -> Exception:
    return _DeadlockError()


@pytest.mark.parametrize("door", [PAIR, MANY], ids=["pair", "many"])
def test_many_posters_on_the_same_pair(clerk: User, new_connection: Callable[[], Any], door: str) -> None:
    """Four sessions, both ways over the same accounts in opposite line order: no deadlock, and all of it counted."""
    errors: list[Exception] = []

    def work(session: Any, number: int) -> None:
        try:
            for n in range(25):
                pair = ("F-BNK", "H-FUND") if (n + number) % 2 else ("X90", "X10")
                send(session, clerk, f"{number}-{n}", 1, *pair, door=door)
                session.commit()
        except psycopg2.Error as error:
            errors.append(error)

    threads = [threading.Thread(target=work, args=(new_connection(), number)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert errors == []
    assert balance("HRRF", "F-BNK") + balance("HRRF", "X10") == 200
    assert AccountFloor.objects.get(account__code="X10").balance == 50
    assert prove_totals() == []
