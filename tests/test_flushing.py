"""After a test that committed, the database is as the migrations left it, and no rule stays switched off."""

from typing import Any

import pytest
from django.contrib.auth.models import Group, Permission, User
from django.db import connection

from tests.flushing import TABLES, TRIGGERS

pytestmark = pytest.mark.django_db(transaction=True)


def flush() -> None:
    connection.ops.execute_sql_flush([])


def test_rows_go_and_those_of_the_migrations_come_back(owner_cursor: Any) -> None:
    before = set(Permission.objects.values_list("id", "codename"))
    assert before
    User.objects.create(username="passing")
    Group.objects.create(name="passing")
    owner_cursor.execute("DELETE FROM auth_permission WHERE codename LIKE 'add%'")
    flush()
    assert not User.objects.exists()
    assert not Group.objects.exists()
    assert set(Permission.objects.values_list("id", "codename")) == before


def test_every_rule_is_on_again_exactly_as_before(owner_cursor: Any) -> None:
    owner_cursor.execute(TABLES)
    tables = [name for (name,) in owner_cursor.fetchall()]
    owner_cursor.execute(TRIGGERS, [tables])
    before = owner_cursor.fetchall()
    assert any(state == "A" for _, _, state in before)
    User.objects.create(username="passing")
    flush()
    owner_cursor.execute(TRIGGERS, [tables])
    assert owner_cursor.fetchall() == before
