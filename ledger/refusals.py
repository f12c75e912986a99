"""Why a posting was refused: one class per reason, from the draft itself or from the database's answer."""

import json
from collections.abc import Callable
from decimal import Decimal
from typing import TYPE_CHECKING

from django.db import DatabaseError

from ledger.errors import BadInput, Refusal, WrongState
from ledger.money import figures
from ledger.rules import CLOSING

if TYPE_CHECKING:
    from ledger.drafts import Draft

ISOLATION = "23L10"  # our own mistake, not a refusal
OVERFLOW = "22003"


class BadDraft(BadInput):
    """Draft `index` (from 0) breaks `rule`, in line `line` (from 1) when one line alone is at fault."""

    code = "bad_draft"

    def __init__(
        self, rule: str, *, index: int | None = None, line: int | None = None, code: str | None = None
    ) -> None:
        where = [] if index is None else [f"draft {index}"]
        where += [] if line is None else [f"line {line}"]
        super().__init__(f"{', '.join(where)}: {rule}" if where else rule, code=code)
        self.index, self.line, self.rule = index, line, rule


class Unbalanced(BadDraft):
    """Debits and credits of a draft differ."""

    code = "unbalanced"


class ClosedPeriod(WrongState):
    """The date of a draft lies in a closed period, or in no period of the book."""

    code = "closed_period"

    def __init__(self, detail: str, *, index: int | None = None, code: str | None = None) -> None:
        super().__init__(detail, code=code)
        self.index = index


class BelowFloor(WrongState):
    """An account that may not go below zero holds `balance` rupees and `asked` rupees were asked of it."""

    code = "insufficient"

    def __init__(self, *, account: str, name: str, balance: Decimal, asked: Decimal) -> None:
        super().__init__(
            f"{name} ({account}) holds {figures(balance)}, less than {figures(asked)}. Nothing was posted."
        )
        self.account, self.balance, self.asked = account, balance, asked


class KeyReused(WrongState):
    """The key stands for another entry of the book already; the same content would have been answered with that entry."""

    code = "key_reused"

    def __init__(self, key: str, *, index: int | None = None) -> None:
        super().__init__(f"The key {key!r} was used for an entry with other content. Use a new key for a new entry.")
        self.key, self.index = key, index


class AlreadyReversed(WrongState):
    """The entry has a reversal, or is one; neither is reversed again."""

    code = "already_reversed"


def sqlstate(error: DatabaseError) -> str:
    """The five letters by which PostgreSQL names an error; empty when it gave none."""
    return str(getattr(error.__cause__, "pgcode", "") or "")


def refusal(about: "Callable[[int], tuple[int | None, Draft]]", error: DatabaseError) -> Refusal | None:
    """The database's refusal in our words; None for anything that is not one.

    `about` tells of the draft that was sent as this number (from 0) its index among those given, and the draft itself.
    """
    state = sqlstate(error)
    diagnosis = getattr(error.__cause__, "diag", None)
    if diagnosis is not None and diagnosis.constraint_name == "reversed_once":
        return AlreadyReversed("The entry is reversed already.")
    if state == OVERFLOW:
        return BadDraft("with it an account's total of a month would pass what a book can hold, 92 quadrillion rupees")
    if not state.startswith("23L") or state == ISOLATION or diagnosis is None:
        return None
    facts = json.loads(diagnosis.message_detail)
    if state == "23L05":
        return BelowFloor(
            account=facts["account"],
            name=facts["name"],
            balance=Decimal(facts["balance"]),
            asked=Decimal(facts["asked"]),
        )
    rule, line = facts["rule"], facts.get("line")
    index, draft = about(facts["draft"] - 1)
    if state == "23L06":
        return KeyReused(facts["key"], index=index)
    if state in ("23L03", "23L04"):
        return _no_period(draft, index, closed=state == "23L03")
    if state == "23L01":
        return Unbalanced(rule, index=index)
    if state == "23L11":
        return BadDraft(_unknown(draft, rule, line), index=index, line=line, code="unknown_account")
    return BadDraft(rule, index=index, line=line)


def _no_period(draft: "Draft", index: int | None, *, closed: bool) -> ClosedPeriod:
    closing = draft.kind == CLOSING
    if closed:
        month = f"the closing of {draft.date:%-d %b %Y}" if closing else f"{draft.date:%B %Y}"
        return ClosedPeriod(f"{draft.book}: {month} is closed. Use a date in an open month.", index=index)
    if closing:
        detail = f"{draft.book} has no closing period on {draft.date:%-d %b %Y}: closing the year makes it."
    else:
        detail = f"{draft.book} has no year that holds {draft.date:%-d %b %Y}. Open the fiscal year first or change the date."
    return ClosedPeriod(detail, index=index, code="no_period")


def _unknown(draft: "Draft", rule: str, line: int | None) -> str:
    if "book" in rule:
        return f"there is no book {draft.book}"
    if "account" in rule and line is not None:
        return f"{draft.book} has no account {draft.lines[line - 1].account}"
    return rule
