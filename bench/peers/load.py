"""Fills a book through the public post(), a batch a call, each from a session of its own, so that all slots fill."""

import itertools
from typing import Any

from bench.serving import Act, serve
from bench.site import connect


def prepare(told: dict[str, Any]) -> Act:
    user = connect(told["login"])
    from django.db import connection

    from bench.ours import spread
    from ledger.posting import post

    batches = itertools.count(told["number"], told["processes"])

    def act() -> None:
        start = told["first"] + next(batches) * told["batch"]
        last = min(start + told["batch"], told["end"])
        post([spread(told["book"], number) for number in range(start, last)], by=user)
        connection.close()

    return act


if __name__ == "__main__":
    serve(prepare)
