"""Reads a file of referrals, CSV or XLSX, strictly: rows of texts under known columns, or what to change. No database."""

import csv
import io
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

import openpyxl

from beneficiaries.referral_values import COLUMNS, NEEDED, same
from ledger.errors import BadInput

MOST_BYTES = 1_500_000
MOST_ROWS = 2_000
LONGEST_CELL = 2_500
MOST_UNPACKED = 40_000_000
ZIP = b"PK\x03\x04"
_KNOWN = {same(name): name for name in COLUMNS} | {same(urdu): name for name, urdu in COLUMNS.items()}


class _Cell(Exception):
    """What is wrong with one cell."""


@dataclass(slots=True)
class Row:
    """One row as it stands in the file, numbered as a spreadsheet does; `wrong` says what cannot be read, by column."""

    number: int
    texts: dict[str, str] = field(default_factory=dict)
    wrong: dict[str, str] = field(default_factory=dict)


def read(content: bytes) -> list[Row]:
    """The rows of the file; empty ones are left out. Raises: BadInput naming `file` for one that cannot be read as a whole."""
    if len(content) > MOST_BYTES:
        raise _refused(f"The file has {len(content):,} bytes, more than {MOST_BYTES:,}. Send it in parts.")
    if not content.strip():
        raise _refused("The file is empty.")
    lines = _workbook(content) if content.startswith(ZIP) else _csv(content)
    rows: list[Row] = []
    columns: list[str] = []
    for number, cells in lines:
        if not any(cell not in (None, "") for cell in cells):
            continue
        if not columns:
            columns = _columns(cells)
            continue
        if len(rows) >= MOST_ROWS:
            raise _refused(f"The file has more than {MOST_ROWS:,} rows. Send it in parts.")
        rows.append(_row(number, cells, columns))
    if not columns or not rows:
        raise _refused("The file has no row of data under its columns.")
    return rows


def _refused(detail: str) -> BadInput:
    return BadInput(detail, fields={"file": detail})


def _columns(cells: Sequence[Any]) -> list[str]:
    """The columns that the first row names, in English or Urdu. Raises: BadInput."""
    heads = [str(cell if cell is not None else "").strip() for cell in cells]
    while heads and not heads[-1]:
        heads.pop()
    unknown = [head or "(empty)" for head in heads if same(head) not in _KNOWN]
    if unknown:
        told = ", ".join(f"“{head[:40]}”" for head in unknown[:5])
        raise _refused(f"These columns are not known: {told}. Take the columns of the template.")
    columns = [_KNOWN[same(head)] for head in heads]
    twice = sorted({name for name in columns if columns.count(name) > 1})
    if twice:
        raise _refused(f"The column “{twice[0]}” stands twice. Keep one of them.")
    missing = [name for name in NEEDED if name not in columns]
    if missing:
        raise _refused(f"The column “{missing[0]}” is missing. Take the columns of the template.")
    return columns


def _row(number: int, cells: Sequence[Any], columns: list[str]) -> Row:
    row = Row(number)
    extra = [cell for cell in cells[len(columns) :] if cell not in (None, "")]
    if extra:
        row.wrong["row"] = (
            f"It has {len(cells)} cells, and there are {len(columns)} columns. Look for a stray separator."
        )
    for name, cell in zip(columns, cells, strict=False):
        try:
            row.texts[name] = _text(cell)
        except _Cell as error:
            row.wrong[name] = str(error)
    return row


def _text(cell: Any) -> str:
    """A cell as text. Raises: _Cell."""
    if cell is None:
        return ""
    if isinstance(cell, bool):
        raise _Cell("It is TRUE or FALSE. Write a text.")
    if isinstance(cell, datetime):
        return cell.date().isoformat()
    if isinstance(cell, date):
        return cell.isoformat()
    if isinstance(cell, int | str):
        text = str(cell)
    elif isinstance(cell, float) and cell.is_integer():  # a spreadsheet keeps whole numbers as fractions
        text = str(int(cell))
    else:
        raise _Cell("It is a formula, a time or a number with a fraction. Write it as text.")
    if len(text) > LONGEST_CELL:
        raise _Cell(f"It has {len(text)} characters, more than {LONGEST_CELL}.")
    if text.lstrip().startswith(("=", "@", "＝", "＠")):
        raise _Cell("It is a formula. Paste the value instead.")
    return text


