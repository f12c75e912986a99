"""`python -m bench.joined`: ours as one participant of the shared harness (see bench/harness.py).

Uses the harness's own helpers for timing, databases and results, found by PEERS_DIR or in the folder it is started in, so that
its figures compare. A server whose commits may be lost is refused by the helper that makes the database.
"""

import itertools
import os
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from bench.site import start

NAME = "Relief Ledger"
SKIPPED = 3  # how a participant says that it cannot take part
BIG_READS, READS = 3, 5
# Our names of the illegal writes the harness asks everybody about, and its own.
PROBES = {
    "unbalanced entry": "unbalanced entry",
    "edit one line": "edit one leg",
    "delete one line": "delete one leg",
    "rewrite both lines": "rewrite both legs",
    "delete whole entry": "delete whole entry",
    "add balanced lines to old entry": "add balanced legs to old entry",
    "entry without lines": "entry without legs",
    "truncate lines": "truncate legs",
}


def main() -> int:
    sys.path.insert(0, os.environ.get("PEERS_DIR") or str(Path.cwd()))
    try:
        import common  # the harness's helpers
    except ImportError:
        print("The harness's helpers were not found: PEERS_DIR must name its folder.", file=sys.stderr)
        return SKIPPED
    start()
    from bench.harness import DATABASE

    try:
        take_part(common, common.fresh_db(DATABASE))
    finally:
        from django.db import connection

        connection.close()
        common.drop_db(DATABASE)
    return 0


def take_part(common: Any, dsn: str) -> None:
    """Writes first, then draws, then reads from a book of its own, then tries what is illegal."""
    from django.contrib.auth.models import User
    from psycopg2.extensions import parse_dsn

    from bench import ours
    from bench.database import Login, django_uses, migrate
    from bench.probes import our_attempts
    from ledger.posting import post

    parts = parse_dsn(dsn)
    names = ("host", "port", "user", "password", "dbname")
    login = Login(*(str(parts.get(name, "")) for name in names))
    migrate(login, "")
    django_uses(login)
    by: User = ours.prepare()
    post(ours.deposit("deposit"), by=by)
    write(common, by)
    draw(common)
    read(common, dsn, login, by)
    ours.open_book("PROBES", by)
    wanted = our_attempts(by, "PROBES")
    common.probe(NAME, dsn, {theirs: wanted[name] for name, theirs in PROBES.items()})


def write(common: Any, by: Any) -> None:
    """One entry a call, four writers on one pair, many in one call, one long entry."""
    from django.db import connection

    from bench import ours
    from ledger.posting import post

    def emit(metric: str, value: float, unit: str, note: str, who: str = NAME) -> None:
        common.emit(who, metric, value, unit, note)

    def poster(pair: tuple[str, str]) -> Callable[[], object]:
        amounts = common.amounts()
        return lambda: post(ours.draft(ours.key(), next(amounts), pair), by=by)

    def writer(pair: tuple[str, str]) -> Callable[[], Callable[[], object]]:
        def begin() -> Callable[[], object]:
            connection.close()  # a process of its own needs a session of its own
            return poster(pair)

        return begin

    rate, _ = common.post_rate(poster(ours.ORDINARY))
    emit("post1", rate, "entries/s", "post()")
    for who, pair in ((NAME, ours.ORDINARY), (f"{NAME} (one never negative)", ours.GUARDED)):
        connection.close()
        rate, _, errors, said = common.hot_rate(writer(pair))
        emit("hot4", rate, "entries/s", f"errors {errors} {said}", who)
    seconds = common.timed(lambda: post([ours.draft(ours.key(), n) for n in range(common.BULK)], by=by))
    emit("bulk", common.BULK / seconds, "entries/s", "one post()")
    emit(
        "wide", common.timed(lambda: post(ours.wide(ours.key(), 2000), by=by)) * 1000, "ms", "one entry of 2,000 lines"
    )


def draw(common: Any) -> None:
    """Vouchers with their own content, as its other participants draw pages: in memory, one process."""
    from bench.papers import in_language
    from funds.papers.voucher import draw_voucher

    for language, name in (("en", "voucher"), ("both", "voucher, English and Urdu"), ("ur", "voucher, led by Urdu")):
        numbers = itertools.count()

        def act(language: str = language, numbers: Iterator[int] = numbers) -> bytes:
            return draw_voucher(in_language(next(numbers), language))

        rate, _ = common.post_rate(act)
        common.emit(NAME, f"pdf:{name}", rate, "pages/s", f"{len(act())} bytes")


def read(common: Any, dsn: str, login: Any, by: Any) -> None:
    """The fund with half of all lines, and all accounts, from a book that was loaded through post()."""
    from bench import ours
    from bench.reading import fill
    from ledger.balances import balance, trial_balance

    book, note = "READ", "stored totals"
    ours.open_book(book, by)
    fill(login, book, 0, common.LEGS // 2)
    common.vacuum(dsn)
    common.emit(NAME, "balance", common.median_ms(lambda: balance(book, ours.FUND)), "ms", note)
    common.emit(NAME, "tb", common.median_ms(lambda: trial_balance(book), READS), "ms", note)
    if common.BIG > common.LEGS:
        fill(login, book, common.LEGS // 2, common.BIG // 2)
        common.vacuum(dsn)
        common.emit(NAME, "tb_big", common.median_ms(lambda: trial_balance(book), BIG_READS), "ms", note)


if __name__ == "__main__":
    sys.exit(main())
