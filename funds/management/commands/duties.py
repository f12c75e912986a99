"""Says what goes against the separation of duties."""

from typing import Any

from django.core.management.base import CommandError

from beneficiaries.offices.row_scope import everywhere
from funds.chain import duties_report
from ledger.commands import Command as OurCommand


class Command(OurCommand):
    help = (
        "Lists what goes against the separation of duties: incompatible roles, two parts in one hand, staff as payees."
    )

    def handle(self, *args: Any, json: bool, **options: Any) -> None:
        with everywhere():
            report = duties_report.made()
        found = [f"{section.title}: {text}" for section in report.sections for text in section.found]
        words = (
            "\n".join(found)
            or f"Nothing goes against the separation of duties; {len(report.pairs)} pairs of roles compared."
        )
        document = {"ok": report.empty, "sections": {section.title: list(section.found) for section in report.sections}}
        self.say(words, document, as_json=json)
        if not report.empty:
            raise CommandError(f"{len(found)} found.")
