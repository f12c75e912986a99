"""The one door into the journal: post() writes drafted entries, reverse() undoes one. Nothing else writes them.

A call is one statement, whatever the number of drafts, and one transaction; in a caller's transaction it joins.
"""

import hashlib
import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from django.db import DatabaseError, OperationalError, connection
from django.utils import timezone
from djmoney.money import Money

from ledger.errors import BadInput, NotFound, Refusal
from ledger.models import CURRENCY, JournalEntry, Side
from ledger.money import CEILING, AmountError, figures, grouped, rupees
from ledger.refusals import AlreadyReversed, BadDraft, BelowFloor, ClosedPeriod, KeyReused, Unbalanced

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
    "credit",
    "debit",
    "post",
    "reverse",
]

ATTEMPTS = 5
DEADLOCK = "40P01"
ISOLATION = "23L10"  # our own mistake, not a refusal
# Longest texts, in characters: those of the columns; a memo is a sentence or two, not a document.
LONGEST = {"kind": 40, "reference": 100, "memo": 2000, "key": 200, "account": 20, "head": 20, "party": 100}
_CALL = (
    "SELECT ledger_post(%s::text[], %s::date[], %s::text[], %s::text[], %s::text[], %s::text[], %s::text[], %s, %s, %s,"
    " %s::int[], %s::int[], %s::text[], %s::text[], %s::numeric[], %s::text[], %s::text[])"
)


@dataclass(frozen=True, slots=True)
class Line:
    """An amount of rupees above zero on one side of one account, by its code."""

    account: str
    side: Side
    amount: Decimal
    head: str = ""
    party: str = ""


@dataclass(frozen=True, slots=True)
class Draft:
    """An entry to be posted. `book` is the book's code; one entry per book and `key`, so repeating is harmless."""

    book: str
    date: date
    kind: str
    reference: str
    memo: str
    key: str
    lines: tuple[Line, ...]


@dataclass(frozen=True, slots=True)
class _Reversal:
    entry: int
    reason: str


def debit(account: str, amount: Decimal | Money, *, head: str = "", party: str = "") -> Line:
    """A line on the debit side; `amount` in rupees. Raises AmountError for another currency or no exact paisa."""
    return Line(account, Side.DEBIT, _rupees(amount), head, party)


def credit(account: str, amount: Decimal | Money, *, head: str = "", party: str = "") -> Line:
    """A line on the credit side; `amount` in rupees. Raises AmountError for another currency or no exact paisa."""
    return Line(account, Side.CREDIT, _rupees(amount), head, party)


def post(drafts: Draft | Sequence[Draft], *, by: "User") -> list[int]:
    """Writes all drafts or none, and returns the entries' ids in the drafts' order; amounts are rupees.

    A draft whose key the book has already, with the same content, is not written again: its entry's id is returned.
    Raises: BadDraft, Unbalanced, ClosedPeriod, BelowFloor, KeyReused; each names the draft. A deadlock is tried again,
    except inside a caller's transaction.
    """
    return [abs(number) for number in _write([drafts] if isinstance(drafts, Draft) else list(drafts), by)]


def reverse(entry_id: int, *, by: "User", reason: str, on: date | None = None) -> int:
    """Undoes an entry by one with the sides changed, dated `on` (today in Pakistan), and returns the new entry's id.

    Raises: NotFound, AlreadyReversed, BadInput without a reason, and what post() raises.
    """
    if not reason.strip():
        raise BadInput("Say why the entry is reversed.", fields={"reason": "Say why the entry is reversed."})
    original = JournalEntry.objects.select_related("book").filter(pk=entry_id).first()
    if original is None:
        raise NotFound(f"There is no entry {entry_id}.")
    if original.reverses_id is not None or original.reversals.exists():
        raise AlreadyReversed(f"Entry {entry_id} is reversed already, or is itself a reversal.", ids=(entry_id,))
    lines = tuple(
        Line(line.account.code, _other(line.side), _rupees(line.amount), line.head, line.party)
        for line in original.lines.select_related("account").order_by("position")
    )
    day = on or timezone.localdate()
    if day < original.date:
        text = f"A reversal cannot be dated before its entry, {original.date:%d-%m-%Y}."
        raise BadInput(text, fields={"on": text})
    key = f"reversal:{entry_id}"
    draft = Draft(original.book.code, day, original.kind, original.reference, original.memo, key, lines)
    try:
        number = _write([draft], by, _Reversal(entry_id, reason.strip()))[0]
    except KeyReused:
        number = -1
    if number < 0:
        raise AlreadyReversed(f"Entry {entry_id} is reversed already.", ids=(entry_id,))
    return number


