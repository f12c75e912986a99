"""Private values: every one of them is sealed, by a key in use, and is the value it was."""

from typing import Any

from django.apps import apps
from django.db import connection
from psycopg2 import sql

from audit.checks.base import MOST
from beneficiaries.private.sealed import SealedField
from beneficiaries.private.vault import VaultError, keyring

_BATCH = 5000


def sealed_columns() -> list[tuple[Any, SealedField]]:
    """Every sealed column of the records, their history apart."""
    return [
        (model, field)
        for model in apps.get_models()
        for field in model._meta.concrete_fields
        if isinstance(field, SealedField) and not hasattr(model, "instance_type")
    ]


def unreadable() -> list[str]:
    """Records with a private value that cannot be opened, and why; the value itself is not told."""
    return [text for model, field in sealed_columns() for text in _of_column(model, field)]


def _of_column(model: Any, field: SealedField) -> list[str]:
    question = sql.SQL("SELECT {pk}, {column} FROM {table} WHERE {column} <> '' AND {pk} > %s ORDER BY {pk} LIMIT %s")
    names = {"pk": model._meta.pk.column, "column": field.column, "table": model._meta.db_table}
    question = question.format(**{name: sql.Identifier(value) for name, value in names.items()})
    found: list[str] = []
    last, ring = 0, keyring()
    while len(found) <= MOST:
        with connection.cursor() as cursor:
            cursor.execute(question, [last, _BATCH])
            rows = cursor.fetchall()
        if not rows:
            break
        for last, stored in rows:
            try:
                ring.open(field.kind, stored)
            except VaultError as error:
                found.append(f"{model._meta.verbose_name} {last}: {error}")
    return found
