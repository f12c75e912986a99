"""What every router of the API shares: amounts, days, ids, pages and the answers it may give. No address lives here."""

import re
from datetime import date
from decimal import Decimal
from typing import Annotated, Any, Generic, TypeVar

from django.db.models import Model, QuerySet, TextChoices
from ninja import Schema, Status
from pydantic import BeforeValidator, ConfigDict, Field
from pydantic_core import core_schema

# The largest id a row can have; the database would not even compare a larger one.
LARGEST_ID = 2**63 - 1
EARLIEST, LATEST = date(1900, 1, 1), date(2199, 12, 31)
MOST_ITEMS = 200
_ISO_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_WRITTEN = r"^[0-9]{1,13}(\.[0-9]{1,2})?$"

Item = TypeVar("Item")
Row = TypeVar("Row", bound=Model)


def _shown(value: Any) -> Any:
    whole = isinstance(value, int) and not isinstance(value, bool)
    return f"{value:.2f}" if whole or isinstance(value, Decimal) else value


def _day(value: Any) -> Any:
    """Only "2025-09-26" is a day: the schema library would also take seconds since 1970."""
    if value is None or type(value) is date:
        return value
    if not isinstance(value, str) or not _ISO_DAY.fullmatch(value):
        raise ValueError("Write the date as text, year first: 2025-09-26.")
    try:
        day = date.fromisoformat(value)
    except ValueError:
        raise ValueError("There is no such day. Write it year first: 2025-09-26.") from None
    if not EARLIEST <= day <= LATEST:
        raise ValueError(f"Give a day from {EARLIEST} to {LATEST}.")
    return day


# Rupees out, always with two decimals; rupees in, as text, because a JSON number may pass through a float on its way.
Amount = Annotated[str, BeforeValidator(_shown), Field(pattern=r"^-?[0-9]+\.[0-9]{2}$", examples=["12000.00"])]
AmountIn = Annotated[
    str, Field(pattern=_WRITTEN, description="Rupees as text, such as 12000.00", examples=["12000.00"])
]
Day = Annotated[date, BeforeValidator(_day)]
# In a body an id is a number and nothing else; in an address it is read from text.
Id = Annotated[int, Field(strict=True, ge=1, le=LARGEST_ID)]
PathId = Annotated[int, Field(ge=1, le=LARGEST_ID)]
Code = Annotated[str, Field(pattern=r"^[A-Z0-9][A-Z0-9-]{0,19}$", examples=["DAD"])]
Number = Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9-]{0,39}$", examples=["DAD-2025-26-00001"])]
YearLabel = Annotated[str, Field(pattern=r"^20[0-9]{2}-[0-9]{2}$", examples=["2025-26"])]
# Longer than any field takes, so that the service's own refusal speaks first.
Text = Annotated[str, Field(max_length=4000)]
Flag = Annotated[bool, Field(strict=True)]


class OneOf:
    """In an annotation: the text is one of these choices. Written out where it is used, because the description would
    give classes of one name, such as the several `Kind`s, one meaning."""

    def __init__(self, choices: type[TextChoices]) -> None:
        self.values = list(choices.values)

    def __get_pydantic_core_schema__(self, source: Any, handler: Any) -> core_schema.CoreSchema:
        return core_schema.literal_schema(self.values)


class Given(Schema):
    """A body: what is not named in it is refused, so nobody sets a field that is not offered."""

    model_config = ConfigDict(extra="forbid")


class Problem(Schema):
    """Every refusal looks like this; `fields` names each value at fault and what to change."""

    detail: str
    code: str
    fields: dict[str, str] = {}


class OnDay(Given):
    """The posting date, where it is not today (Pakistan's date)."""

    on: Day | None = None


class Because(OnDay):
    """A reason that stays in the record."""

    reason: Text


class Paging(Schema):
    """Where to go on, and how many at once."""

    after: Annotated[int, Field(ge=0, le=LARGEST_ID)] = 0
    limit: Annotated[int, Field(ge=1, le=MOST_ITEMS)] = 50


class Page(Schema, Generic[Item]):
    """`next` is the value of `after` for the following page; null on the last one."""

    items: list[Item]
    next: int | None


def page(rows: QuerySet[Row], paging: Paging) -> dict[str, Any]:
    """The rows whose primary key follows `after`, in its order: neither new nor vanishing rows shift a page."""
    found = list(rows.filter(pk__gt=paging.after).order_by("pk")[: paging.limit + 1])
    items = found[: paging.limit]
    return {"items": items, "next": items[-1].pk if len(found) > paging.limit else None}


def answers(good: Any, status: int = 200) -> dict[Any, Any]:
    """What an operation may answer, for the description of the API."""
    return {status: good, frozenset({400, 401, 403, 404, 409, 422}): Problem}


def created(made: Any) -> Status[Any]:
    """The answer 201 with what was made."""
    return Status(201, made)


def filtered(rows: QuerySet[Row], **wanted: Any) -> QuerySet[Row]:
    """The rows that fit every condition given; those that are None were not asked for."""
    return rows.filter(**{path: value for path, value in wanted.items() if value is not None})
