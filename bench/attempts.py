"""Writes no ledger should take, as plain SQL of the tables' owner, worded once for every ledger that is tried.

A new entry is a copy of a good one with some columns changed, so that nothing but the change can be what is refused; a good
copy is tried as well, and has to be taken.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

GOOD, GOOD_LATE = "a good entry (to be taken)", "a good entry with an id above 2^31 (to be taken)"
LEGAL = (GOOD, GOOD_LATE)
FRESH = 900_000_000  # added to the ids of copies
LATE = 3_000_000_000  # above what 32 bits hold
CROSS_BOOK, CLOSED = "line on another book's account", "entry in a closed month"


@dataclass(frozen=True)
class Journal:
    """Tables of one ledger. Changes are SQL by column; `l` is the line that is copied.

    `anew` is what a copied entry must carry to count as new; `debit` picks the debit line. `others` holds attempts that
    only make sense where there are books and months, as changes of the entry and of its lines.
    """

    entries: str
    lines: str
    link: str
    debit: str
    amounts: tuple[str, ...]
    anew: Mapping[str, str]
    others: Mapping[str, tuple[Mapping[str, str], Mapping[str, str]]]
    position: str = ""
    number: str = "id"  # the lines' own, if they have one

    def entry(self, old: int, head: Mapping[str, str], lines: Mapping[str, str]) -> list[str]:
        """Copies entry `old` with its lines as a new one."""
        return [self.new(old, head), self.copied(old, lines)]

    def empty(self, old: int) -> list[str]:
        """Copies entry `old` without its lines."""
        return [self.new(old, {})]

    def late(self, old: int) -> list[str]:
        """Copies entry `old` as one whose id does not fit 32 bits."""
        late = {"id": f"{LATE} + l.id"}
        return self.entry(old, late, {**late, self.link: f"{LATE} + l.{self.link}"})

    def new(self, old: int, changes: Mapping[str, str]) -> str:
        """Copies entry `old` as a new one."""
        return self._copy(self.entries, f"l.id = {old}", {"id": f"{FRESH} + l.id", **self.anew, **changes})

    @property
    def one_sided(self) -> dict[str, str]:
        """The debit line says more than it did."""
        name = self.amounts[0]
        return {name: f"CASE WHEN {self.debit} THEN l.{name} + 1 ELSE l.{name} END"}

    def copied(self, old: int, changes: Mapping[str, str]) -> str:
        """Copies the lines of entry `old`, to its copy unless `changes` say otherwise."""
        usual = {self.link: f"{FRESH} + l.{self.link}"}
        if self.number:
            usual[self.number] = f"{FRESH} + l.{self.number}"
        return self._copy(self.lines, f"l.{self.link} = {old}", {**usual, **changes})

    def all_amounts(self, text: str) -> dict[str, str]:
        """Every amount that is there becomes `text`."""
        return {name: f"CASE WHEN l.{name} IS NOT NULL THEN '{text}' END" for name in self.amounts}

    def _copy(self, table: str, where: str, changes: Mapping[str, str]) -> str:
        pairs = ", ".join(f"'{column}', {value}" for column, value in changes.items())
        record = f"jsonb_populate_record(l, jsonb_build_object({pairs}))"
        return f"INSERT INTO {table} SELECT n.* FROM {table} AS l, LATERAL {record} AS n WHERE {where}"


def attempts(journal: Journal, samples: Iterator[int]) -> dict[str, list[str]]:
    """The statements of each attempt, one transaction each; every one takes a good entry of its own from `samples`."""
    made = {**_changes(journal, samples), **_odd_entries(journal, samples)}
    return {**made, "truncate lines": [f"TRUNCATE {journal.lines}"]}


def _changes(journal: Journal, samples: Iterator[int]) -> dict[str, list[str]]:
    of = f"{journal.lines} AS l"
    whole = f"l.{journal.link} = "
    doubled = ", ".join(f"{name} = {name} * 2" for name in journal.amounts)
    more = ", ".join(f"{name} = {name} + 1" for name in journal.amounts)
    gone = next(samples)
    late = {journal.link: f"l.{journal.link}"}
    if journal.position:
        late[journal.position] = f"l.{journal.position} + 2"
    return {
        "edit one line": [f"UPDATE {of} SET {more} WHERE {whole}{next(samples)} AND {journal.debit}"],
        "delete one line": [f"DELETE FROM {of} WHERE {whole}{next(samples)} AND {journal.debit}"],
        "rewrite both lines": [f"UPDATE {of} SET {doubled} WHERE {whole}{next(samples)}"],
        "delete whole entry": [
            f"DELETE FROM {of} WHERE {whole}{gone}",
            f"DELETE FROM {journal.entries} WHERE id = {gone}",
        ],
        "add balanced lines to old entry": [journal.copied(next(samples), late)],
    }


def _odd_entries(journal: Journal, samples: Iterator[int]) -> dict[str, list[str]]:
    def entry(head: Mapping[str, str], lines: Mapping[str, str]) -> list[str]:
        return journal.entry(next(samples), head, lines)

    made = {
        "unbalanced entry": entry({}, journal.one_sided),
        "entry without lines": journal.empty(next(samples)),
        "amount NaN": entry({}, journal.all_amounts("NaN")),
        "amount 0.001": entry({}, journal.all_amounts("0.001")),
        "amount 10.001": entry({}, journal.all_amounts("10.001")),
        "amount -5": entry({}, journal.all_amounts("-5")),
        "amount 10^18": entry({}, journal.all_amounts("1000000000000000000")),
        GOOD: entry({}, {}),
        GOOD_LATE: journal.late(next(samples)),
    }
    return made | {name: entry(*changes) for name, changes in journal.others.items()}
