"""Looking for duplicates of one person among many: through the indexes, and by reading every row."""

import io
import random
from dataclasses import asdict
from datetime import date, timedelta
from typing import Any

from django.contrib.auth.models import User
from django.core.management import call_command

from bench.bursts import Peer, duel
from bench.database import Books, Scratch, django_uses, settle
from bench.ours import USER
from bench.rows import MILLISECONDS, Row, versus
from bench.scale import Scale
from config.demo.invent import WORDS

ASKED, DISTRICTS, BATCH = 200, 150, 5000
SCAN = "the same without an index, every row read"
LEAST = 0.5  # seconds of a turn, so that it asks about more than one person


def search(made: Scratch, scale: Scale) -> list[Row]:
    """One search for one person, as each registration makes it."""
    books = _books(made)
    fill(scale.people)
    settle(books.owner)
    told = {"login": asdict(books.application), "asked": ASKED}
    peers = [
        Peer("ours", "bench.peers.people", told | {"act": "indexed"}),
        Peer(SCAN, "bench.peers.people", told | {"act": "scan"}, warm_up=1),
    ]
    found = duel(peers, scale.rounds, max(scale.seconds, LEAST))
    return versus(found, f"duplicates of one person among {scale.people:,}", SCAN, unit=MILLISECONDS)


def _books(made: Scratch) -> Books:
    owner = made.empty("people")
    django_uses(owner, application=made.application.user)
    for app in ("auth", "beneficiaries"):
        call_command("migrate", app, verbosity=0, stderr=io.StringIO())
    books = Books(owner, made.application.to(owner.database))
    django_uses(books.application)
    return books


def fill(number: int) -> None:
    """Invented people of many districts; a few dozen given names make most of them, as in a real register."""
    from beneficiaries.models import District, Office, Person, Province
    from beneficiaries.people.names import searchable
    from beneficiaries.people.sounds import sound_of

    chance = random.Random(2025)
    by = User.objects.create_user(USER)
    office = Office.objects.create(code="BENCH", name="Bench", level=Office.Level.FEDERAL)
    province = Province.objects.create(code="BENCH", name="Bench")
    districts = [District.objects.create(name=f"District {place}", province=province) for place in range(DISTRICTS)]

    def person() -> Any:
        kind = chance.choice(("men", "women"))
        name, father = _name(chance, kind), _name(chance, "men")
        return Person(
            office=office, name=name, relative_name=father, folded=searchable(name, father),
            sound=sound_of(name, father), relation="son" if kind == "men" else "daughter",
            gender="M" if kind == "men" else "F", born_on=date(1950, 1, 1) + timedelta(days=chance.randrange(20_000)),
            district=chance.choice(districts), province=province, created_by=by,
        )  # fmt: skip

    for first in range(0, number, BATCH):
        Person.objects.bulk_create(person() for _ in range(min(BATCH, number - first)))


def _name(chance: random.Random, kind: str) -> str:
    return f"{chance.choice(WORDS[kind])} {chance.choice(WORDS[f'{kind}_second'])}"
