"""Goes through the register for people who may be one, and puts them into the queue of pairs to compare."""

from typing import Any

from beneficiaries.duplicates import seek
from beneficiaries.models import Pair, Person
from ledger.commands import Command as OurCommand

BATCH = 500


class Command(OurCommand):
    help = "Looks for people who may be one among everybody registered; after an import, or when the score has changed."

    def handle(self, *args: Any, json: bool, **options: Any) -> None:
        people = waiting = 0
        for row in Person.objects.filter(merged_into=None).order_by("pk").iterator(chunk_size=BATCH):
            seek(row)
            people += 1
        waiting = Pair.objects.filter(state=Pair.State.OPEN).count()
        figures = {"people": people, "pairs_waiting": waiting}
        self.say(f"{people} people were compared; {waiting} pairs wait in the queue.", figures, as_json=json)
