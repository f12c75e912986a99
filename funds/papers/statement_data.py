"""What an annual statement says, frozen: tables of any rows and columns, so that every kind of fund fits."""

from dataclasses import dataclass
from decimal import Decimal

AMOUNT, EXACT, PERCENT, COUNT = "amount", "exact", "percent", "count"
LINE, HEADING, STRONG, TOTAL, CLOSING = "line", "heading", "strong", "total", "closing"


@dataclass(frozen=True)
class TextColumn:
    """A column of short texts after the label, such as the note number; `width` in mm."""

    label: str
    width: int
    centred: bool = False


@dataclass(frozen=True)
class ValueColumn:
    """A column of figures. Neighbours with the same `group` share a heading; `shaded` marks this year.

    `kind`: AMOUNT in rupees; EXACT likewise, but nil prints as 0.00; PERCENT; COUNT of persons or cases.
    """

    label: str
    group: str = ""
    kind: str = AMOUNT
    shaded: bool = False


@dataclass(frozen=True)
class TableRow:
    """One row. Values in rupees, per cent or persons; negative prints in brackets, zero as a dash, None blank.

    `style`: LINE, HEADING (no figures), STRONG (bold), TOTAL (rule above), CLOSING (rule above, double rule below).
    """

    label: str
    texts: tuple[str, ...] = ()
    values: tuple[Decimal | None, ...] = ()
    style: str = LINE


@dataclass(frozen=True)
class Table:
    """A titled table; `label` heads the first column, `note` stands under the table.

    Amounts are in whole rupees unless one of them has paisa or `paisa` asks for two decimals.
    """

    title: str
    label: str
    columns: tuple[ValueColumn, ...]
    rows: tuple[TableRow, ...]
    texts: tuple[TextColumn, ...] = ()
    note: str = ""
    paisa: bool = False


@dataclass(frozen=True)
class KeyFigure:
    """One of the figures on top of page one, already written out."""

    label: str
    value: str
    note: str = ""


@dataclass(frozen=True)
class Month:
    """Payments of one month in rupees, this year and the year before."""

    label: str
    this: Decimal
    previous: Decimal


@dataclass(frozen=True)
class MonthChart:
    """Payments by month, drawn as bars over the same figures."""

    title: str
    this_label: str
    previous_label: str
    months: tuple[Month, ...]
    note: str = ""


@dataclass(frozen=True)
class Note:
    """One numbered note with its paragraphs and tables."""

    number: int
    title: str
    paragraphs: tuple[str, ...] = ()
    tables: tuple[Table, ...] = ()


@dataclass(frozen=True)
class SignatureLine:
    """A line to sign above; `name` may be empty."""

    post: str
    name: str = ""


@dataclass(frozen=True)
class StatementPaper:
    """The annual statement of one fund, in the order it is printed. Parts that do not apply are None or empty."""

    government: str
    ministry: str
    fund_name: str
    fund_note: str  # "Annual statement for the year ended 30 June 2026"
    particulars: tuple[str, ...]
    year: str
    basis: str  # "Cash Basis IPSAS · Rupees"
    key_figures: tuple[KeyFigure, ...]
    receipts_payments: Table
    budget: Table | None = None
    months: MonthChart | None = None
    movement: Table | None = None
    bank: Table | None = None
    commitments: Table | None = None
    notes: tuple[Note, ...] = ()
    helped: tuple[Table, ...] = ()
    tie_out: tuple[Table, ...] = ()
    signatures: tuple[SignatureLine, ...] = ()
    version: str = ""
    verify_url: str = ""
