"""How checked drafts reach the database: one statement for any number of them, and its answer in our words."""

from collections.abc import Callable, Iterable
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from django.db import DatabaseError, OperationalError, connection

from ledger.door import MANY_NAMES, MANY_VIEW, PAIR_VIEW
from ledger.drafts import Checked, Draft
from ledger.refusals import KeyReused, refusal, sqlstate

if TYPE_CHECKING:
    from django.contrib.auth.models import User

ATTEMPTS = 5
DEADLOCK = "40P01"
_PAIR = f"INSERT INTO {PAIR_VIEW} (f) VALUES (%s) RETURNING id"
_MANY = (
    f"INSERT INTO {MANY_VIEW} ({', '.join(MANY_NAMES)}) VALUES ({', '.join(['%s'] * len(MANY_NAMES))}) RETURNING ids"
)


def send_one(sent: Checked, by: "User") -> int:
    """The entry's id, negative for a draft that was there already. Raises what post() says."""
    pair = _pair(sent, by)
    if not pair:
        return send_many([sent], by)[0]
    return int(_call(_PAIR, [pair], lambda _: (sent.place, sent.draft)))


def send_many(drafts: Iterable[Checked], by: "User") -> list[int]:
    """Ids in order, negative for drafts that were there already; a draft that is given twice is sent once.

    Raises what post() says.
    """
    batch = _Batch()
    place = [batch.add(each) for each in drafts]
    ids: list[int] = _call(_MANY, batch.columns(by), batch.about)
    return ids if len(ids) == len(place) else [ids[at] for at in place]


def _call(statement: str, arguments: list[Any], about: Callable[[int], tuple[int | None, Draft]]) -> Any:
    for attempt in range(1, ATTEMPTS + 1):
        try:
            with connection.cursor() as cursor:
                cursor.execute(statement, arguments)
                return cursor.fetchone()[0]
        except OperationalError as error:
            # Only a transaction of our own may be run again; in a caller's, everything before us is lost with it.
            if sqlstate(error) != DEADLOCK or connection.in_atomic_block or attempt == ATTEMPTS:
                raise
        except DatabaseError as error:
            known = refusal(about, error)
            if known is None:
                raise
            raise known from error
    raise AssertionError("unreachable")


def _pair(sent: Checked, by: "User") -> str:
    """The common entry, of one amount from one account to another, as one array; empty for any other."""
    draft, link = sent.draft, sent.link
    if len(draft.lines) != 2:
        return ""
    (one, side, _, one_head, one_party), (two, _, _, two_head, two_party) = draft.lines
    if one == two:
        return ""
    items = [draft.book, draft.date.isoformat(), draft.kind, draft.reference, draft.memo, draft.key, sent.digest]
    items += [str(by.pk), _number(link.reverses), _number(link.corrects), link.reason]
    items += [_paisa(sent.amounts[0]), side, one, one_head, one_party, two, two_head, two_party]
    return _texts(items)


class _Batch:
    """Drafts as the columns the door takes. Only texts last, for a hundred thousand of other objects keep the collector busy."""

    def __init__(self) -> None:
        self.drafts: list[Draft] = []
        self.given_as: list[int | None] = []
        self.numbers: dict[str, dict[str, int]] = {}  # of each draft, by book and key
        self.places: dict[tuple[Any, ...], str] = {}
        self.accounts: dict[tuple[str, str], str] = {}
        self.place: list[str] = []
        self.digests: list[str] = []
        self.reversed: list[str] = []
        self.corrected: list[str] = []
        self.why: list[str] = []
        # Of each draft the items of all its lines.
        self.line_draft: list[str] = []
        self.line_position: list[str] = []
        self.line_account: list[str] = []
        self.line_side: list[str] = []
        self.line_amount: list[str] = []
        self.line_head: list[str] = []
        self.line_party: list[str] = []

    def add(self, each: Checked) -> int:
        """Where the draft stands among those sent. Raises: KeyReused where its key came with other content before."""
        draft, link, count = each.draft, each.link, len(self.drafts)
        book, lines = draft.book, draft.lines
        at = self.numbers.setdefault(book, {}).setdefault(draft.key, count)
        if at < count:
            if self.digests[at] != each.digest:
                raise KeyReused(draft.key, index=each.place)
            return at
        self.drafts.append(draft)
        self.given_as.append(each.place)
        self.place.append(self.places.setdefault((book, draft.date, draft.kind), str(len(self.places) + 1)))
        self.digests.append(each.digest)
        self.reversed.append(_number(link.reverses) or "NULL")
        self.corrected.append(_number(link.corrects) or "NULL")
        self.why.append(link.reason)
        number, accounts = str(count + 1), self.accounts
        self.line_draft.append(",".join([number] * len(lines)))
        self.line_position.append(_positions(len(lines)))
        self.line_account.append(
            ",".join([accounts.setdefault((book, line[0]), str(len(accounts) + 1)) for line in lines])
        )
        self.line_side.append(",".join([line[1] for line in lines]))
        self.line_amount += each.amounts
        for line in lines:
            self.line_head.append(line[3])
            self.line_party.append(line[4])
        return count

    def about(self, number: int) -> tuple[int | None, Draft]:
        """As what the draft that is sent as `number` (from 0) was given, and the draft."""
        return self.given_as[number], self.drafts[number]

    def columns(self, by: "User") -> list[Any]:
        """In the order of MANY_NAMES."""
        drafts = self.drafts
        return [
            _texts([book for book, _, _ in self.places]),
            _plain([day.isoformat() for _, day, _ in self.places]),
            _texts([kind for _, _, kind in self.places]),
            _texts([book for book, _ in self.accounts]),
            _texts([account for _, account in self.accounts]),
            by.pk,
            _plain(self.place),
            _texts([draft.reference for draft in drafts]),
            _texts([draft.memo for draft in drafts]),
            _texts([draft.key for draft in drafts]),
            _plain(self.digests),
            _plain(self.reversed),
            _plain(self.corrected),
            _texts(self.why),
            _plain(self.line_draft),
            _plain(self.line_position),
            _plain(self.line_account),
            _plain(self.line_side),
            _paisa(_plain(self.line_amount)),
            _texts(self.line_head),
            _texts(self.line_party),
        ]


@lru_cache(64)
def _positions(lines: int) -> str:
    return ",".join(map(str, range(1, lines + 1)))


def _number(entry: int | None) -> str:
    return "" if entry is None else str(entry)


def _paisa(amounts: str) -> str:
    """Amounts with two places, as whole paisa."""
    return amounts.replace(".", "")


def _plain(items: Iterable[str]) -> str:
    """A PostgreSQL array of words that need no quotes; as one text it costs the driver far less than a list."""
    return "{" + ",".join(items) + "}"


def _texts(items: list[str]) -> str:
    joined = '","'.join(items)
    if "\\" in joined or joined.count('"') > 2 * (len(items) - 1):
        joined = '","'.join([item.replace("\\", "\\\\").replace('"', '\\"') for item in items])
    return '{"' + joined + '"}' if items else "{}"
