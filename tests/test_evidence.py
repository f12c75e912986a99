"""Every table whose rows only grow refuses change, removal and truncation, whoever asks and however empty it is."""

from typing import Any

import psycopg2
import pytest
from psycopg2 import sql

from ledger.ruling import rules

KEEPS = {
    "append_only": ("UPDATE", "DELETE", "TRUNCATE"),
    "never_removed": ("DELETE", "TRUNCATE"),
    "no_delete": ("DELETE", "TRUNCATE"),
    "only_by_door": ("INSERT",),
    "only_by_rule": ("INSERT", "UPDATE", "DELETE", "TRUNCATE"),
}
STATEMENTS = {
    "INSERT": "INSERT INTO {table} SELECT * FROM {table} WHERE false",
    "UPDATE": "UPDATE {table} SET {column} = {column} WHERE false",
    "DELETE": "DELETE FROM {table} WHERE false",
    "TRUNCATE": "TRUNCATE {table} CASCADE",
}
CASES = [
    pytest.param(model, rule, verb, id=f"{model._meta.label}-{verb}")
    for model, rule in rules()
    for verb in KEEPS.get(str(rule.name), ())
]


@pytest.mark.parametrize(("model", "rule", "verb"), CASES)
def test_the_owner_is_refused_too(owner_cursor: Any, model: Any, rule: Any, verb: str) -> None:
    column = next(field.column for field in model._meta.concrete_fields if field.column)
    statement = sql.SQL(STATEMENTS[verb]).format(
        table=sql.Identifier(model._meta.db_table), column=sql.Identifier(column)
    )
    owner_cursor.execute("BEGIN")
    with pytest.raises(psycopg2.Error) as caught:
        owner_cursor.execute(statement)
    owner_cursor.execute("ROLLBACK")
    assert caught.value.pgcode in ("23L08", "23L09", "23F01")
    assert f"pgtrigger_{rule.name}" in (caught.value.diag.context or "")
