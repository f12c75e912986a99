"""Ours in a duel, through the public post() as the application role: one draft a call, many, or one long one."""

import itertools
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from django.db import Error, transaction

from bench.serving import Act, serve
from bench.site import connect
from ledger.errors import Refusal

if TYPE_CHECKING:
    from ledger.posting import Draft


def prepare(told: dict[str, Any]) -> Act:
    user = connect(told["login"])
    from bench import ours
    from ledger.posting import post

    numbers = itertools.count()
    pair, book = tuple(told.get("pair", ours.ORDINARY)), told.get("book", ours.BOOK)

    def one() -> "Draft":
        return ours.draft(ours.key(), next(numbers), pair, book=book)

    def many() -> "list[Draft]":
        return [ours.draft(ours.key(), number, pair, book=book) for number in range(told["count"])]

    def wide() -> "Draft":
        return ours.wide(ours.key(), told["count"])

    made: dict[str, Callable[[], Draft | list[Draft]]] = {"one": one, "atomic": one, "many": many, "wide": wide}
    make = made[told["act"]]

    def act() -> None:
        post(make(), by=user)

    return transaction.atomic(act) if told["act"] == "atomic" else act


if __name__ == "__main__":
    serve(prepare, (Error, Refusal))
