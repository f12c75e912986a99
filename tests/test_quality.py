"""House rules that the linters do not know: see CONTRIBUTING.md."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

pytestmark = pytest.mark.once
ROOT = Path(__file__).resolve().parent.parent
APPS = ["ledger", "beneficiaries", "funds", "audit", "config"]
FILES = [path for app in APPS for path in sorted((ROOT / app).rglob("*.py")) if path.parent.name != "migrations"]
LONGEST_FILE, LONGEST_FUNCTION = 450, 70  # lines
Function = ast.FunctionDef | ast.AsyncFunctionDef


def functions(path: Path) -> Iterator[Function]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, Function):
            yield node


def test_files_are_short() -> None:
    lengths = {str(path.relative_to(ROOT)): len(path.read_text(encoding="utf-8").splitlines()) for path in FILES}
    assert not {name: lines for name, lines in lengths.items() if lines >= LONGEST_FILE}


def test_functions_are_short() -> None:
    found = {
        f"{path.relative_to(ROOT)}:{node.lineno} {node.name}"
        for path in FILES
        for node in functions(path)
        if (node.end_lineno or 0) - node.lineno >= LONGEST_FUNCTION
    }
    assert not found


def test_nothing_is_put_off_or_silenced_wholesale() -> None:
    marks = re.compile(r"\b(TODO|FIXME|XXX)\b|# type: ignore(?!\[)|# noqa(?!:)|except Exception|except BaseException")
    found = {
        f"{path.relative_to(ROOT)}:{number}"
        for path in FILES
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1)
        if marks.search(line)
    }
    assert not found


def test_days_are_written_one_way() -> None:
    """“8 Oct 2025”, in pages, papers, commands and refusals; a form reads other ways too, and files have ISO days."""
    other = re.compile(r"%d %b|%d %B|%d-%m")
    found = {
        f"{path.relative_to(ROOT)}:{number}"
        for path in FILES
        if path.name != "formats.py"
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1)
        if other.search(line)
    }
    assert not found


def test_amounts_never_pass_through_floats() -> None:
    """`float(...)` has no place where rupees are kept; drawing works in points, not rupees."""
    found = {
        f"{path.relative_to(ROOT)}:{node.lineno}"
        for path in FILES
        if path.relative_to(ROOT).parts[0] in {"ledger", "beneficiaries", "funds", "audit"}
        and "papers" not in path.parts
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "float"
    }
    assert not found
