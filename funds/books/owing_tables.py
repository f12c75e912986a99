"""Receipts, bail deposits and soft loans as tables for files."""

from collections.abc import Iterable

from funds.books.table_files import Cell, Sheet
from funds.models import PayeeLine, Receipt
from funds.owing.bail_deposits import state_of
from funds.owing.loan_schedules import Loan

_RECEIPTS = (
    "Number", "Received", "Fund", "Year", "Kind", "From", "Reference", "Given for", "Head", "Amount (Rs)", "Recorded by", "State",
)  # fmt: skip
_DEPOSITS = (
    "Voucher", "Fund", "Case", "Prisoner", "Court", "Court's case", "Paid to", "Deposited", "Amount (Rs)", "Came back (Rs)",
    "Forfeited (Rs)", "Outstanding (Rs)", "State",
)  # fmt: skip
_LOANS = (
    "Voucher", "Fund", "Case", "Borrower", "Paid out", "Loan (Rs)", "Charge (Rs)", "Paid back (Rs)", "Left (Rs)", "Late (Rs)",
    "Days late", "Next instalment", "State",
)  # fmt: skip


def receipts(rows: Iterable[Receipt], title: str) -> Sheet:
    """One line for each number; a cancelled one keeps its amount and says so."""
    return Sheet("Receipts", title, _RECEIPTS, (_receipt(row) for row in rows))


def _receipt(row: Receipt) -> tuple[Cell, ...]:
    facts = (row.number, row.received_on, row.fund.code, row.year.label, row.get_kind_display(), row.received_from)
    more = (row.reference, row.purpose, row.head, row.amount, row.recorded_by.get_full_name())
    return (*facts, *more, "Cancelled" if row.undone else "Stands")  # type: ignore[attr-defined]


def deposits(rows: Iterable[PayeeLine], title: str) -> Sheet:
    """One line for each deposit."""
    return Sheet("Bail deposits", title, _DEPOSITS, (_deposit(row) for row in rows))


def _deposit(row: PayeeLine) -> tuple[Cell, ...]:
    order = row.obligation.order if row.obligation else None
    facts = (
        row.disbursement.sanction.voucher.number,
        row.disbursement.fund.code,
        row.case.number,
        str(row.case.person),
        str(order.court) if order else "",
        order.number if order else "",
        row.payee_name,
    )
    sums = (row.returned, row.forfeited, row.outstanding)  # type: ignore[attr-defined]
    return (*facts, row.paid_on, row.amount, *sums, state_of(row).capitalize())  # type: ignore[attr-defined]


def loans(rows: Iterable[Loan], title: str) -> Sheet:
    """One line for each loan."""
    return Sheet("Soft loans", title, _LOANS, (_loan(row) for row in rows))


def _loan(row: Loan) -> tuple[Cell, ...]:
    line = row.line
    facts = (
        line.disbursement.sanction.voucher.number,
        line.disbursement.fund.code,
        line.case.number,
        str(line.case.person),
    )
    sums = (line.amount, row.charge, row.paid, row.left, row.arrears)
    due = row.next.due_on if row.next else None
    return (*facts, line.paid_on, *sums, row.days_late, due, row.state.capitalize())  # type: ignore[attr-defined]
