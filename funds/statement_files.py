"""The annual statement as JSON, as CSV and as an Excel workbook: the figures of statements.py in tables, no database.

A cell that a spreadsheet would take for a formula is written as text; amounts stay numbers.
"""

import csv
import io
import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, time
from decimal import Decimal

import xlsxwriter
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from funds.statements import Statement, to_json
from ledger.cells import plain
from ledger.chart import fiscal_label

Cell = str | int | Decimal | None


@dataclass(frozen=True, slots=True)
class Sheet:
    """One table: a title, the heads of its columns, its rows. Decimals are rupees."""

    name: str
    title: str
    heads: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]


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
    return Sheet("Trial balance", f"Trial balance at {statement.now.end:%d %b %Y}", heads, tuple(rows))


def _previous_title(statement: Statement) -> str:
    first, last = fiscal_label(statement.before.start), fiscal_label(statement.before.end)
    return first if first == last else f"{first} to {last}"


def _heading(statement: Statement) -> str:
    return f"{statement.fund.name} ({statement.fund.code}), {statement.title}, rupees, cash basis"


def json_bytes(statement: Statement) -> bytes:
    """The statement as one JSON document; amounts are texts with two decimals."""
    return (json.dumps(to_json(statement), ensure_ascii=False, indent=1) + "\n").encode()


def csv_bytes(statement: Statement) -> bytes:
    """Every table below the other, UTF-8 with a byte-order mark so that spreadsheets read Urdu names right."""
    stream = io.StringIO(newline="")
    writer = csv.writer(stream)
    writer.writerow([plain(_heading(statement))])
    for sheet in sheets(statement):
        writer.writerow([])
        writer.writerow([plain(sheet.title)])
        writer.writerow([plain(head) for head in sheet.heads])
        writer.writerows(_written(row) for row in sheet.rows)
    return stream.getvalue().encode("utf-8-sig")


def _written(row: tuple[Cell, ...]) -> Iterator[str]:
    for cell in row:
        if isinstance(cell, Decimal):
            yield f"{cell:.2f}"
        else:
            yield plain(cell) if isinstance(cell, str) else str(cell if cell is not None else "")


def xlsx_bytes(statement: Statement) -> bytes:
    """One sheet per table, amounts as numbers in lakh grouping, the same bytes for the same statement."""
    stream = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    book = xlsxwriter.Workbook(stream, options)
    # The end of the statement's span instead of the clock: a file drawn twice is the same file.
    stamp = statement.now.end
    book.set_properties({"title": _heading(statement), "created": datetime.combine(stamp, time(12))})
    # 1,23,45,678.00 needs one section a step, for Excel groups by thousands otherwise.
    money = r"[>=10000000]#\,##\,##\,##0.00;[>=100000]#\,##\,##0.00;#,##0.00"
    formats = {
        "title": book.add_format({"bold": True, "font_size": 13}),
        "head": book.add_format({"bold": True, "bottom": 1, "text_wrap": True}),
        "total": book.add_format({"bold": True}),
        "money": book.add_format({"num_format": money}),
    }
    for sheet in sheets(statement):
        _write_sheet(book.add_worksheet(sheet.name), sheet, _heading(statement), formats)
    book.close()
    return stream.getvalue()


def _write_sheet(page: Worksheet, sheet: Sheet, heading: str, formats: dict[str, Format]) -> None:
    page.write_string(0, 0, sheet.title, formats["title"])
    page.write_string(1, 0, heading)
    for column, head in enumerate(sheet.heads):
        page.write_string(3, column, head, formats["head"])
    for number, row in enumerate(sheet.rows, start=4):
        for column, cell in enumerate(row):
            if isinstance(cell, Decimal):
                # A spreadsheet keeps 15 digits, which is every amount up to the ceiling to the paisa.
                page.write_number(number, column, cell, formats["money"])
            elif isinstance(cell, int):
                page.write_number(number, column, cell)
            elif cell:
                page.write_string(number, column, cell)
    page.set_column(0, 0, 34)
    page.set_column(1, max(1, len(sheet.heads) - 1), 22)
    page.freeze_panes(4, 1)
    page.set_paper(9)
    page.fit_to_pages(1, 0)
