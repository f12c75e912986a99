"""The results as a table on the screen and as docs/benchmarks.md."""

import os
import platform
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

from bench.bursts import ROUNDS, SECONDS
from bench.measures import BULK_ROUNDS, READS, Row

_METHOD = f"""\
- **One entry**: a call of the public `ledger.posting.post()` in autocommit, as the application role, with all rules of the
  database on, against four statements of psycopg2 into bare tables (BEGIN, entry, two lines, COMMIT). The same server, and each
  call durable when it returns. Each peer is a process of its own; they take turns of {SECONDS} s, {ROUNDS} rounds.
- **10,000 entries**: one call of `post()` against two `execute_values` and a COMMIT into the same bare tables,
  {BULK_ROUNDS} rounds in turn. Drafts and rows are built inside the timing.
- **Voucher**: `draw_voucher` (form, chain of signatures, QR code, the whole cut typeface embedded) against the same texts as
  a plain list on a ReportLab canvas with the same typeface, subset by ReportLab, and a QR code. In turns, as above.
- **Trial balance**: `trial_balance()` from stored totals against one SQL sum over all lines, {READS} reads in turn. Both gave the
  same figures, and at the end all stored totals were proved against the lines.

Read the ratios, not the rates: a shared machine swings by a third from one minute to the next, and a ratio is taken within one
round. Above 1 ours is the better one. "Middle half" is where half of the rounds' ratios lay."""


def machine() -> list[str]:
    """Cores, processor, memory and how busy it was."""
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    load = os.getloadavg()[0]
    return [
        f"{cores} cores, {_first('/proc/cpuinfo', 'model name') or platform.processor() or 'unknown processor'}",
        f"{_memory()} of memory; load {load:.1f} before the run" + (" (others were working)" if load > 1 else ""),
        f"{platform.system()} {platform.machine()}, Python {platform.python_version()}",
    ]


def screen(rows: Sequence[Row]) -> str:
    """A table for the terminal."""
    lines = [f"{'':34}{'against':36}{'ours':>10}{'other':>10}  {'unit':11}{'ratio':>7}  middle half"]
    for row in rows:
        low, high = row.middle_half
        figures = f"{_figure(row.ours):>10}{_figure(row.theirs):>10}  {row.unit:11}{row.ratio:>7.2f}"
        lines.append(f"{row.what:34}{row.other:36}{figures}  {low:.2f} to {high:.2f}")
    return "\n".join(lines)


def write(file: Path, rows: Sequence[Row], facts: Sequence[str], note: str) -> None:
    """Writes the page."""
    table = ["| measure | against | ours | other | unit | ratio | middle half |", "|---|---|---:|---:|---|---:|---|"]
    for row in rows:
        low, high = row.middle_half
        cells = [row.what, row.other, _figure(row.ours), _figure(row.theirs), row.unit, f"**{row.ratio:.2f}**"]
        table.append(f"| {' | '.join(cells)} | {low:.2f} to {high:.2f} |")
    parts = [
        "# Benchmarks",
        "Written by `make bench`, which anybody can repeat; it works on databases of its own and drops them.",
        "\n".join(f"- {fact}" for fact in facts),
        "\n".join(table),
        *([note] if note else []),
        "## How it is measured",
        _METHOD,
    ]
    file.write_text("\n\n".join(parts) + "\n", encoding="utf-8")


def today() -> str:
    return f"{datetime.now().astimezone():%d %B %Y}"


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
