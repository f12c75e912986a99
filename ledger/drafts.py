"""Drafts of journal entries: how they are written down, checked before they are sent, and told apart from others."""

import hashlib
from datetime import date, datetime
from decimal import Decimal
from json.encoder import encode_basestring_ascii as _quoted
from typing import NamedTuple

from djmoney.money import Money

from ledger.models import CURRENCY, Side
from ledger.money import CEILING, PAISA, AmountError, figures, grouped, rupees
from ledger.refusals import BadDraft, Unbalanced

# Longest texts, in characters: those of the columns; a memo is a sentence or two, not a document.
LONGEST = {"book": 20, "kind": 40, "reference": 100, "memo": 2000, "key": 200, "account": 20, "head": 20, "party": 100}
_BOOK, _KIND, _REFERENCE, _MEMO, _KEY, _ACCOUNT, _HEAD, _PARTY = LONGEST.values()
_NOTHING = Decimal(0)


class Line(NamedTuple):
    """An amount of rupees above zero on one side of one account, by its code."""

    account: str
    side: Side
    amount: Decimal
    head: str = ""
    party: str = ""


class Draft(NamedTuple):
    """An entry to be posted. `book` is the book's code; one entry per book and `key`, so repeating is harmless."""

    book: str
    date: date
    kind: str
    reference: str
    memo: str
    key: str
    lines: tuple[Line, ...]


class Link(NamedTuple):
    """What an entry does to an earlier one, by its id: reverses it, or corrects it together with its reversal."""

    reverses: int | None = None
    corrects: int | None = None
    reason: str = ""


class Checked(NamedTuple):
    """A draft that keeps all rules Python can see; `amounts` are those of its lines, with two places.

    `place` is its index among the drafts the caller gave, None for a reversal made here.
    """

    place: int | None
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
    book, day, kind, _, _, key, lines = draft
    if not isinstance(day, date) or isinstance(day, datetime):
        raise BadDraft(f"the date {day!r} is not a date", index=index)
    if not _short(draft):
        _check_texts(index, draft)
    if not (book and kind and key):
        raise BadDraft("book, kind and key are needed", index=index)
    if len(lines) < 2:
        raise BadDraft("an entry needs two lines or more", index=index)
    amounts: list[str] = []
    difference = _NOTHING
    for _, side, amount, _, _ in lines:
        if not (type(amount) is Decimal and amount.same_quantum(PAISA) and _NOTHING < amount <= CEILING):
            amount = _amount(index, len(amounts) + 1, amount)
        amounts.append(str(amount))
        if side == "D":
            difference += amount
        elif side == "C":
            difference -= amount
        else:
            raise BadDraft(f"the side {side!r} is neither debit nor credit", index=index, line=len(amounts))
    if difference:
        more, less = ("debits", "credits") if difference > 0 else ("credits", "debits")
        raise Unbalanced(f"{more} are {figures(abs(difference))} above {less}", index=index)
    content = _content(draft, amounts, link)
    if "\\" in content or not key.isprintable():
        _check_texts(index, draft)
        _check_letters(index, None, "reason", link.reason)
    return Checked(index, draft, link, amounts, hashlib.sha256(content.encode()).hexdigest())


def _amount(index: int | None, position: int, given: Decimal) -> Decimal:
    """The amount with two places, if it is one that a line may hold."""
    try:
        amount = exact(given)
    except AmountError as error:
        raise BadDraft(str(error), index=index, line=position) from error
    if not 0 < amount <= CEILING:
        rule = f"the amount {grouped(amount)} must be above zero and at most {grouped(CEILING)}"
        raise BadDraft(rule, index=index, line=position)
    return amount


def _short(draft: Draft) -> bool:
    """Whether a glance shows texts no longer than their columns, as nearly always; if not, each is looked at by itself."""
    book, _, kind, reference, memo, key, lines = draft
    short = (
        type(book) is type(kind) is type(reference) is type(memo) is type(key) is str
        and len(book) <= _BOOK
        and len(kind) <= _KIND
        and len(reference) <= _REFERENCE
        and len(memo) <= _MEMO
        and len(key) <= _KEY
    )
    for account, _, _, head, party in lines:
        short = (
            short
            and type(account) is type(head) is type(party) is str
            and len(account) <= _ACCOUNT
            and len(head) <= _HEAD
            and len(party) <= _PARTY
        )
    return short


def _check_texts(index: int | None, draft: Draft) -> None:
    for name in ("book", "kind", "reference", "memo", "key"):
        _check_text(index, None, name, getattr(draft, name))
    for position, line in enumerate(draft.lines, 1):
        for name in ("account", "head", "party"):
            _check_text(index, position, name, getattr(line, name))


def _check_text(index: int | None, position: int | None, name: str, text: object) -> None:
    if not isinstance(text, str):
        raise BadDraft(f"{name} is not a text", index=index, line=position)
    if len(text) > LONGEST[name]:
        raise BadDraft(f"{name} is longer than {LONGEST[name]} characters", index=index, line=position)
    _check_letters(index, position, name, text)


def _check_letters(index: int | None, position: int | None, name: str, text: str) -> None:
    """What no text of the database can hold."""
    if "\0" in text:
        raise BadDraft(f"{name} holds a NUL character", index=index, line=position)
    try:
        text.encode()
    except UnicodeEncodeError as error:
        raise BadDraft(f"{name} holds half a letter", index=index, line=position) from error


def digest(draft: Draft, amounts: list[str], link: Link) -> str:
    """What makes two drafts the same entry: everything but who posts it. The hash of a JSON list."""
    return hashlib.sha256(_content(draft, amounts, link).encode()).hexdigest()


def _content(draft: Draft, amounts: list[str], link: Link) -> str:
    """The JSON list, put together here. It holds a backslash only if a text has an unusual character or a quote."""
    book, day, kind, reference, memo, _, drafted = draft
    lines = [
        f'[{_quoted(account)},"{side}","{amount}",{_quoted(head)},{_quoted(party)}]'
        for (account, side, _, head, party), amount in zip(drafted, amounts, strict=True)
    ]
    return (
        f'[{_quoted(book)},"{day.isoformat()}",{_quoted(kind)},{_quoted(reference)},{_quoted(memo)},'
        f"[{','.join(lines)}],{_link(link)}]"
    )


def _link(link: Link) -> str:
    if link.corrects is not None:
        return f'["corrects",{link.corrects},{_quoted(link.reason)}]'
    return "null" if link.reverses is None else f"[{link.reverses},{_quoted(link.reason)}]"
