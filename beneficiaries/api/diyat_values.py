"""The API of the notified values of diyat."""

from datetime import date
from typing import Any

from django.http import HttpRequest
from ninja import Query, Router, Schema

from beneficiaries.models import DiyatValue
from beneficiaries.owed import diyat_values
from beneficiaries.views.diyat_values import READING
from beneficiaries.views.pages import actor
from ledger.api_types import Amount, AmountIn, Day, Given, Page, Paging, Text, YearLabel, answers, created, page
from ledger.roles import require_role

router = Router(tags=["diyat values"])


class ValueOut(Schema):
    """`exact` is false where only a rounded figure was found."""

    id: int
    year: str
    amount: Amount
    exact: bool
    notification: str
    notified_on: date | None
    source: str
    file_sha256: str


class ValueIn(Given):
    """A file is added on the page."""

    year: YearLabel
    amount: AmountIn
    notification: Text
    notified_on: Day
    source: Text


@router.get("/diyat-values", response=answers(Page[ValueOut]))
def list_values(request: HttpRequest, paging: Query[Paging]) -> Any:
    """The notified values on record. A year that is not there was not notified yet, or not found."""
    require_role(actor(request), *READING, action="see the notified values")
    return page(DiyatValue.objects.all(), paging)


@router.post("/diyat-values", response=answers(ValueOut, 201))
def record_value(request: HttpRequest, data: ValueIn) -> Any:
    """Records a notification."""
    return created(diyat_values.record_value(**data.dict(), by=actor(request)))
