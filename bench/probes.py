"""Tries the illegal writes on our ledger and on django-hordak, and says what each answered."""

from collections.abc import Mapping, Sequence
from contextlib import closing
from dataclasses import asdict, dataclass
from datetime import date

import psycopg2
from django.contrib.auth.models import User
from django.utils import timezone

from bench import ours
from bench.attempts import CLOSED, CROSS_BOOK, LATE, LEGAL, Journal, attempts
from bench.bursts import Peer, once
from bench.database import Login, Scratch, connect
from ledger.door import MANY_VIEW
from ledger.models import JournalEntry, Period
from ledger.posting import post

REFUSED, ACCEPTED, NO_SUCH_RULE, FAILED = "refused", "accepted", "cannot be said", "probe failed"
HORDAK = "django-hordak"
NOT_NULL, DENIED = "23502", "42501"
SAMPLES = 20
_AMOUNTS = ("debit", "credit")
RIVAL = Journal(
    "hordak_transaction",
    "hordak_leg",
    "transaction_id",
    "l.debit IS NOT NULL",
    _AMOUNTS,
    {"uuid": "gen_random_uuid()"},
    {},
)


class Doors(Journal):
    """Ours: new entries are copied through the door, for the tables take none; what else is tried goes to the tables."""

    def entry(self, old: int, head: Mapping[str, str], lines: Mapping[str, str]) -> list[str]:
        return [self._posted(old, head, lines, "true")]

    def empty(self, old: int) -> list[str]:
        return [self._posted(old, {}, {}, "false")]

    def late(self, old: int) -> list[str]:
        return [f"SELECT setval('{self.entries}_id_seq', {LATE})", *self.entry(old, {}, {})]

    def _posted(self, old: int, head: Mapping[str, str], lines: Mapping[str, str], which: str) -> str:
        """`which` lines go along: all or none."""

        def each(what: str) -> str:
            return f"coalesce(array_agg({what} ORDER BY l.position) FILTER (WHERE {which}), '{{}}')"

        values = {
            "books": "ARRAY[b.code]",
            "dates": f"ARRAY[{head.get('date', 'e.date')}]::date[]",
            "kinds": "ARRAY[e.kind]",
            "account_books": each(lines.get("book", "b.code") + "::text"),
            "account_codes": each("a.code"),
            "by_user": "e.recorded_by_id",
            "place": "'{1}'",
            "refs": "ARRAY[e.reference]",
            "memos": "ARRAY[e.memo]",
            "keys": "ARRAY['copy of ' || e.id]",
            "digests": "ARRAY[e.digest]",
            "reversed": "'{NULL}'",
            "corrected": "'{NULL}'",
            "why": "ARRAY['']",
            "line_draft": each("1"),
            "line_position": each("l.position"),
            "line_account": each("l.position"),
            "line_side": each("l.side"),
            "line_paisa": each(f"trim_scale(({lines.get('amount', 'l.amount')})::numeric * 100)::text::bigint"),
            "line_head": each("l.head"),
            "line_party": each("l.party"),
        }
        return (
            f"INSERT INTO {MANY_VIEW} ({', '.join(values)}) SELECT {', '.join(values.values())}"
            f" FROM {self.entries} e JOIN {self.lines} l ON l.entry_id = e.id JOIN ledger_book b ON b.id = e.book_id"
            f" JOIN ledger_account a ON a.id = l.account_id WHERE e.id = {old} GROUP BY e.id, b.code"
        )


@dataclass(frozen=True, slots=True)
class Answer:
    """What became of an attempt, and the SQLSTATE of the refusal."""

    verdict: str
    state: str = ""

    def __str__(self) -> str:
        return f"{self.verdict} ({self.state})" if self.state else self.verdict


@dataclass(frozen=True, slots=True)
class Trial:
    """All attempts on all ledgers that were tried; ours is the first."""

    answers: dict[str, dict[str, Answer]]

    @property
    def illegal(self) -> list[str]:
        return [name for name in self.answers["ours"] if name not in LEGAL]

    def refused(self, ledger: str) -> int:
        """How many illegal writes it refused."""
        return sum(self.answers[ledger][name].verdict == REFUSED for name in self.illegal)

    @property
    def met(self) -> bool:
        """Whether ours refused every illegal write and took the good ones."""
        taken = all(self.answers["ours"][name].verdict == ACCEPTED for name in LEGAL)
        return taken and self.refused("ours") == len(self.illegal)


def run(made: Scratch, python: str) -> Trial:
    """Tries everything, each ledger in a database of its own."""
    books = made.books("probes")
    found = {"ours": tried(books.owner, our_attempts(ours.prepare()))}
    if python:
        login = made.empty("proberival")
        told = {"login": asdict(login)}
        once(Peer(HORDAK, "bench.peers.hordak_ready", {**told, "act": "accounts"}, python, warm_up=0))
        once(Peer(HORDAK, "bench.peers.hordak", {**told, "act": "one"}, python, warm_up=SAMPLES))
        # Entries are numbered from 1 in a new database.
        found[HORDAK] = tried(login, attempts(RIVAL, iter(range(1, SAMPLES + 1))))
        found[HORDAK] |= dict.fromkeys((CROSS_BOOK, CLOSED), Answer(NO_SUCH_RULE))
    return Trial(found)


def our_attempts(by: User, book: str = ours.BOOK) -> dict[str, list[str]]:
    """The statements for our tables; posts good entries first, opens another book and closes the first month."""
    samples = iter(post([ours.draft(f"sample:{number}", 1 + number, book=book) for number in range(SAMPLES)], by=by))
    ours.open_book("OTHER", by)
    july = Period.objects.get(book__code=book, start=date(2025, 7, 1)).pk
    journal = Doors(
        JournalEntry._meta.db_table,
        "ledger_journalline",
        "entry_id",
        "l.side = 'D'",
        ("amount",),
        {},
        {
            CROSS_BOOK: ({}, {"book": "CASE l.side WHEN 'D' THEN 'OTHER' ELSE b.code END"}),
            CLOSED: ({"date": "'2025-07-10'"}, {}),
        },
        "position",
        "",
    )
    Period.objects.filter(pk=july).update(closed_at=timezone.now(), closed_by=by, override="Benchmark")
    return attempts(journal, samples)


def tried(login: Login, wanted: Mapping[str, Sequence[str]]) -> dict[str, Answer]:
    """Runs each attempt in a transaction of its own up to its COMMIT."""
    with closing(connect(login, autocommit=False)) as raw:
        return {name: _try(raw, statements) for name, statements in wanted.items()}


def _try(raw: psycopg2.extensions.connection, statements: Sequence[str]) -> Answer:
    idle = False
    try:
        with raw.cursor() as cursor:
            for statement in statements:
                cursor.execute(statement)
                idle |= cursor.rowcount == 0  # what touched no row proves nothing
        raw.commit()
    except psycopg2.Error as error:
        raw.rollback()
        state = str(error.pgcode or "")
        misworded = state == NOT_NULL or (state.startswith("42") and state != DENIED)
        return Answer(FAILED if misworded else REFUSED, state)
    return Answer(FAILED if idle else ACCEPTED)
