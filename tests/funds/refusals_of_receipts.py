"""Refused by SQL: receipts, what comes back of a payment, cancellations and forfeitures that are not what they say."""

from datetime import date
from decimal import Decimal
from functools import partial
from typing import Any

from django.db import connection

from funds import bail, postings, receiving
from funds.models import (
    Forfeiture,
    ForfeitureDecision,
    MoneyBack,
    PayeeLine,
    Receipt,
    ReceiptCancellation,
    ReceiptCancellationDecision,
    ReceiptPrint,
)
from funds.numbers import next_number, year_of
from ledger.clock import today
from ledger.models import JournalEntry
from ledger.posting import post, reverse_many
from tests.funds import promises
from tests.funds.by_sql import Statement, copied, run
from tests.funds.owing_world import OCTOBER, back, deposit, grant
from tests.world import DAY, World, make_fund

LIST: promises.Promises = {}
promise = partial(promises.on, LIST)
Two = tuple[Statement, Statement]
NOW = "2025-10-20T10:00:00Z"


def receipt(
    here: World, amount: str, *, kind: str = "refund", head: str = "A-REL", charge: str = "0", **given: Any
) -> Receipt:
    """A receipt with its entries, as a program that forgets its payment would write it."""
    fund, day = given.get("fund", here.fund), given.get("on", OCTOBER)
    year = year_of(fund, day)
    serial, number = next_number(Receipt, fund=fund, year=year)
    drafts = postings.receipt(
        fund=fund.code,
        kind=kind,
        amount=Decimal(amount),
        on=day,
        number=number,
        memo="x",
        head=head,
        charge=Decimal(charge),
    )
    return Receipt.objects.create(
        fund=fund, year=year, serial=serial, number=number, kind=kind, amount=Decimal(amount), received_on=day,
        received_from="x", reference=number, head=head if kind == "refund" else "",
        entry_id=post(drafts, by=here["fund_manager"])[0], recorded_by=here["fund_manager"],
    )  # fmt: skip


def linked(made: Receipt, line: PayeeLine, charge: str = "0") -> Statement:
    return copied(MoneyBack(receipt=made, line=line, principal=made.amount - Decimal(charge), charge=Decimal(charge)))


@promise("a refund above what is left of the payment", "23FE2")
def above_what_is_left(here: World) -> Two:
    line = grant(here)
    back(here, line, "9000")
    return linked(receipt(here, "11000"), line), linked(receipt(here, "11001"), line)


@promise("a refund of a payment that the bank has not made", "23FE2")
def of_what_was_not_paid(here: World) -> Two:
    return linked(receipt(here, "5"), grant(here)), linked(receipt(here, "5"), here.paid()[0].line)


@promise("a refund before the bank paid", "23FE2")
def before_it_was_paid(here: World) -> Two:
    line = grant(here)
    return linked(receipt(here, "5", on=DAY), line), linked(receipt(here, "5", on=date(2025, 9, 25)), line)


@promise("a refund into another account than the payment's", "23FE2")
def into_another_account(here: World) -> Two:
    line = grant(here)
    return linked(receipt(here, "5"), line), linked(receipt(here, "5", head="A-FIN"), line)


@promise("a refund into another fund", "23FE2")
def into_another_fund(here: World) -> Two:
    line = grant(here)
    other = make_fund(here["fund_manager"], here.office, code="OTHER")
    return linked(receipt(here, "5"), line), linked(receipt(here, "5", fund=other), line)


@promise("a refund whose link says another sum", "23FE2")
def of_another_sum(here: World) -> Two:
    made, line = receipt(here, "5"), grant(here)
    return linked(made, line), copied(MoneyBack(receipt=made, line=line, principal=Decimal(4), charge=Decimal(0)))


