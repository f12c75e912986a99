"""Rules the database keeps, as PL/pgSQL bodies; the models say which table carries which. More: door_rules, period_rules.

Refusals raise SQLSTATEs of class 23 ("23Lnn", integrity) with a JSON detail that refusals.py turns into exceptions:
    23L01 unbalanced       23L02 too few lines, wrong positions  23L03 period closed       23L04 no period for the date
    23L05 below the floor  23L06 key used for other content      23L07 no true reversal    23L08 append-only
    23L09 frozen parent    23L10 isolation level                 23L11 no such book, account or user
    23L12 a line without an entry          23L15 no kind, key or reason
    23L13 years and periods out of order (period_rules.py)       23L14 a line that is not rupees on one side
"""

from string import Template

# One gate for posting (shared) and for closing periods (alone). Any number does that nobody else uses.
GATE = 7_170_001_001

# The kind of entry that lies in the closing period of a year; nothing else lies there.
CLOSING = "closing"


def filled(body: str, **parts: str | int) -> str:
    """A body with each $NAME in its place; PL/pgSQL itself is full of braces and percent signs."""
    return Template(body).substitute(parts)


ONLY_BY_DOOR = """
RAISE EXCEPTION USING ERRCODE = '23L08',
    MESSAGE = format('%s of %s is refused: entries and their lines are posted together, by INSERT INTO ledger_door', TG_OP,
        TG_TABLE_NAME),
    DETAIL = json_build_object('rule', 'only_by_door', 'table', TG_TABLE_NAME)::text;
"""

ONLY_BY_RULE = """
RAISE EXCEPTION USING ERRCODE = '23L08',
    MESSAGE = format('%s of %s is refused: only posting writes it', TG_OP, TG_TABLE_NAME),
    DETAIL = json_build_object('rule', 'only_by_rule', 'table', TG_TABLE_NAME)::text;
"""

NEVER_REMOVED = """
RAISE EXCEPTION USING ERRCODE = '23L09',
    MESSAGE = format('%s of %s is refused: entries refer to it for good', TG_OP, TG_TABLE_NAME),
    DETAIL = json_build_object('rule', 'never_removed', 'table', TG_TABLE_NAME)::text;
"""

FROZEN = """
RAISE EXCEPTION USING ERRCODE = '23L09',
    MESSAGE = format('%s %s: what entries rely on is never changed', TG_TABLE_NAME, OLD.id),
    DETAIL = json_build_object('rule', 'frozen', 'table', TG_TABLE_NAME, 'id', OLD.id)::text;
"""

NEW_FLOOR = """
INSERT INTO ledger_accountfloor (account_id, balance) VALUES (NEW.id, 0);
RETURN NULL;
"""
