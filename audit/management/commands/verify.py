"""Checks the promises I1 to I12; exit code 0 only if all that can be checked hold."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import CommandError
from django.utils.timezone import localtime

from audit.verify import CHECKED, Report, Result, to_json, verify
from ledger import commands

SHOWN = 20


class Command(commands.Command):
    help = "Checks every promise of the ledger against the database and names what does not hold."

    def add_arguments(self, parser: ArgumentParser) -> None:
        super().add_arguments(parser)
        parser.add_argument("--heads", metavar="FILE", help="heads of the tamper-evident log that were kept outside")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["heads"]:
            text = "This installation has no tamper-evident log yet, so heads kept outside cannot be compared."
            raise CommandError(text, returncode=1)
        report = verify()
        self.say(text_of(report), to_json(report), as_json=options["json"])
        if not report.ok:
            broken = ", ".join(result.id for result in report.broken)
            raise CommandError(f"{broken}: does not hold.", returncode=1)


def text_of(report: Report) -> str:
    """The report for people."""
    lines = [f"Compared {report.checked} records on {localtime(report.at):%-d %b %Y, %H:%M}."]
    for result in report.results:
        lines += _lines(result)
    skipped = sum(result.state != CHECKED for result in report.results)
    lines.append("All that can be checked holds." if report.ok else "This ledger does not hold what it promises.")
    if skipped:
        lines.append(f"Not yet checked: {skipped}.")
    return "\n".join(lines)


def _lines(result: Result) -> list[str]:
    word = "pass" if result.ok else "FAIL"
    if result.state != CHECKED:
        return [f"{result.id:<4} not yet {result.title}", f"         {result.reason}"]
    lines = [f"{result.id:<4} {word:<7} {result.title} ({result.checked} compared, {result.seconds} s)"]
    lines += [f"         {offender}" for offender in result.offenders[:SHOWN]]
    if len(result.offenders) > SHOWN:
        lines.append(f"         and {len(result.offenders) - SHOWN} more; --json lists them")
    return lines + [f"         Note: {note}" for note in result.notes]
