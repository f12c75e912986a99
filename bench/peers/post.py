"""Ours in a duel: one draft a call through the public post(), in autocommit, as the application role."""

import itertools
import os
from typing import Any

import django

from bench.bursts import Act, serve


def prepare(told: dict[str, Any]) -> Act:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    django.setup()
    from django.contrib.auth.models import User

    from bench.database import Login, django_uses
    from bench.ours import draft
    from ledger.posting import post

    django_uses(Login(**told["login"]))
    user = User.objects.get(username="bench")
    numbers = itertools.count()

    def act() -> None:
        number = next(numbers)
        post(draft(f"one:{number}", number), by=user)

    return act


if __name__ == "__main__":
    serve(prepare)
