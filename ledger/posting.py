"""The one door into the journal: post() writes drafted entries, reverse() undoes one, correct() replaces one.

A call is one statement, whatever the number of drafts, and one transaction; in a caller's transaction it joins.
"""

from collections.abc import Iterable, Sequence
from datetime import date
from itertools import chain
from typing import TYPE_CHECKING

from django.utils import timezone

from ledger.drafts import Checked, Draft, Line, Link, check, credit, debit, exact
from ledger.errors import BadInput, NotFound
from ledger.models import JournalEntry, Side
from ledger.refusals import AlreadyReversed, BadDraft, BelowFloor, ClosedPeriod, KeyReused, Unbalanced
from ledger.sending import send_many, send_one

if TYPE_CHECKING:
    from django.contrib.auth.models import User

__all__ = [
    "AlreadyReversed",
    "BadDraft",
    "BelowFloor",
    "ClosedPeriod",
    "Draft",
    "KeyReused",
    "Line",
    "Unbalanced",
    "correct",
    "credit",
    "debit",
    "post",
    "reverse",
]


def post(drafts: Draft | Sequence[Draft], *, by: "User") -> list[int]:
    """Writes all drafts or none, and returns the entries' ids in the drafts' order; amounts are rupees.

    A draft whose key the book has already, with the same content, is not written again: its entry's id is returned.
    Raises: BadDraft, Unbalanced, ClosedPeriod, KeyReused, which name the draft; BelowFloor, which names the account, for all
    drafts together take it below. A deadlock is tried again, except inside a caller's transaction.
    """
    given = [drafts] if isinstance(drafts, Draft) else drafts
    return [abs(number) for number in _write((check(index, draft) for index, draft in enumerate(given)), by)]


def reverse(entry_id: int, *, by: "User", reason: str, on: date | None = None) -> int:
    """Undoes an entry by one with the sides changed, dated `on` (today in Pakistan), and returns the new entry's id.

    Raises: NotFound, AlreadyReversed, BadInput without a reason, and what post() raises.
    """
    return _reverse(_reversal(entry_id, reason, on), [], by)[0]


def correct(
    entry_id: int, drafts: Draft | Sequence[Draft], *, by: "User", reason: str, on: date | None = None
) -> tuple[int, list[int]]:
    """Reverses an entry as reverse() does and posts `drafts` in its place, all or nothing.

    Returns the reversal's id and those of the new entries, which say what they correct (`entry.corrections`).
    Raises: NotFound, AlreadyReversed, BadInput without a reason or a draft, and what post() raises.
    """
    given = [drafts] if isinstance(drafts, Draft) else drafts
    if not given:
        raise BadInput("Draft what is posted instead, or reverse the entry.")
    reversal = _reversal(entry_id, reason, on)
    link = Link(corrects=entry_id, reason=reversal.link.reason)
    number, *corrections = _reverse(reversal, [check(index, draft, link) for index, draft in enumerate(given)], by)
    return number, corrections


def _reverse(reversal: Checked, corrections: list[Checked], by: "User") -> list[int]:
    """Ids of the reversal and the corrections. Raises AlreadyReversed also when another session was faster."""
    original = reversal.link.reverses
    assert original is not None
    try:
        ids = _write([reversal, *corrections], by)
    except AlreadyReversed as error:
        raise _again(original) from error
    except KeyReused as error:
        if error.key != reversal.draft.key:
            raise
        raise _again(original) from error
    if ids[0] < 0:
        raise _again(original)
    return [abs(number) for number in ids]


def _again(entry_id: int) -> AlreadyReversed:
    return AlreadyReversed(f"Entry {entry_id} is reversed already.", ids=(entry_id,))


def _reversal(entry_id: int, reason: str, on: date | None) -> Checked:
    reason = reason.strip()
    if not reason:
        raise BadInput("Say why the entry is reversed.", fields={"reason": "Say why the entry is reversed."})
    original = JournalEntry.objects.select_related("book").filter(pk=entry_id).first()
    if original is None:
        raise NotFound(f"There is no entry {entry_id}.")
    if original.reverses_id is not None or original.reversals.exists():
        raise AlreadyReversed(f"Entry {entry_id} is reversed already, or is itself a reversal.", ids=(entry_id,))
    day = on or timezone.localdate()
    if day < original.date:
        text = f"A reversal cannot be dated before its entry, {original.date:%-d %b %Y}."
        raise BadInput(text, fields={"on": text})
    lines = tuple(
        Line(line.account.code, _other(line.side), exact(line.amount), line.head, line.party)
        for line in original.lines.select_related("account").order_by("position")
    )
    key = f"reversal:{entry_id}"
    draft = Draft(original.book.code, day, original.kind, original.reference, original.memo, key, lines)
    return check(None, draft, Link(reverses=entry_id, reason=reason))


def _other(side: str) -> Side:
    return Side.CREDIT if side == Side.DEBIT else Side.DEBIT


def _write(drafts: Iterable[Checked], by: "User") -> list[int]:
    """Ids in order, negative for drafts that were there already. All are checked before any is sent."""
    if by.pk is None:
        raise BadDraft("the person who posts is not known")
    checked = iter(drafts)
    first, second = next(checked, None), next(checked, None)
    if first is None:
        return []
    return [send_one(first, by)] if second is None else send_many(chain((first, second), checked), by)
