"""What accounts, journal entries and balances look like in the API's answers; the addresses are the funds' own."""

from datetime import date, datetime
from typing import Any

from ninja import Schema

from ledger.api_types import Amount
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


class LedgerRowOut(Schema):
    entry: int
    date: date
    kind: str
    reference: str
    memo: str
    head: str
    party: str
    debit: Amount
    credit: Amount
    balance: Amount
