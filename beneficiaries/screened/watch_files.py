"""Reads a watch list, pure: the UN Security Council's consolidated XML or our CSV, whole or not at all.

CSV: UTF-8, first line `reference,kind,name,aliases,born,documents,nationality,listed_on,remarks`; kind is `individual` or
`entity`; several aliases, years or days of birth and documents are parted by `;`, a document is its kind and its number
("CNIC 42201-0397640-8"). Only reference, kind and name must be filled in.
"""

import hashlib
import json
import re
import unicodedata
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any
from xml.etree.ElementTree import Element, ParseError

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import fromstring

from beneficiaries.identity import IdentityError, parse_name, parse_text
from beneficiaries.tables.table_reading import csv_lines
from ledger.errors import BadInput

MOST_BYTES = 40 * 1024 * 1024
MOST_ENTRIES, MOST_NAMES = 100_000, 200
NAME_LENGTH = 400
TOLD = 20
COLUMNS = ("reference", "kind", "name", "aliases", "born", "documents", "nationality", "listed_on", "remarks")
UN_XML, CSV = "un_xml", "csv"
KINDS = ("individual", "entity")
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_YEARS = re.compile(r"(?:1[89]|20)[0-9]{2}(?:-[0-9]{2}-[0-9]{2})?(?: to (?:1[89]|20)[0-9]{2})?")


