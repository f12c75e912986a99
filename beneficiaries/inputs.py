"""Values as people give them, in the form in which they are kept; what cannot be taken is refused with its field."""

from collections.abc import Callable
from typing import Any, TypeVar

from beneficiaries.identity import IdentityError, parse_text
from ledger.errors import BadInput
from ledger.money import AmountError

Value = TypeVar("Value")


def take(field: str, parse: Callable[..., Value], given: Any, **limits: int) -> Value:
    """What `parse` makes of the value. Raises: BadInput with the parser's own words under `field`."""
    try:
        return parse(given, **limits)
    except (IdentityError, AmountError) as error:
        raise BadInput(str(error), fields={field: str(error)}) from error


def take_optional(field: str, given: str, *, maximum: int) -> str:
    """A text in one line, or '' where nothing is written. Raises: BadInput."""
    return take(field, parse_text, given, maximum=maximum) if given.strip() else ""
