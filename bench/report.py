"""The results as tables on the screen and as docs/benchmarks.md."""

import os
import platform
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from bench.probes import Trial
from bench.rows import BULK_SAME, Row
from bench.scale import FULL

_METHOD = f"""\
**Turns.** Every way is a process of its own, and four writers are four. They work in turn for {FULL.seconds} s (readers
for 0.2 s; what takes long does one act), {FULL.rounds} rounds ({FULL.few} of what takes long), and who begins changes. A ratio is
taken within one round: our rate over the other's, or the other's time over ours, so above 1 ours is the better one. The tables
show the median of the rounds; "middle half" is where half of them lay. Read the ratios, not the rates: a shared machine swings by
a third from one minute to the next.

**Ours** is a call of the public `ledger.posting.post()` as the application role, with every rule of the database on, and keys,
digests and stored totals included. Each call is durable when it returns; all ways use one server. Drafts and rows are built inside
the timing. "Inside atomic" is the call in a caller's `transaction.atomic()`. A call that fails is counted, never tried again by
the benchmark.

**People** are invented from the demonstration's names, two words each, in 150 districts; a search is all that a registration
asks before it is written: finding who sounds alike, scoring them, reading those that are alike. It should take less than 50 ms
on an idle machine.

**A list** of {FULL.listed:,} payees of a relief grant, new people with new cases, goes through its chain: each act once, in a
process of its own, whose largest resident memory is shown. Three papers are required and waived for the list; two rules of
eligibility, the ceiling, earlier help and splitting are asked. The bound is for submitting, for one decision and for the sanction;
seconds are of a machine that does nothing else.

**Vouchers**, each with its own content, are drawn from what was frozen and written into a file each: in English alone, in English
with Urdu beside it (five typefaces, amounts in words in both languages), and led by Urdu. The target is for those with Urdu.
Workers who print many draw one after another in memory, from cold caches; the most memory they ever held is shown.

**What it is held against**

- *psycopg2, each line's trigger sums the entry*: a ledger written by hand (`bench/floor.py`): foreign keys, an index for
  balances, and one deferred trigger per line that sums its entry up when the transaction ends, as ledgers made of triggers usually
  do. BEGIN, entry, two lines, COMMIT. It keeps no totals, refuses no change and knows no months.
- *psycopg2, no rule at all*: the same without the trigger. It would take an entry of one side, so it is no ledger; it is here
  because it is the hardest to come near to.
- *django-hordak*: its documented calls, from PyPI, in an environment of its own.
- *laid-out page, two TrueType faces, QR as one path*: a page as ReportLab's documentation makes one, with paragraphs and a table of
  eight lines in its own Vera, and the QR code as one path with a fixed mask; what the shared harness calls "TTF + QR one path".
- *canvas page*: the same facts as lines of text in one typeface, written straight onto the page; with the QR code as one path
  after the library tried its eight masks, or as ReportLab's own widget draws it.
- *one SUM over the lines in SQL*: the same question to our own lines, without stored totals.

**Books that are read** have 204 accounts and twelve months. One fund bears half of all lines, two hundred accounts the others.
The ordinary accounts of the standard chart keep their totals in 8 slots, which many sessions filled, the added ones in one; one
row shows the worst, every account in 8. Ours were loaded through `post()`, django-hordak's by plain SQL with its rules off.
Every figure of the trial balance was compared with the sum over the lines, and at the end all totals and entries were proved.

**Targets** are ratios. "The same rate" for more entries in one call means {BULK_SAME} times at least; "within 20 %" in a grown book
means 0.80 times the rate, and 1.20 times the time, which is a ratio of 0.83.

**Illegal writes** are plain SQL of the tables' owner, each in a transaction up to its COMMIT. New entries are copies of good ones
with one thing changed; a good copy is tried too. 10.001 counts as accepted where it is rounded without a word.

**A shared harness** takes part when PEERS_DIR names its folder, PEERS_DSN a scratch server with a superuser's role, and
PEERS_VENVS where its environments are: it is called there, with `python -m bench.joined` as one more participant, and its
tables are shown here.
"""
_HEADS = ["measure", "against", "ours", "other", "unit", "ratio", "middle half", "errors (ours, other)", "target"]


@dataclass(frozen=True, slots=True)
class Result:
    """All that a run found; `joined` is the table of a harness shared with other projects, if it was there."""

    facts: Sequence[str]
    rows: Sequence[Row]
    trial: Trial | None
    notes: Sequence[str] = ()
    joined: str = ""

    @property
    def verdicts(self) -> list[bool]:
        """Whether each target that was measured is met."""
        met = [row.met for row in self.rows if row.met is not None]
        return met + ([self.trial.met] if self.trial else [])

    @property
    def summary(self) -> str:
        met = sum(self.verdicts)
        missed = [
            f"{row.what} against {row.other} ({row.ratio:.2f} of {row.at_least:.2f})"
            for row in self.rows
            if row.met is False
        ]
        missed += ["illegal writes"] if self.trial and not self.trial.met else []
        tail = f" Not met: {'; '.join(missed)}." if missed else ""
        return f"{met} of {len(self.verdicts)} targets met.{tail}"


