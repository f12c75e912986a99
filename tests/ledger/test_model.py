"""Random programs of posts, batches, replays and reversals, compared step by step with a few lines of Python."""

from dataclasses import dataclass, field
from decimal import Decimal

from django.contrib.auth.models import User
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ledger.balances import prove_balanced, prove_totals, trial_balance
from ledger.errors import Refusal
from ledger.models import Book
from ledger.posting import AlreadyReversed, BelowFloor, Draft, KeyReused, Line, Side, post, reverse
from tests.ledger.conftest import DAY, check_deferred

ACCOUNTS = {"F-BNK": "D", "X10": "C", "A-REL": "D", "H-FUND": "C", "G-PAY": "C"}
FLOORS = {"F-BNK", "X10"}

Lines = tuple[Line, ...]
amounts = st.integers(min_value=1, max_value=500).map(lambda n: Decimal(n) / 100)
names = st.sampled_from(sorted(ACCOUNTS))


@st.composite
def balanced(pick: st.DrawFn) -> Lines:
    debits = pick(st.lists(st.tuples(names, amounts), min_size=1, max_size=3))
    total = sum(amount for _, amount in debits)
    lines = [Line(name, Side.DEBIT, amount) for name, amount in debits] + [Line(pick(names), Side.CREDIT, total)]
    return tuple(pick(st.permutations(lines)))


steps = st.one_of(
    st.tuples(st.just("post"), st.lists(st.tuples(st.integers(0, 6), balanced()), min_size=1, max_size=3)),
    st.tuples(st.just("reverse"), st.integers(0, 30)),
)


@dataclass
class Ledger:
    """The whole ledger as it should be: entries by key, balances by account, which are reversed."""

    entries: dict[str, Lines] = field(default_factory=dict)
    balances: dict[str, Decimal] = field(default_factory=lambda: dict.fromkeys(ACCOUNTS, Decimal(0)))
    final: set[str] = field(default_factory=set)

    def post(self, batch: list[tuple[str, Lines]]) -> type[Refusal] | None:
        new: dict[str, Lines] = {}
        for key, lines in batch:
            if (self.entries | new).setdefault(key, lines) != lines:
                return KeyReused
            if key not in self.entries:
                new[key] = lines
        after = dict(self.balances)
        for line in (line for lines in new.values() for line in lines):
            after[line.account] += line.amount if line.side == ACCOUNTS[line.account] else -line.amount
        if any(after[name] < min(0, self.balances[name]) for name in FLOORS):
            return BelowFloor
        self.entries |= new
        self.balances = after
        return None

    def reverse(self, key: str) -> type[Refusal] | None:
        if key in self.final:
            return AlreadyReversed
        mirrored = tuple(
            Line(x.account, Side.CREDIT if x.side == "D" else Side.DEBIT, x.amount) for x in self.entries[key]
        )
        refusal = self.post([(f"undo {key}", mirrored)])
        if refusal is None:
            self.final |= {key, f"undo {key}"}
        return refusal


def attempt(action: object) -> object:
    """The action's answer, or the class of its refusal, rolled back to before it."""
    try:
        with transaction.atomic():
            return action()  # type: ignore[operator]
    except Refusal as refusal:
        return type(refusal)


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(program=st.lists(steps, max_size=12))
def test_the_books_do_what_a_small_model_does(book: Book, clerk: User, program: list[tuple[str, object]]) -> None:
    with transaction.atomic():
        run(program, clerk)
        transaction.set_rollback(True)


def run(program: list[tuple[str, object]], clerk: User) -> None:
    model, ids = Ledger(), dict[str, int]()
    for action, given_ in program:
        if action == "post":
            batch = [(f"k{number}", lines) for number, lines in given_]  # type: ignore[attr-defined]
            drafts = [Draft("HRRF", DAY, "x", "", "", key, lines) for key, lines in batch]
            answer, expected = attempt(lambda d=drafts: post(d, by=clerk)), model.post(batch)
            if expected is None:
                for (key, _), number in zip(batch, answer, strict=True):  # type: ignore[call-overload]
                    assert ids.setdefault(key, number) == number
        elif ids:
            key = sorted(ids)[given_ % len(ids)]  # type: ignore[operator]
            answer = attempt(lambda k=key: reverse(ids[k], by=clerk, reason="x", on=DAY))
            expected = model.reverse(key)
            if expected is None:
                ids[f"undo {key}"] = answer  # type: ignore[assignment]
        else:
            continue
        assert (answer if expected else None) == expected
    check_deferred()
    rows = {row.code: row.debit - row.credit for row in trial_balance("HRRF").rows if row.code in ACCOUNTS}
    assert rows == {name: model.balances[name] * (1 if side == "D" else -1) for name, side in ACCOUNTS.items()}
    assert prove_totals() == []
    assert prove_balanced() == []
