"""What a spreadsheet is given as text must not run there: one place for every file with cells. Pure."""

FORMULA_MARKS = ("=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠")


def plain(text: str) -> str:
    """The text with a quote before it where a spreadsheet would read a formula."""
    return f"'{text}" if text.startswith(FORMULA_MARKS) else text
