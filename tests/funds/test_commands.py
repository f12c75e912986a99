"""statement and voucher on the command line: documents, files, exit codes."""

import csv
import json
from io import StringIO
from pathlib import Path
from zipfile import ZipFile

import pypdf
import pytest
from django.core.management import CommandError, ManagementUtility, call_command

from funds import vouchers
from funds.models import Voucher
from ledger.commands import told
from ledger.errors import BadInput
from tests.world import World

KEYS = [
    "fund",
    "from_year",
    "to_year",
    "opening_balance",
    "receipts_total",
    "payments_total",
    "closing_balance",
    "people_helped",
    "sections",
]


@pytest.fixture
def world(cleared_world: World) -> World:
    return cleared_world


def run(*args: str) -> str:
    out = StringIO()
    call_command(*args, stdout=out)
    return out.getvalue()


def refusal(*args: str) -> CommandError:
    with pytest.raises(CommandError) as refused:
        call_command(*args, stdout=StringIO())
    return refused.value


def test_statement_for_programs(world: World) -> None:
    found = json.loads(run("statement", "TEST", "2025-26"))
    assert [key for key in found if key in KEYS] == KEYS
    assert (found["fund"], found["payments_total"], found["people_helped"]) == ("TEST", "20000.00", 1)
    assert json.loads(run("statement", "TEST", "2025-26", "--json")) == found
    assert json.loads(run("statement", "TEST", "2024-25", "--to", "2025-26"))["from_year"] == "2024-25"


def test_statement_as_tables(world: World, tmp_path: Path) -> None:
    rows = list(csv.reader(StringIO(run("statement", "TEST", "2025-26", "--format", "csv"))))
    assert ["Total payments", "20000.00", "0.00"] in rows
    run("statement", "TEST", "2025-26", "--format", "xlsx", "--out", str(tmp_path / "s.xlsx"))
    with ZipFile(tmp_path / "s.xlsx") as book:
        parts = [name for name in book.namelist() if name.startswith("xl/worksheets/sheet")]
        assert len(parts) >= 6
        assert b"Total payments" in b"".join(book.read(name) for name in parts)


def test_statement_as_paper(world: World, tmp_path: Path) -> None:
    out = tmp_path / "new" / "s.pdf"
    assert str(out) in run("statement", "TEST", "2025-26", "--format", "pdf", "--out", str(out))
    assert "20,000" in pypdf.PdfReader(out).pages[0].extract_text()


@pytest.mark.parametrize("form", ["pdf", "xlsx"])
def test_a_binary_statement_needs_a_file(world: World, form: str) -> None:
    refused = refusal("statement", "TEST", "2025-26", "--format", form)
    assert refused.returncode == 2
    assert "--out" in str(refused)


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["NONE", "2025-26"], "There is no fund NONE. Funds: TEST."),
        (["TEST", "2025"], "'2025' is not a fiscal year"),
        (["TEST", "2025-26", "--to", "2024-25"], "2024-25 is before 2025-26"),
        (["TEST", "2025-26", "--format", "csv", "--out", "/dev/null/x"], "could not be written"),
    ],
)
def test_a_refused_statement_says_why(world: World, arguments: list[str], words: str) -> None:
    refused = refusal("statement", *arguments)
    assert refused.returncode == 1
    assert words in str(refused)


@pytest.mark.parametrize(
    "arguments", [["statement", "TEST"], ["statement", "TEST", "2025-26", "--format", "doc"], ["voucher", "X"]]
)
def test_wrong_use_ends_with_2(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        ManagementUtility(["manage.py", *arguments]).execute()
    assert ended.value.code == 2
    assert "usage:" in capsys.readouterr().err


def test_voucher_is_written_and_counts_no_printing(world: World, tmp_path: Path) -> None:
    voucher = Voucher.objects.get()
    out = tmp_path / "v.pdf"
    found = json.loads(run("voucher", voucher.number, "--out", str(out), "--json"))
    assert found == {"number": voucher.number, "amount": "20000.00", "digest": voucher.digest, "file": str(out)}
    text = pypdf.PdfReader(out).pages[0].extract_text()
    assert voucher.number in text and "no counted printing" in text
    assert voucher.prints.count() == 0


def test_voucher_shows_the_last_copy(world: World, tmp_path: Path) -> None:
    voucher = Voucher.objects.get()
    for _ in range(2):
        vouchers.print_voucher(number=voucher.number, by=world["ddo"])
    run("voucher", voucher.number, "--out", str(tmp_path / "v.pdf"))
    assert "COPY 1" in pypdf.PdfReader(tmp_path / "v.pdf").pages[0].extract_text()


def test_an_unknown_voucher_is_refused(world: World, tmp_path: Path) -> None:
    refused = refusal("voucher", "TEST-2025-26-00009", "--out", str(tmp_path / "v.pdf"))
    assert refused.returncode == 1
    assert not (tmp_path / "v.pdf").exists()


def test_a_refusal_tells_every_field(world: World) -> None:
    assert told(BadInput("Two things.", fields={"on": "Too late.", "by": "Nobody."})) == (
        "Two things.\n  on: Too late.\n  by: Nobody."
    )
