"""What is due at majority, over the API."""

from datetime import date
from typing import Any, Literal

from django.http import HttpRequest
from ninja import Query, Router, Schema

from beneficiaries.views.pages import actor
from funds.models import Instrument
from funds.release import coming_of_age
from ledger.api_types import Amount, Page, Paging, answers
from ledger.roles import require_role

router = Router(tags=["instruments"])


class DueOut(Schema):
    id: int
    person_id: int
    name: str
    share: str
    of_age_on: date | None
    days_left: int | None
    method: str
    number: str
    issued_on: date
    amount: Amount
    disbursement_id: int
    guardian_id: int | None

    @staticmethod
    def resolve_person_id(row: Instrument) -> Any:
        return row.line.person_id

    @staticmethod
    def resolve_name(row: Instrument) -> str:
        return row.line.payee_name

    @staticmethod
    def resolve_share(row: Instrument) -> str:
        return row.line.share

    @staticmethod
    def resolve_of_age_on(row: Any) -> Any:
        return row.of_age

    @staticmethod
    def resolve_days_left(row: Any) -> int | None:
        return coming_of_age.days_left(row.of_age)

    @staticmethod
    def resolve_disbursement_id(row: Instrument) -> int:
        return row.line.disbursement_id

    @staticmethod
    def resolve_guardian_id(row: Instrument) -> int | None:
        return row.line.person.guardian_id if row.line.person else None


class DueFilter(Paging):
    when: Literal["due", "soon", "unknown"] | None = None


@router.get("/due-at-majority", response=answers(Page[DueOut]))
def due_at_majority(request: HttpRequest, filters: Query[DueFilter]) -> Any:
    """Minors' money in safe keeping, the soonest of age first: `due` of age now, `soon` within a year, `unknown` without a
    date of birth. Here `after` counts the rows already seen, because the order is that of the birthdays."""
    user = actor(request)
    require_role(user, *coming_of_age.READERS, action="see what is due at majority")
    rows = coming_of_age.parted(coming_of_age.kept_for_minors(user), filters.when or "")
    end = filters.after + filters.limit
    found = list(rows[filters.after : end + 1])
    return {"items": found[: filters.limit], "next": end if len(found) > filters.limit else None}