def _other(side: str) -> Side:
    return Side.CREDIT if side == Side.DEBIT else Side.DEBIT


def _rupees(amount: Decimal | Money) -> Decimal:
    if isinstance(amount, Money):
        if str(amount.currency) != CURRENCY:
            raise AmountError(f"{amount} is not in {CURRENCY}: books hold rupees only.")
        amount = amount.amount
    return rupees(amount)


def _write(drafts: list[Draft], by: "User", reversal: _Reversal | None = None) -> list[int]:
    """Ids in order, negative for drafts that were there already."""
    if by.pk is None:
        raise BadDraft("the person who posts is not known")
    first: dict[tuple[str, str], int] = {}  # key of a draft -> its place among those sent
    sent: list[tuple[Draft, list[Decimal], str]] = []
    place: list[int] = []
    for index, draft in enumerate(drafts):
        amounts = _check(index, draft)
        digest = _digest(draft, amounts, reversal)
        at = first.setdefault((draft.book, draft.key), len(sent))
        if at == len(sent):
            sent.append((draft, amounts, digest))
        elif sent[at][2] != digest:
            raise KeyReused(draft.key, index=index)
        place.append(at)
    if not sent:
        return []
    ids = _call(drafts, _arguments(sent, by, reversal))
    return [ids[at] for at in place]


def _call(drafts: list[Draft], arguments: list[Any]) -> list[int]:
    for attempt in range(1, ATTEMPTS + 1):
        try:
            with connection.cursor() as cursor:
                cursor.execute(_CALL, arguments)
                ids: list[int] = cursor.fetchone()[0]
                return ids
        except OperationalError as error:
            # Only a transaction of our own may be run again; in a caller's, everything before us is lost with it.
            if _sqlstate(error) != DEADLOCK or connection.in_atomic_block or attempt == ATTEMPTS:
                raise
        except DatabaseError as error:
            refusal = _refusal(drafts, error)
            if refusal is None:
                raise
            raise refusal from error
    raise AssertionError("unreachable")


def _arguments(sent: Sequence[tuple[Draft, list[Decimal], str]], by: "User", reversal: _Reversal | None) -> list[Any]:
    drafts = [draft for draft, _, _ in sent]
    lines = [(number, at, line) for number, draft in enumerate(drafts, 1) for at, line in enumerate(draft.lines, 1)]
    return [
        _texts(draft.book for draft in drafts),
        _plain(draft.date.isoformat() for draft in drafts),
        _texts(draft.kind for draft in drafts),
        _texts(draft.reference for draft in drafts),
        _texts(draft.memo for draft in drafts),
        _texts(draft.key for draft in drafts),
        _plain(digest for _, _, digest in sent),
        by.pk,
        reversal.entry if reversal else None,
        reversal.reason if reversal else "",
        _plain(str(number) for number, _, _ in lines),
        _plain(str(at) for _, at, _ in lines),
        _texts(line.account for _, _, line in lines),
        _plain(line.side for _, _, line in lines),
        _plain(str(amount) for _, amounts, _ in sent for amount in amounts),
        _texts(line.head for _, _, line in lines),
        _texts(line.party for _, _, line in lines),
    ]


def _plain(items: Iterable[str]) -> str:
    """A PostgreSQL array of words that need no quotes; as one text it costs the driver far less than a list."""
    return "{" + ",".join(items) + "}"


def _texts(items: Iterable[str]) -> str:
    quoted = ['"' + item.replace("\\", "\\\\").replace('"', '\\"') + '"' for item in items]
    return "{" + ",".join(quoted) + "}"


def _check(index: int, draft: Draft) -> list[Decimal]:
    """The line amounts of a draft that keeps all rules Python can see; raises BadDraft or Unbalanced for any other."""
    if not isinstance(draft.date, date) or isinstance(draft.date, datetime):
        raise BadDraft(f"the date {draft.date!r} is not a date", index=index)
    for name in ("book", "kind", "reference", "memo", "key"):
        _check_text(index, None, name, getattr(draft, name))
    if not (draft.book and draft.kind and draft.key):
        raise BadDraft("book, kind and key are needed", index=index)
    if len(draft.lines) < 2:
        raise BadDraft("an entry needs two lines or more", index=index)
    amounts, difference = [], Decimal(0)
    for position, line in enumerate(draft.lines, 1):
        amount = _check_line(index, position, line)
        amounts.append(amount)
        difference += amount if line.side == Side.DEBIT else -amount
    if difference:
        more, less = ("debits", "credits") if difference > 0 else ("credits", "debits")
        raise Unbalanced(f"{more} are {figures(abs(difference))} above {less}", index=index)
    return amounts


