"""Loads the demonstration, runs the main job on it, and prints where to look: address, accounts, papers, checks."""

from argparse import ArgumentParser, ArgumentTypeError
from time import monotonic
from typing import Any

from django.conf import settings
from django.core.management.base import CommandError
from django.utils.text import Truncator

from audit.verify import Report, verify
from beneficiaries.models import Officer
from config.demo import background
from config.demo.accounts import ACCOUNTS
from config.demo.loading import Outcome, load
from config.demo.papers import Paper, write_papers
from config.demo.signing import certify
from ledger.commands import Command as OurCommand

STEP = 100


def whole(text: str) -> int:
    """A number of times, from 1 to 200."""
    if not text.isdecimal() or not 1 <= int(text) <= 200:
        raise ArgumentTypeError(f"{text!r} is not a whole number from 1 to 200")
    return int(text)


class Command(OurCommand):
    help = "Loads the demonstration data and writes its papers. Running it again adds only what is missing."

    def add_arguments(self, parser: ArgumentParser) -> None:
        super().add_arguments(parser)
        parser.add_argument(
            "--scale", type=whole, default=1, metavar="N", help="N - 1 times 50 more requests in 2025-26"
        )

    def handle(self, *args: Any, scale: int, json: bool, **options: Any) -> None:
        started = monotonic()
        certify()
        outcome = load(scale=scale, progress=self.progress)
        background.play()
        papers = write_papers(settings.VAR_DIR / "papers")
        report = verify()
        seconds = f"{monotonic() - started:.1f}"
        officers = list(
            Officer.objects.filter(user__username__in=[row.username for row in ACCOUNTS]).select_related(
                "user", "office"
            )
        )
        officers.sort(key=lambda officer: officer.user_id)
        self.say(
            text(outcome, officers, papers, report, seconds),
            document(outcome, officers, papers, report, seconds),
            as_json=json,
        )
        if not report.ok:
            broken = ", ".join(result.id for result in report.broken)
            raise CommandError(f"{broken}: does not hold. `manage.py verify` names the rows.", returncode=1)

    def progress(self, done: int, total: int, what: str) -> None:
        """On stderr: one line written over on a terminal, else a line now and then."""
        line = f"Loading the demonstration: {done} of {total}, {what}"
        if self.stderr.isatty():
            self.stderr.write(f"\r{line} ", style_func=str, ending="" if done < total else "\n")
        elif done == total or done % STEP == 0:
            self.stderr.write(line, style_func=str)


def text(outcome: Outcome, officers: list[Officer], papers: list[Paper], report: Report, seconds: str) -> str:
    """The answer for people."""
    new = f"{outcome.played} of {outcome.scenarios} scenarios loaded" if outcome.played else "nothing new to load"
    lines = [f"Demonstration: {new}, {seconds} s.", "", f"Accounts, all with the password {settings.DEMO_PASSWORD}:"]
    for officer in officers:
        post = Truncator(officer.designation).chars(34)
        lines.append(f"  {officer.user.username:<9} {officer.user.get_full_name():<16} {post:<34} {officer.office}")
    lines += ["", "Papers written:"]
    for paper in papers:
        lines += [f"  {paper.path}", f"    {paper.shows}"]
    words = "all that can be checked holds" if report.ok else "this ledger does not hold what it promises"
    lines += ["", f"Verified: {report.checked} records compared, {words}.", f"Address: {settings.PUBLIC_URL}/"]
    return "\n".join(lines)


def document(
    outcome: Outcome, officers: list[Officer], papers: list[Paper], report: Report, seconds: str
) -> dict[str, Any]:
    """The answer for programs."""
    return {
        "address": f"{settings.PUBLIC_URL}/",
        "password": settings.DEMO_PASSWORD,
        "accounts": [
            {
                "username": officer.user.username,
                "name": officer.user.get_full_name(),
                "post": officer.designation,
                "office": officer.office.code,
            }
            for officer in officers
        ],
        "scenarios": outcome.scenarios,
        "loaded": outcome.played,
        "papers": [{"path": str(paper.path), "shows": paper.shows} for paper in papers],
        "verified": {"ok": report.ok, "checked": report.checked},
        "seconds": seconds,
    }
