"""Reads the pack: the dated data of one ministry as JSON files, checked whole before a row of it is used.

Each file is {"as_of": date, "source": text, "rows": [...]}. What is wrong is told by file, row and field.
"""

import json
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from config.pack_checks import check_together
from config.pack_files import FILES, KEYS, REFERENCES
from config.pack_values import Row, day, parse_row
from ledger.errors import Refusal


class PackError(Refusal):
    """The pack cannot be loaded; `fields` says what is wrong by file, row and field."""

    code = "bad_pack"


@dataclass(frozen=True, slots=True)
class Pack:
    """The checked files: rows by file name without its ending, and the day each file speaks of."""

    rows: dict[str, list[Row]]
    as_of: dict[str, date]

    def __getitem__(self, name: str) -> list[Row]:
        return self.rows[name]


def read_pack(directory: Path) -> Pack:
    """The whole pack of a directory. Raises: PackError with everything that is wrong, by file, row and field."""
    wrong: dict[str, str] = {}
    pack = Pack({}, {})
    for name in FILES:
        pack.rows[name], pack.as_of[name] = _read_file(directory / f"{name}.json", wrong)
    if not wrong:
        _check_references(pack, wrong)
        check_together(pack.rows, wrong)
    if wrong:
        count = "1 thing" if len(wrong) == 1 else f"{len(wrong)} things"
        raise PackError(f"The pack in {directory.name} has {count} to correct; nothing was loaded.", fields=wrong)
    return pack


def _read_file(path: Path, wrong: dict[str, str]) -> tuple[list[Row], date]:
    nothing: tuple[list[Row], date] = ([], date.min)
    try:
        document = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        wrong[path.name] = "The file is missing."
        return nothing
    except (json.JSONDecodeError, UnicodeDecodeError) as error:
        wrong[path.name] = f"This is not JSON: {error}."
        return nothing
    if not isinstance(document, dict) or not isinstance(document.get("rows"), list) or not document["rows"]:
        wrong[path.name] = "The file needs rows: a list with at least one row."
        return nothing
    try:
        as_of = day(document.get("as_of"))
    except ValueError as error:
        wrong[f"{path.name}, as_of"] = f"{error}."
        return nothing
    return _read_rows(path, document["rows"], wrong), as_of


def _read_rows(path: Path, given: list[Any], wrong: dict[str, str]) -> list[Row]:
    rows: list[Row] = []
    first: dict[tuple[Any, ...], int] = {}
    for number, values in enumerate(given, 1):
        place = f"{path.name}, row {number}"
        if not isinstance(values, dict):
            wrong[place] = "The row is not an object with fields."
            continue
        row, faults = parse_row(values, FILES[path.stem])
        wrong |= {f"{place}, {field}": f"{reason}." for field, reason in faults.items()}
        if faults:
            continue
        key = tuple(row[field] for field in KEYS[path.stem])
        if key in first:
            wrong[f"{place}, {KEYS[path.stem][-1]}"] = f"{key[-1]!r} stands already in row {first[key]}."
        first.setdefault(key, number)
        rows.append(row)
    return rows


def _check_references(pack: Pack, wrong: dict[str, str]) -> None:
    for name, fields, target in REFERENCES:
        known = {tuple(row[field] for field in KEYS[target]) for row in pack[target]}
        for number, row in enumerate(pack[name], 1):
            key = tuple(row[field] for field in fields)
            if any(key) and key not in known:
                wrong[f"{name}.json, row {number}, {fields[-1]}"] = f"{' '.join(key)!r} is not in {target}.json."
