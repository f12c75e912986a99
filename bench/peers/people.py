"""Ours in a duel of searches for duplicates: what a registration asks, with and without the indexes."""

from itertools import cycle
from typing import Any

from bench.serving import Act, serve
from bench.site import connect


def prepare(told: dict[str, Any]) -> Act:
    connect(told["login"])
    from django.db import connection

    from beneficiaries.duplicates import everybody_alike, particulars_of
    from beneficiaries.models import Person

    step = max(1, Person.objects.count() // told["asked"])
    people = Person.objects.order_by("pk")[::step]
    asked = cycle([particulars_of(row) for row in people])
    if told["act"] == "scan":
        with connection.cursor() as cursor:
            cursor.execute("SET enable_indexscan = off; SET enable_bitmapscan = off")
    return lambda: everybody_alike(next(asked))


if __name__ == "__main__":
    serve(prepare)
