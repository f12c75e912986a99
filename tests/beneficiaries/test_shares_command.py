"""`manage.py shares` as other programs call it: its document, its words, its exit codes."""

import json
import subprocess
import sys
from fractions import Fraction
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

pytestmark = pytest.mark.once
ROOT = Path(__file__).resolve().parent.parent.parent
FAMILY = "wife=1,mother=1,son=1,daughter=1"


def run(*args: str) -> str:
    out = StringIO()
    call_command("shares", *args, stdout=out)
    return out.getvalue()


def document(*args: str) -> Any:
    return json.loads(run(*args, "--json"))


def test_the_documents_example() -> None:
    found = document(FAMILY, "--award", "1200000")
    assert [(row["heir"], row["number"], row["share"], row["amount"]) for row in found["heirs"]] == [
        ("wife", 1, "9/72", "150000.00"),
        ("mother", 1, "12/72", "200000.00"),
        ("son", 1, "34/72", "566667.00"),
        ("daughter", 1, "17/72", "283333.00"),
    ]
    assert (found["divisor"], found["award"]) == (72, "1200000.00")
    assert found["steps"][-1].startswith("Of 72 parts") and len(found["limits"]) == 4


def test_several_of_a_kinship_make_one_row_with_share_and_amount_of_each() -> None:
    (row,) = document("daughter=3", "--award", "Rs 1,00,000")["heirs"]
    assert (row["number"], row["share"], row["amount"], row["total"]) == (3, "1/3", "33333.00", "100000.00")
    assert row["amounts"] == ["33334.00", "33333.00", "33333.00"]
    sons = document("wife=1,son=2", "--award", "800000")["heirs"][1]
    assert (sons["share"], sons["amount"], sons["total"]) == ("7/16", "350000.00", "700000.00")
    assert sons["amounts"] == ["350000.00", "350000.00"]


def test_people_read_what_each_takes_and_what_they_take_together() -> None:
    said = run("daughter=3,wife=1", "--award", "100000")
    assert "Rs 87,500.00 together: 2 x Rs 29,167.00, 1 x Rs 29,166.00" in said
    assert "Rs 12,500.00\n" in said and "x Rs 12,500.00" not in said


def test_without_an_award_there_is_no_amount() -> None:
    found = document("husband=1,mother=1,daughter=2,full_brother=3")
    assert found["award"] is None and {row[name] for row in found["heirs"] for name in ("amount", "total")} == {None}
    assert sum(row["number"] * Fraction(row["share"]) for row in found["heirs"]) == 1
    assert found["heirs"][-1]["share"] == "0/13"


def test_people_read_the_steps_the_shares_and_the_limits() -> None:
    said = run(FAMILY, "--award", "1200000")
    for words in ("1. Wife: 1/8", "34/72", "Rs 5,66,667.00", "The court's figures count", "Shia heirs"):
        assert words in said


def test_paisa_of_the_court_are_kept() -> None:
    found = document(FAMILY, "--award", "933483.34")
    assert found["award"] == "933483.34"
    assert [row["amount"] for row in found["heirs"]] == ["116685.42", "155580.55", "440811.58", "220405.79"]


@pytest.mark.parametrize(
    ("args", "code", "words"),
    [
        (["wife=1,son=1"], 0, ""),
        (["wife=5,son=1"], 1, "at most 4 inherit"),
        (["wife=1,husband=1"], 1, "one or the other"),
        (["husband=1"], 1, "the court finds out"),
        (["cousin=1"], 2, "no kinship known here"),
        (["wife=1", "--award", "minus one"], 2, "is not an amount"),
        (["wife=1", "--award", "0"], 2, "more than zero"),
        ([], 2, "HEIRS"),
    ],
)
def test_exit_codes(args: list[str], code: int, words: str) -> None:
    done = subprocess.run(
        [sys.executable, "manage.py", "shares", *args, "--json"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == code and words in done.stderr
    assert bool(done.stdout) == (code == 0) and "Traceback" not in done.stderr


def test_refusals_reach_callers_in_python_too() -> None:
    with pytest.raises(CommandError, match="at most 4 inherit") as refused:
        run("wife=5")
    assert refused.value.returncode == 1
