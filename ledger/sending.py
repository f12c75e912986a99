"""How checked drafts reach the database: one statement for any number of them, and its answer in our words."""

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

from django.db import DatabaseError, OperationalError, connection

from ledger.drafts import Checked
from ledger.refusals import refusal, sqlstate

if TYPE_CHECKING:
    from django.contrib.auth.models import User

ATTEMPTS = 5
DEADLOCK = "40P01"
_ONE = "SELECT ledger_post_one(%s)"
_MANY = (
    "SELECT ledger_post(%s::text[], %s::date[], %s::text[], %s::text[], %s::text[], %s::text[], %s::text[], %s,"
    " %s::bigint[], %s::bigint[], %s::text[], %s::int[], %s::int[], %s::text[], %s::text[], %s::numeric[], %s::text[],"
    " %s::text[])"
)


def send(sent: Sequence[Checked], by: "User") -> list[int]:
    """Ids in order, negative for drafts that were there already. Raises what post() says."""
    if len(sent) == 1:
        return [int(_call(sent, _ONE, [_one(sent[0], by)]))]
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


def _one(sent: Checked, by: "User") -> str:
    draft, link = sent.draft, sent.link
    items = [draft.book, draft.date.isoformat(), draft.kind, draft.reference, draft.memo, draft.key, sent.digest]
    items += [str(by.pk), _number(link.reverses), _number(link.corrects), link.reason]
    for line, amount in zip(draft.lines, sent.amounts, strict=True):
        items += (line.account, line.side, amount, line.head, line.party)
    return _texts(items)


def _many(sent: Sequence[Checked], by: "User") -> list[Any]:
    drafts = [each.draft for each in sent]
    lines = [(number, at, line) for number, draft in enumerate(drafts, 1) for at, line in enumerate(draft.lines, 1)]
    return [
        _texts([draft.book for draft in drafts]),
        _plain(draft.date.isoformat() for draft in drafts),
        _texts([draft.kind for draft in drafts]),
        _texts([draft.reference for draft in drafts]),
        _texts([draft.memo for draft in drafts]),
        _texts([draft.key for draft in drafts]),
        _plain(each.digest for each in sent),
        by.pk,
        _plain(_number(each.link.reverses) or "NULL" for each in sent),
        _plain(_number(each.link.corrects) or "NULL" for each in sent),
        _texts([each.link.reason for each in sent]),
        _plain(str(number) for number, _, _ in lines),
        _plain(str(at) for _, at, _ in lines),
        _texts([line.account for _, _, line in lines]),
        _plain(line.side for _, _, line in lines),
        _plain(amount for each in sent for amount in each.amounts),
        _texts([line.head for _, _, line in lines]),
        _texts([line.party for _, _, line in lines]),
    ]


def _number(entry: int | None) -> str:
    return "" if entry is None else str(entry)


def _plain(items: Iterable[str]) -> str:
    """A PostgreSQL array of words that need no quotes; as one text it costs the driver far less than a list."""
    return "{" + ",".join(items) + "}"


def _texts(items: list[str]) -> str:
    joined = '","'.join(items)
    if "\\" in joined or joined.count('"') > 2 * (len(items) - 1):
        joined = '","'.join([item.replace("\\", "\\\\").replace('"', '\\"') for item in items])
    return '{"' + joined + '"}' if items else "{}"
