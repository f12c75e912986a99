"""Drafts of journal entries: how they are written down, checked before they are sent, and told apart from others."""

import hashlib
import json
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from djmoney.money import Money

from ledger.models import CURRENCY, Side
from ledger.money import CEILING, AmountError, figures, grouped, rupees
from ledger.refusals import BadDraft, Unbalanced

# Longest texts, in characters: those of the columns; a memo is a sentence or two, not a document.
LONGEST = {"book": 20, "kind": 40, "reference": 100, "memo": 2000, "key": 200, "account": 20, "head": 20, "party": 100}
_encode = json.JSONEncoder(separators=(",", ":")).encode


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
class Link:
    """What an entry does to an earlier one, by its id: reverses it, or corrects it together with its reversal."""

    reverses: int | None = None
    corrects: int | None = None
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Checked:
    """A draft that keeps all rules Python can see; `amounts` are those of its lines, with two places.

    `index` is its place among the drafts the caller gave, None for a reversal made here.
    """

    index: int | None
    draft: Draft
    link: Link
    amounts: list[str]
    digest: str


ALONE = Link()


def debit(account: str, amount: Decimal | Money, *, head: str = "", party: str = "") -> Line:
    """A line on the debit side; `amount` in rupees. Raises AmountError for another currency or no exact paisa."""
    return Line(account, Side.DEBIT, exact(amount), head, party)


def credit(account: str, amount: Decimal | Money, *, head: str = "", party: str = "") -> Line:
    """A line on the credit side; `amount` in rupees. Raises AmountError for another currency or no exact paisa."""
    return Line(account, Side.CREDIT, exact(amount), head, party)


def exact(amount: Decimal | Money) -> Decimal:
    """Rupees with two places. Raises AmountError for another currency or no exact paisa."""
    if isinstance(amount, Money):
        if str(amount.currency) != CURRENCY:
            raise AmountError(f"{amount} is not in {CURRENCY}: books hold rupees only.")
        amount = amount.amount
    return rupees(amount)


def check(index: int | None, draft: Draft, link: Link = ALONE) -> Checked:
    """Draft number `index`, ready to be sent. Raises BadDraft or Unbalanced, naming the draft, the line and the rule."""
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
        amounts.append(str(amount))
        difference += amount if line.side == Side.DEBIT else -amount
    if difference:
        more, less = ("debits", "credits") if difference > 0 else ("credits", "debits")
        raise Unbalanced(f"{more} are {figures(abs(difference))} above {less}", index=index)
    return Checked(index, draft, link, amounts, _digest(draft, amounts, link))


def _check_line(index: int | None, position: int, line: Line) -> Decimal:
    for name in ("account", "head", "party"):
        _check_text(index, position, name, getattr(line, name))
    if line.side not in ("D", "C"):
        raise BadDraft(f"the side {line.side!r} is neither debit nor credit", index=index, line=position)
    try:
        amount = exact(line.amount)
    except AmountError as error:
        raise BadDraft(str(error), index=index, line=position) from error
    if not 0 < amount <= CEILING:
        rule = f"the amount {grouped(amount)} must be above zero and at most {grouped(CEILING)}"
        raise BadDraft(rule, index=index, line=position)
    return amount


def _check_text(index: int | None, position: int | None, name: str, text: object) -> None:
    if not isinstance(text, str):
        raise BadDraft(f"{name} is not a text", index=index, line=position)
    if len(text) > LONGEST[name]:
        raise BadDraft(f"{name} is longer than {LONGEST[name]} characters", index=index, line=position)
    if not text.isascii():
        _check_letters(index, position, name, text)
    if "\0" in text:
        raise BadDraft(f"{name} holds a NUL character", index=index, line=position)


def _check_letters(index: int | None, position: int | None, name: str, text: str) -> None:
    try:
        text.encode()
    except UnicodeEncodeError as error:
        raise BadDraft(f"{name} holds half a letter", index=index, line=position) from error


def _digest(draft: Draft, amounts: list[str], link: Link) -> str:
    """What makes two drafts the same entry: everything but who posts it."""
    lines = [
        [line.account, line.side, amount, line.head, line.party]
        for line, amount in zip(draft.lines, amounts, strict=True)
    ]
    content = [draft.book, draft.date.isoformat(), draft.kind, draft.reference, draft.memo, lines, _link(link)]
    return hashlib.sha256(_encode(content).encode()).hexdigest()


def _link(link: Link) -> list[int | str] | None:
    if link.corrects is not None:
        return ["corrects", link.corrects, link.reason]
    return None if link.reverses is None else [link.reverses, link.reason]
