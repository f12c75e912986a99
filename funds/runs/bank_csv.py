"""A run as CSV in a bank's layout, line by line. What the layout says is data of the pack; data in, bytes out, no database.

A layout is an object with `columns` (each `title` and `value`, or a fixed `text`), `delimiter`, `titles` (whether the first line
names the columns), `day` (as in strftime), `header` and `trailer` (lists of the same kind for one line, or empty).
"""

import csv
import io
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from funds.runs.content import Message, Transfer
from ledger.cells import plain

MEDIA_TYPE = "text/csv"
OF_RUN = ("message", "debtor", "account", "execution_on", "count", "total")
OF_LINE = (*OF_RUN, "position", "end_to_end", "name", "iban", "bank", "bic", "amount", "currency", "reference")
DELIMITERS = (",", ";", "|", "\t")


def check_shape(shape: Any) -> dict[str, Any]:
    """The layout as it may be kept. Raises: ValueError in words."""
    if not isinstance(shape, dict) or shape.keys() != {"columns", "delimiter", "titles", "day", "header", "trailer"}:
        raise ValueError("a layout has columns, delimiter, titles, day, header and trailer, and nothing else")
    if shape["delimiter"] not in DELIMITERS or not isinstance(shape["titles"], bool) or "%" not in str(shape["day"]):
        raise ValueError("delimiter, titles or day cannot be used")
    for part, known in (("columns", OF_LINE), ("header", OF_RUN), ("trailer", OF_RUN)):
        cells = shape[part]
        if not isinstance(cells, list) or (part == "columns" and not cells):
            raise ValueError(f"{part} is not a list")
        for cell in cells:
            if not isinstance(cell, dict) or not ({"value"} <= cell.keys() or {"text"} <= cell.keys()):
                raise ValueError(f"{cell!r} has neither value nor text")
            if "value" in cell and cell["value"] not in known:
                raise ValueError(f"{cell['value']!r} is not one of: {', '.join(known)}")
    return shape


def parts(message: Message, transfers: Iterable[Transfer], shape: Mapping[str, Any]) -> Iterator[bytes]:
    """The file a line at a time, in ASCII; a cell that a spreadsheet would take for a formula is written as text."""
    text = io.StringIO(newline="")
    writer = csv.writer(text, delimiter=shape["delimiter"])

    def line(cells: Iterable[str]) -> bytes:
        writer.writerow(map(plain, cells))
        data = text.getvalue().encode("ascii")
        text.seek(0)
        text.truncate()
        return data

    common = _common(message, shape["day"])
    if shape["header"]:
        yield line(_cells(shape["header"], common))
    if shape["titles"]:
        yield line(cell.get("title", "") for cell in shape["columns"])
    for transfer in transfers:
        yield line(_cells(shape["columns"], common | _own(transfer, message.banks)))
    if shape["trailer"]:
        yield line(_cells(shape["trailer"], common))


def _cells(cells: Iterable[Mapping[str, str]], values: Mapping[str, str]) -> list[str]:
    return [values[cell["value"]] if "value" in cell else cell["text"] for cell in cells]


def _common(message: Message, day: str) -> dict[str, str]:
    return {
        "message": message.number,
        "debtor": message.debtor,
        "account": message.account,
        "execution_on": message.execution_on.strftime(day),
        "count": str(message.count),
        "total": f"{message.amount:.2f}",
    }


def _own(transfer: Transfer, banks: Mapping[str, str]) -> dict[str, str]:
    letters = transfer.iban[4:8]
    return {
        "position": str(transfer.position),
        "end_to_end": transfer.end_to_end,
        "name": transfer.name,
        "iban": transfer.iban,
        "bank": letters,
        "bic": banks.get(letters, ""),
        "amount": f"{transfer.amount:.2f}",
        "currency": "PKR",
        "reference": transfer.reference,
    }
