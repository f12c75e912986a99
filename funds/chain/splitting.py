"""Why a band is higher than the amount: what other requests give, within some days, to the same payee, case or household."""

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from django.db import connection

from beneficiaries.models import Case, Person
from beneficiaries.offices.row_scope import everywhere
from funds.models import Disbursement
from funds.rules import splitting_rules

KEPT = 20  # reasons kept with a submission, the largest sums
WORDS = {"payee": "payee", "case": "case", "household": "household of case"}


@dataclass(frozen=True, slots=True)
class Part:
    """What one other request gives; its number is told to those who may see it."""

    request: int
    fund: str
    amount: Decimal
    on: date


@dataclass(frozen=True, slots=True)
class Reason:
    """One sum above the request's own amount: of whom, how much with this request, and the other requests in it."""

    what: str
    name: str
    total: Decimal
    parts: tuple[Part, ...]

    def kept(self) -> dict[str, Any]:
        """As it is frozen with the submission."""
        parts = [
            {"request": part.request, "fund": part.fund, "amount": str(part.amount), "on": part.on.isoformat()}
            for part in self.parts
        ]
        return {"what": self.what, "name": self.name, "total": str(self.total), "parts": parts}

    @classmethod
    def read(cls, kept: dict[str, Any]) -> "Reason":
        """What `kept` wrote."""
        parts = tuple(
            Part(row["request"], row["fund"], Decimal(row["amount"]), date.fromisoformat(row["on"]))
            for row in kept["parts"]
        )
        return cls(kept["what"], kept["name"], Decimal(kept["total"]), parts)

    def __str__(self) -> str:
        return f"{WORDS[self.what]} {self.name}"


@dataclass(frozen=True, slots=True)
class Rolling:
    """The sum, in rupees, on which a band is chosen, the days looked back, and what makes it more than the amount."""

    basis: Decimal
    days: int
    reasons: list[Reason] = field(default_factory=list)


def hold_people(request: Disbursement) -> None:
    """Locks the people of the request and of their households, so that two requests for them are summed one after the other."""
    with connection.cursor() as cursor:
        sql = f"SELECT id FROM beneficiaries_person WHERE id IN ({splitting_rules.people('%s')}) ORDER BY id"
        cursor.execute(f"{sql} FOR NO KEY UPDATE", [request.pk])


@everywhere()
def rolling(request: Disbursement, *, on: date) -> Rolling:
    """The largest sum that a payee, a case or a household of the request gets, this request and recent others together.

    Others count from their submission, with its day or with that of its recording, whichever is later, until they are
    rejected or cancelled, in every fund and office.
    """
    given: dict[str, Any] = {"request": request.pk, "day": on}
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {splitting_rules.window('%(day)s::date')}", given)
        days = int(cursor.fetchone()[0])
        cursor.execute(splitting_rules.rolling("%(request)s", "%(day)s::date"), given)
        rows = cursor.fetchall()
    sums: dict[tuple[str, int], dict[int, Decimal]] = defaultdict(dict)
    for what, key, other, amount in rows:
        sums[what, key][other] = amount
    above = {key: parts for key, parts in sums.items() if sum(parts.values()) > request.amount}
    if not above:
        return Rolling(request.amount, days)
    largest = sorted(above.items(), key=lambda item: (-sum(item[1].values()), item[0]))
    return Rolling(sum(largest[0][1].values(), Decimal(0)), days, _reasons(request, largest[:KEPT]))


def _reasons(request: Disbursement, sums: list[tuple[tuple[str, int], dict[int, Decimal]]]) -> list[Reason]:
    cases = {key for (what, key), _ in sums if what != "payee"}
    people = {key for (what, key), _ in sums if what == "payee"}
    names = {("payee", pk): name for pk, name in Person.objects.filter(pk__in=people).values_list("pk", "name")}
    for pk, number in Case.objects.filter(pk__in=cases).values_list("pk", "number"):
        names["case", pk] = names["household", pk] = number
    numbers = {other for _, parts in sums for other in parts} - {request.pk}
    others = Disbursement.objects.select_related("fund").prefetch_related("chosen_rules").in_bulk(numbers)
    return [
        Reason(
            what,
            names[what, key],
            sum(parts.values(), Decimal(0)),
            tuple(_part(others[other], parts[other]) for other in sorted(parts) if other != request.pk),
        )
        for (what, key), parts in sums
    ]


def _part(other: Disbursement, amount: Decimal) -> Part:
    days = [row.chosen_on for row in other.chosen_rules.all() if row.submission == other.submission]
    return Part(other.pk, other.fund.code, amount, days[0] if days else other.drafted_on)
