"""Rules that several tables of the books carry."""

import pgtrigger

from ledger import rules
from ledger.ruling import Rule


def never_removed() -> Rule:
    """Rows may change where their own rules allow it, but never go."""
    return Rule(
        name="never_removed",
        level=pgtrigger.Statement,
        when=pgtrigger.Before,
        operation=pgtrigger.Delete | pgtrigger.Truncate,
        func=rules.NEVER_REMOVED,
    )


def frozen(*fields: str) -> Rule:
    """These fields stay as they were written."""
    return Rule(
        name="frozen",
        when=pgtrigger.Before,
        operation=pgtrigger.Update,
        condition=pgtrigger.AnyChange("id", *fields),
        func=rules.FROZEN,
    )


def only_by_door() -> Rule:
    """Refuses whoever adds rows directly; the door writes from one trigger further in."""
    return Rule(
        name="only_by_door",
        level=pgtrigger.Statement,
        when=pgtrigger.Before,
        operation=pgtrigger.Insert,
        condition=pgtrigger.Condition("pg_trigger_depth() = 0"),
        func=rules.ONLY_BY_DOOR,
    )


def only_by_rule() -> Rule:
    """Refuses whoever writes directly; the door and the account rule write from one trigger further in."""
    return Rule(
        name="only_by_rule",
        level=pgtrigger.Statement,
        when=pgtrigger.Before,
        operation=pgtrigger.Insert | pgtrigger.Update | pgtrigger.Delete | pgtrigger.Truncate,
        condition=pgtrigger.Condition("pg_trigger_depth() = 0"),
        func=rules.ONLY_BY_RULE,
    )
