"""Makes anew what the people search looks in."""

from typing import Any

from beneficiaries.models import Person
from beneficiaries.names import searchable
from ledger.commands import Command as OurCommand

BATCH = 2000


class Command(OurCommand):
    help = "Makes the folded names of the people search anew, where the rules of folding have changed."

    def handle(self, *args: Any, json: bool, **options: Any) -> None:
        changed = 0
        for row in Person.objects.only("name", "relative_name", "name_urdu", "folded").iterator(chunk_size=BATCH):
            folded = searchable(row.name, row.relative_name, row.name_urdu)
            # Derived from what the history keeps, so it has none of its own.
            changed += Person.objects.filter(pk=row.pk).update(folded=folded) if folded != row.folded else 0
        self.say(f"{changed} people were folded anew.", {"changed": changed}, as_json=json)
