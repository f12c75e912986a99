"""A ledger in memory, as short as it can be said: what test_machine.py compares the real one with."""

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from ledger.chart import months
from ledger.posting import Draft, Line

FLOORS = {"F-BNK": "D", "X10": "C"}  # accounts of the chart that may not go below zero, with their normal sides


@dataclass
class Kept:
    """One entry: what was drafted, and by which key it is reversed or what it reverses."""

    draft: Draft
    reversed_by: str = ""
    reverses: str = ""


@dataclass
class Bookkeeper:
    """Knows every entry by its key, and how many months from the first one are closed."""

    start: date
    end: date
    entries: dict[str, Kept] = field(default_factory=dict)
    closed: int = 0

    @property
    def months(self) -> list[tuple[date, date]]:
        return months(self.start, self.end)

    def balances(self, kept: dict[str, Kept] | None = None) -> dict[str, Decimal]:
        """Debits less credits by account."""
        found: dict[str, Decimal] = defaultdict(Decimal)
        for each in (self.entries if kept is None else kept).values():
            for line in each.draft.lines:
                found[line.account] += line.amount if line.side == "D" else -line.amount
        return {account: net for account, net in found.items() if net}

    def verdict(self, drafts: list[Draft]) -> str:
        """What the ledger must say to these drafts in one call: '' for yes, else the code of the refusal."""
        new: dict[str, Kept] = {}
        for draft in drafts:
            there = self.entries.get(draft.key) or new.get(draft.key)
            if there and there.draft != draft:
                return "key_reused"
            if not there:
                new[draft.key] = Kept(draft)
        if any(draft.draft.date <= self.last_closed_day for draft in new.values()):
            return "closed_period"
        after, touched = (
            self.balances(self.entries | new),
            {line.account for kept in new.values() for line in kept.draft.lines},
        )
        for account, side in FLOORS.items():
            net = after.get(account, Decimal(0))
            if account in touched and (net if side == "D" else -net) < 0:
                return "insufficient"
        return ""

    @property
    def last_closed_day(self) -> date:
        return self.months[self.closed - 1][1] if self.closed else date.min

    def keep(self, drafts: list[Draft], *, reverses: str = "") -> None:
        for draft in drafts:
            self.entries.setdefault(draft.key, Kept(draft, reverses=reverses))

    def reversal(self, key: str, number: int, on: date) -> Draft:
        """The draft that undoes the entry of this key, whose id in the database is `number`."""
        given = self.entries[key].draft
        lines = tuple(
            Line(line.account, "C" if line.side == "D" else "D", line.amount, line.head, line.party)  # type: ignore[arg-type]
            for line in given.lines
        )
        return Draft(given.book, on, given.kind, given.reference, given.memo, f"reversal:{number}", lines)
