"""trial_balance and general_ledger on the command line."""

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


@pytest.mark.parametrize(
    "args", [("trial_balance", "NONE"), ("general_ledger", "HRRF", "NONE"), ("general_ledger", "X", "Y")]
)
def test_refused_with_exit_code_one(posted: None, args: tuple[str, ...]) -> None:
    with pytest.raises(CommandError) as caught:
        call_command(*args)
    assert caught.value.returncode == 1
    assert args[-1] in str(caught.value)


@pytest.mark.parametrize(
    "args", [("trial_balance",), ("trial_balance", "HRRF", "--as-at", "31-12-2025"), ("general_ledger", "HRRF")]
)
def test_wrong_usage_exits_with_two(db: None, args: tuple[str, ...], capsys: Any) -> None:
    with pytest.raises(SystemExit) as caught:
        ManagementUtility(["manage.py", *args]).execute()
    assert caught.value.code == 2
    assert "usage:" in capsys.readouterr().err
