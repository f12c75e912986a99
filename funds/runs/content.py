"""The content of a run: its lines as the file needs them, the ids they carry, and the digest that binds them."""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from beneficiaries.offices.row_scope import everywhere
from funds.models import Bank, PaymentRun, RunLine

AT_ONCE = 2_000  # lines read from the database


@dataclass(frozen=True, slots=True)
class Transfer:
    """One payment of the file. `reference` is the voucher's number."""

    position: int
    end_to_end: str
    name: str
    iban: str
    amount: Decimal
    reference: str


@dataclass(frozen=True, slots=True)
class Message:
    """What the file says beside its payments. `banks` gives the BIC by the bank's letters in an IBAN, where it is known."""

    number: str
    debtor: str
    account: str
    execution_on: date
    made_at: datetime
    count: int
    amount: Decimal
    banks: dict[str, str]


def end_to_end(run: PaymentRun, position: int) -> str:
    """An id that no other payment ever has, in the 35 characters of a message: fund, year, run, place."""
    year = run.year.label[2:].replace("-", "")
    return f"{run.fund.code}-{year}-{run.serial:05d}-{position:06d}"


@everywhere()
def digest(run: PaymentRun) -> str:
    """SHA-256 of everything the run pays: each line with the digest of its request, which binds payee and account."""
    found = hashlib.sha256(f"{run.number}\n{run.bank_account}\n{run.format}\n{run.execution_on}\n".encode())
    rows = run.lines.exclude(state=RunLine.State.DROPPED).order_by("position")
    told = rows.values_list("position", "end_to_end", "line_id", "amount", "line__disbursement__digest")
    for row in told.iterator(chunk_size=AT_ONCE):
        found.update("|".join(map(str, row)).encode() + b"\n")
    return found.hexdigest()


def message(run: PaymentRun) -> Message:
    """The run's own part of the file, from what was kept at its release."""
    assert run.released_at is not None
    return Message(
        number=run.number,
        debtor=run.terms["debtor"],
        account=run.bank_account,
        execution_on=run.execution_on,
        made_at=run.released_at,
        count=run.count,
        amount=run.amount,
        banks=run.terms["banks"],
    )


def transfers(run: PaymentRun) -> Iterator[Transfer]:
    """The payments in the run's order, read some thousand at a time, and of each only what the file says."""
    rows = run.lines.filter(state=RunLine.State.ISSUED).order_by("position")
    told = rows.values_list(
        "position", "end_to_end", "line__payee_name", "line__iban", "amount", "instrument__voucher__number"
    )
    for row in told.iterator(chunk_size=AT_ONCE):
        yield Transfer(*row)


def banks_on(day: date) -> dict[str, str]:
    """The BIC of each bank on this day, by its letters in an IBAN."""
    rows = Bank.objects.filter(effective_from__lte=day).exclude(effective_to__lt=day).exclude(bic="")
    return dict(rows.order_by("code", "effective_from").values_list("code", "bic"))
