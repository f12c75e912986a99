"""A list of many payees through its chain: seconds and memory of each act, each in a process of its own."""

import csv
import io
import json
import random
import subprocess
import sys
import tempfile
from collections.abc import Callable
from dataclasses import asdict
from datetime import date
from pathlib import Path

from django.core.management import call_command

from bench.bursts import ROOT
from bench.database import Books, Scratch, django_uses
from bench.rows import MEGABYTES_LIST, SECONDS_LIST, Row, bound
from bench.scale import Scale
from config.demo.invent import WORDS

# In the order in which they happen; those with a target are named as the row says it.
ACTS = ("import", "waive", "submit", "inspect", "verify", "agree", "sanction")
HELD = {"submit": "submit", "verify": "decide", "sanction": "sanction"}


def through(made: Scratch, scale: Scale, say: Callable[[str], None]) -> list[Row]:
    """Every act once. What has to hold: submitting, deciding and sanctioning within 20 s and 500 MB each."""
    books = _books(made)
    rows: list[Row] = []
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "list.csv"
        write(file, scale.listed)
        for act in ACTS:
            told = {"login": asdict(books.application), "act": act, "file": str(file)}
            found = _run(told)
            say(f"  {act} of {scale.listed:,} lines: {found['seconds']:.1f} s, {found['megabytes']:.0f} MB")
            rows += _rows(act, scale.listed, found)
    return rows


def _rows(act: str, number: int, found: dict[str, float]) -> list[Row]:
    name = f"{HELD.get(act, act)} a list of {number:,} payees"
    held = act in HELD
    return [
        bound(name, "s", found["seconds"], SECONDS_LIST, held=held),
        bound(name, "MB", found["megabytes"], MEGABYTES_LIST, held=held),
    ]


def _run(told: dict[str, object]) -> dict[str, float]:
    command = [sys.executable, "-m", "bench.peers.lists", json.dumps(told)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    if done.returncode:
        raise RuntimeError(f"{told['act']} failed: {done.stderr[-2000:]}")
    answer: dict[str, float] = json.loads(done.stdout.splitlines()[-1])
    return answer


def _books(made: Scratch) -> Books:
    """All of the product's tables, a ministry with its officers and a fund, and the rules of papers and eligibility of a grant."""
    owner = made.empty("lists")
    django_uses(owner, application=made.application.user)
    call_command("migrate", verbosity=0, stderr=io.StringIO(), stdout=io.StringIO())
    books = Books(owner, made.application.to(owner.database))
    django_uses(books.application)
    _ministry()
    return books


def _ministry() -> None:
    from beneficiaries.models import Limit, PaperKind, RequiredPaper, ViolationCeiling
    from funds.models import EligibilityRule
    from tests import world

    here, first = world.build(money="99999999999"), date(2020, 7, 1)
    world.give_limit(here["approver"].officer, "9999999999")
    for code, name in (("cnic", "CNIC"), ("verification_report", "Verification report")):
        kind = PaperKind.objects.create(code=code, name=name)
        RequiredPaper.objects.create(cause="relief", kind=kind, effective_from=first, source="Bench")
    given = {"kind": "relief_grant", "source": "Bench", "effective_from": first}
    EligibilityRule.objects.create(
        code="waiting", title="Waiting period", condition="waiting_period", when_unknown="stop",
        parameters={"months": 12, "funds": "any"}, override_role="approver", **given,
    )  # fmt: skip
    EligibilityRule.objects.create(
        code="earlier", title="Earlier help", condition="helped_at_most", when_unknown="warn",
        parameters={"times": 3, "years": 5, "funds": "same"}, override_role="fund_manager", **given,
    )  # fmt: skip
    for code, value in (("earlier_help_years", 3), ("splitting_days", 30)):
        Limit.objects.create(code=code, value=value, effective_from=first, source="Bench")
    ViolationCeiling.objects.create(violation="other", amount=40_000, effective_from=first, source="Bench")


def write(path: Path, number: int) -> None:
    """A CSV of invented payees, a tenth of them with an account."""
    chance = random.Random(2025)
    with path.open("w", encoding="utf-8", newline="") as out:
        rows = csv.writer(out)
        rows.writerow(["name", "cnic", "father_name", "district", "amount", "method", "iban"])
        for place in range(number):
            kind = chance.choice(("men", "women"))
            paid = ("transfer", _iban(place)) if place % 10 == 0 else ("cheque", "")
            amount = chance.choice((10000, 15000, 20000, 20000))
            cnic = f"61101-{place:07d}-{1 if kind == 'men' else 2}"
            rows.writerow([_name(chance, kind), cnic, _name(chance, "men"), "Islamabad", amount, *paid])


def _name(chance: random.Random, kind: str) -> str:
    return f"{chance.choice(WORDS[kind])} {chance.choice(WORDS[f'{kind}_second'])}"


def _iban(place: int) -> str:
    bank = f"HABB{place:016d}"
    digits = "".join(str(int(char, 36)) for char in f"{bank}PK00")
    return f"PK{98 - int(digits) % 97:02d}{bank}"