def machine() -> list[str]:
    """The day, cores, processor, memory and how busy it was."""
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    load = os.getloadavg()[0]
    return [
        f"{datetime.now().astimezone():%d %B %Y}",
        f"{cores} cores, {_first('/proc/cpuinfo', 'model name') or platform.processor() or 'unknown processor'}",
        f"{_memory()} of memory; load {load:.1f} before the run" + (" (others were working)" if load > 1 else ""),
        f"{platform.system()} {platform.machine()}, Python {platform.python_version()}",
    ]


def screen(result: Result) -> str:
    """The tables for the terminal."""
    parts = [_columns([_HEADS, *map(_cells, result.rows)])] if result.rows else []
    parts += [_columns(_attempts(result.trial))] if result.trial else []
    parts += [result.joined] if result.joined else []
    return "\n\n".join([*parts, *result.notes, result.summary])


def write(file: Path, result: Result) -> None:
    """Writes the page."""
    table = [_line(_HEADS), "|---|---|---:|---:|---|---:|---|---|---|", *(_line(_cells(row)) for row in result.rows)]
    parts = [
        "# Benchmarks",
        "Written by `make bench`, which anybody can repeat; it works on databases of its own and drops them.",
        "\n".join(f"- {fact}" for fact in result.facts),
        f"**{result.summary}**",
        *result.notes,
        "\n".join(table),
        *_illegal(result.trial),
        *(["## In a harness shared with other projects", f"```text\n{result.joined}\n```"] if result.joined else []),
        "## How it is measured",
        _METHOD,
    ]
    file.write_text("\n\n".join(parts).rstrip() + "\n", encoding="utf-8")


def _illegal(trial: Trial | None) -> list[str]:
    if trial is None:
        return []
    head, *rest = _attempts(trial)
    said = [f"{ledger} refused {trial.refused(ledger)} of {len(trial.illegal)}" for ledger in trial.answers]
    table = [_line(head), "|" + "---|" * len(head), *(_line(cells) for cells in rest)]
    verdict = "met" if trial.met else "**not met**"
    return [
        "## Illegal writes",
        f"{'; '.join(said)}. Target, all of them and the good one taken: {verdict}.",
        "\n".join(table),
    ]


def _attempts(trial: Trial) -> list[list[str]]:
    names = list(trial.answers)
    return [["attempt", *names]] + [
        [attempt, *(str(trial.answers[name][attempt]) for name in names)] for attempt in trial.answers[names[0]]
    ]


def _cells(row: Row) -> list[str]:
    figures = [_figure(row.ours), _figure(row.theirs), row.unit, _times(row.ratio)]
    return [row.what, row.other, *figures, _span(row), f"{row.errors[0]}, {row.errors[1]}", _target(row)]


def _columns(table: Sequence[Sequence[str]]) -> str:
    """Cells below each other."""
    widths = [max(map(len, column)) for column in zip(*table, strict=True)]
    padded = ("  ".join(cell.ljust(width) for cell, width in zip(cells, widths, strict=True)) for cells in table)
    return "\n".join(line.rstrip() for line in padded)


def _line(cells: Sequence[str]) -> str:
    return f"| {' | '.join(cells)} |"


def _target(row: Row) -> str:
    if row.at_least is None:
        return "-"
    return f"{row.at_least:.2f}, {'met' if row.met else '**not met**'}"


def _span(row: Row) -> str:
    return " to ".join(_times(edge) for edge in row.middle_half)


def _times(ratio: float) -> str:
    return f"{ratio:,.0f}" if ratio >= 100 else f"{ratio:.1f}" if ratio >= 10 else f"{ratio:.2f}"


def _figure(value: float) -> str:
    return f"{value:,.0f}" if value >= 100 else f"{value:.1f}" if value >= 10 else f"{value:.2f}"


def _memory() -> str:
    kilobytes = _first("/proc/meminfo", "MemTotal").split()
    return f"{int(kilobytes[0]) / 2**20:.0f} GiB" if kilobytes else "unknown amount"


def _first(path: str, name: str) -> str:
    try:
        lines = Path(path).read_text(encoding="utf-8").splitlines()
    except OSError:
        return ""
    return next((line.partition(":")[2].strip() for line in lines if line.startswith(name)), "")
