"""A standing world is made once, is the same for every test, and is not there for tests that did not ask for it."""

from types import SimpleNamespace

import pytest
from django.db import connection

from ledger.models import Book
from tests.standing import Databases, wanted
from tests.world import World


@pytest.mark.parametrize("turn", [1, 2])
def test_what_a_test_does_to_its_world_is_gone_for_the_next(small_world: World, turn: int) -> None:
    assert small_world.fund.disbursements.count() == 0
    assert len(small_world.users) == 11
    small_world.draft()
    small_world.users.clear()


def test_its_rows_are_committed_and_its_database_is_apart(small_world: World, databases: Databases) -> None:
    assert connection.settings_dict["NAME"] == f"{databases.own}_small_world"
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_current_xact_id_if_assigned() IS NULL, pg_xact_status(xmin::text::xid8) FROM ledger_book"
        )
        assert cursor.fetchall() == [(True, "committed")]


def test_without_asking_there_is_no_world(db: None, databases: Databases) -> None:
    assert connection.settings_dict["NAME"] == databases.own
    assert not Book.objects.exists()


def item(*fixtures: str, transaction: bool = False) -> SimpleNamespace:
    marker = pytest.mark.django_db(transaction=transaction).mark
    return SimpleNamespace(nodeid="a test", fixturenames=fixtures, get_closest_marker=lambda name: marker)


def test_a_test_that_commits_or_wants_two_worlds_is_refused() -> None:
    assert wanted(item("db", "small_world")) == "small_world"
    assert wanted(item("db")) == ""
    for wrong in (
        item("small_world", "transactional_db"),
        item("small_world", "live_server"),
        item("small_world", transaction=True),
        item("small_world", "cleared_world"),
    ):
        with pytest.raises(pytest.UsageError, match=r"a test asks for .*small_world"):
            wanted(wrong)


def test_a_worker_waits_for_as_long_as_another_migrates(databases: Databases) -> None:
    with databases.alone() as cursor:
        for setting in ("lock_timeout", "statement_timeout"):
            cursor.execute(f"SHOW {setting}")
            assert cursor.fetchone() == ("0",)
