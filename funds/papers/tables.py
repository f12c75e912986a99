"""Tables of figures on statements: columns as wide as their largest figure, brackets that hang, rules for totals."""

from decimal import Decimal
from typing import Final

from funds.papers.fit import LEADING, Fitted, fit, put, wrap
from funds.papers.flow import BOTTOM, Flow
from funds.papers.fonts import REGULAR, SEMIBOLD, Face
from funds.papers.ink import GREEN, GREY, HAIR, INK, PALE, POINT, TINT, Align, Pen
from funds.papers.ornament import LEFT, RIGHT, WIDTH
from funds.papers.statement_data import AMOUNT, CLOSING, EXACT, HEADING, LINE, PERCENT, STRONG, TOTAL, Table, TableRow
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
    if kind == EXACT:
        text = grouped(abs(value))
    elif value == 0:
        return _DASH
    elif kind == PERCENT:
        text = f"{abs(value):.0f}%" if value == value.to_integral_value() else f"{abs(value):.1f}%"
    elif kind == AMOUNT and paisa:
        text = grouped(abs(value))
    else:
        text = grouped(abs(value)).removesuffix(".00")
    return f"({text})" if value < 0 else text


class _Layout:
    """Where the columns of one table end, and the type size that lets every figure in."""

    def __init__(self, table: Table) -> None:
        self.table = table
        amounts = [
            value
            for row in table.rows
            for value, column in zip(row.values, table.columns, strict=False)
            if value is not None and column.kind in (AMOUNT, EXACT)
        ]
        self.paisa = table.paisa or any(value != value.to_integral_value() for value in amounts)
        self.size = SIZE
        self.text_widths = [float(column.width) for column in table.texts]
        label = self._label_width()
        natural = self._natural_widths()
        room = WIDTH - label - sum(self.text_widths)
        if sum(natural) > room:
            self.size = SIZE * room / sum(natural)
            natural = [width * room / sum(natural) for width in natural]
        self.widths = natural
        self._spread(label)
        self.figures_left = RIGHT - sum(natural)
        self.head_lines = max(len(self.head(number).lines) for number in range(len(natural))) if natural else 1

    def _label_width(self) -> float:
        """What the first column needs: a code takes little, a long label wraps."""
        longest = max((SEMIBOLD.width(row.label, SIZE) / POINT for row in self.table.rows), default=0.0)
        return min(max(longest + 4.0, 16.0), _LEAST_LABEL)

    def _spread(self, label: float) -> None:
        """Give the room left over to the text columns that are not centred, or to the label."""
        left = WIDTH - label - sum(self.text_widths) - sum(self.widths)
        wide = [number for number, column in enumerate(self.table.texts) if not column.centred]
        for number in wide:
            self.text_widths[number] += left / len(wide)
        self.label_width = label if wide else label + left

    def head(self, number: int) -> Fitted:
        """The heading of one column of figures, in one or two lines."""
        room = self.widths[number] - _PAD - 1.6
        return fit(self.table.columns[number].label, REGULAR, _HEAD_SIZE, room, wrap_first=True)

    def _natural_widths(self) -> list[float]:
        bracket = SEMIBOLD.width(")", SIZE) / POINT
        widths = []
        for number, column in enumerate(self.table.columns):
            texts = [self.text(row, number) for row in self.table.rows]
            widest = max((SEMIBOLD.width(text.rstrip(")"), SIZE) / POINT for text in texts), default=0.0)
            least = 15.0 if column.kind in (PERCENT, EXACT) else 22.0 if len(self.table.columns) > 3 else 30.0
            words = max((REGULAR.width(word, _HEAD_SIZE) / POINT for word in column.label.split()), default=0.0)
            widths.append(max(least, widest + _PAD + bracket + 1.2, words + _PAD + 2.0))
        kinds = [column.kind for column in self.table.columns]
        equal = max((width for width, kind in zip(widths, kinds, strict=True) if kind == AMOUNT), default=0.0)
        return [equal if kind == AMOUNT else width for width, kind in zip(widths, kinds, strict=True)]

    def text(self, row: TableRow, number: int) -> str:
        """The text of one cell; rows may have fewer values than columns."""
        value = row.values[number] if number < len(row.values) else None
        return figure(value, self.table.columns[number].kind, paisa=self.paisa)