def _check_line(index: int, position: int, line: Line) -> Decimal:
    for name in ("account", "head", "party"):
        _check_text(index, position, name, getattr(line, name))
    if line.side not in ("D", "C"):
        raise BadDraft(f"the side {line.side!r} is neither debit nor credit", index=index, line=position)
    try:
        amount = _rupees(line.amount)
    except AmountError as error:
        raise BadDraft(str(error), index=index, line=position) from error
    if not 0 < amount <= CEILING:
        rule = f"the amount {grouped(amount)} must be above zero and at most {grouped(CEILING)}"
        raise BadDraft(rule, index=index, line=position)
    return amount


def _check_text(index: int, position: int | None, name: str, text: object) -> None:
    if not isinstance(text, str):
        raise BadDraft(f"{name} is not a text", index=index, line=position)
    if len(text) > LONGEST.get(name, 20):
        raise BadDraft(f"{name} is longer than {LONGEST.get(name, 20)} characters", index=index, line=position)
    if not text.isascii() or "\0" in text:
        _check_letters(index, position, name, text)


def _check_letters(index: int, position: int | None, name: str, text: str) -> None:
    try:
        text.encode()
    except UnicodeEncodeError as error:
        raise BadDraft(f"{name} holds half a letter", index=index, line=position) from error
    if "\0" in text:
        raise BadDraft(f"{name} holds a NUL character", index=index, line=position)


def _digest(draft: Draft, amounts: list[Decimal], reversal: _Reversal | None) -> str:
    """What makes two drafts the same entry: everything but who posts it."""
    content = [
        draft.book,
        draft.date.isoformat(),
        draft.kind,
        draft.reference,
        draft.memo,
        [
            [line.account, line.side, str(amount), line.head, line.party]
            for line, amount in zip(draft.lines, amounts, strict=True)
        ],
        [reversal.entry, reversal.reason] if reversal else None,
    ]
    return hashlib.sha256(json.dumps(content, separators=(",", ":")).encode()).hexdigest()


def _sqlstate(error: DatabaseError) -> str:
    return str(getattr(error.__cause__, "pgcode", "") or "")


def _refusal(drafts: list[Draft], error: DatabaseError) -> Refusal | None:
    """The database's refusal in our words; None for anything that is not one."""
    state = _sqlstate(error)
    diagnosis = getattr(error.__cause__, "diag", None)
    if diagnosis is not None and diagnosis.constraint_name == "reversed_once":
        return AlreadyReversed("The entry is reversed already.")
    if not state.startswith("23L") or state == ISOLATION or diagnosis is None:
        return None
    facts = json.loads(diagnosis.message_detail)
    index = _index(drafts, facts)
    rule, line = facts["rule"], facts.get("line")
    if state == "23L05":
        return BelowFloor(
            account=facts["account"],
            name=facts["name"],
            balance=Decimal(facts["balance"]),
            asked=Decimal(facts["asked"]),
        )
    if state == "23L06":
        return KeyReused(facts["key"], index=index)
    if state in ("23L03", "23L04") and index is not None:
        return _no_period(drafts[index], index, closed=state == "23L03")
    if state == "23L01":
        return Unbalanced(rule, index=index)
    if state == "23L11" and index is not None:
        return BadDraft(_unknown(drafts[index], rule, line), index=index, line=line, code="unknown_account")
    return BadDraft(rule, index=index, line=line)


def _index(drafts: list[Draft], facts: dict[str, object]) -> int | None:
    """Which draft an answer is about. Two books may use one key, so the book counts where the answer names it."""
    if len(drafts) == 1:
        return 0
    key, book = facts.get("key"), facts.get("book")
    found = (index for index, draft in enumerate(drafts) if draft.key == key and book in (None, draft.book))
    return next(found, None)


def _no_period(draft: Draft, index: int, *, closed: bool) -> ClosedPeriod:
    if closed:
        return ClosedPeriod(f"{draft.book}: {draft.date:%B %Y} is closed. Use a date in an open month.", index=index)
    detail = (
        f"{draft.book} has no year that holds {draft.date:%d-%m-%Y}. Open the fiscal year first or change the date."
    )
    return ClosedPeriod(detail, index=index, code="no_period")


def _unknown(draft: Draft, rule: str, line: int | None) -> str:
    if "book" in rule:
        return f"there is no book {draft.book}"
    if "account" in rule and line is not None:
        return f"{draft.book} has no account {draft.lines[line - 1].account}"
    return rule
