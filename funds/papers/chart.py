"""Payments by month as bars, with the same figures under them."""

from decimal import ROUND_CEILING, Decimal
from typing import Final

from funds.papers.flow import Flow
from funds.papers.fonts import REGULAR, SEMIBOLD
from funds.papers.ink import GREEN, GREY, HAIR, INK, Colour, Pen
from funds.papers.ornament import LEFT, RIGHT, WIDTH
from funds.papers.statement_data import Month, MonthChart

HEIGHT: Final = 56.0
_PLOT: Final = 34.0
_GUTTER: Final = 16.0
_BEFORE: Final[Colour] = (0.74, 0.80, 0.775)
_UNITS: Final = (
    (Decimal(10**7), "Rs crore"),
    (Decimal(10**5), "Rs lakh"),
    (Decimal(10**3), "Rs thousand"),
    (Decimal(1), "Rs"),
)


def draw(flow: Flow, chart: MonthChart) -> None:
    """Draw the chart over the whole width."""
    highest = max((max(month.this, month.previous) for month in chart.months), default=Decimal(0))
    unit, name = next((pair for pair in _UNITS if highest >= 2 * pair[0]), _UNITS[-1])
    step, top_value = scale(highest / unit)
    pen, top = flow.pen, flow.y
    _legend(pen, top, chart, name)
    plot_top = top + 7.0
    base = plot_top + _PLOT
    _grid(pen, base, step, top_value)
    width = (WIDTH - _GUTTER) / max(len(chart.months), 1)
    peak = max(chart.months, key=lambda month: month.this, default=None)
    for number, month in enumerate(chart.months):
        x = LEFT + _GUTTER + number * width
        _month(pen, x, base, width, month, unit, top_value, peak=month is peak)
    _figures(pen, base + 4.0, chart, unit, width)
    flow.y += HEIGHT
    if chart.note:
        flow.paragraph(chart.note, size=6.6, colour=GREY)


def scale(highest: Decimal) -> tuple[Decimal, Decimal]:
    """A round distance between grid lines and the highest line, which no bar goes over."""
    step = _step(highest)
    return step, step * max(Decimal(1), (highest / step).to_integral_value(ROUND_CEILING))


def _step(highest: Decimal) -> Decimal:
    """A round distance that gives at most five lines."""
    if highest <= 0:
        return Decimal(1)
    power = Decimal(10) ** (highest.adjusted())
    for factor in (Decimal("0.2"), Decimal("0.25"), Decimal("0.5"), Decimal(1), Decimal(2), Decimal("2.5"), Decimal(5)):
        if highest / (power * factor) <= 4:
            return power * factor
    return power * 5


def _legend(pen: Pen, top: float, chart: MonthChart, unit: str) -> None:
    x = LEFT + _GUTTER
    for label, colour in ((chart.this_label, GREEN), (chart.previous_label, _BEFORE)):
        pen.rectangle(x, top + 1.0, 2.4, 2.0, fill=colour)
        x += 3.6 + pen.text(x + 3.6, top + 2.9, label, size=6.4) + 6
    pen.text(RIGHT, top + 2.9, f"{unit} a month", size=6.4, colour=GREY, align="right")


def _grid(pen: Pen, base: float, step: Decimal, top_value: Decimal) -> None:
    value = Decimal(0)
    while value <= top_value:
        y = base - float(value / top_value) * _PLOT
        pen.line(LEFT + _GUTTER, y, RIGHT, y, colour=GREY if value == 0 else HAIR, line=0.5 if value == 0 else 0.35)
        pen.text(LEFT + _GUTTER - 1.6, y + 0.8, f"{value.normalize():f}", size=6.2, colour=GREY, align="right")
        value += step


def _month(
    pen: Pen, x: float, base: float, width: float, month: Month, unit: Decimal, top_value: Decimal, *, peak: bool
) -> None:
    bar = width * 0.30
    middle = x + width / 2
    for left, value, colour in ((middle - bar - 0.2, month.this, GREEN), (middle + 0.2, month.previous, _BEFORE)):
        height = float(max(value, Decimal(0)) / unit / top_value) * _PLOT
        if height > 0:
            pen.rectangle(left, base - height, bar, max(height, 0.15), fill=colour)
            if peak and colour is GREEN:
                pen.text(
                    left + bar / 2, base - height - 1.0, _short(value, unit), face=SEMIBOLD, size=6.2, align="centre"
                )


def _figures(pen: Pen, y: float, chart: MonthChart, unit: Decimal, width: float) -> None:
    pen.text(LEFT, y + 4.2, chart.this_label, face=SEMIBOLD, size=6.2)
    pen.text(LEFT, y + 8.2, chart.previous_label, size=6.2, colour=GREY)
    for number, month in enumerate(chart.months):
        x = LEFT + _GUTTER + (number + 0.5) * width
        pen.text(x, y, month.label, size=6.4, colour=GREY, align="centre")
        pen.text(x, y + 4.2, _short(month.this, unit), face=SEMIBOLD, size=6.2, colour=INK, align="centre")
        pen.text(x, y + 8.2, _short(month.previous, unit), face=REGULAR, size=6.2, colour=GREY, align="centre")
    pen.line(LEFT, y + 1.2, RIGHT, y + 1.2, line=0.35)
    pen.line(LEFT, y + 9.6, RIGHT, y + 9.6, line=0.35)


def _short(value: Decimal, unit: Decimal) -> str:
    return "–" if value == 0 else f"{value / unit:,.2f}"
