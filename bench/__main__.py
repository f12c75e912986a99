"""`python -m bench`: measures, prints tables, and writes docs/benchmarks.md when everything was measured in full."""

import argparse
import signal
import sys
import time
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from bench.bursts import ROOT
from bench.scale import FULL, QUICK, Scale
from bench.site import start

if TYPE_CHECKING:
    from bench.database import Scratch
    from bench.probes import Trial
    from bench.rows import Row

_BEGUN = time.monotonic()
THEMES = ("writing", "reading", "probes", "people", "lists", "vouchers", "joined")


def main(arguments: Sequence[str] | None = None) -> int:
    """Returns 0 also when a target is missed: the page says so."""
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("--quick", action="store_const", const=QUICK, default=FULL, dest="scale", help="small sizes")
    parser.add_argument("--only", choices=THEMES, nargs="+", default=THEMES, metavar="THEME", help=", ".join(THEMES))
    asked = parser.parse_args(arguments)
    signal.signal(signal.SIGINT, signal.default_int_handler)  # also where it was started in the background
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # so that databases are dropped then, too
    start()
    try:
        measure(asked.scale, list(asked.only))
    except KeyboardInterrupt:
        say("Stopped; its databases are dropped.")
        return 130
    return 0


def measure(scale: Scale, themes: list[str]) -> None:
    from django.conf import settings

    from bench import harness, report, rival
    from bench.database import scratch

    facts = report.machine()
    python, why_not = rival.python(settings.VAR_DIR)
    notes = [f"{rival.NAME} could not be installed, so rows and targets against it are missing."] if why_not else []
    say(f"{notes[0]} {why_not}" if notes else f"{rival.NAME} takes part.")
    with scratch() as made:
        rows, trial = ours(made, python, scale, themes)
    joined, why = harness.run(say) if "joined" in themes else ("", "")
    notes += [why] if why else []
    facts.append(f"PostgreSQL {made.version}, fsync and synchronous_commit on; {rival.NAME if python else 'no rival'}")
    facts.append(f"{(time.monotonic() - _BEGUN) / 60:.0f} minutes in all")
    result = report.Result(facts, rows, trial, notes, joined)
    print(f"\n{report.screen(result)}\n\n{'; '.join(facts)}", flush=True)
    if scale is FULL and set(themes) == set(THEMES):
        report.write(ROOT / "docs" / "benchmarks.md", result)
        say("Written to docs/benchmarks.md.")


def ours(made: "Scratch", python: str, scale: Scale, themes: list[str]) -> "tuple[list[Row], Trial | None]":
    """Our own part, theme by theme."""
    from bench import lists, people, printing, probes, reading, writing

    rows: list[Row] = []
    if "writing" in themes:
        field = writing.prepare(made, python)
        steps: list[tuple[str, Callable[[writing.Field, Scale], list[Row]]]] = [
            ("One entry a call", writing.one_entry),
            (f"{scale.writers} writers at once", writing.hot_pair),
            (f"{scale.bulk:,} and {scale.more:,} entries in one call", writing.many_entries),
            (f"One entry of {scale.wide:,} lines", writing.long_entry),
        ]
        for name, step in steps:
            say(f"{name} ...")
            rows += step(field, scale)
        reading.prove(field.books)
    if "reading" in themes:
        library = reading.prepare(made, python)
        say(f"Reading {scale.middle:,} lines ...")
        rows += reading.balances(library, scale, scale.middle, scale.few + 4)
        rows += reading.slots_everywhere(made, library, scale.few)
        say(f"Reading {scale.big:,} lines ...")
        rows += reading.balances(library, scale, scale.big, scale.few + 4)
        rows += reading.growth(made, library, scale, say)
    if "people" in themes:
        say(f"Looking for duplicates among {scale.people:,} people ...")
        rows += people.search(made, scale)
    if "lists" in themes:
        say(f"A list of {scale.listed:,} payees ...")
        rows += lists.through(made, scale, say)
    if "vouchers" in themes:
        say("Vouchers ...")
        rows += printing.vouchers(scale)
        say("Signatures ...")
        rows += printing.signatures(scale)
    trial = None
    if "probes" in themes:
        say("Illegal writes ...")
        trial = probes.run(made, python)
    return rows, trial


def say(text: str) -> None:
    """A line for who watches; with the seconds since the start, for a run takes minutes."""
    print(f"{time.monotonic() - _BEGUN:4.0f} s  {text}", flush=True)


if __name__ == "__main__":
    sys.exit(main())
