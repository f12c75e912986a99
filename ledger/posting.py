"""The one door into the journal: post() writes drafted entries, reverse() undoes one, reverse_many() some, correct() replaces one.

A call is one statement, whatever the number of drafts, and one transaction; in a caller's transaction it joins.
"""

from collections.abc import Iterable, Sequence
from datetime import date
from itertools import chain
from typing import TYPE_CHECKING

from django.db.models import Exists, OuterRef, Prefetch
from django.utils import timezone

from ledger.drafts import Checked, Draft, Line, Link, check, credit, debit, exact
from ledger.errors import BadInput, NotFound
from ledger.models import JournalEntry, JournalLine, Side
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
    "reverse_many",
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
    return reverse_many([entry_id], by=by, reason=reason, on=on)[0]


def reverse_many(entry_ids: Sequence[int], *, by: "User", reason: str, on: date | None = None) -> list[int]:
    """Undoes entries as reverse() does, all or none, and returns the new entries' ids in the same order.

    Two statements read them and one writes, however many there are. Raises: the same.
    """
    return _reverse(_reversals(entry_ids, reason, on), [], by)


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
    reversals = _reversals([entry_id], reason, on)
    link = Link(corrects=entry_id, reason=reversals[0].link.reason)
    number, *corrections = _reverse(reversals, [check(index, draft, link) for index, draft in enumerate(given)], by)
    return number, corrections


def _reverse(reversals: list[Checked], corrections: list[Checked], by: "User") -> list[int]:
    """Ids of the reversals and the corrections. Raises AlreadyReversed also when another session was faster."""
    originals = [each.link.reverses for each in reversals if each.link.reverses is not None]
    try:
        ids = _write([*reversals, *corrections], by)
    except AlreadyReversed as error:
        raise _again(originals) from error
    except KeyReused as error:
        if error.key not in {each.draft.key for each in reversals}:
            raise
        raise _again(originals) from error
    if again := [original for original, number in zip(originals, ids, strict=False) if number < 0]:
        raise _again(again)
    return [abs(number) for number in ids]


def _again(entry_ids: Sequence[int], what: str = "is reversed already") -> AlreadyReversed:
    """Of several one at least; the database does not say which."""
    who = f"Entry {entry_ids[0]}" if len(entry_ids) == 1 else f"One of {len(entry_ids):,} entries"
    return AlreadyReversed(f"{who} {what}.", ids=tuple(entry_ids))


def _reversals(entry_ids: Sequence[int], reason: str, on: date | None) -> list[Checked]:
    """Drafts of the counter-entries, in the order given."""
    reason = reason.strip()
    if not reason:
        raise BadInput("Say why the entry is reversed.", fields={"reason": "Say why the entry is reversed."})
    undone = Exists(JournalEntry.objects.filter(reverses=OuterRef("pk")))
    lines = JournalLine.objects.select_related("account").order_by("position")
    rows = (
        JournalEntry.objects.select_related("book").annotate(undone=undone).prefetch_related(Prefetch("lines", lines))
    )
    found = rows.in_bulk(entry_ids)
    day = on or timezone.localdate()
    return [_reversal(number, found.get(number), Link(reverses=number, reason=reason), day) for number in entry_ids]


def _reversal(number: int, original: JournalEntry | None, link: Link, day: date) -> Checked:
    if original is None:
        raise NotFound(f"There is no entry {number}.")
    if original.reverses_id is not None or original.undone:  # type: ignore[attr-defined]
        raise _again([number], "is reversed already, or is itself a reversal")
    if day < original.date:
        text = f"A reversal cannot be dated before its entry, {original.date:%-d %b %Y}."
        raise BadInput(text, fields={"on": text})
    lines = tuple(
        Line(line.account.code, _other(line.side), exact(line.amount), line.head, line.party)
        for line in original.lines.all()
    )
    draft = Draft(
        original.book.code, day, original.kind, original.reference, original.memo, f"reversal:{number}", lines
    )
    return check(None, draft, link)


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
