"""Rows of texts under known columns, of any file that `table_reading` reads; what cannot be read is said by its place. Pure."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from beneficiaries.tables.table_reading import MOST_UNPACKED, CellError, figure_of, lines_of, refused, same, text_of


@dataclass(frozen=True, slots=True)
class Shape:
    """What a kind of file may hold: its columns with their other heads, and how much of it is taken.

    `figures` are columns in which a spreadsheet may keep a number with a fraction.
    """

    columns: Mapping[str, Sequence[str]]
    needed: Collection[str]
    most_bytes: int
    most_rows: int
    figures: Collection[str] = ()
    most_unpacked: int = MOST_UNPACKED
    more: str = "Send it in parts."  # what to do with more rows

    @property
    def known(self) -> dict[str, str]:
        """Each head, as `same` compares it, with the column it means."""
        return {same(head): name for name, heads in self.columns.items() for head in (name, *heads)}


@dataclass(slots=True)
class Row:
    """One row as it stands in the file, numbered as a spreadsheet does; `wrong` says what cannot be read, by column."""

    number: int
    texts: dict[str, str] = field(default_factory=dict)
    wrong: dict[str, str] = field(default_factory=dict)


def rows_of(content: bytes, shape: Shape) -> Iterator[Row]:
    """The rows of the file one by one; empty ones are left out. Raises: BadInput naming `file` for one that cannot be read."""
    if len(content) > shape.most_bytes:
        raise refused(f"The file has {len(content):,} bytes, more than {shape.most_bytes:,}. Send it in parts.")
    if not content.strip():
        raise refused("The file is empty.")
    columns: list[str] = []
    count = 0
    for number, cells in lines_of(content, most_rows=10 * shape.most_rows, most_unpacked=shape.most_unpacked):
        if not any(cell not in (None, "") for cell in cells):
            continue
        if not columns:
            columns = _columns(cells, shape)
            continue
        count += 1
        if count > shape.most_rows:
            raise refused(f"The file has more than {shape.most_rows:,} rows. {shape.more}")
        yield _row(number, cells, columns, shape)
    if not count:
        raise refused("The file has no row of data under its columns.")


def _columns(cells: Sequence[Any], shape: Shape) -> list[str]:
    """The columns that the first row names, in English or Urdu. Raises: BadInput."""
    known = shape.known
    heads = [str(cell if cell is not None else "").strip() for cell in cells]
    while heads and not heads[-1]:
        heads.pop()
    unknown = [head or "(empty)" for head in heads if same(head) not in known]
    if unknown:
        told = ", ".join(f"“{head[:40]}”" for head in unknown[:5])
        raise refused(f"These columns are not known: {told}. Take the columns of the template.")
    columns = [known[same(head)] for head in heads]
    twice = sorted({name for name in columns if columns.count(name) > 1})
    if twice:
        raise refused(f"The column “{twice[0]}” stands twice. Keep one of them.")
    missing = [name for name in shape.needed if name not in columns]
    if missing:
        raise refused(f"The column “{missing[0]}” is missing. Take the columns of the template.")
    return columns


def _row(number: int, cells: Sequence[Any], columns: list[str], shape: Shape) -> Row:
    row = Row(number)
    extra = [cell for cell in cells[len(columns) :] if cell not in (None, "")]
    if extra:
        row.wrong["row"] = (
            f"It has {len(cells)} cells, and there are {len(columns)} columns. Look for a stray separator."
        )
    for name, cell in zip(columns, cells, strict=False):
        try:
            row.texts[name] = figure_of(cell) if name in shape.figures else text_of(cell)
        except CellError as error:
            row.wrong[name] = str(error)
    return row