def draw(flow: Flow, table: Table) -> None:
    """Draw the table under whatever heading stands above; its heading row is repeated on every page it reaches."""
    layout = _Layout(table)
    heights = [_row_height(row, layout) for row in table.rows]
    flow.need(_head_height(layout) + sum(heights[:2]))
    _head(flow, layout)
    for number, (row, height) in enumerate(zip(table.rows, heights, strict=True)):
        if flow.y + height + _following(table.rows, heights, number) > BOTTOM:
            flow.new_page()
            flow.paragraph(f"{table.title}, continued", size=6.6, colour=GREY)
            flow.y += 1.0
            _head(flow, layout)
        _row(flow.pen, flow.y, height, row, layout)
        flow.y += height
    if table.note:
        flow.y += 2.2
        flow.paragraph(table.note, size=6.6, colour=GREY)


def _following(rows: tuple[TableRow, ...], heights: list[float], number: int) -> float:
    """Height of the next row if it may not be parted from this one: a total after a line, a line after a heading."""
    if number + 1 == len(rows):
        return 0.0
    together = rows[number].style == HEADING or rows[number + 1].style in (TOTAL, CLOSING)
    return heights[number + 1] if together else 0.0


def _head_height(layout: _Layout) -> float:
    groups = 5.6 if any(column.group for column in layout.table.columns) else 0.0
    return groups + (8.2 if layout.head_lines > 1 else 6.2)


def _head(flow: Flow, layout: _Layout) -> None:
    pen, top, table = flow.pen, flow.y, layout.table
    height = _head_height(layout)
    pen.rectangle(LEFT, top, WIDTH, height, fill=TINT)
    if any(column.group for column in table.columns):
        _groups(pen, top, layout)
    base = top + height - (8.2 if layout.head_lines > 1 else 6.2) / 2 + 0.8
    label = fit(table.label, REGULAR, _HEAD_SIZE, layout.label_width - 2, lines=1)
    put(pen, LEFT + 1.4, base, layout.label_width - 2, label, face=REGULAR, colour=GREY)
    x = LEFT + layout.label_width
    for text_column, width in zip(table.texts, layout.text_widths, strict=True):
        fitted = fit(text_column.label, REGULAR, _HEAD_SIZE, width - 1, lines=1)
        align: Align = "centre" if text_column.centred else "left"
        put(pen, x, base, width - 1, fitted, face=REGULAR, colour=GREY, align=align)
        x += width
    for number, width in enumerate(layout.widths):
        fitted = layout.head(number)
        lift = (len(fitted.lines) - 1) * fitted.size * LEADING / POINT / 2
        put(pen, x + _PAD, base - lift, width - _PAD - _hang(layout), fitted, face=REGULAR, colour=GREY, align="right")
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
    for text, width in zip(row.texts, layout.text_widths, strict=False):
        lines = max(lines, len(wrap(text, REGULAR, SIZE, width - 2).lines))
    return ROW + (max(lines, 1) - 1) * SIZE * LEADING / POINT


def _row(pen: Pen, top: float, height: float, row: TableRow, layout: _Layout) -> None:
    base = top + 3.75
    face = _label_face(row)
    _shade(pen, top, height, layout)
    label = wrap(row.label, face, SIZE, layout.label_width - 3)
    put(pen, LEFT + 1.4, base, layout.label_width - 3, label, face=face, colour=GREEN if row.style == HEADING else INK)
    x = LEFT + layout.label_width
    for text, text_column, width in zip(row.texts, layout.table.texts, layout.text_widths, strict=False):
        align: Align = "centre" if text_column.centred else "left"
        put(pen, x, base, width - 1, wrap(text, REGULAR, SIZE, width - 2), face=REGULAR, align=align)
        x += width
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
            pen.rectangle(x, top + 0.3, width, height - 0.3, fill=PALE)
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
