"""Tables as files: CSV, streamed line by line, and Excel workbooks. Data in, bytes out, no database.

A cell that a spreadsheet would take for a formula is written as text; amounts stay numbers.
"""

import csv
import io
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from decimal import Decimal
from typing import IO

import xlsxwriter
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from ledger.cells import plain

Cell = str | int | Decimal | date | None

# 1,23,45,678.00 needs one section a step, for Excel groups by thousands otherwise.
_MONEY = r"[>=10000000]#\,##\,##\,##0.00;[>=100000]#\,##\,##0.00;#,##0.00"


@dataclass(frozen=True, slots=True)
class Sheet:
    """One table: a title, the heads of its columns, its rows. Decimals are rupees."""

    name: str
    title: str
    heads: tuple[str, ...]
    rows: Iterable[tuple[Cell, ...]]


def csv_parts(heading: str, sheets: Sequence[Sheet]) -> Iterator[bytes]:
    """Every table below the other, a line at a time; UTF-8 with a byte-order mark so that spreadsheets read Urdu right."""
    text = io.StringIO(newline="")
    text.write("\ufeff")
    writer = csv.writer(text)
    for line in _lines(heading, sheets):
        writer.writerow(line)
        yield text.getvalue().encode()
        text.seek(0)
        text.truncate()


def _lines(heading: str, sheets: Sequence[Sheet]) -> Iterator[Iterable[str]]:
    yield [plain(heading)]
    for sheet in sheets:
        yield []
        yield [plain(sheet.title)]
        yield [plain(head) for head in sheet.heads]
        for row in sheet.rows:
            yield map(_written, row)


def _written(cell: Cell) -> str:
    if isinstance(cell, Decimal):
        return f"{cell:.2f}"
    return plain(cell) if isinstance(cell, str) else str(cell if cell is not None else "")


def write_xlsx(stream: IO[bytes], heading: str, sheets: Sequence[Sheet], stamp: date) -> None:
    """One sheet per table, amounts as numbers in lakh grouping. `stamp` instead of the clock: a file drawn twice is the
    same file. Rows go to the disk as they come, so that any number of them fits into memory."""
    options = {
        "constant_memory": True,
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "strings_to_numbers": False,
    }
    with xlsxwriter.Workbook(stream, options) as book:
        book.set_properties({"title": heading, "created": datetime.combine(stamp, time(12))})
        formats = {
            "title": book.add_format({"bold": True, "font_size": 13}),
            "head": book.add_format({"bold": True, "bottom": 1, "text_wrap": True}),
            "money": book.add_format({"num_format": _MONEY}),
            "date": book.add_format({"num_format": "d mmm yyyy"}),
        }
        for sheet in sheets:
            _write_sheet(book.add_worksheet(sheet.name), sheet, heading, formats)


def _write_sheet(page: Worksheet, sheet: Sheet, heading: str, formats: dict[str, Format]) -> None:
    page.set_column(0, 0, 34)
    page.set_column(1, max(1, len(sheet.heads) - 1), 22)
    page.freeze_panes(4, 1)
    page.set_paper(9)
    page.fit_to_pages(1, 0)
    page.write_string(0, 0, sheet.title, formats["title"])
    page.write_string(1, 0, heading)
    for column, head in enumerate(sheet.heads):
        page.write_string(3, column, head, formats["head"])
    for number, row in enumerate(sheet.rows, start=4):
        for column, cell in enumerate(row):
            _write_cell(page, number, column, cell, formats)


def _write_cell(page: Worksheet, row: int, column: int, cell: Cell, formats: dict[str, Format]) -> None:
    if isinstance(cell, Decimal):
        # A spreadsheet keeps 15 digits, which is every amount up to the ceiling to the paisa.
        page.write_number(row, column, cell, formats["money"])
    elif isinstance(cell, int):
        page.write_number(row, column, cell)
    elif isinstance(cell, date):
        page.write_datetime(row, column, datetime.combine(cell, time()), formats["date"])
    elif cell:
        page.write_string(row, column, cell)
