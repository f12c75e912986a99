"""Tables that came as files, CSV or XLSX, read strictly: rows of cells, or what to change. Pure."""

import csv
import io
import re
import unicodedata
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import IO, Any

import openpyxl

from ledger.errors import BadInput

LONGEST_CELL = 2_500
MOST_UNPACKED = 40_000_000
PIECE = 1_000_000
ZIP = b"PK\x03\x04"
_LETTERS = str.maketrans({"ي": "ی", "ى": "ی", "ك": "ک", "ة": "ہ", "ه": "ہ"})


class CellError(Exception):
    """What is wrong with one cell."""


def refused(detail: str) -> BadInput:
    """The file as a whole cannot be taken."""
    return BadInput(detail, fields={"file": detail})


def same(text: str) -> str:
    """For comparing words that people type: case, blanks, dashes and Arabic letter forms do not count."""
    plain = unicodedata.normalize("NFKC", text).casefold().translate(_LETTERS)
    return re.sub(r"[\W_]+", "", plain)


def lines_of(
    content: bytes, *, most_rows: int, most_unpacked: int = MOST_UNPACKED
) -> Iterator[tuple[int, Sequence[Any]]]:
    """Each row with its number as a spreadsheet counts, of a CSV or of an XLSX's first sheet. Raises: BadInput naming `file`."""
    return _workbook(content, most_rows, most_unpacked) if content.startswith(ZIP) else csv_lines(content)


def text_of(cell: Any) -> str:
    """A cell as text. Raises: CellError."""
    if cell is None:
        return ""
    if isinstance(cell, bool):
        raise CellError("It is TRUE or FALSE. Write a text.")
    if isinstance(cell, datetime):
        return cell.date().isoformat()
    if isinstance(cell, date):
        return cell.isoformat()
    if isinstance(cell, int | str):
        text = str(cell)
    elif isinstance(cell, float) and cell.is_integer():  # a spreadsheet keeps whole numbers as fractions
        text = str(int(cell))
    else:
        raise CellError("It is a formula, a time or a number with a fraction. Write it as text.")
    if len(text) > LONGEST_CELL:
        raise CellError(f"It has {len(text)} characters, more than {LONGEST_CELL}.")
    if text.lstrip().startswith(("=", "@", "＝", "＠")):
        raise CellError("It is a formula. Paste the value instead.")
    return text


def figure_of(cell: Any) -> str:
    """A cell with an amount as text: a spreadsheet keeps rupees and paisa as a fraction. Raises: CellError."""
    if isinstance(cell, float) and not cell.is_integer():
        plain = Decimal(repr(cell))
        if plain.is_finite() and plain == round(plain, 2):
            return f"{plain:f}"
    return text_of(cell)


def csv_lines(content: bytes) -> Iterator[tuple[int, list[str]]]:
    """The same of a CSV, whichever of comma, semicolon and tab its first line has most of. Raises: BadInput."""
    text = _decoded(content)
    head = text.lstrip("\r\n").split("\n", 1)[0]
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=max(",;\t", key=head.count), strict=True)
    try:
        yield from enumerate(reader, 1)
    except csv.Error as error:
        raise refused(
            f"Line {reader.line_num} cannot be read as CSV: {error}. Look for a quote that is not closed."
        ) from None


def _decoded(content: bytes) -> str:
    """UTF-8 with or without its mark, or UTF-16 with it, as Excel writes them. Raises: BadInput."""
    marked = content.startswith((b"\xff\xfe", b"\xfe\xff"))
    try:
        text = content.decode("utf-16" if marked else "utf-8-sig")
    except UnicodeDecodeError:
        detail = "The file is not UTF-8, so Urdu names would come in wrong. In Excel choose “CSV UTF-8” when saving."
        raise refused(detail) from None
    if "\0" in text:
        raise refused("The file is neither CSV nor XLSX: it holds NUL characters.")
    return text


def _workbook(content: bytes, most_rows: int, most_unpacked: int) -> Iterator[tuple[int, Sequence[Any]]]:
    """The cells of the first sheet. Raises: BadInput."""
    _check_package(content, most_unpacked)
    try:
        book = openpyxl.load_workbook(io.BytesIO(content), read_only=True, data_only=False, keep_links=False)
        sheet = book.worksheets[0]
        sheet.reset_dimensions()  # what the file says of its size is not believed
        yield from enumerate(_bounded(sheet.iter_rows(values_only=True), most_rows), 1)
    except BadInput:
        raise
    except (KeyError, ValueError, TypeError, IndexError, OverflowError, SyntaxError, zipfile.BadZipFile, OSError):
        # SyntaxError: broken XML says so.
        raise refused(
            "The XLSX file is damaged. Open it in Excel and save it again, or save it as CSV UTF-8."
        ) from None


def _bounded(rows: Iterable[Sequence[Any]], most_rows: int) -> Iterator[Sequence[Any]]:
    """A sheet may claim a million empty rows and columns; nobody reads them all."""
    for number, cells in enumerate(rows):
        if number > most_rows:
            raise refused(f"The sheet has more than {most_rows:,} rows, empty ones counted. Delete the empty rows.")
        yield cells[:200]


def _check_package(content: bytes, most_unpacked: int) -> None:
    """Raises: BadInput for what a list of people never holds: other files, macros, links, entities, or too much."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as package:
            parts = package.infolist()
            if sum(part.file_size for part in parts) > most_unpacked or len(parts) > 200:
                raise refused("The XLSX file unpacks to more than a list of people needs. Save it as CSV UTF-8.")
            names = {part.filename for part in parts}
            if "xl/workbook.xml" not in names:
                raise refused("The file is neither CSV nor XLSX.")
            if any("vbaProject" in name or name.startswith("xl/externalLinks/") for name in names):
                raise refused("The XLSX file holds macros or links to other files. Save it as CSV UTF-8.")
            for part in parts:
                if part.filename.endswith((".xml", ".rels")):
                    with package.open(part) as opened:
                        _check_xml(opened)
    except (zipfile.BadZipFile, RuntimeError, NotImplementedError, EOFError, OSError, ValueError):
        # RuntimeError: a locked file says so.
        raise refused("The XLSX file is damaged or locked. Save it without a password, or as CSV UTF-8.") from None


def _check_xml(part: IO[bytes]) -> None:
    """Read piece by piece, each with the end of the one before, so that a large sheet never lies in memory whole."""
    before, first = b"", True
    while piece := part.read(PIECE):
        text = before + piece
        marked = first and text.startswith((b"\xff\xfe", b"\xfe\xff"))
        if marked or b"<!DOCTYPE" in text or b"<!ENTITY" in text:
            raise refused("The XLSX file declares entities of its own. Save it again in Excel, or as CSV UTF-8.")
        before, first = piece[-16:], False
