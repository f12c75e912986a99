"""How checked drafts reach the database: one statement for any number of them, and its answer in our words."""

from collections.abc import Iterable, Sequence
from datetime import date
from typing import TYPE_CHECKING, Any

from django.db import DatabaseError, OperationalError, connection

from ledger.door import MANY_NAMES, MANY_VIEW, PAIR_VIEW
from ledger.drafts import Checked, Line
from ledger.refusals import refusal, sqlstate

if TYPE_CHECKING:
    from django.contrib.auth.models import User

ATTEMPTS = 5
DEADLOCK = "40P01"
_PAIR = f"INSERT INTO {PAIR_VIEW} (f) VALUES (%s) RETURNING id"
_MANY = (
    f"INSERT INTO {MANY_VIEW} ({', '.join(MANY_NAMES)}) VALUES ({', '.join(['%s'] * len(MANY_NAMES))}) RETURNING ids"
)


def send(sent: Sequence[Checked], by: "User") -> list[int]:
    """Ids in order, negative for drafts that were there already. Raises what post() says."""
    if len(sent) == 1 and (pair := _pair(sent[0], by)):
        return [int(_call(sent, _PAIR, [pair]))]
    ids: list[int] = _call(sent, _MANY, _many(sent, by))
    return ids


def _call(sent: Sequence[Checked], statement: str, arguments: list[Any]) -> Any:
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
            known = refusal(sent, error)
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


def _many(sent: Sequence[Checked], by: "User") -> list[Any]:
    places: dict[tuple[str, date, str], int] = {}
    accounts: dict[tuple[str, str], int] = {}
    draft_places, line_drafts, line_positions, line_accounts = [], [], [], []
    lines: list[Line] = []
    for number, each in enumerate(sent, 1):
        draft = each.draft
        draft_places.append(places.setdefault((draft.book, draft.date, draft.kind), len(places) + 1))
        for position, line in enumerate(draft.lines, 1):
            line_drafts.append(number)
            line_positions.append(position)
            line_accounts.append(accounts.setdefault((draft.book, line.account), len(accounts) + 1))
        lines += draft.lines
    return [
        _texts([book for book, _, _ in places]),
        _plain(day.isoformat() for _, day, _ in places),
        _texts([kind for _, _, kind in places]),
        _texts([book for book, _ in accounts]),
        _texts([account for _, account in accounts]),
        by.pk,
        _plain(map(str, draft_places)),
        _texts([each.draft.reference for each in sent]),
        _texts([each.draft.memo for each in sent]),
        _texts([each.draft.key for each in sent]),
        _plain(each.digest for each in sent),
        _plain(_number(each.link.reverses) or "NULL" for each in sent),
        _plain(_number(each.link.corrects) or "NULL" for each in sent),
        _texts([each.link.reason for each in sent]),
        _plain(map(str, line_drafts)),
        _plain(map(str, line_positions)),
        _plain(map(str, line_accounts)),
        _plain(line.side for line in lines),
        _paisa(_plain(amount for each in sent for amount in each.amounts)),
        _texts([line.head for line in lines]),
        _texts([line.party for line in lines]),
    ]


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
