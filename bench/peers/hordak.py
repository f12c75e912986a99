"""django-hordak in a duel, by its documented calls. Runs in an environment of its own: see bench/rival.py."""

import itertools
from typing import Any

from django.db import Error

from bench.peers import rival
from bench.serving import Act, serve


def prepare(told: dict[str, Any]) -> Act:
    rival.start(told["login"])
    from django.db import transaction
    from hordak.models import Account

    if told["act"] in ("balance", "trial", "trial_orm"):
        return reading(told["act"])
    from moneyed import Money

    payable, grants = (Account.objects.get(name=f"account {number}") for number in (1, 2))
    others, numbers = list(Account.objects.order_by("pk")[2:202]), itertools.count()

    def one() -> None:
        payable.transfer_to(grants, Money(1 + next(numbers) % 100_000, "PKR"))

    acts: dict[str, Act] = {
        "one": one,
        "atomic": transaction.atomic(one),
        "many": lambda: many(payable, grants, told["count"]),
        "wide": lambda: wide(others, told["count"]),
    }
    return acts[told["act"]]


def many(payable: Any, grants: Any, count: int) -> None:
    """Its quickest documented way for many entries: bulk_create of both models in one transaction."""
    from django.db import transaction
    from hordak.models import Leg, Transaction
    from moneyed import Money

    with transaction.atomic():
        entries = Transaction.objects.bulk_create([Transaction(description=f"Entry {n}") for n in range(count)])
        legs = []
        for number, entry in enumerate(entries):
            amount = Money(1 + number % 100_000, "PKR")
            legs.append(Leg(transaction=entry, account=payable, credit=amount))
            legs.append(Leg(transaction=entry, account=grants, debit=amount))
        Leg.objects.bulk_create(legs)


def wide(accounts: list[Any], count: int) -> None:
    """One entry of `count` legs over two hundred accounts."""
    from django.db import transaction
    from hordak.models import Leg, Transaction
    from moneyed import Money

    with transaction.atomic():
        entry = Transaction.objects.create(description="A long list")
        amount = Money(7, "PKR")
        sides = ("debit", "credit")
        legs = [
            Leg(transaction=entry, account=accounts[number % len(accounts)], **{sides[number % 2]: amount})
            for number in range(count)
        ]
        Leg.objects.bulk_create(legs)


def reading(what: str) -> Act:
    """Its balance of one account; all balances by its SQL function; and all by one grouped query of the ORM."""
    from hordak.models import Account

    fund = Account.objects.get(name="account 0").pk
    acts: dict[str, Act] = {
        "balance": lambda: Account.objects.get(pk=fund).get_balance(),
        "trial": lambda: [(row.pk, row.balance) for row in Account.objects.with_balances()],
        "trial_orm": lambda: [(row.pk, row.balance) for row in Account.objects.with_balances_orm()],
    }
    return acts[what]


if __name__ == "__main__":
    serve(prepare, (Error,))
