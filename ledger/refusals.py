"""Why a posting was refused: one class per reason, from the draft itself or from the database's answer."""

from decimal import Decimal

from ledger.errors import BadInput, WrongState
from ledger.money import figures


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
