"""Tables of figures on statements: columns as wide as their largest figure, brackets that hang, rules for totals."""

from decimal import Decimal
from typing import Final

from funds.papers.fit import LEADING, fit, put, wrap
from funds.papers.flow import Flow
from funds.papers.fonts import REGULAR, SEMIBOLD, Face
from funds.papers.ink import GREEN, GREY, HAIR, INK, PALE, POINT, TINT, Pen
from funds.papers.ornament import LEFT, RIGHT, WIDTH
from funds.papers.statement_data import AMOUNT, CLOSING, HEADING, LINE, PERCENT, STRONG, TOTAL, Table, TableRow
from ledger.money import grouped

SIZE: Final = 7.4
ROW: Final = 5.5
_LEAST_LABEL: Final = 44.0
_HEAD_SIZE: Final = 6.2
_PAD: Final = 2.0  # left of a figure; right of it hangs the closing bracket
_DASH: Final = "–"


def figure(value: Decimal | None, kind: str, *, paisa: bool) -> str:
    """A value as it stands in a table: brackets for negative, a dash for nil, nothing for None."""
    if value is None:
        return ""
    if value == 0:
        return _DASH
    if kind == PERCENT:
        text = f"{abs(value):f}%" if value == value.to_integral_value() else f"{abs(value):.1f}%"
    else:
        text = grouped(abs(value))
        text = text if paisa and kind == AMOUNT else text.removesuffix(".00")
    return f"({text})" if value < 0 else text


class _Layout:
    """Where the columns of one table end, and the type size that lets every figure in."""

    def __init__(self, table: Table) -> None:
        self.table = table
        amounts = [
            value
            for row in table.rows
            for value, column in zip(row.values, table.columns, strict=False)
            if value is not None and column.kind == AMOUNT
        ]
        self.paisa = any(value != value.to_integral_value() for value in amounts)
        self.size = SIZE
        texts = sum(column.width for column in table.texts)
        natural = self._natural_widths()
        room = WIDTH - _LEAST_LABEL - texts
        if sum(natural) > room:
            self.size = SIZE * room / sum(natural)
            natural = [width * room / sum(natural) for width in natural]
        self.widths = natural
        self.label_width = WIDTH - texts - sum(natural)
        self.figures_left = RIGHT - sum(natural)

    def _natural_widths(self) -> list[float]:
        bracket = SEMIBOLD.width(")", SIZE) / POINT
        widths = []
        for number, column in enumerate(self.table.columns):
            texts = [self.text(row, number) for row in self.table.rows]
            widest = max((SEMIBOLD.width(text.rstrip(")"), SIZE) / POINT for text in texts), default=0.0)
            least = 15.0 if column.kind == PERCENT else 22.0 if len(self.table.columns) > 3 else 30.0
            widths.append(max(least, widest + _PAD + bracket + 1.2))
        equal = max((w for w, c in zip(widths, self.table.columns, strict=True) if c.kind == AMOUNT), default=0.0)
        return [equal if c.kind == AMOUNT else w for w, c in zip(widths, self.table.columns, strict=True)]

    def text(self, row: TableRow, number: int) -> str:
        """The text of one cell; rows may have fewer values than columns."""
        value = row.values[number] if number < len(row.values) else None
        return figure(value, self.table.columns[number].kind, paisa=self.paisa)


def draw(flow: Flow, table: Table) -> None:
    """Draw the table under whatever heading stands above; its heading row is repeated on every page it reaches."""
    layout = _Layout(table)
    flow.need(_head_height(table) + 3 * ROW)
    _head(flow, layout)
    for row in table.rows:
        height = _row_height(row, layout)
        if flow.y + height > 276.0:
            flow.new_page()
            _head(flow, layout)
        _row(flow.pen, flow.y, height, row, layout)
        flow.y += height
    if table.note:
        flow.y += 1.4
        flow.paragraph(table.note, size=6.6, colour=GREY)


def _head_height(table: Table) -> float:
    return 13.4 if any(column.group for column in table.columns) else 8.2


