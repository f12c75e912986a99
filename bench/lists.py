"""A list of many payees through the whole chain: seconds and memory of each act, each in a process of its own."""

import csv
import random
from pathlib import Path

from bench.database import Books, Scratch, django_uses

ACTS = ("import", "submit", "verify", "agree", "sanction", "issue")


def books(made: Scratch) -> Books:
    """A database with all of the product's tables; Django's connection is left on it, as the application."""
    import io

    from django.core.management import call_command

    owner = made.empty("lists")
    django_uses(owner, application=made.application.user)
    call_command("migrate", verbosity=0, stderr=io.StringIO(), stdout=io.StringIO())
    found = Books(owner, made.application.to(owner.database))
    django_uses(found.application)
    return found


def write(path: Path, number: int) -> None:
    """A CSV of invented payees, a tenth of them with an account."""

    chance = random.Random(2025)
    with path.open("w", encoding="utf-8", newline="") as out:
        rows = csv.writer(out)
        rows.writerow(["name", "cnic", "father_name", "district", "amount", "method", "iban"])
        for place in range(number):
            kind = chance.choice(("men", "women"))
            name, father = _name(chance, kind), _name(chance, "men")
            last = 1 if kind == "men" else 2
            rows.writerow(
                [name, f"61101-{place:07d}-{last}", father, "Islamabad", chance.choice((10000, 15000, 20000, 20000)),
                 *(("transfer", _iban(place)) if place % 10 == 0 else ("cheque", ""))]
            )  # fmt: skip


def _name(chance: random.Random, kind: str) -> str:
    from config.demo.invent import WORDS

    return f"{chance.choice(WORDS[kind])} {chance.choice(WORDS[f'{kind}_second'])}"


def _iban(place: int) -> str:
    bank = f"HABB{place:016d}"
    digits = "".join(str(int(char, 36)) for char in f"{bank}PK00")
    return f"PK{98 - int(digits) % 97:02d}{bank}"