@dataclass(frozen=True, slots=True)
class Listed:
    """One party of a list. `names`: (name, quality), the first is the main one; `documents`: (kind, number)."""

    reference: str
    kind: str
    names: tuple[tuple[str, str], ...]
    born: tuple[str, ...] = ()
    documents: tuple[tuple[str, str], ...] = ()
    nationality: str = ""
    listed_on: date | None = None
    remarks: str = ""

    @property
    def digest(self) -> str:
        """SHA-256 of the content, by which a changed entry is told from the same one."""
        return hashlib.sha256(json.dumps(asdict(self), sort_keys=True, default=str).encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class ListFile:
    """A file as it was read: its form, the day it says it is of, and its entries by reference."""

    form: str
    dated: date | None
    entries: dict[str, Listed]
    sha256: str


def read_list(content: bytes) -> ListFile:
    """The list in the file, XML or CSV by what it is. Raises: BadInput naming row and column."""
    if len(content) > MOST_BYTES:
        raise _bad(
            f"The file has {len(content):,} bytes, more than {MOST_BYTES:,}. Compare it with the list's own page."
        )
    rows: Iterable[Listed]
    if content.lstrip(b"\xef\xbb\xbf \t\r\n")[:1] == b"<":
        form, (dated, rows) = UN_XML, _xml(content)
    else:
        form, dated, rows = CSV, None, _csv(content)
    entries: dict[str, Listed] = {}
    for row in rows:
        if row.reference in entries:
            raise _bad(f"Reference {row.reference!r} stands twice in the file. Each party is listed once.")
        entries[row.reference] = row
        if len(entries) > MOST_ENTRIES:
            raise _bad(f"The file has more than {MOST_ENTRIES:,} entries. Part it.")
    if not entries:
        raise _bad("The file lists nobody. A list with no entry would end every block; load the right file.")
    return ListFile(form, dated, entries, hashlib.sha256(content).hexdigest())


def _bad(detail: str, **fields: str) -> BadInput:
    return BadInput(detail, fields=fields or {"file": detail})


def _plain(text: str | None, maximum: int = NAME_LENGTH) -> str:
    """One line of a foreign file, without what cannot be seen; too long is cut, for remarks of others are only shown."""
    shown = (
        char
        for char in unicodedata.normalize("NFC", text or "")
        if unicodedata.category(char)[0] != "C" or char.isspace()
    )
    return " ".join("".join(shown).split())[:maximum]


# The UN Security Council's consolidated list.


def _xml(content: bytes) -> tuple[date | None, list[Listed]]:
    try:
        root: Element = fromstring(content, forbid_dtd=True)
    except DefusedXmlException:
        raise _bad(
            "The XML declares entities or a document type, which a list does not need. Nothing was read."
        ) from None
    except (ParseError, ValueError, LookupError) as error:
        raise _bad(f"The file is not whole XML: {error}. Download it again.") from None
    if root.tag != "CONSOLIDATED_LIST":
        detail = f"The XML is a {_plain(root.tag, 40)}, not a CONSOLIDATED_LIST of the UN Security Council."
        raise _bad(detail)
    dated = _iso(root.get("dateGenerated"))
    found = [_individual(row, place) for place, row in enumerate(root.iterfind("INDIVIDUALS/INDIVIDUAL"), 1)]
    return dated, found + [_entity(row, place) for place, row in enumerate(root.iterfind("ENTITIES/ENTITY"), 1)]


def _iso(text: str | None) -> date | None:
    """The day at the start of a moment; None for anything else."""
    found = _DAY.match(text or "")
    try:
        return date.fromisoformat(found[0]) if found else None
    except ValueError:
        return None


def _text(row: Element, path: str, maximum: int = NAME_LENGTH) -> str:
    return _plain(row.findtext(path), maximum)


def _common(row: Element, what: str, place: int, alias: str) -> dict[str, Any]:
    parts = ("FIRST_NAME", "SECOND_NAME", "THIRD_NAME", "FOURTH_NAME")
    main = _plain(" ".join(_text(row, part) for part in parts))
    reference = _text(row, "REFERENCE_NUMBER", 60) or _text(row, "DATAID", 60)
    if not main or not reference:
        missing = "name" if reference else "REFERENCE_NUMBER and no DATAID"
        raise _bad(f"{what} {place} has no {missing}. Download the list again.")
    names = [(main, ""), (_text(row, "NAME_ORIGINAL_SCRIPT"), "original script")]
    names += [(_text(each, "ALIAS_NAME"), _text(each, "QUALITY", 20)) for each in row.iterfind(alias)]
    return {
        "reference": reference,
        "names": tuple({name: (name, quality) for name, quality in reversed(names) if name}.values())[::-1][
            :MOST_NAMES
        ],
        "nationality": ", ".join(_plain(each.text) for each in row.iterfind("NATIONALITY/VALUE") if each.text)[:200],
        "listed_on": _iso(row.findtext("LISTED_ON")),
        "remarks": _text(row, "COMMENTS1", 4000),
    }


def _individual(row: Element, place: int) -> Listed:
    documents = tuple(
        (_text(each, "TYPE_OF_DOCUMENT", 60), _text(each, "NUMBER", 60))
        for each in row.iterfind("INDIVIDUAL_DOCUMENT")
        if _text(each, "NUMBER", 60)
    )
    born = tuple(dict.fromkeys(filter(None, map(_birth, row.iterfind("INDIVIDUAL_DATE_OF_BIRTH")))))
    common = _common(row, "Individual", place, "INDIVIDUAL_ALIAS")
    return Listed(kind="individual", born=born, documents=documents, **common)


def _entity(row: Element, place: int) -> Listed:
    return Listed(kind="entity", **_common(row, "Entity", place, "ENTITY_ALIAS"))


def _birth(row: Element) -> str:
    """'1964-03-02', '1964' or '1958 to 1963'."""
    day = _iso(row.findtext("DATE"))
    first, last = _text(row, "FROM_YEAR", 4), _text(row, "TO_YEAR", 4)
    if day:
        return day.isoformat()
    return f"{first} to {last}" if first and last else _text(row, "YEAR", 4)


# Our own layout.


def _csv(content: bytes) -> Iterable[Listed]:
    wrong: dict[str, str] = {}
    rows: list[Listed] = []
    header: list[str] = []
    for line, values in csv_lines(content):
        if not header:
            header = [name.strip().casefold() for name in values]
            _check_header(header)
        elif any(value.strip() for value in values):
            _take_row(line, header, values, rows, wrong)
        if len(wrong) >= TOLD:
            break
    if wrong:
        more = " Further rows were not looked at." if len(wrong) >= TOLD else ""
        raise _bad(f"The list has {len(wrong)} things to correct; nothing was loaded.{more}", **wrong)
    return rows


def _check_header(header: list[str]) -> None:
    unknown = [name for name in header if name not in COLUMNS]
    missing = [name for name in COLUMNS[:3] if name not in header]
    if unknown or missing or len(set(header)) != len(header):
        detail = f"The first line must name the columns {', '.join(COLUMNS)}; the first three are needed, each once."
        raise _bad(detail, header=f"{detail} Seen: {_plain(', '.join(header), 200) or 'nothing'}.")


def _take_row(line: int, header: list[str], values: list[str], rows: list[Listed], wrong: dict[str, str]) -> None:
    place = f"row {line}"
    if len(values) != len(header):
        wrong[place] = f"Row {line} has {len(values)} values, the first line names {len(header)}."
        return
    given = dict.fromkeys(COLUMNS, "") | dict(zip(header, values, strict=True))
    column = ""
    try:
        column = "reference"
        reference = parse_text(given[column], maximum=60)
        column = "kind"
        if (kind := given[column].strip().casefold()) not in KINDS:
            raise ValueError(f"{_plain(kind, 40)!r} is not individual or entity")
        column = "name"
        names = [(parse_name(given[column], maximum=NAME_LENGTH), "")]
        column = "aliases"
        names += [(parse_name(alias, maximum=NAME_LENGTH), "") for alias in _parts(given[column])]
        column = "born"
        born = tuple(map(_born, _parts(given[column])))
        column = "documents"
        documents = tuple(map(_document, _parts(given[column])))
        column = "listed_on"
        listed_on = _day(given[column].strip())
        column = "nationality"
        nationality = parse_text(given[column], maximum=200) if given[column].strip() else ""
        column = "remarks"
        remarks = parse_text(given[column], maximum=4000) if given[column].strip() else ""
    except (IdentityError, ValueError) as error:
        wrong[f"{place}, {column}"] = f"Row {line}, {column}: {str(error).rstrip('.')}."
        return
    rows.append(
        Listed(
            reference, kind, tuple(dict(names).items())[:MOST_NAMES], born, documents, nationality, listed_on, remarks
        )
    )


def _parts(text: str) -> list[str]:
    return [part.strip() for part in text.split(";") if part.strip()]


def _born(text: str) -> str:
    if not _YEARS.fullmatch(text):
        raise ValueError(f"{_plain(text, 40)!r} is not a year, a day such as 1964-03-02, or 1958 to 1963")
    return text


def _document(text: str) -> tuple[str, str]:
    kind, _, number = parse_text(text, maximum=120).rpartition(" ")
    if not kind or not any(char.isdigit() for char in number):
        raise ValueError(f"{_plain(text, 40)!r} is not a kind and a number, such as Passport AB1234567")
    return kind[:60], number[:60]


def _day(text: str) -> date | None:
    if not text:
        return None
    found = _iso(text)
    if found is None or found.isoformat() != text:
        raise ValueError(f"{_plain(text, 40)!r} is not a day such as 2025-07-01")
    return found