@promise("a recovery in the payment's own year", "23FE2")
def recovered_too_early(here: World) -> Two:
    line, later = grant(here), date(2026, 7, 1)
    late, early = (receipt(here, "5", kind="recovery", on=day) for day in (later, OCTOBER))
    return linked(late, line), linked(early, line)


@promise("a refund whose entry brings something else", "23FE2")
def of_another_entry(here: World) -> Two:
    made, line = receipt(here, "5"), grant(here)
    other = receipt(here, "5", kind="donation")
    false = copied(made, serial=made.serial + 2, number="T-RC-9", reference="r9", entry_id=post(
        postings.receipt(fund="TEST", kind="donation", amount=Decimal(5), on=OCTOBER, number="T-RC-9", memo="x"),
        by=here["fund_manager"],
    )[0])  # fmt: skip
    assert other.serial == made.serial + 1
    run(false)
    return linked(made, line), linked(Receipt.objects.get(number="T-RC-9"), line)


@promise("a deposit given back without its payment", "23FE3")
def without_its_payment(here: World) -> Two:
    made = receipt(here, "5", kind="donation")
    given = {"serial": made.serial + 1, "number": "T-RC-8", "reference": "r8", "kind": "refund"}
    given["entry_id"] = grant(here).disbursement.sanction.voucher.entry_id
    return copied(made, **given, head="A-REL"), copied(made, **given, head="F-BAIL")


@promise("a reference recorded twice", "23FE0")
def recorded_twice(here: World) -> Two:
    made = receipt(here, "5", kind="donation")
    given = {
        "serial": made.serial + 1,
        "number": "T-RC-8",
        "entry_id": grant(here).disbursement.sanction.voucher.entry_id,
    }
    return copied(made, **given, reference="another"), copied(made, **given)


@promise("a printing out of turn", "23FE4")
def out_of_turn(here: World) -> Two:
    row = ReceiptPrint(receipt=Receipt.objects.get(), copy=0, printed_by=here["auditor"], printed_at=NOW)
    return copied(row), copied(row, copy=1)


@promise("a cancellation asked for twice", "23FE1")
def asked_twice(here: World) -> Two:
    first = Receipt.objects.get()
    other, row = receipt(here, "5", kind="donation"), _asked_of(here, first)
    return copied(row, receipt_id=other.pk, proposed_at=_now()), copied(row, proposed_at=_now())


def _asked_of(here: World, made: Receipt) -> ReceiptCancellation:
    row = receiving.ask_cancellation(receipt=made.number, reason="Wrong", by=here["fund_manager"])
    row.refresh_from_db()
    return row


def _now() -> Any:
    with connection.cursor() as cursor:
        cursor.execute("SELECT now()")
        return cursor.fetchone()[0]


def _undone(here: World, made: Receipt, *, whole: bool = True) -> int:
    budget = JournalEntry.objects.get(book=made.fund.book, key=f"receipt:{made.number}:budget")
    entries = [made.entry_id, budget.pk] if whole else [made.entry_id]
    return reverse_many(entries, by=here["approver"], reason="Wrong", on=today())[0]


def _consent(here: World, row: ReceiptCancellation, entry: int | None) -> Statement:
    return copied(
        ReceiptCancellationDecision(cancellation=row, outcome="agreed", decided_by=here["approver"], entry_id=entry),
        decided_at=_now(),
    )


@promise("a cancellation agreed to by who asked", "23FE6")
def agreed_alone(here: World) -> Two:
    row = _asked_of(here, Receipt.objects.get())
    consent = _consent(here, row, _undone(here, row.receipt))
    manager = here["fund_manager"].pk
    sql, values = consent
    return consent, (sql, [manager if value == here["approver"].pk else value for value in values])


@promise("a cancellation that undoes another receipt", "23FE1")
def undoes_another(here: World) -> Two:
    other = receipt(here, "5", kind="donation")
    row = _asked_of(here, Receipt.objects.exclude(pk=other.pk).get())
    wrong, right = _undone(here, other), _undone(here, row.receipt)
    return _consent(here, row, right), _consent(here, row, wrong)


