"""What accounts, journal entries and balances look like in the API's answers; the addresses are the funds' own."""

from datetime import date, datetime
from typing import Annotated, Any

from ninja import Schema
from pydantic import Field

from ledger.api_types import MOST_ITEMS, Amount
from ledger.models import JournalEntry, JournalLine


class AccountOut(Schema):
    id: int
    code: str
    name: str
    element: str
    normal: str
    never_negative: bool
    official_code: str


class EntryLineOut(Schema):
    position: int
    account: str
    side: str
    amount: Amount
    head: str
    party: str

    @staticmethod
    def resolve_account(row: JournalLine) -> str:
        return row.account.code

    @staticmethod
    def resolve_amount(row: JournalLine) -> str:
        money: Any = row.amount
        return f"{money.amount:.2f}"


class EntryOut(Schema):
    """`lines` holds the first 100 of the `line_count`; the rest follow under /entries/{id}/lines."""

    id: int
    book: str
    date: date
    kind: str
    reference: str
    memo: str
    reverses_id: int | None
    reason: str
    recorded: datetime
    recorded_by: str
    line_count: int = Field(alias="number")
    lines: list[EntryLineOut]

    @staticmethod
    def resolve_book(row: JournalEntry) -> str:
        return row.book.code

    @staticmethod
    def resolve_recorded_by(row: JournalEntry) -> str:
        return row.recorded_by.get_username()


class TrialRowOut(Schema):
    code: str
    name: str
    debit: Amount
    credit: Amount


class TrialBalanceOut(Schema):
    fund: str
    as_at: date | None
    accounts: list[TrialRowOut]
    debit_total: Amount
    credit_total: Amount


class SidesOut(Schema):
    debit: Amount
    credit: Amount


class ComparedRowOut(Schema):
    code: str
    name: str
    first: SidesOut
    second: SidesOut
    change: SidesOut


class ComparisonOut(Schema):
    """Every account at the ends of two days and the change from the first to the second."""

    fund: str
    first: date
    second: date
    accounts: list[ComparedRowOut]
    first_total: SidesOut
    second_total: SidesOut
    change_total: SidesOut


class LedgerRowOut(Schema):
    entry: int
    position: int
    date: date
    kind: str
    reference: str
    memo: str
    head: str
    party: str
    debit: Amount
    credit: Amount
    balance: Amount


class LedgerPaging(Schema):
    """Where to go on: the value of `next`, which names the last line read; and how many lines at once."""

    after: Annotated[str, Field(pattern=r"^([0-9]{1,18}-[0-9]{1,9})?$", examples=["4711-2"])] = ""
    limit: Annotated[int, Field(ge=1, le=MOST_ITEMS)] = 50


class LedgerPage(Schema):
    """Lines of an account; `opening` is its balance before the first of them, `closing` the one at the last day asked for.

    `next` is the value of `after` for the following page; null on the last one.
    """

    items: list[LedgerRowOut]
    opening: Amount
    closing: Amount
    next: str | None
