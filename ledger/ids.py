"""Numbers of rows as a browser sends them: any text at all may stand where a page wrote a number."""

from collections.abc import Iterable

LONGEST = 18  # digits; every such number fits the column


def row_id(text: str) -> int | None:
    """The number, or None for a text that is none, such as '', '-1', '²' or a thousand digits."""
    return int(text) if text.isdecimal() and len(text) <= LONGEST else None


def row_ids(texts: Iterable[str]) -> list[int]:
    """The numbers among the texts, in their order."""
    return [number for number in map(row_id, texts) if number is not None]
