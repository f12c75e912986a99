"""trial_balance, general_ledger and day_book on the command line."""

import json
from datetime import date
from io import StringIO
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.core.management import CommandError, ManagementUtility, call_command

from ledger.models import Book
from ledger.posting import post
from tests.ledger.conftest import draft


@pytest.fixture
def posted(book: Book, clerk: User) -> None:
    entries = [draft("a", 1_200_000), draft("b", "0.50", dr="A-REL", cr="F-BNK", on=date(2025, 10, 2))]
    post(entries, by=clerk)


def run(*args: str) -> str:
    out = StringIO()
    call_command(*args, stdout=out)
    return out.getvalue()


def test_trial_balance_for_programs(posted: None) -> None:
    found = json.loads(run("trial_balance", "HRRF", "--json"))
    assert list(found) == ["fund", "as_at", "accounts", "debit_total", "credit_total"]
    assert (found["fund"], found["as_at"]) == ("HRRF", None)
    assert (found["debit_total"], found["credit_total"]) == ("1200000.00", "1200000.00")
    bank = next(each for each in found["accounts"] if each["code"] == "F-BNK")
    assert bank == {"code": "F-BNK", "name": "Bank", "debit": "1199999.50", "credit": "0.00"}


def test_trial_balance_at_a_day(posted: None) -> None:
    found = json.loads(run("trial_balance", "HRRF", "--as-at", "2025-10-01", "--json"))
    assert found["as_at"] == "2025-10-01"
    assert {each["code"]: each["debit"] for each in found["accounts"]}["F-BNK"] == "1200000.00"


def test_trial_balance_for_people(posted: None) -> None:
    text = run("trial_balance", "HRRF")
    assert "F-BNK   Bank" in text
    assert "11,99,999.50" in text
    assert "A-FIN" not in text


def test_general_ledger(posted: None) -> None:
    found = json.loads(run("general_ledger", "HRRF", "F-BNK", "--from", "2025-10-01", "--to", "2025-10-31", "--json"))
    assert (found["opening_balance"], found["closing_balance"]) == ("1200000.00", "1199999.50")
    [line] = found["lines"]
    assert (line["date"], line["debit"], line["credit"], line["balance"]) == (
        "2025-10-02",
        "0.00",
        "0.50",
        "1199999.50",
    )
    assert "11,99,999.50" in run("general_ledger", "HRRF", "F-BNK")


def test_trial_balance_beside_another_day(posted: None) -> None:
    args = ("trial_balance", "HRRF", "--as-at", "2025-10-02", "--compare", "2025-10-01")
    found = json.loads(run(*args, "--json"))
    assert (found["fund"], found["first"], found["second"]) == ("HRRF", "2025-10-01", "2025-10-02")
    bank = next(each for each in found["accounts"] if each["code"] == "F-BNK")
    assert bank["first"] == {"debit": "1200000.00", "credit": "0.00"}
    assert bank["second"] == {"debit": "1199999.50", "credit": "0.00"}
    assert bank["change"] == {"debit": "0.00", "credit": "0.50"}
    assert found["change_total"] == {"debit": "0.50", "credit": "0.50"}
    text = run(*args)
    assert "11,99,999.50 Dr" in text and "0.50 Cr" in text and "A-FIN" not in text


def test_day_book(posted: None) -> None:
    found = json.loads(run("day_book", "HRRF", "--from", "2025-10-01", "--to", "2025-10-31", "--json"))
    [entry] = found["entries"]
    assert (found["fund"], entry["date"], entry["kind"], entry["recorded_by"]) == (
        "HRRF",
        "2025-10-02",
        "release",
        "clerk",
    )
    sides = [(line["account"], line["debit"], line["credit"]) for line in entry["lines"]]
    assert sides == [("A-REL", "0.50", "0.00"), ("F-BNK", "0.00", "0.50")]
    text = run("day_book", "HRRF")
    assert "15 Sep 2025 entry" in text and "12,00,000.00" in text
    assert text.index("15 Sep 2025") < text.index("2 Oct 2025")


@pytest.mark.parametrize(
    "args",
    [
        ("day_book", "NONE"),
        ("trial_balance", "NONE", "--compare", "2025-10-01"),
        ("trial_balance", "NONE"),
        ("general_ledger", "HRRF", "NONE"),
        ("general_ledger", "X", "Y"),
    ],
)
def test_refused_with_exit_code_one(posted: None, args: tuple[str, ...]) -> None:
    with pytest.raises(CommandError) as caught:
        call_command(*args)
    assert caught.value.returncode == 1
    assert next(arg for arg in reversed(args) if arg.isupper()) in str(caught.value)


@pytest.mark.parametrize(
    "args",
    [
        ("trial_balance",),
        ("trial_balance", "HRRF", "--as-at", "31-12-2025"),
        ("day_book", "HRRF", "--from", "x"),
        ("general_ledger", "HRRF"),
    ],
)
def test_wrong_usage_exits_with_two(db: None, args: tuple[str, ...], capsys: Any) -> None:
    with pytest.raises(SystemExit) as caught:
        ManagementUtility(["manage.py", *args]).execute()
    assert caught.value.code == 2
    assert "usage:" in capsys.readouterr().err
