"""Tells overdue steps, once each, to those whom the setting names: to be run once a day."""

from typing import Any

from funds.absence import escalations
from ledger.commands import Command as OurCommand


class Command(OurCommand):
    help = "Records every step that waits past its days, once; run again, it adds nothing."

    def handle(self, *args: Any, json: bool, **options: Any) -> None:
        made = escalations.escalate()
        lines = [
            f"{row.disbursement.number}: {row.step.act.lower()}, due {row.due_on:%-d %b %Y}; told to {row.told_to}"
            for row in made
        ]
        rows = [
            {"request": row.disbursement.number, "step": row.step.act, "due": f"{row.due_on}", "to": list(row.to_roles)}
            for row in made
        ]
        self.say("\n".join([*lines, f"{len(made)} told now."]), {"escalated": rows}, as_json=json)
