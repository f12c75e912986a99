"""Rows of the result: what was measured against what, how many times as good ours was, and whether that is enough."""

import statistics
from dataclasses import dataclass

from bench.bursts import Duel

ENTRIES, FILES, MILLISECONDS = "entries/s", "files/s", "ms"

# What has to be reached, as ratios: ours over the other's rate, or the other's time over ours.
ONE_FLOOR, ONE_RIVAL = 1.1, 2.6
ATOMIC_FLOOR, ATOMIC_RIVAL = 0.9, 2.1
HOT_RIVAL, HOT_GUARDED_RIVAL, HOT_ALONE = 2.3, 1.6, 1.0
BULK_RIVAL, BULK_SAME = 6.0, 0.95  # "the same rate" leaves a twentieth for what two runs of one thing differ by
WIDE_RIVAL = 40.0
BALANCE_RIVAL = 100.0
TRIAL_RIVAL = 500.0
SIGNATURE = 50.0  # milliseconds
SECONDS_LIST, MEGABYTES_LIST = 20.0, 500.0  # of one act on a list of 100,000 payees: not ratios but bounds
PAPER_FLOOR = 2.5
MEGABYTES_PRINTING, SECONDS_PRINTING = (
    400.0,
    120.0,
)  # of 10,000 vouchers by two workers; the seconds say only what to expect
GROWN_RATE, GROWN_TIME = 0.8, 1 / 1.2  # within 20 %: four fifths of the rate, six fifths of the time


@dataclass(frozen=True, slots=True)
class Row:
    """Medians of ours and of the other way, in `unit`; the ratios round by round; what the ratio must reach, if anything.

    `errors` counts the acts that failed, ours and the other's; one of ours misses the target.
    """

    what: str
    other: str
    unit: str
    ours: float
    theirs: float
    ratios: tuple[float, ...]
    at_least: float | None = None
    errors: tuple[int, int] = (0, 0)

    @property
    def ratio(self) -> float:
        return statistics.median(self.ratios)

    @property
    def middle_half(self) -> tuple[float, float]:
        """Between these lay the middle half of the rounds."""
        if len(self.ratios) == 1:
            return self.ratios[0], self.ratios[0]
        low, _, high = statistics.quantiles(self.ratios, n=4, method="inclusive")
        return low, high

    @property
    def met(self) -> bool | None:
        """Whether the target is reached; None where there is none."""
        if self.at_least is None:
            return None
        return self.ratio >= self.at_least and not self.errors[0]


def versus(
    result: Duel, what: str, other: str, *, ours: str = "ours", unit: str = ENTRIES, at_least: float | None = None
) -> list[Row]:
    """A row of two peers of a duel, or none if the other did not take part."""
    if other not in result.rates:
        return []
    medians = [result.median(name) for name in (ours, other)]
    if unit == MILLISECONDS:
        medians = [1000 / rate for rate in medians]
    errors = (result.errors.get(ours, 0), result.errors.get(other, 0))
    return [Row(what, other, unit, *medians, tuple(result.ratios(ours, other)), at_least, errors)]


def bound(what: str, unit: str, found: float, most: float, *, held: bool) -> Row:
    """A row of one act against a bound: the ratio is the bound over what was found, so 1 is just enough."""
    other = f"at most {most:g} {unit}"
    return Row(what, other, unit, found, most, (most / found,), 1.0 if held else None)
