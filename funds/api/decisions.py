"""Decisions and sanctions over the API: deciding on a request, and what was decided."""

from collections.abc import Callable
from functools import partial
from typing import Annotated, Any, Literal

from django.db.models import QuerySet
from django.http import HttpRequest
from ninja import Query, Router
from pydantic import Field

from beneficiaries.views.pages import actor
from funds import approvals, disbursements
from funds.api.disbursements import FundFilter, detail
from funds.api.shapes import (
    DecisionOut,
    DisbursementDetail,
    GroundOut,
    SanctionOut,
)
from funds.chain import grounds
from funds.chain.reauthentication import remembered
from funds.models import Decision, Disbursement, Sanction
from funds.readers import require_reader, seen
from ledger.api_types import (
    Day,
    Given,
    Id,
    Page,
    Paging,
    PathId,
    Text,
    answers,
    created,
    filtered,
    page,
)
from ledger.errors import BadInput

router = Router()

DIGEST = r"^[0-9a-f]{64}$"


class DecisionIn(Given):
    """`seen_digest` is the request's `digest` as the officer read it, `at` the position of the step that waited then.

    Another content or step now is refused (409), so that nobody signs what they did not see. To return, reject or recuse takes a
    `ground` (GET /decision-grounds) and a reason; `to` is the position of the step that a return goes to, 0 the maker.
    `delegation` is the one under which the caller decides for somebody else (GET /delegations). A large
    sanction answers 403 `password_needed` to a program, and to a browser whose user gave the password too long ago.
    """

    action: Literal["approve", "return", "reject", "recuse"]
    reason: Text = ""
    ground: Annotated[str, Field(max_length=24)] = ""
    to: Annotated[int, Field(strict=True, ge=0, le=1000)] = 0
    seen_digest: Annotated[str, Field(pattern=DIGEST)]
    at: Annotated[int, Field(strict=True, ge=1, le=1000)] | None = None
    delegation: Id | None = None
    on: Day | None = None


def _decisions() -> QuerySet[Decision]:
    return Decision.objects.select_related("step", "decided_by", "ground", "delegation")


@router.get("/disbursements/{disbursement}/decisions", response=answers(Page[DecisionOut]), tags=["decisions"])
def list_decisions(request: HttpRequest, disbursement: PathId, paging: Query[Paging]) -> Any:
    """Every decision on a request, also those of earlier submissions."""
    found = disbursements.get_disbursement(disbursement, by=actor(request))
    return page(_decisions().filter(disbursement=found), paging)


@router.post("/disbursements/{disbursement}/decisions", response=answers(DisbursementDetail, 201), tags=["decisions"])
def decide(request: HttpRequest, disbursement: PathId, data: DecisionIn) -> Any:
    """The officer whose step waits approves (the last step sanctions), returns, rejects, or recuses."""
    user = actor(request)
    acts: dict[str, Callable[..., Disbursement]] = {
        "approve": partial(approvals.approve, proved=remembered(request, user)),
        "return": partial(approvals.return_for_correction, ground=data.ground, to=data.to),
        "reject": partial(approvals.reject, ground=data.ground),
        "recuse": partial(approvals.recuse, ground=data.ground),
    }
    saw: dict[str, Any] = {"seen": data.seen_digest, "at": data.at}
    if data.action != "recuse":
        saw["delegation"] = data.delegation
    elif data.delegation is not None:
        text = "Everybody stands apart for themselves only."
        raise BadInput(text, fields={"delegation": text})
    made = acts[data.action](disbursement=disbursement, by=user, reason=data.reason, on=data.on, **saw)
    return created(detail(made, by=user))


@router.get("/decision-grounds", response=answers(list[GroundOut]), tags=["decisions"])
def list_grounds(request: HttpRequest) -> Any:
    """The grounds that may be given today."""
    actor(request)
    return list(grounds.all_offered())


@router.get("/decisions", response=answers(Page[DecisionOut]), tags=["decisions"])
def all_decisions(request: HttpRequest, filters: Query[FundFilter]) -> Any:
    """Decisions on the requests of the caller's office."""
    require_reader(actor(request))
    rows = seen(_decisions(), by=actor(request), path="disbursement__office")
    wanted = {"disbursement__fund__code": filters.fund, "disbursement__year__label": filters.year}
    return page(filtered(rows, **wanted), filters)


@router.get("/sanctions", response=answers(Page[SanctionOut]), tags=["sanctions"])
def list_sanctions(request: HttpRequest, filters: Query[FundFilter]) -> Any:
    """Sanctions of the requests of the caller's office."""
    rows = Sanction.objects.select_related("fund", "year", "budget_head", "sanctioned_by")
    require_reader(actor(request))
    rows = seen(rows, by=actor(request), path="disbursement__office")
    return page(filtered(rows, fund__code=filters.fund, year__label=filters.year), filters)
