"""The ledger driven at random beside a small model of it: posting, reversing, correcting, closing, reopening, a second
session that posts meanwhile, and sessions that die. After each step both must agree to the paisa.
"""

import itertools
import os
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.contrib.auth.models import Group, User
from django.db import DatabaseError, Error, OperationalError, connection, transaction
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule, run_state_machine_as_test

from ledger import periods
from ledger.balances import prove_balanced, prove_totals, trial_balance
from ledger.chart import create_book, open_year
from ledger.errors import Refusal
from ledger.models import JournalEntry, Period
from ledger.posting import Draft, correct, credit, debit, post, reverse
from tests.ledger.bookkeeper import Bookkeeper

EXAMPLES = int(os.environ.get("MACHINE_EXAMPLES", "12"))
STEPS = 30
SLOTS = 16
BUSY = "55P03"  # the other session holds the lock that this act waits for
PAIRS = [
    ("F-BNK", "H-FUND"),
    ("A-REL", "F-BNK"),
    ("X90", "X10"),
    ("X10", "X90"),
    ("A-REL", "G-PAY"),
    ("G-PAY", "F-BNK"),
]
pair, amounts, keys = st.sampled_from(PAIRS), st.integers(1, 400), st.integers(1, 25)
day = st.dates(date(2025, 7, 1), date(2026, 6, 30))
books = itertools.count(1)


# In functions, because `connection` is another one in each thread.


def _commit() -> None:
    connection.commit()


def _roll_back() -> None:
    connection.rollback()


def _close() -> None:
    connection.close()


class Session:
    """A second database session with a transaction of its own, in a thread, as another web worker would be."""

    def __init__(self) -> None:
        """Not in the same slots as the first session: who waits for whom must not hang on the numbers of processes."""
        self.pool = ThreadPoolExecutor(1)
        connection.ensure_connection()
        first = connection.connection.info.backend_pid
        self.pid = self.run(self._begin)
        while (self.pid - first) % SLOTS == 0:
            self.run(_close)
            self.pid = self.run(self._begin)

    def run(self, act: Any, *given: Any, **named: Any) -> Any:
        return self.pool.submit(act, *given, **named).result(timeout=60)

    def _begin(self) -> int:
        connection.ensure_connection()
        connection.set_autocommit(False)
        return int(connection.connection.info.backend_pid)

    def end(self, *, commit: bool) -> None:
        self.run(_commit if commit else _roll_back)
        self.close()

    def die(self) -> None:
        """The server ends the session in the middle of its transaction."""
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_terminate_backend(%s, 10000)", [self.pid])
        with pytest.raises(Error):
            self.run(_commit)
        self.close()

    def close(self) -> None:
        self.run(_close)
        self.pool.shutdown()


