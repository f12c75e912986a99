"""Texts that must fit into a column."""


def shortened(text: str, most: int) -> str:
    """The text, or as much of it as fits with “…” behind, so that whoever reads it sees that there was more."""
    return text if len(text) <= most else f"{text[: most - 1].rstrip()}…"
