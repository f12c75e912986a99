"""The standard accounts of a book, its fiscal years and their months."""

import re
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING

from django.db import transaction
from simple_history.utils import bulk_create_with_history

from ledger.errors import BadInput
from ledger.history import acting
from ledger.models import Account, Book, Element, FiscalYear, Period, Side

if TYPE_CHECKING:
    from django.contrib.auth.models import User

FIRST_MONTH = 7
_CODE = re.compile(r"\A[A-Z0-9][A-Z0-9-]{0,19}\Z")
_LABEL = re.compile(r"\A(20[0-9]{2})-([0-9]{2})\Z")


SLOTS = 8  # more would part more writers, but each trial balance reads them all


@dataclass(frozen=True, slots=True)
class Head:
    """One account of the standard chart; the letters of codes follow the classes of the national chart of accounts."""

    code: str
    name: str
    element: Element
    normal: Side
    never_negative: bool = False

    @property
    def slots(self) -> int:
        """Rows the stored total spreads over: one where a floor or a memo account needs a single row, else SLOTS."""
        return 1 if self.never_negative or self.element is Element.MEMO else SLOTS


_D, _C = Side.DEBIT, Side.CREDIT
STANDARD = (
    Head("A-REL", "Relief grants", Element.EXPENDITURE, _D),
    Head("A-DIY", "Diyat, arsh and daman", Element.EXPENDITURE, _D),
    Head("A-CMP", "Compensation", Element.EXPENDITURE, _D),
    Head("A-FIN", "Fines", Element.EXPENDITURE, _D),
    Head("A-LEG", "Legal aid", Element.EXPENDITURE, _D),
    Head("A-ADM", "Administration", Element.EXPENDITURE, _D),
    Head("F-BNK", "Bank", Element.ASSET, _D, never_negative=True),
    Head("F-BAIL", "Bail deposits with courts", Element.ASSET, _D),
    Head("F-LOAN", "Soft loans", Element.ASSET, _D),
    Head("G-PAY", "Payables by payee", Element.LIABILITY, _C),
    Head("G-CHQ", "Instruments issued, uncleared", Element.LIABILITY, _C),
    Head("G-UNCL", "Returned and unclaimed", Element.LIABILITY, _C),
    Head("H-FUND", "Fund balance", Element.EQUITY, _C),
    Head("H-DON", "Donations", Element.RECEIPT, _C),
    Head("H-PRO", "Profit", Element.RECEIPT, _C),
    Head("H-REC", "Recoveries of earlier years", Element.RECEIPT, _C),
    Head("X10", "Budget uncommitted", Element.MEMO, _C, never_negative=True),
    Head("X20", "Budget committed", Element.MEMO, _C, never_negative=True),
    Head("X30", "Budget expended", Element.MEMO, _C),
    Head("X70", "Original allocation", Element.MEMO, _C),
    Head("X71", "Revisions of the allocation", Element.MEMO, _C),
    Head("X79", "Appropriation control", Element.MEMO, _D),
    Head("X90", "Budget control", Element.MEMO, _D),
)


@transaction.atomic
def create_book(*, code: str, name: str, by: "User") -> Book:
    """Opens a book with the standard accounts and no year yet. Raises: BadInput for a malformed or taken code."""
    if not _CODE.match(code):
        text = f"{code!r} is not a book code: use up to 20 capital letters, digits and hyphens."
        raise BadInput(text, fields={"code": text})
    if Book.objects.filter(code=code).exists():
        text = f"There is a book {code} already."
        raise BadInput(text, fields={"code": text})
    with acting(by, "New book"):
        book = Book.objects.create(code=code, name=name)
        bulk_create_with_history([_account(book, head) for head in STANDARD], Account, default_user=by)
    return book


@transaction.atomic
def add_account(*, book: Book, head: Head, by: "User", official_code: str = "") -> Account:
    """Adds one account to a book. Raises: BadInput when its code is taken."""
    if book.accounts.filter(code=head.code).exists():
        text = f"{book.code} has an account {head.code} already."
        raise BadInput(text, fields={"code": text})
    account = _account(book, head)
    account.official_code = official_code
    with acting(by, "New account"):
        account.save()
    return account


def _account(book: Book, head: Head) -> Account:
    return Account(
        book=book,
        code=head.code,
        name=head.name,
        element=head.element,
        normal=head.normal,
        never_negative=head.never_negative,
        slots=head.slots,
    )


@transaction.atomic
def open_year(*, book: Book, label: str, by: "User") -> FiscalYear:
    """Opens a fiscal year with its twelve months, all open for posting.

    Raises: BadInput when the label is malformed, the year is open already, or does not follow the book's last one.
    """
    start, end = fiscal_bounds(label)
    if book.years.filter(label=label).exists():
        text = f"{book.code} has the year {label} already."
        raise BadInput(text, fields={"label": text})
    last = book.years.last()
    if last and start != last.end + timedelta(days=1):
        text = (
            f"{book.code} has {last} as its last year, so {fiscal_label(last.end + timedelta(days=1))} is opened next."
        )
        raise BadInput(text, fields={"label": text})
    with acting(by, f"Year {label} opened"):
        year = FiscalYear.objects.create(book=book, label=label, start=start, end=end)
        periods = [Period(book=book, year=year, start=first, end=last) for first, last in months(start, end)]
        bulk_create_with_history(periods, Period, default_user=by)
    return year


def fiscal_label(day: date) -> str:
    """The fiscal year a date lies in: "2025-26" for 1 July 2025 to 30 June 2026."""
    first = day.year if day.month >= FIRST_MONTH else day.year - 1
    return f"{first}-{(first + 1) % 100:02d}"


def fiscal_bounds(label: str) -> tuple[date, date]:
    """First and last day of the fiscal year "2025-26". Raises: BadInput unless the label names two years in a row."""
    match = _LABEL.match(label)
    if not match or (int(match[1]) + 1) % 100 != int(match[2]):
        text = f"{label!r} is not a fiscal year: write it as 2025-26."
        raise BadInput(text, fields={"year": text})
    first = int(match[1])
    return date(first, FIRST_MONTH, 1), date(first + 1, FIRST_MONTH, 1) - timedelta(days=1)


def months(start: date, end: date) -> list[tuple[date, date]]:
    """First and last days of the calendar months from `start`, a first of a month, to `end`."""
    found = []
    while start <= end:
        following = (start + timedelta(days=31)).replace(day=1)
        found.append((start, following - timedelta(days=1)))
        start = following
    return found
