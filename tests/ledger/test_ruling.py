"""What is installed is what is declared, and the check notices when it is not."""

from collections.abc import Callable
from typing import Any

import pytest
from django.core.management import call_command

from ledger import ruling
from ledger.models import JournalEntry, JournalLine


class Borrowed:
    """The owner's cursor where the check asks for one of its own, so that it sees what the owner has not committed."""

    def __init__(self, cursor: Any) -> None:
        self.borrowed = cursor

    def cursor(self) -> "Borrowed":
        return self

    def __enter__(self) -> Any:
        return self.borrowed

    def __exit__(self, *args: object) -> None:
        pass


@pytest.fixture
def drift(owner_cursor: Any, monkeypatch: pytest.MonkeyPatch) -> Callable[[str], dict[str, list[str]]]:
    """The drift after a statement of the owner, all of it rolled back."""

    def after(statement: str) -> dict[str, list[str]]:
        owner_cursor.execute("BEGIN")
        owner_cursor.execute(statement)
        found: dict[str, list[str]] = {}
        with monkeypatch.context() as patched:
            patched.setattr(ruling, "connections", {"default": Borrowed(owner_cursor)})
            for each in ruling.drift():
                if each.rule.startswith("ledger."):
                    found.setdefault(each.rule, []).append(each.fault)
        owner_cursor.execute("ROLLBACK")
        return found

    return after


def _name(model: Any, rule: str) -> str:
    return next(each for of, each in ruling.rules() if of is model and each.name == rule).get_pgid(model)


def test_nothing_differs_after_migrating(drift: Callable[[str], dict[str, list[str]]]) -> None:
    assert drift("SELECT 1") == {}


def test_models_and_migrations_agree(db: None) -> None:
    call_command("makemigrations", "ledger", check=True, dry_run=True, verbosity=0)


def test_each_way_of_weakening_a_rule_is_noticed(drift: Callable[[str], dict[str, list[str]]]) -> None:
    lines, kept = _name(JournalLine, "only_by_door"), _name(JournalEntry, "append_only")
    body = "RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NULL; END'"
    assert drift(f"DROP TRIGGER {lines} ON ledger_journalline") == {
        "ledger.JournalLine:only_by_door": ["is not installed"]
    }
    assert (
        "has another function body"
        in drift(f"CREATE OR REPLACE FUNCTION {lines}() {body}")["ledger.JournalLine:only_by_door"]
    )
    for statement, fault in (
        (f"ALTER TABLE ledger_journalentry ENABLE TRIGGER {kept}", "can be switched off by a session"),
        (f"ALTER TABLE ledger_journalentry DISABLE TRIGGER {kept}", "can be switched off by a session"),
        (f"ALTER FUNCTION {kept}() SECURITY INVOKER", "does not run with its owner's rights"),
        (f"ALTER FUNCTION {kept}() RESET search_path", "has other settings"),
        (f"GRANT EXECUTE ON FUNCTION {kept}() TO PUBLIC", "may be hung on another table"),
    ):
        assert drift(statement) == {"ledger.JournalEntry:append_only": [fault]}


@pytest.mark.parametrize("door", ["ledger_door", "ledger_door_pair"])
def test_each_way_of_weakening_a_door_is_noticed(drift: Callable[[str], dict[str, list[str]]], door: str) -> None:
    rule = f"ledger.JournalEntry:{door}"
    for statement, fault in (
        (f"ALTER FUNCTION {door}() RESET work_mem", "has other settings"),
        (f"ALTER FUNCTION {door}() SECURITY INVOKER", "does not run with its owner's rights"),
        (f"GRANT EXECUTE ON FUNCTION {door}() TO PUBLIC", "may be hung on another table"),
        (f"DROP TRIGGER {door} ON {door}", "is not installed"),
        (f"DROP VIEW {door}", "is not installed"),
    ):
        assert drift(statement) == {rule: [fault]}
    other = f"CREATE OR REPLACE FUNCTION {door}() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END'"
    assert "has another function body" in drift(other)[rule]


@pytest.mark.parametrize(
    ("name", "arguments"), [("ledger_balance", "text, text, date"), ("ledger_trial", "text, date")]
)
def test_the_reading_functions_are_watched_too(
    drift: Callable[[str], dict[str, list[str]]], name: str, arguments: str
) -> None:
    rule = f"ledger.AccountTotal:{name}"
    assert drift(f"ALTER FUNCTION {name} RESET plan_cache_mode") == {rule: ["has other settings"]}
    twin = f"CREATE FUNCTION {name}(int) RETURNS int LANGUAGE sql AS 'SELECT 1'"
    assert "exists twice" in drift(twin)[rule]
    assert drift(f"DROP FUNCTION {name}({arguments})") == {rule: ["is not installed"]}


def test_a_changed_word_in_a_rule_needs_a_migration(monkeypatch: pytest.MonkeyPatch, db: None) -> None:
    rule = next(each for of, each in ruling.rules() if of is JournalEntry and each.name == "ledger_door")
    monkeypatch.setattr(rule, "func", rule.func.replace("balances", "is balanced") + " ")
    with pytest.raises(SystemExit):
        call_command("makemigrations", "ledger", check=True, dry_run=True, verbosity=0)


def test_the_library_sees_our_rules_as_installed(db: None) -> None:
    for model, rule in ruling.rules():
        if model._meta.app_label == "ledger":
            assert rule.get_installation_status(model) == ("INSTALLED", True)
