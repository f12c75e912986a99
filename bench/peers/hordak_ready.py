"""Makes django-hordak's tables and accounts, and fills them with legs of the shape ours have (see bench/ours.py).

Filled by plain SQL with its rules off, so that a reading test does not wait for its way of writing.
"""

from typing import Any

from bench.peers import rival
from bench.serving import Act, serve

FUND = "account 0"
_ENTRIES = """
    INSERT INTO hordak_transaction (id, uuid, timestamp, date, description)
    SELECT n, gen_random_uuid(), now(), date '2025-07-01' + mod(n, 365), 'Entry ' || n
    FROM generate_series(%(first)s, %(end)s) AS n
"""
_LEGS = """
    INSERT INTO hordak_leg (uuid, description, account_id, transaction_id, debit, credit, currency)
    SELECT gen_random_uuid(), '', leg.account, n, leg.debit, leg.credit, 'PKR'
    FROM generate_series(%(first)s, %(end)s) AS n,
        LATERAL (VALUES (%(fund)s, NULL, 1 + mod(n, 1000)), (%(fund)s + 1 + mod(n, 200), 1 + mod(n, 1000), NULL))
            AS leg (account, debit, credit)
"""


def prepare(told: dict[str, Any]) -> Act:
    rival.start(told["login"])
    acts: dict[str, Act] = {"accounts": make_accounts, "fill": lambda: fill(told["first"], told["end"])}
    return acts[told["act"]]


def make_accounts() -> None:
    from django.core.management import call_command
    from hordak.models import Account, AccountType

    call_command("migrate", verbosity=0, interactive=False)
    kinds = [AccountType.equity, AccountType.liability, *[AccountType.expense] * (rival.ACCOUNTS - 2)]
    for number, kind in enumerate(kinds):
        Account.objects.create(name=f"account {number}", type=kind, currencies=["PKR"])


def fill(first: int, end: int) -> None:
    """Entries from `first` up to `end`, without it, of two legs each."""
    from django.db import connection, transaction
    from hordak.models import Account

    told = {"first": first, "end": end - 1, "fund": Account.objects.get(name=FUND).pk}
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("ALTER TABLE hordak_leg DISABLE TRIGGER USER")
        cursor.execute(
            "SELECT conname, pg_get_constraintdef(oid) FROM pg_constraint"
            " WHERE conrelid = 'hordak_leg'::regclass AND contype = 'f'"
        )
        keys = cursor.fetchall()
        for name, _ in keys:
            cursor.execute(f'ALTER TABLE hordak_leg DROP CONSTRAINT "{name}"')
        for statement in (_ENTRIES, _LEGS):
            cursor.execute(statement, told)
        for name, definition in keys:
            cursor.execute(f'ALTER TABLE hordak_leg ADD CONSTRAINT "{name}" {definition}')
        cursor.execute("ALTER TABLE hordak_leg ENABLE TRIGGER USER")


if __name__ == "__main__":
    serve(prepare)
