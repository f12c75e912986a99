"""`python -m bench`: measures, prints a table, and writes docs/benchmarks.md."""

import os
import sys
import time

import django

from bench.bursts import ROOT


def main() -> int:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    django.setup()
    from django.conf import settings

    from bench import measures, report, rival
    from bench.database import scratch

    start = time.monotonic()
    facts = [report.today(), *report.machine()]
    python, why_not = rival.python(settings.VAR_DIR)
    note = f"{rival.NAME} was left out: {why_not}." if why_not else ""
    say(note or f"{rival.NAME} takes part.")
    with scratch() as made:
        user = measures.prepare()
        say("Trial balance of 200,000 lines ...")  # first, while there are no other lines to be summed
        balances = measures.reading(made, user)
        say("One entry a call ...")
        rows = measures.one_entry(made, python)
        say("10,000 entries in one call ...")
        rows += measures.many_entries(made, user)
        say("Vouchers ...")
        rows += measures.vouchers()
        rows += balances
        measures.prove()
    server = f"PostgreSQL {made.version}, fsync and synchronous_commit on; {rival.NAME if python else 'no rival'}"
    say(f"\n{report.screen(rows)}\n\n{'; '.join([*facts, server])}")
    report.write(ROOT / "docs" / "benchmarks.md", rows, [*facts, server], note)
    say(f"Written to docs/benchmarks.md; {time.monotonic() - start:.0f} s in all.")
    return 0


def say(text: str) -> None:
    print(text, flush=True)


if __name__ == "__main__":
    sys.exit(main())
