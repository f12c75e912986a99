"""close_period, close_year, reopen and statement --version on the command line: answers, documents, exit codes."""

import json
from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, ManagementUtility, call_command

from funds import closing
from funds.models import StatementVersion
from ledger.models import Period, Reopening
from tests.world import World

WHY = "Compared by hand with the bank's letter of 4 July 2026"
MANAGER = ["--by", "fund_manager"]
CLOSE = [*MANAGER, "--override", WHY]


@pytest.fixture
def here(cleared_world: World) -> World:
    return cleared_world


def run(*args: str) -> str:
    out = StringIO()
    call_command(*args, stdout=out)
    return out.getvalue()


def document(*args: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(run(*args, "--json"))
    return found


def refusal(*args: str) -> str:
    with pytest.raises(CommandError) as refused:
        call_command(*args, stdout=StringIO())
    assert refused.value.returncode == 1
    return str(refused.value)


def test_a_month_is_closed(here: World) -> None:
    assert run("close_period", "TEST", "2024-07", *CLOSE) == "Closed: 2024-07 of TEST, by fund_manager.\n"
    found = document("close_period", "TEST", "2024-08", *CLOSE)
    period = Period.objects.get(start="2024-08-01")
    assert period.closed_at is not None
    assert found == {
        "fund": "TEST",
        "month": "2024-08",
        "closed": True,
        "closed_at": period.closed_at.isoformat(),
        "closed_by": "fund_manager",
        "override": WHY,
    }


@pytest.mark.parametrize("what", [("close_period", "2024-07"), ("close_year", "2024-25")])
def test_without_an_override_the_refusal_says_what_to_give(here: World, what: tuple[str, str]) -> None:
    command, given = what
    said = refusal(command, "TEST", given, *MANAGER)
    assert said == closing.NO_RECONCILIATION
    assert "No approved bank reconciliation" in said and "Say why" in said
    assert not Period.objects.exclude(closed_at=None).exists()


def test_a_year_is_closed_and_its_statement_frozen(here: World) -> None:
    said = run("close_year", "TEST", "2024-25", *CLOSE)
    assert said == "Closed: 2024-25 of TEST, by fund_manager. Its statement is frozen as version 1.\n"
    found = document("close_year", "TEST", "2025-26", *CLOSE)
    row = StatementVersion.objects.get(year__label="2025-26")
    assert found == {
        "fund": "TEST",
        "year": "2025-26",
        "closed": True,
        "version": 1,
        "digest": row.digest,
        "closed_at": row.closed_at.isoformat(),
        "closed_by": "fund_manager",
        "override": WHY,
    }


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["close_period", "NONE", "2024-07", *CLOSE], "There is no fund NONE. Funds: TEST."),
        (["close_period", "TEST", "2024-08", *CLOSE], "2024-07 is open"),
        (["close_period", "TEST", "2024-13", *CLOSE], "is not a month: write it as 2025-09."),
        (["close_period", "TEST", "2024-07", "--by", "nobody", "--override", WHY], "There is no user 'nobody'."),
        (["close_period", "TEST", "2024-07", "--by", "auditor", "--override", WHY], "you need the role fund manager"),
        (["close_year", "TEST", "2025-26", *CLOSE], "2024-25 is open"),
        (["close_year", "TEST", "2031-32", *CLOSE], "has no year 2031-32"),
        (["reopen", "TEST", "--month", "2024-07", *MANAGER, "--reason", "x"], "is open already"),
        (["reopen", "TEST", "--agree", "999", "--by", "approver"], "has no such reopening"),
    ],
)
def test_a_refusal_says_why_and_ends_with_1(here: World, arguments: list[str], words: str) -> None:
    assert words in refusal(*arguments)


def test_reopening_takes_two_people(here: World) -> None:
    run("close_period", "TEST", "2024-07", *CLOSE)
    assert refusal("reopen", "TEST", "--month", "2024-07", *MANAGER) == "Say why it is to be opened again."
    said = run("reopen", "TEST", "--month", "2024-07", *MANAGER, "--reason", "A receipt was missed")
    row = Reopening.objects.get()
    assert f"manage.py reopen TEST --agree {row.pk} --by USER" in said
    assert "somebody else must agree" in refusal("reopen", "TEST", "--agree", str(row.pk), *MANAGER)
    found = document("reopen", "TEST", "--agree", str(row.pk), "--by", "approver", "--remark", "Seen")
    assert found == {
        "id": row.pk,
        "fund": "TEST",
        "month": "2024-07",
        "year": None,
        "reason": "A receipt was missed",
        "asked_by": "fund_manager",
        "outcome": "agreed",
        "decided_by": "approver",
        "remark": "Seen",
    }
    assert not Period.objects.get(start="2024-07-01").closed


def test_a_reopening_is_declined_with_a_remark(here: World) -> None:
    run("close_year", "TEST", "2024-25", *CLOSE)
    row = document("reopen", "TEST", "--year", "2024-25", *MANAGER, "--reason", "A receipt was missed")
    assert (row["year"], row["month"], row["outcome"]) == ("2024-25", None, "waiting")
    decline = ["reopen", "TEST", "--decline", str(row["id"]), "--by", "approver"]
    assert refusal(*decline) == "Say why it stays closed."
    assert run(*decline, "--remark", "Too late") == "Declined: 2024-25 of TEST stays closed. Too late\n"
    assert closing.get_year(here.fund, "2024-25").closed


def test_a_version_of_the_statement(here: World) -> None:
    run("close_year", "TEST", "2024-25", *CLOSE)
    run("close_year", "TEST", "2025-26", *CLOSE)
    row = document("reopen", "TEST", "--year", "2025-26", *MANAGER, "--reason", "A receipt was missed")
    run("reopen", "TEST", "--agree", str(row["id"]), "--by", "approver")
    assert json.loads(run("statement", "TEST", "2025-26"))["status"] == "provisional"
    first = json.loads(run("statement", "TEST", "2025-26", "--version", "1"))
    assert (first["status"], first["version"], first["payments_total"]) == ("final", 1, "20000.00")
    assert "has no version 2" in refusal("statement", "TEST", "2025-26", "--version", "2")


@pytest.mark.parametrize(
    "arguments",
    [
        ["close_period", "TEST"],
        ["close_period", "TEST", "2024-07"],
        ["close_year", "TEST", "2024-25"],
        ["reopen", "TEST", "--by", "x"],
        ["reopen", "TEST", "--month", "2024-07", "--year", "2024-25", "--by", "x"],
        ["reopen", "TEST", "--agree", "one", "--by", "x"],
        ["statement", "TEST", "2024-25", "--version", "one"],
    ],
)
def test_wrong_use_ends_with_2(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        ManagementUtility(["manage.py", *arguments]).execute()
    assert ended.value.code == 2
    assert "usage:" in capsys.readouterr().err


def test_a_version_of_a_span_is_wrong_use(here: World) -> None:
    with pytest.raises(CommandError) as refused:
        call_command("statement", "TEST", "2024-25", "--to", "2025-26", "--version", "1", stdout=StringIO())
    assert refused.value.returncode == 2
