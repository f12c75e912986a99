"""Writing entries: one a call, inside a transaction, four writers at once, many in one call, one long one."""

from contextlib import closing
from dataclasses import asdict, dataclass
from typing import Any

from bench import floor, ours, rows
from bench.bursts import Duel, Peer, duel, once
from bench.database import Books, Login, Scratch, connect
from bench.rows import Row, versus
from bench.scale import Scale
from ledger.posting import post

FLOOR = "psycopg2, four statements, each line's trigger sums the entry"
BARE = "psycopg2, four statements, no rule at all"
FLOOR_MANY, BARE_MANY = (name.replace("four statements", "execute_values") for name in (FLOOR, BARE))
TRANSFER, TRANSFER_ATOMIC = "django-hordak, transfer_to", "django-hordak, transfer_to inside atomic"
BULK = "django-hordak, bulk_create"
ATOMIC, GUARDED, ALONE = "ours inside atomic", "ours, one never negative", "ours, one writer"


@dataclass(frozen=True, slots=True)
class Field:
    """The databases of one run of duels; no `python`, no django-hordak."""

    books: Books
    floor: Login
    bare: Login
    rival: Login
    python: str

    def our(self, name: str, act: str, **more: Any) -> Peer:
        options, told = _split(more)
        return Peer(name, "bench.peers.post", {"login": asdict(self.books.application), "act": act, **told}, **options)

    def floors(self, names: tuple[str, str], act: str, **more: Any) -> list[Peer]:
        options, told = _split(more)
        pairs = zip(names, (self.floor, self.bare), strict=True)
        return [
            Peer(name, "bench.peers.floor", {"login": asdict(login), "act": act, **told}, **options)
            for name, login in pairs
        ]

    def rivals(self, name: str, act: str, **more: Any) -> list[Peer]:
        if not self.python:
            return []
        options, told = _split(more)
        told = {"login": asdict(self.rival), "act": act, **told}
        return [Peer(name, "bench.peers.hordak", told, self.python, **options)]


def prepare(made: Scratch, python: str) -> Field:
    """Our book with money to spend, two floors, and django-hordak's accounts."""
    books = made.books("ours")
    post(ours.deposit("deposit"), by=ours.prepare())
    field = Field(books, made.empty("floor"), made.empty("bare"), made.empty("rival"), python)
    for login, more in ((field.floor, floor.RULE), (field.bare, floor.BARE)):
        with closing(connect(login)) as raw, raw.cursor() as cursor:
            cursor.execute(floor.TABLES + more)
    if python:
        told = {"login": asdict(field.rival), "act": "accounts"}
        once(Peer("django-hordak", "bench.peers.hordak_ready", told, python, warm_up=0))
    return field


def one_entry(field: Field, scale: Scale) -> list[Row]:
    """Two lines a call: the call as the whole transaction, and the call inside a caller's."""
    peers = [field.our("ours", "one"), field.our(ATOMIC, "atomic"), *field.floors((FLOOR, BARE), "one")]
    peers += [*field.rivals(TRANSFER, "one"), *field.rivals(TRANSFER_ATOMIC, "atomic")]
    result = duel(peers, scale.rounds, scale.seconds)
    what, inside = "one entry of two lines", "one entry of two lines, inside atomic"
    return [
        *versus(result, what, FLOOR, at_least=rows.ONE_FLOOR),
        *versus(result, what, BARE),
        *versus(result, what, TRANSFER, at_least=rows.ONE_RIVAL),
        *versus(result, inside, FLOOR, ours=ATOMIC, at_least=rows.ATOMIC_FLOOR),
        *versus(result, inside, BARE, ours=ATOMIC),
        *versus(result, inside, TRANSFER_ATOMIC, ours=ATOMIC, at_least=rows.ATOMIC_RIVAL),
    ]


def hot_pair(field: Field, scale: Scale) -> list[Row]:
    """Writers at once, all on the same two accounts; the whole group is one side of the duel."""
    four = {"processes": scale.writers}
    peers = [field.our("ours", "one", **four), field.our(GUARDED, "one", pair=ours.GUARDED, **four)]
    peers += [field.our(ALONE, "one"), *field.floors((FLOOR, BARE), "one", **four)]
    peers += field.rivals(TRANSFER, "one", **four)
    result = duel(peers, scale.rounds, scale.seconds)
    what = f"{scale.writers} writers on two accounts"
    guarded = f"{what}, one never negative"
    return [
        *versus(result, what, TRANSFER, at_least=rows.HOT_RIVAL),
        *versus(result, what, ALONE, at_least=rows.HOT_ALONE),
        *versus(result, what, FLOOR),
        *versus(result, what, BARE),
        *versus(result, guarded, TRANSFER, ours=GUARDED, at_least=rows.HOT_GUARDED_RIVAL),
        *versus(result, guarded, FLOOR, ours=GUARDED),
    ]


def many_entries(field: Field, scale: Scale) -> list[Row]:
    """Many entries in one call and one transaction; drafts and rows are built inside the timing."""
    usual, more = f"{scale.bulk:,} entries in one call", f"{scale.more:,} entries in one call"
    size = {"count": scale.bulk, "weight": scale.bulk, "warm_up": 1}
    peers = [field.our("ours", "many", **size), *field.floors((FLOOR_MANY, BARE_MANY), "many", **size)]
    peers += [field.our(more, "many", count=scale.more, weight=scale.more, warm_up=0)]
    peers += field.rivals(BULK, "many", **size)
    result = _named(duel(peers, scale.few, 0), "ours", usual)
    return [
        *versus(result, usual, BULK, ours=usual, at_least=rows.BULK_RIVAL),
        *versus(result, usual, FLOOR_MANY, ours=usual),
        *versus(result, usual, BARE_MANY, ours=usual),
        *versus(result, more, usual, ours=more, at_least=rows.BULK_SAME),
        *versus(result, more, BULK, ours=more, at_least=rows.BULK_RIVAL),
    ]


def long_entry(field: Field, scale: Scale) -> list[Row]:
    """One entry of very many lines, in one transaction."""
    size = {"count": scale.wide, "warm_up": 1}
    peers = [field.our("ours", "wide", **size), *field.floors((FLOOR_MANY, BARE_MANY), "wide", **size)]
    peers += field.rivals(BULK, "wide", **size)
    result = duel(peers, scale.few, 0)
    what = f"one entry of {scale.wide:,} lines"
    return [
        *versus(result, what, BULK, unit=rows.MILLISECONDS, at_least=rows.WIDE_RIVAL),
        *versus(result, what, FLOOR_MANY, unit=rows.MILLISECONDS),
        *versus(result, what, BARE_MANY, unit=rows.MILLISECONDS),
    ]


def _split(more: dict[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
    """What the parent needs to know about a peer, and what the peer is told."""
    ours_to_know = {name: more[name] for name in ("processes", "weight", "warm_up") if name in more}
    return ours_to_know, {name: value for name, value in more.items() if name not in ours_to_know}


def _named(result: Duel, old: str, new: str) -> Duel:
    """The same duel with a peer under another name, for a row that sets two of ours side by side."""
    return Duel(
        *({new if name == old else name: got for name, got in part.items()} for part in (result.rates, result.errors))
    )
