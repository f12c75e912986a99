"""Django's settings for django-hordak, made from a login. Runs in an environment of its own: see bench/rival.py."""

from typing import Any

import django
from django.conf import settings

ACCOUNTS = 204


def start(login: dict[str, Any]) -> None:
    """Sets Django up on the database."""
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
