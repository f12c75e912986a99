"""Reads a file of referrals, CSV or XLSX, strictly: rows of texts under known columns, or what to change. No database."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from beneficiaries.referral_values import COLUMNS, NEEDED, same
from beneficiaries.table_reading import CellError, lines_of, refused, text_of

MOST_BYTES = 1_500_000
MOST_ROWS = 2_000
_KNOWN = {same(name): name for name in COLUMNS} | {same(urdu): name for name, urdu in COLUMNS.items()}


@dataclass(slots=True)
class Row:
    """One row as it stands in the file, numbered as a spreadsheet does; `wrong` says what cannot be read, by column."""

    number: int
    texts: dict[str, str] = field(default_factory=dict)
    wrong: dict[str, str] = field(default_factory=dict)


def read(content: bytes) -> list[Row]:
    """The rows of the file; empty ones are left out. Raises: BadInput naming `file` for one that cannot be read as a whole."""
    if len(content) > MOST_BYTES:
        raise refused(f"The file has {len(content):,} bytes, more than {MOST_BYTES:,}. Send it in parts.")
    if not content.strip():
        raise refused("The file is empty.")
    rows: list[Row] = []
    columns: list[str] = []
    for number, cells in lines_of(content, most_rows=10 * MOST_ROWS):
        if not any(cell not in (None, "") for cell in cells):
            continue
        if not columns:
            columns = _columns(cells)
            continue
        if len(rows) >= MOST_ROWS:
            raise refused(f"The file has more than {MOST_ROWS:,} rows. Send it in parts.")
        rows.append(_row(number, cells, columns))
    if not columns or not rows:
        raise refused("The file has no row of data under its columns.")
    return rows


def _columns(cells: Sequence[Any]) -> list[str]:
    """The columns that the first row names, in English or Urdu. Raises: BadInput."""
    heads = [str(cell if cell is not None else "").strip() for cell in cells]
    while heads and not heads[-1]:
        heads.pop()
    unknown = [head or "(empty)" for head in heads if same(head) not in _KNOWN]
    if unknown:
        told = ", ".join(f"“{head[:40]}”" for head in unknown[:5])
        raise refused(f"These columns are not known: {told}. Take the columns of the template.")
    columns = [_KNOWN[same(head)] for head in heads]
    twice = sorted({name for name in columns if columns.count(name) > 1})
    if twice:
        raise refused(f"The column “{twice[0]}” stands twice. Keep one of them.")
    missing = [name for name in NEEDED if name not in columns]
    if missing:
        raise refused(f"The column “{missing[0]}” is missing. Take the columns of the template.")
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
            row.texts[name] = text_of(cell)
        except CellError as error:
            row.wrong[name] = str(error)
    return row
