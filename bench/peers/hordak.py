"""django-hordak in a duel, by its documented Account.transfer_to. Runs in an environment of its own: see bench/rival.py."""

import itertools
from typing import Any

import django
from django.conf import settings

from bench.bursts import Act, serve


def prepare(told: dict[str, Any]) -> Act:
    login = told["login"]
    database = {"ENGINE": "django.db.backends.postgresql", "CONN_MAX_AGE": None}
    database |= {key: login[name] for key, name in (("NAME", "database"), ("HOST", "host"), ("PORT", "port"))}
    database |= {"USER": login["user"], "PASSWORD": login["password"]}
    settings.configure(
        SECRET_KEY="benchmark",
        USE_TZ=True,
        DATABASES={"default": database | ({"OPTIONS": {"assume_role": login["role"]}} if login["role"] else {})},
        DEFAULT_AUTO_FIELD="django.db.models.BigAutoField",
        INSTALLED_APPS=["django.contrib.auth", "django.contrib.contenttypes", "mptt", "hordak"],
        DEFAULT_CURRENCY="PKR",
        CURRENCIES=["PKR"],
        HORDAK_CURRENCIES=["PKR"],
    )
    django.setup()
    from django.core.management import call_command
    from hordak.models import Account, AccountType
    from moneyed import Money

    call_command("migrate", verbosity=0, interactive=False)
    payable, grants = (
        Account.objects.create(name=name, type=kind, currencies=["PKR"])
        for name, kind in (("Payable", AccountType.liability), ("Grants", AccountType.expense))
    )
    numbers = itertools.count()
    return lambda: payable.transfer_to(grants, Money(1 + next(numbers) % 100_000, "PKR"))


if __name__ == "__main__":
    serve(prepare)
