"""Our Django in a process of the benchmarks. Models can be imported after the call, not before."""

import os
from typing import TYPE_CHECKING, Any

import django

if TYPE_CHECKING:
    from django.contrib.auth.models import User


def start() -> None:
    """Sets Django up."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    django.setup()


def connect(login: dict[str, Any]) -> "User":
    """Sets Django up to use that database, and returns the person who posts."""
    start()
    from django.contrib.auth.models import User

    from bench.database import Login, django_uses
    from bench.ours import USER

    django_uses(Login(**login))
    return User.objects.get(username=USER)