def _head(flow: Flow, layout: _Layout) -> None:
    pen, top, table = flow.pen, flow.y, layout.table
    height = _head_height(table)
    pen.rectangle(LEFT, top, WIDTH, height, fill=TINT)
    grouped_head = height > 9
    if grouped_head:
        _groups(pen, top, layout)
    centre = top + height - 4.1 + 0.8
    put(
        pen,
        LEFT + 1.4,
        centre,
        layout.label_width - 2,
        fit(table.label, REGULAR, _HEAD_SIZE, 60, lines=1),
        face=REGULAR,
        colour=GREY,
    )
    x = LEFT + layout.label_width
    for text_column in table.texts:
        fitted = fit(text_column.label, REGULAR, _HEAD_SIZE, text_column.width - 1, lines=1)
        put(
            pen,
            x,
            centre,
            text_column.width - 1,
            fitted,
            face=REGULAR,
            colour=GREY,
            align="centre" if text_column.centred else "left",
        )
        x += text_column.width
    for column, width in zip(table.columns, layout.widths, strict=True):
        fitted = fit(column.label, REGULAR, _HEAD_SIZE, width - _PAD - 1.6, wrap_first=True)
        lift = (len(fitted.lines) - 1) * fitted.size * LEADING / POINT / 2
        put(
            pen, x + _PAD, centre - lift, width - _PAD - _hang(layout), fitted, face=REGULAR, colour=GREY, align="right"
        )
        x += width
    flow.y += height


def _groups(pen: Pen, top: float, layout: _Layout) -> None:
    x = layout.figures_left
    columns = layout.table.columns
    number = 0
    while number < len(columns):
        end = number + 1
        while end < len(columns) and columns[end].group == columns[number].group:
            end += 1
        width = sum(layout.widths[number:end])
        if columns[number].group:
            pen.text(x + width / 2, top + 3.8, columns[number].group, face=SEMIBOLD, size=6.8, align="centre")
            pen.line(x + 1.2, top + 5.4, x + width - 0.4, top + 5.4, colour=GREEN, line=0.6)
        x += width
        number = end


def _hang(layout: _Layout) -> float:
    """Room right of every figure for a closing bracket, so that digits stand under digits."""
    return SEMIBOLD.width(")", layout.size) / POINT + 0.5


def _label_face(row: TableRow) -> Face:
    return REGULAR if row.style == LINE else SEMIBOLD


def _row_height(row: TableRow, layout: _Layout) -> float:
    lines = len(wrap(row.label, _label_face(row), SIZE, layout.label_width - 3).lines) if row.label else 1
    for text, column in zip(row.texts, layout.table.texts, strict=False):
        lines = max(lines, len(wrap(text, REGULAR, SIZE, column.width - 2).lines))
    return ROW + (max(lines, 1) - 1) * SIZE * LEADING / POINT


def _row(pen: Pen, top: float, height: float, row: TableRow, layout: _Layout) -> None:
    base = top + 3.75
    face = _label_face(row)
    _shade(pen, top, height, layout)
    label = wrap(row.label, face, SIZE, layout.label_width - 3)
    put(pen, LEFT + 1.4, base, layout.label_width - 3, label, face=face, colour=GREEN if row.style == HEADING else INK)
    x = LEFT + layout.label_width
    for text, text_column in zip(row.texts, layout.table.texts, strict=False):
        cell = wrap(text, REGULAR, SIZE, text_column.width - 2)
        put(pen, x, base, text_column.width - 1, cell, face=REGULAR, align="centre" if text_column.centred else "left")
        x += text_column.width
    x = layout.figures_left
    for number, width in enumerate(layout.widths):
        x += width
        _figure(pen, x - _hang(layout), base, layout.text(row, number), face, layout.size)
    _rules(pen, top, height, row, layout)


def _figure(pen: Pen, right: float, base: float, text: str, face: Face, size: float) -> None:
    """A figure ending at `right`, its closing bracket beyond it."""
    if text.endswith(")"):
        pen.text(right, base, text[:-1], face=face, size=size, align="right")
        pen.text(right, base, ")", face=face, size=size)
    else:
        pen.text(right, base, text, face=face, size=size, align="right")


def _shade(pen: Pen, top: float, height: float, layout: _Layout) -> None:
    x = layout.figures_left
    for column, width in zip(layout.table.columns, layout.widths, strict=True):
        if column.shaded:
            pen.rectangle(x, top, width, height, fill=PALE)
        x += width


def _rules(pen: Pen, top: float, height: float, row: TableRow, layout: _Layout) -> None:
    bottom = top + height
    pen.line(LEFT, bottom, RIGHT, bottom, colour=HAIR, line=0.4)
    if row.style not in (TOTAL, CLOSING, STRONG):
        return
    x = layout.figures_left
    for number, width in enumerate(layout.widths):
        if layout.text(row, number) and row.style != STRONG:
            pen.line(x + 1.2, top, x + width - 0.2, top, colour=INK, line=0.7)
            if row.style == CLOSING:
                pen.line(x + 1.2, bottom, x + width - 0.2, bottom, colour=INK, line=0.7)
                pen.line(x + 1.2, bottom + 0.7, x + width - 0.2, bottom + 0.7, colour=INK, line=0.7)
        x += width
