"""Makes anew what the people search and the search for duplicates look in."""

from typing import Any

from beneficiaries.models import Person
from beneficiaries.people.merged import names_merged_into
from beneficiaries.people.names import searchable
from beneficiaries.people.sounds import sound_of
from ledger.commands import Command as OurCommand

BATCH = 2000
WRITTEN = ("name", "relative_name", "name_urdu")


class Command(OurCommand):
    help = "Makes folded names and sounds of people anew, where the rules of folding or hearing have changed."

    def handle(self, *args: Any, json: bool, **options: Any) -> None:
        changed = 0
        for row in Person.objects.only(*WRITTEN, "folded", "sound").iterator(chunk_size=BATCH):
            folded = searchable(row.name, row.relative_name, row.name_urdu, *names_merged_into(row))
            sound = sound_of(row.name, row.relative_name)
            if (folded, sound) != (row.folded, row.sound):
                # Derived from what the history keeps, so it has none of its own.
                changed += Person.objects.filter(pk=row.pk).update(folded=folded, sound=sound)
        self.say(f"{changed} people were folded anew.", {"changed": changed}, as_json=json)
