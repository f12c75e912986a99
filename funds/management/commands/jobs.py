"""Shows the work in the background: whether a worker lives, what waits, and how far what runs is."""

import time
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import CommandError

from funds.jobs.worker import Health, health
from funds.models import Job
from ledger.commands import Command as OurCommand

WIDTH = 30
LAST = 10


class Command(OurCommand):
    help = "Shows workers and jobs; exit code 1 where something waits and no worker lives."

    def add_arguments(self, parser: ArgumentParser) -> None:
        super().add_arguments(parser)
        parser.add_argument("--watch", action="store_true", help="go on until nothing waits or runs")

    def handle(self, *args: Any, watch: bool, json: bool, **options: Any) -> None:
        now = health()
        while watch and (now.waiting or now.running) and not now.stuck:
            for job in Job.objects.filter(state=Job.State.RUNNING).order_by("pk"):
                self.stderr.write(bar(job), style_func=str)
            time.sleep(1)
            now = health()
        rows = list(Job.objects.select_related("asked_by")[:LAST])
        self.say(told(now, rows), document(now, rows), as_json=json)
        if now.stuck:
            raise CommandError("No worker lives. Start one: manage.py work", returncode=1)


def told(now: Health, rows: list[Job]) -> str:
    """The answer for people."""
    return "\n".join([f"{now.workers} working, {now.waiting} waiting, {now.running} running.", *map(bar, rows)])


def bar(job: Job) -> str:
    """'  17  [###.......]  300 of 1000  Running  1,000 vouchers: DAD, by saima'."""
    full = WIDTH * job.done // job.total if job.total else 0
    drawn = "#" * full + "." * (WIDTH - full)
    state = f"{job.get_state_display()}{f': {job.words}' if job.words else ''}"
    return f"{job.pk:>6}  [{drawn}]  {job.done} of {job.total}  {state}  {job.title}, by {job.asked_by.get_username()}"


def document(now: Health, rows: list[Job]) -> dict[str, Any]:
    """The answer for programs."""
    return {
        "workers": now.workers,
        "waiting": now.waiting,
        "running": now.running,
        "oldest_seconds": now.oldest,
        "jobs": [
            {
                "id": job.pk,
                "kind": job.kind,
                "state": job.state,
                "done": job.done,
                "total": job.total,
                "asked_by": job.asked_by.get_username(),
                "words": job.words,
            }
            for job in rows
        ],
    }