class Books(RuleBasedStateMachine):
    """One book of one year. `pending` is what the other session has posted and not yet committed."""

    def __init__(self) -> None:
        super().__init__()
        self.clerk, self.manager, self.second = (User.objects.get(username=name) for name in PEOPLE)
        self.code = f"M{next(books)}"
        year = open_year(
            book=create_book(code=self.code, name="Machine", by=self.clerk), label="2025-26", by=self.clerk
        )
        self.model = Bookkeeper(year.start, year.end)
        self.other: Session | None = None
        self.pending: list[Draft] = []

    def teardown(self) -> None:
        if self.other:
            self.other.end(commit=False)

    def draft(self, key: int, accounts: tuple[str, str], amount: int, on: date) -> Draft:
        dr, cr = accounts
        parts = [Decimal(part).quantize(Decimal("0.01")) for part in (amount // 2, amount - amount // 2) if part]
        lines = (*(debit(dr, part) for part in parts), credit(cr, sum(parts)))
        return Draft(self.code, on, "voucher", "R/1", "Machine", f"k{key}", lines)

    def asks(self, act: Any, expected: str) -> bool:
        """Runs an act that the model has judged. True if it was done; an act that waits for the other session is undone."""
        try:
            with connection.cursor() as cursor:
                cursor.execute("SET lock_timeout = %s", ["150ms" if self.other else "30s"])
            act()
        except Refusal as refusal:
            assert refusal.code == expected
            return False
        except OperationalError as error:
            assert getattr(error.__cause__, "pgcode", "") == BUSY
            assert self.other
            return False
        assert expected == ""
        return True

    @rule(key=keys, accounts=pair, amount=amounts, on=day)
    def post_one(self, key: int, accounts: tuple[str, str], amount: int, on: date) -> None:
        given = [self.draft(key, accounts, amount, on)]
        if self.asks(lambda: post(given, by=self.clerk), self.model.verdict(given)):
            self.model.keep(given)

    @rule(rows=st.lists(st.tuples(keys, pair, amounts, day), min_size=2, max_size=6))
    def post_many(self, rows: list[tuple[int, tuple[str, str], int, date]]) -> None:
        given = [self.draft(*row) for row in rows]
        if self.asks(lambda: post(given, by=self.clerk), self.model.verdict(given)):
            self.model.keep(given)

    def undone(self, data: st.DataObject) -> tuple[str, int, Draft, str]:
        key = data.draw(st.sampled_from(list(self.model.entries)))
        number = JournalEntry.objects.get(book__code=self.code, key=key).pk
        kept = self.model.entries[key]
        draft = self.model.reversal(key, number, data.draw(day))
        if kept.reversed_by or kept.reverses:
            return key, number, draft, "already_reversed"
        if draft.date < kept.draft.date:
            return key, number, draft, "bad_input"
        return key, number, draft, ""

    @precondition(lambda self: self.model.entries)
    @rule(data=st.data())
    def undo(self, data: st.DataObject) -> None:
        key, number, draft, fault = self.undone(data)
        expected = fault or self.model.verdict([draft])
        if self.asks(lambda: reverse(number, by=self.clerk, reason="Wrong", on=draft.date), expected):
            self.model.keep([draft], reverses=key)
            self.model.entries[key].reversed_by = draft.key

    @precondition(lambda self: self.model.entries)
    @rule(data=st.data(), key=keys, accounts=pair, amount=amounts, on=day)
    def replace(self, data: st.DataObject, key: int, accounts: tuple[str, str], amount: int, on: date) -> None:
        old, number, draft, fault = self.undone(data)
        instead = self.draft(key + 1000, accounts, amount, on)
        if fault == "" and instead.key in self.model.entries:
            return  # a correction's key is compared with its link as well, which the model does not know
        expected = fault or self.model.verdict([draft, instead])
        act = lambda: correct(number, instead, by=self.clerk, reason="Wrong", on=draft.date)  # noqa: E731
        if self.asks(act, expected):
            self.model.keep([draft], reverses=old)
            self.model.keep([instead])
            self.model.entries[old].reversed_by = draft.key

    @precondition(lambda self: self.model.closed < 12)
    @rule(skip=st.integers(0, 1))
    def close_month(self, skip: int) -> None:
        place = min(self.model.closed + skip, 11)
        period = self.month(place)
        expected = "" if place == self.model.closed else "wrong_state"
        if self.asks(lambda: periods.close_period(period=period, by=self.manager, override="By hand"), expected):
            self.model.closed += 1

    @precondition(lambda self: self.model.closed > 0)
    @rule(back=st.integers(0, 1))
    def reopen_month(self, back: int) -> None:
        place = max(self.model.closed - 1 - back, 0)
        expected = "" if place == self.model.closed - 1 else "wrong_state"

        def act() -> None:
            with transaction.atomic():
                row = periods.ask_reopening(what=self.month(place), by=self.manager, reason="Missed")
                periods.agree_reopening(reopening=row, by=self.second)

        if self.asks(act, expected):
            self.model.closed -= 1

    def month(self, place: int) -> Period:
        return Period.objects.select_related("book").get(book__code=self.code, start=self.model.months[place][0])

    @precondition(lambda self: self.other is None)
    @rule(rows=st.lists(st.tuples(keys, pair, amounts, day), min_size=1, max_size=3))
    def other_posts(self, rows: list[tuple[int, tuple[str, str], int, date]]) -> None:
        given = [self.draft(*row) for row in rows]
        expected, session = self.model.verdict(given), Session()
        try:
            session.run(post, given, by=self.clerk)
            said = ""
        except Refusal as refusal:
            said = refusal.code
        if said or expected:
            session.end(commit=False)
            assert said == expected
        else:
            self.other, self.pending = session, given

    @precondition(lambda self: self.other is not None)
    @rule(how=st.sampled_from(["commit", "roll back", "die"]))
    def other_ends(self, how: str) -> None:
        assert self.other
        if how == "die":
            self.other.die()
        else:
            self.other.end(commit=how == "commit")
        if how == "commit":
            self.model.keep(self.pending)
        self.other, self.pending = None, []

    @rule(statement=st.sampled_from(range(5)))
    def break_in(self, statement: int) -> None:
        """Plain SQL as the application: always refused, and nothing is different afterwards."""
        with pytest.raises(DatabaseError), connection.cursor() as cursor:
            cursor.execute(BREAK_INS[statement], {"book": self.code})
            raise AssertionError(BREAK_INS[statement])

    @invariant()
    def agree(self) -> None:
        found = trial_balance(self.code)
        nets = {row.code: row.debit - row.credit for row in found.rows if row.debit or row.credit}
        assert nets == self.model.balances()
        assert found.debit_total == found.credit_total
        assert prove_totals(self.code) == []
        assert prove_balanced(self.code) == []
        assert JournalEntry.objects.filter(book__code=self.code).count() == len(self.model.entries)
        closed = Period.objects.filter(book__code=self.code).exclude(closed_at=None)
        assert closed.count() == self.model.closed


_LATEST = "(SELECT max(e.id) FROM ledger_journalentry e JOIN ledger_book b ON b.id = e.book_id WHERE b.code = %(book)s)"
BREAK_INS = [
    f"UPDATE ledger_journalline SET amount = amount + 1 WHERE entry_id = {_LATEST}",
    f"DELETE FROM ledger_journalentry WHERE id = {_LATEST}",
    "UPDATE ledger_accountfloor SET balance = balance + 1",
    "INSERT INTO ledger_journalline (entry_id, position, account_id, side, amount, amount_currency)"
    f" SELECT coalesce({_LATEST}, 0), 9, 1, 'D', 5, 'PKR'",
    "TRUNCATE ledger_journalline",
]
PEOPLE = ("clerk", "manager", "second")


@pytest.mark.django_db(transaction=True)
def test_the_ledger_agrees_with_a_model_of_it(transactional_db: None) -> None:
    roles = {"clerk": [], "manager": ["fund_manager"], "second": ["approver"]}
    for name in PEOPLE:
        user = User.objects.create_user(name)
        user.groups.set(Group.objects.get_or_create(name=role)[0] for role in roles[name])
    run_state_machine_as_test(
        Books,
        settings=settings(
            max_examples=EXAMPLES,
            stateful_step_count=STEPS,
            deadline=None,
            phases=[Phase.explicit, Phase.reuse, Phase.generate],  # shrinking would take longer than reading the steps
            suppress_health_check=list(HealthCheck),
        ),
    )