@promise("a cancellation that leaves the budget", "23FE1")
def leaves_the_budget(here: World) -> Two:
    first, other = Receipt.objects.get(), receipt(here, "5", kind="donation")
    whole, part = _asked_of(here, first), _asked_of(here, other)
    return _consent(here, whole, _undone(here, first)), _consent(here, part, _undone(here, other, whole=False))


def forfeit(line: PayeeLine, amount: str) -> dict[str, Any]:
    paper = line.case.papers.order_by("pk")[0].pk
    return {"amount": amount, "forfeited_on": OCTOBER, "order_number": "1", "paper": paper, "reason": "s.514"}


def kept(here: World, line: PayeeLine, amount: str = "10", **changes: Any) -> Statement:
    row = Forfeiture(
        line=line, amount=Decimal(amount), forfeited_on=OCTOBER, order_number="1", reason="s.514",
        paper_id=line.case.papers.order_by("pk")[0].pk, proposed_by=here["fund_manager"],
    )  # fmt: skip
    return copied(row, proposed_at=_now(), **changes)


@promise("more of a deposit forfeited than the court holds", "23FE5")
def more_than_it_holds(here: World) -> Two:
    line = deposit(here)
    back(here, line, "80000")
    return kept(here, line, "10000"), kept(here, line, "10001")


@promise("a forfeiture of what is no deposit", "23FE5")
def of_no_deposit(here: World) -> Two:
    return kept(here, deposit(here)), kept(here, grant(here))


@promise("a forfeiture by the paper of another case", "23FE5")
def by_a_foreign_paper(here: World) -> Two:
    line = deposit(here)
    return kept(here, line), kept(here, line, paper_id=here.relief_case().papers.get().pk)


@promise("a forfeiture before the deposit", "23FE5")
def before_the_deposit(here: World) -> Two:
    line = deposit(here)
    return kept(here, line), kept(here, line, forfeited_on=date(2025, 9, 25))


def _charged(here: World, line: PayeeLine, amount: str, key: str) -> int:
    drafts = postings.forfeiture(fund="TEST", amount=Decimal(amount), on=today(), order="1", memo="x", key=key)
    return post(drafts, by=here["approver"])[0]


def _charge_of(here: World, row: Forfeiture, entry: int, by: str = "approver") -> Statement:
    decision = ForfeitureDecision(forfeiture=row, outcome="agreed", decided_by=here[by], entry_id=entry)
    return copied(decision, decided_at=_now())


@promise("a forfeiture agreed to by who recorded it", "23FE6")
def kept_by_one(here: World) -> Two:
    line = deposit(here)
    row = bail.ask_forfeiture(line=line.pk, by=here["fund_manager"], **forfeit(line, "10"))
    entry = _charged(here, line, "10", "k1")
    return _charge_of(here, row, entry), _charge_of(here, row, entry, "fund_manager")


@promise("a forfeiture charged with another sum", "23FE5")
def charged_otherwise(here: World) -> Two:
    line = deposit(here)
    row = bail.ask_forfeiture(line=line.pk, by=here["fund_manager"], **forfeit(line, "10"))
    entries = [_charged(here, line, amount, f"k{amount}") for amount in ("10", "11")]
    return _charge_of(here, row, entries[0]), _charge_of(here, row, entries[1])


@promise("a forfeiture of what came back meanwhile", "23FE5")
def came_back_meanwhile(here: World) -> Two:
    one, other = deposit(here), deposit(here)
    rows = [bail.ask_forfeiture(line=line.pk, by=here["fund_manager"], **forfeit(line, "10")) for line in (one, other)]
    entries = [_charged(here, line, "10", f"k{line.pk}") for line in (one, other)]
    back(here, other, "90000")
    return _charge_of(here, rows[0], entries[0]), _charge_of(here, rows[1], entries[1])
