"""Which mutants there are: every declared rule switched off, and changed words inside those that do several things."""

from dataclasses import dataclass

from ledger.models import AccountFloor, JournalEntry, JournalLine, Period
from ledger.ruling import Routine, rules

# Where to look first, by app; the rest of the app's tests follow, without those that compare installed with declared.
TARGETS = {
    "ledger": [
        "tests/test_evidence.py",
        "tests/ledger/test_rules.py",
        "tests/ledger/test_periods.py",
        "tests/ledger/test_races.py",
        "tests/ledger",
    ],
    "beneficiaries": ["tests/test_evidence.py", "tests/beneficiaries/test_rules.py", "tests/beneficiaries"],
    "funds": ["tests/test_evidence.py", "tests/funds/test_rules.py", "tests/funds/test_closing.py", "tests/funds"],
    "audit": ["tests/test_evidence.py", "tests/audit"],
    "config": ["tests/test_evidence.py", "tests/api/test_idempotency.py"],
}
NOT_BY = ["tests/ledger/test_ruling.py", "tests/audit/test_verify.py"]


@dataclass(frozen=True, slots=True)
class Mutant:
    """`old` in the function's text becomes `new`; without `old` the trigger is switched off."""

    name: str
    app: str
    table: str
    trigger: str
    function: str
    old: str = ""
    new: str = ""


def switched_off() -> list[Mutant]:
    """Each trigger that a model declares."""
    return [
        Mutant(
            f"{model._meta.label}: {rule.name} off",
            model._meta.app_label,
            model._meta.db_table,
            *[rule.get_pgid(model)] * 2,
        )
        for model, rule in rules()
        if not isinstance(rule, Routine)
    ]


def reworded() -> list[Mutant]:
    """Locks, and the single conditions of the long rules."""
    lines = ("ledger.JournalLine", JournalLine, "lines")
    month = ("ledger.Period", Period, "closes_in_order")
    one, many = (("ledger.JournalEntry", JournalEntry, name) for name in ("ledger_post_one", "ledger_post"))
    words = [
        (lines, "no gate for posting", "held := pg_advisory_xact_lock_shared(", "held := (SELECT "),
        (lines, "any isolation level", "<> 'read committed'", "IS NULL"),
        (lines, "another book's account", "a.book_id = e.book_id AND e.xid", "e.xid"),
        (lines, "another transaction's entry", "e.xid = pg_current_xact_id() AND", ""),
        (lines, "another transaction's time", "AND e.recorded = now()", ""),
        (lines, "another book's month", "AND p.book_id = e.book_id\n", "\n"),
        (lines, "a closed month", "AND p.closed_at IS NULL AND", "AND"),
        (lines, "a date outside its month", 'AND e.date BETWEEN p.start AND p."end" AND', "AND"),
        (
            lines,
            "any kind in any period",
            '(p.start = p."end") = (e.kind',
            '(p.start = p."end") IS NOT NULL OR (e.kind',
        ),
        (lines, "nobody", "AND u.id IS NOT NULL", ""),
        (lines, "unbalanced", "sum(CASE WHEN side = 'D' THEN amount ELSE -amount END) = 0", "true"),
        (lines, "a single line", "count(*) > 1 AND", ""),
        (lines, "lines numbered anyhow", "min(position) = 1 AND max(position) = count(*)", "true"),
        (lines, "totals of the first line only", "debit = t.debit + excluded.debit", "debit = excluded.debit"),
        (lines, "no floor", "AND balance + floor.change >= 0", ""),
        (lines, "a reversal of a reversal", "o.reverses_id IS NULL AND", ""),
        (lines, "a reversal before its entry", "AND o.date <= e.date", ""),
        (lines, "a reversal of other lines", "x.side <> y.side\n", "true\n"),
        (lines, "a correction of what stands", "AND r.xid = pg_current_xact_id()", ""),
        (month, "no gate for closing", "held := pg_advisory_xact_lock(", "held := (SELECT "),
        (month, "months in any order", "p.start < NEW.start AND p.closed_at IS NULL", "false"),
        (month, "a month that runs", 'NEW."end" >= (now()', "NULL >= (now()"),
        (month, "one person reopens", "r.outcome = 'agreed' AND r.decided_at = now()", "true"),
        (one, "a used key with other content", "bad.digest <> f[7]", "false"),
        (many, "a used key with other content", "bad.clash IS NOT NULL", "false"),
    ]
    found = []
    for (label, model, name), what, old, new in words:
        rule = next(rule for of, rule in rules() if of is model and rule.name == name)
        found.append(Mutant(f"{label}: {what}", "ledger", model._meta.db_table, "", rule.get_pgid(model), old, new))
    return found


def constraints() -> list[Mutant]:
    """CHECKs and unique keys of the journal, dropped."""
    models = (JournalEntry, JournalLine, AccountFloor, Period)
    return [
        Mutant(f"{model._meta.label}: {rule.name} dropped", "ledger", model._meta.db_table, "", "", str(rule.name))
        for model in models
        for rule in model._meta.constraints
    ]


def all_mutants() -> list[Mutant]:
    return [*reworded(), *constraints(), *switched_off()]