def _csv(content: bytes) -> Iterator[tuple[int, list[str]]]:
    text = _decoded(content)
    head = text.lstrip("\r\n").split("\n", 1)[0]
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=max(",;\t", key=head.count), strict=True)
    try:
        yield from enumerate(reader, 1)
    except csv.Error as error:
        raise _refused(
            f"Line {reader.line_num} cannot be read as CSV: {error}. Look for a quote that is not closed."
        ) from None


def _decoded(content: bytes) -> str:
    """UTF-8 with or without its mark, or UTF-16 with it, as Excel writes them. Raises: BadInput."""
    marked = content.startswith((b"\xff\xfe", b"\xfe\xff"))
    try:
        text = content.decode("utf-16" if marked else "utf-8-sig")
    except UnicodeDecodeError:
        detail = "The file is not UTF-8, so Urdu names would come in wrong. In Excel choose “CSV UTF-8” when saving."
        raise _refused(detail) from None
    if "\0" in text:
        raise _refused("The file is neither CSV nor XLSX: it holds NUL characters.")
    return text


def _workbook(content: bytes) -> Iterator[tuple[int, Sequence[Any]]]:
    """The cells of the first sheet. Raises: BadInput."""
    _check_package(content)
    try:
        book = openpyxl.load_workbook(io.BytesIO(content), read_only=True, data_only=False, keep_links=False)
        sheet = book.worksheets[0]
        sheet.reset_dimensions()  # what the file says of its size is not believed
        yield from enumerate(_bounded(sheet.iter_rows(values_only=True)), 1)
    except BadInput:
        raise
    except (KeyError, ValueError, TypeError, IndexError, OverflowError, SyntaxError, zipfile.BadZipFile, OSError):
        # SyntaxError: broken XML says so.
        raise _refused(
            "The XLSX file is damaged. Open it in Excel and save it again, or save it as CSV UTF-8."
        ) from None


def _bounded(rows: Iterable[Sequence[Any]]) -> Iterator[Sequence[Any]]:
    """A sheet may claim a million empty rows and columns; nobody reads them all."""
    for number, cells in enumerate(rows):
        if number > 10 * MOST_ROWS:
            raise _refused(
                f"The sheet has more than {10 * MOST_ROWS:,} rows, empty ones counted. Delete the empty rows."
            )
        yield cells[:200]


def _check_package(content: bytes) -> None:
    """Raises: BadInput for what a list of people never holds: other files, macros, links, entities, or too much."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as package:
            parts = package.infolist()
            if sum(part.file_size for part in parts) > MOST_UNPACKED or len(parts) > 200:
                raise _refused("The XLSX file unpacks to more than a list of people needs. Save it as CSV UTF-8.")
            names = {part.filename for part in parts}
            if "xl/workbook.xml" not in names:
                raise _refused("The file is neither CSV nor XLSX.")
            if any("vbaProject" in name or name.startswith("xl/externalLinks/") for name in names):
                raise _refused("The XLSX file holds macros or links to other files. Save it as CSV UTF-8.")
            for part in parts:
                if part.filename.endswith((".xml", ".rels")):
                    _check_xml(package.read(part))
    except (zipfile.BadZipFile, RuntimeError, NotImplementedError, EOFError, OSError, ValueError):
        # RuntimeError: a locked file says so.
        raise _refused("The XLSX file is damaged or locked. Save it without a password, or as CSV UTF-8.") from None


def _check_xml(text: bytes) -> None:
    if text.startswith((b"\xff\xfe", b"\xfe\xff")) or b"<!DOCTYPE" in text or b"<!ENTITY" in text:
        raise _refused("The XLSX file declares entities of its own. Save it again in Excel, or as CSV UTF-8.")
