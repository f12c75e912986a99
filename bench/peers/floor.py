"""The floor in a duel: four statements an entry through psycopg2."""

import itertools
from typing import Any

from bench import floor
from bench.bursts import Act, serve
from bench.database import Login, connect


def prepare(told: dict[str, Any]) -> Act:
    raw = connect(Login(**told["login"]), autocommit=False)
    numbers = itertools.count()
    return lambda: floor.post_one(raw, next(numbers))


if __name__ == "__main__":
    serve(prepare)
