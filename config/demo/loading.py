"""Loads the demonstration scenario by scenario, each whole or not at all, so that a kill or a second run does no harm."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from django.conf import settings
from django.contrib.auth.models import User
from django.db import connection, transaction

from beneficiaries.models import Court, District, Prison, RequiredPaper
from config.demo import (
    budget,
    checks,
    cheques,
    closings,
    committee,
    delegation,
    desks,
    diyat,
    doubles,
    intake,
    letters,
    listed,
    live,
    money,
    money_back,
    others,
    recent,
    relief,
    runs,
    scaled,
    special,
)
from config.demo.accounts import ensure_accounts, ensure_limits
from config.demo.courses import STALE_ON
from config.demo.invent import Inventor
from config.demo.scenario import Scenario
from config.demo.stage import Stage
from config.pack import Pack, read_pack
from config.pack_loading import load_funds, load_places
from funds.models import Disbursement, Fund
from ledger.clock import today
from ledger.errors import WrongState

PREFIX = "demo:"
LOCK = 7_031_877  # one demonstration at a time on one database
Progress = Callable[[int, int, str], None]


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a run did: scenarios played now, and how many the demonstration has."""

    accounts: int
    played: int
    scenarios: int


def scenarios(scale: int = 1) -> list[Scenario]:
    """All of the demonstration in the order in which it happened."""
    found = [
        *money.scenarios(today()),
        *budget.scenarios(today()),
        *relief.scenarios(),
        *diyat.scenarios(),
        *others.scenarios(),
        *live.scenarios(),
        *doubles.scenarios(),
        *special.scenarios(),
        *checks.scenarios(),
        *scaled.scenarios(scale),
        *recent.scenarios(today()),
        *intake.scenarios(),
        *letters.scenarios(),
        *closings.scenarios(),
        *money_back.scenarios(today()),
        *delegation.scenarios(today()),
        *committee.scenarios(today()),
        *listed.scenarios(today()),
        *runs.scenarios(today()),
        *desks.scenarios(today()),
        *cheques.scenarios(today()),
    ]
    return sorted(found, key=lambda scenario: scenario.day)  # the sort keeps the order of one day


def load(*, scale: int = 1, progress: Progress = lambda done, total, what: None) -> Outcome:
    """Plays what is missing. Raises: WrongState while another run is under way, and what a service refuses."""
    if today() <= STALE_ON:
        raise WrongState(f"The demonstration ends on {STALE_ON:%-d %b %Y}, which is still to come. Compare the clock.")
    with _alone():
        pack = read_pack(settings.PACK_DIR)
        accounts = _ground(pack)
        stage = _stage()
        every = scenarios(scale)
        there = _done()
        missing = [scenario for scenario in every if scenario.key not in there]
        for number, scenario in enumerate(missing, 1):
            play(scenario, stage)
            progress(number, len(missing), f"{scenario.day:%b %Y}")
    return Outcome(accounts, len(missing), len(every))


def play(scenario: Scenario, stage: Stage) -> None:
    """One scenario in one transaction."""
    with transaction.atomic():
        scenario.play(stage.at(Inventor(scenario.key, scenario.block, scenario.number)), f"{PREFIX}{scenario.key}")


@contextmanager
def _alone() -> Iterator[None]:
    """Holds the demonstration's lock on this connection. Raises: WrongState if somebody else does."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s)", [LOCK])
        if not cursor.fetchone()[0]:
            raise WrongState("Another run is loading the demonstration. Wait until it has ended.")
    try:
        yield
    finally:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_unlock(%s)", [LOCK])


def _ground(pack: Pack) -> int:
    load_places(pack)
    accounts = ensure_accounts(pack)
    ensure_limits(pack)
    people = {user.username: user for user in User.objects.filter(username__in=("salman", "waqar"))}
    load_funds(pack, by=people["salman"], agreed_by=people["waqar"])
    return accounts


def _stage() -> Stage:
    users = User.objects.filter(officer__isnull=False).select_related("officer__office")
    return Stage(
        users={user.username: user for user in users},
        districts={row.name: row for row in District.objects.select_related("province")},
        prisons={row.name: row for row in Prison.objects.select_related("district__province")},
        courts={row.name: row for row in Court.objects.select_related("district__province")},
        funds={fund.code: fund for fund in Fund.objects.select_related("book", "office")},
        inventor=Inventor("", 0, 0),
        papers=_required(),
    )


def _required() -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for cause, code in RequiredPaper.objects.order_by("pk").values_list("cause", "kind__code"):
        found.setdefault(cause, []).append(code)
    return found


def _done() -> set[str]:
    keys = Disbursement.objects.filter(key__startswith=PREFIX).values_list("key", flat=True)
    parts = (
        money,
        budget,
        closings,
        intake,
        doubles,
        checks,
        letters,
        delegation,
        committee,
        listed,
        desks,
        cheques,
        money_back,
    )
    done = {key for part in parts for key in part.done()}
    return done | {key.removeprefix(PREFIX) for key in keys if key}
