"""Records that were merged into others: who a record stands for now, and whose papers and payments it answers for."""

from collections.abc import Iterable

from django.db.models.expressions import RawSQL

from beneficiaries.models import Person
from beneficiaries.rules.case_rules import same_people
from ledger.errors import WrongState


def refuse_merged(people: Iterable[int]) -> None:
    """Raises: WrongState where one of these was merged into another record, naming that one; the database asks again.

    Waits for a merge that is under way, and lets none begin before the caller's transaction has ended.
    """
    held = Person.objects.select_for_update(no_key=True).filter(pk__in=list(people)).order_by("pk")
    gone = next((row for row in held.only("pk", "name", "merged_into") if row.merged_into_id is not None), None)
    if gone is not None:
        kept = kept_for(gone)
        raise WrongState(
            f"Record {gone.pk}, {gone.name}, was merged into record {kept.pk}, {kept.name}. Use that one.",
            ids=(kept.pk,),
            code="merged",
        )


def kept_for(person: Person) -> Person:
    """The record that stands for this one: itself, or where the merges lead."""
    while person.merged_into_id is not None:
        person = Person.objects.get(pk=person.merged_into_id)
    return person


def merged_into(person: Person) -> list[Person]:
    """Every record that was merged into this one, also by way of others; earliest first."""
    found: list[Person] = []
    level = [person.pk]
    while level:
        rows = list(Person.objects.filter(merged_into__in=level).select_related("office", "district"))
        found += rows
        level = [row.pk for row in rows]
    return sorted(found, key=lambda row: row.pk)


def numbers_of(person: Person) -> list[int]:
    """The keys under which evidence may name this human being: the record's own and those merged into it.

    What was signed and paid is never rewritten, so it still names the record of its day.
    """
    return [person.pk, *(row.pk for row in merged_into(person))]


def standing_for(people: Iterable[int]) -> dict[int, int]:
    """Each of these records and every one merged into it -> the one of `people` that answers for it."""
    level = {key: key for key in people}
    found = dict(level)
    while level:
        rows = Person.objects.filter(merged_into__in=list(level)).values_list("pk", "merged_into")
        level = {key: found[into] for key, into in rows if into is not None}
        found |= level
    return found


def every_record_of(people: Iterable[int]) -> RawSQL:
    """Each record of these human beings, for `person__in`: the ones named, those they went into, and all that went into these."""
    return RawSQL(same_people("SELECT unnest(%s::bigint[])"), [list(people)])  # noqa: S611 - the keys are given apart


def names_merged_into(person: Person) -> list[str]:
    """The names of the records merged into this one, so that a search by an old spelling leads here."""
    return [name for row in merged_into(person) for name in (row.name, row.relative_name, row.name_urdu) if name]
