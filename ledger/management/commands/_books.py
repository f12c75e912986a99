"""What the commands that print books share."""

from argparse import ArgumentTypeError
from datetime import date


def day(text: str) -> date:
    """A date given on the command line, as 2025-09-30."""
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise ArgumentTypeError(f"{text!r} is not a date: write it as 2025-09-30") from error
