"""The annual statement as JSON, as CSV and as an Excel workbook: the figures of statements.py in tables."""

import io
import json

from funds.books import editions
from funds.books.statement_json import to_json
from funds.books.table_files import Cell, Sheet, csv_parts, write_xlsx
from funds.statements import Statement
from ledger.chart import fiscal_label


def sheets(statement: Statement) -> tuple[Sheet, ...]:
    """Every part of the statement, in the order of the paper."""
    return (
        _receipts_payments(statement),
        _budget(statement),
        Sheet("Months", "Payments by month", ("Month", "Paid (Rs)"), tuple(statement.months)),
        Sheet(
            "People",
            "People helped by province and sex",
            ("Province", "Sex", "People", "Paid (Rs)"),
            _groups(statement),
        ),
        _tie_out(statement),
        _trial(statement),
    )


def _groups(statement: Statement) -> tuple[tuple[Cell, ...], ...]:
    return tuple((group.province, group.sex, group.people, group.amount) for group in statement.groups)


def _receipts_payments(statement: Statement) -> Sheet:
    now, before = statement.now, statement.before
    rows: list[tuple[Cell, ...]] = [("Opening cash", now.opening, before.opening)]
    rows += [(f"Receipts: {item.label}", item.amount, item.previous) for item in statement.receipts]
    rows.append(("Total receipts", now.received, before.received))
    rows += [(f"Payments: {item.label}", item.amount, item.previous) for item in statement.payments]
    rows += [
        ("Total payments", now.paid, before.paid),
        ("Closing cash", now.closing, before.closing),
        ("People helped", now.people, before.people),
    ]
    heads = ("Rupees", statement.title, _previous_title(statement))
    return Sheet("Receipts and payments", "Statement of cash receipts and payments", heads, tuple(rows))


def _budget(statement: Statement) -> Sheet:
    now = statement.now
    rows: tuple[tuple[Cell, ...], ...] = (
        ("Original budget", now.original),
        ("Final budget", now.final),
        ("Actual payments", now.paid),
        ("Final less actual", now.final - now.paid),
        ("Outstanding commitments", now.committed),
    )
    return Sheet("Budget", "Comparison of budget and actual", ("Rupees", statement.title), rows)


def _tie_out(statement: Statement) -> Sheet:
    rows = tuple((tie.figure, tie.accounts, tie.stated, tie.ledger, tie.difference) for tie in statement.ties)
    heads = ("Figure", "Accounts", "Statement (Rs)", "Trial balance (Rs)", "Difference (Rs)")
    return Sheet("Tie-out", "Figures of the statement beside the trial balance", heads, rows)


def _trial(statement: Statement) -> Sheet:
    trial = statement.trial
    rows: list[tuple[Cell, ...]] = [(row.code, row.name, row.debit, row.credit) for row in trial.rows]
    rows.append(("", "Total", trial.debit_total, trial.credit_total))
    heads = ("Account", "Name", "Debit (Rs)", "Credit (Rs)")
    return Sheet("Trial balance", f"Trial balance at {statement.now.end:%-d %b %Y}", heads, tuple(rows))


def _previous_title(statement: Statement) -> str:
    first, last = fiscal_label(statement.before.start), fiscal_label(statement.before.end)
    return first if first == last else f"{first} to {last}"


def _heading(statement: Statement) -> str:
    standing = editions.standing(statement).text
    return f"{statement.fund.name} ({statement.fund.code}), {statement.title}, rupees, cash basis. {standing}"


def json_bytes(statement: Statement) -> bytes:
    """The statement as one JSON document; amounts are texts with two decimals."""
    return (json.dumps(to_json(statement), ensure_ascii=False, indent=1) + "\n").encode()


def csv_bytes(statement: Statement) -> bytes:
    """Every table below the other, UTF-8."""
    return b"".join(csv_parts(_heading(statement), sheets(statement)))


def xlsx_bytes(statement: Statement) -> bytes:
    """One sheet per table, amounts as numbers in lakh grouping, the same bytes for the same statement."""
    stream = io.BytesIO()
    write_xlsx(stream, _heading(statement), sheets(statement), statement.now.end)
    return stream.getvalue()
