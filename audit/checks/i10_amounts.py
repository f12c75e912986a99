"""I10: every amount in the database is finite, in whole paisa, within its bounds and in rupees."""

from collections.abc import Iterator
from typing import Any

from django.apps import apps
from django.db import connection, models
from django.db.models import DecimalField
from djmoney.models.fields import MoneyField
from psycopg2 import sql

from audit.checks.base import MOST, Found, together
from ledger.money import CEILING

_APPS = ("ledger", "beneficiaries", "funds", "audit")


def amounts() -> Found:
    """Every amount column of every table of ours, history tables too, found from the models."""
    checked, lists = 0, []
    for field in amount_fields():
        rows, found = _column(field)
        checked += rows
        lists.append(found)
    return Found(checked, together(lists))


def amount_fields() -> Iterator[Any]:
    """Each decimal column of our models. All of them hold rupees; whoever adds another kind must say so here."""
    for name in _APPS:
        for model in apps.get_app_config(name).get_models():
            yield from (field for field in model._meta.concrete_fields if isinstance(field, DecimalField))


def _column(field: Any) -> tuple[int, list[str]]:
    model = field.model
    column, currency = sql.Identifier(field.column), sql.SQL("false")
    if isinstance(field, MoneyField):
        currency = sql.SQL("{} <> 'PKR'").format(sql.Identifier(f"{field.column}_currency"))
    # NaN is above every number for PostgreSQL, so the upper bound refuses it.
    question = sql.SQL(
        "SELECT {key}, {column}::text, count(*) OVER () FROM {table}"
        " WHERE NOT ({column} {above} 0 AND {column} <= %s AND {column} = round({column}, 2)) OR {currency} ORDER BY 1"
    ).format(
        key=_key(model),
        column=column,
        table=sql.Identifier(model._meta.db_table),
        above=sql.SQL(">=" if _zero_allowed(field) else ">"),
        currency=currency,
    )
    ceiling = None if field.max_digits > 15 else CEILING  # totals add up many amounts
    with connection.cursor() as cursor:
        cursor.execute(sql.SQL("SELECT count({}) FROM {}").format(column, sql.Identifier(model._meta.db_table)))
        (rows,) = cursor.fetchone()
        cursor.execute(question, [ceiling or 10 ** (field.max_digits - 2)])
        found = cursor.fetchmany(MOST + 1)
    return rows, [f"{model._meta.verbose_name} {key}: {field.name} {value}" for key, value, _ in found]


def _key(model: Any) -> sql.Composable:
    """What names a row: its number, or the parts of a composite key."""
    parts = [field.column for field in getattr(model._meta, "pk_fields", [model._meta.pk])]
    return sql.SQL("concat_ws('/', {})").format(sql.SQL(", ").join(map(sql.Identifier, parts)))


def _zero_allowed(field: Any) -> bool:
    """Whether the table's own constraint lets this amount be zero; totals and floors begin at zero."""
    model = getattr(field.model, "instance_type", field.model)
    rules = [rule for rule in model._meta.constraints if isinstance(rule, models.CheckConstraint)]
    return field.max_digits > 15 or (f"{field.name}__gte", 0) in {
        item for rule in rules for item in _parts(rule.condition)
    }


def _parts(condition: Any) -> Iterator[tuple[str, Any]]:
    for child in getattr(condition, "children", []):
        if not isinstance(child, tuple):
            yield from _parts(child)
        elif isinstance(child[1], int):
            yield child
