"""Rules of eligibility over the API: what is in force, what they find of a case or a request, and overriding one."""

from datetime import date, datetime
from typing import Annotated, Any

from django.http import HttpRequest
from ninja import Query, Router, Schema
from pydantic import Field

from beneficiaries.api.people import reader
from beneficiaries.models import Case
from beneficiaries.offices.scope import get_visible
from beneficiaries.views.pages import actor
from funds import complaints
from funds.budgets import get_fund
from funds.disbursements import get_disbursement
from funds.entitlement import eligibility, overrides
from funds.entitlement.eligibility import Found
from funds.models import EligibilityOverride, EligibilityRule, PaymentKind
from ledger.api_types import LARGEST_ID, Code, Day, Given, Id, OneOf, Page, Paging, PathId, Text, answers, created, page
from ledger.clock import today
from ledger.roles import require_role

router = Router(tags=["checks"])

MOST_CASES = 50  # each has an answer for every rule


class RuleOut(Schema):
    """A rule with its condition in words; `verified` says whether its source was checked."""

    id: int
    code: str
    title: str
    fund: str | None
    kind: str | None
    condition: str
    parameters: dict[str, Any]
    asks: str
    when_unknown: str
    override_role: str
    source: str
    verified: bool
    effective_from: date
    effective_to: date | None

    @staticmethod
    def resolve_fund(row: EligibilityRule) -> str | None:
        return row.fund.code if row.fund else None

    @staticmethod
    def resolve_asks(row: EligibilityRule) -> str:
        return eligibility.asks(row)

    @staticmethod
    def resolve_kind(row: EligibilityRule) -> str | None:
        return row.kind or None


class OverrideOut(Schema):
    id: int
    reason: str
    overridden_by: str
    overridden_at: datetime = Field(alias="recorded_at")

    @staticmethod
    def resolve_overridden_by(row: EligibilityOverride) -> str:
        return row.overridden_by.get_full_name()


class FoundOut(Schema):
    """What one rule finds of one case: met, not_met or not_known; `stops` holds up the submission."""

    case_id: int
    rule: str
    title: str
    asked: str
    source: str
    verified: bool
    verdict: str
    said: str
    seen: dict[str, str]
    stops: bool
    override: OverrideOut | None

    @staticmethod
    def resolve_case_id(row: Found) -> int:
        return row.case.pk

    @staticmethod
    def resolve_rule(row: Found) -> str:
        return row.rule.code

    @staticmethod
    def resolve_title(row: Found) -> str:
        return row.rule.title

    @staticmethod
    def resolve_source(row: Found) -> str:
        return row.rule.source

    @staticmethod
    def resolve_verified(row: Found) -> bool:
        return row.rule.verified

    @staticmethod
    def resolve_seen(row: Found) -> dict[str, str]:
        return row.answer.seen


class RuleFilter(Paging):
    on: Day | None = None
    fund: Code | None = None
    kind: Annotated[str, OneOf(PaymentKind)] | None = None


class CasePaging(Schema):
    """Where to go on, and the answers of how many cases at once."""

    after: Annotated[int, Field(ge=0, le=LARGEST_ID)] = 0
    limit: Annotated[int, Field(ge=1, le=MOST_CASES)] = MOST_CASES


class OverrideIn(Given):
    case: Id
    rule: Id
    reason: Text


@router.get("/eligibility-rules", response=answers(Page[RuleOut]))
def list_rules(request: HttpRequest, filters: Query[RuleFilter]) -> Any:
    """The rules in force on a day (today), of one fund or kind or of all."""
    user = actor(request)
    require_role(user, *complaints.READERS, action="see the rules of eligibility")
    fund = get_fund(filters.fund, by=user) if filters.fund else None
    return page(eligibility.rules_on(filters.on or today(), fund=fund, kind=filters.kind or ""), filters)


@router.get("/cases/{case}/eligibility", response=answers(list[FoundOut]))
def eligibility_of_case(request: HttpRequest, case: PathId) -> Any:
    """What the rules that may be asked of the case find today."""
    found = get_visible(Case.objects.select_related("person", "prisoner"), to=reader(request, "a case"), pk=case)
    return eligibility.of_case(found, on=today())


@router.get("/disbursements/{disbursement}/eligibility", response=answers(Page[FoundOut]))
def eligibility_of_request(request: HttpRequest, disbursement: PathId, paging: Query[CasePaging]) -> Any:
    """As it stands today while the request can be changed, else as it was found when it was submitted; so many cases at once.

    `next` is the last case of the page.
    """
    row = get_disbursement(disbursement, by=actor(request))
    cases = row.lines.filter(case__gt=paging.after).order_by("case").values_list("case", flat=True).distinct()
    keys = list(cases[: paging.limit + 1])
    asked = keys[: paging.limit]
    following = asked[-1] if len(keys) > paging.limit else None
    return {"items": eligibility.as_it_stands(row, only=asked), "next": following}


@router.post("/disbursements/{disbursement}/overrides", response=answers(OverrideOut, 201))
def override_rule(request: HttpRequest, disbursement: PathId, data: OverrideIn) -> Any:
    """Lets a case go on although a rule is not met; by the role the rule names, never by the maker."""
    return created(overrides.override(disbursement=disbursement, by=actor(request), **data.dict()))
