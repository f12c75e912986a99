"""A floor in a duel, through psycopg2: one entry a call, many, or one long one."""

import itertools
from typing import Any

import psycopg2

from bench import floor
from bench.database import Login, connect
from bench.serving import Act, serve


def prepare(told: dict[str, Any]) -> Act:
    raw = connect(Login(**told["login"]), autocommit=False)
    numbers = itertools.count()
    acts: dict[str, Act] = {
        "one": lambda: floor.post_one(raw, next(numbers)),
        "many": lambda: floor.post_many(raw, told["count"]),
        "wide": lambda: floor.post_wide(raw, told["count"]),
    }
    act = acts[told["act"]]

    def tried() -> None:
        try:
            act()
        except psycopg2.Error:
            raw.rollback()
            raise

    return tried


if __name__ == "__main__":
    serve(prepare, (psycopg2.Error,))
