"""The rules of chains over the API: versions, proposing, agreeing, declining, and which chain a request would take."""

from datetime import date, datetime
from typing import Annotated, Any

from django.http import HttpRequest
from ninja import Query, Router, Schema
from pydantic import Field

from beneficiaries.api.limits import ConsentOut, RemarkIn
from beneficiaries.inputs import take
from beneficiaries.models import Office
from beneficiaries.views.pages import actor
from funds.budgets import get_fund
from funds.chain import rule_book, rule_versions, simulation
from funds.chain.rule_book import READERS, NewStep
from funds.models import ApprovalRule, Committee, PaymentKind
from funds.models.rules import SIGNING_ROLES
from ledger.api_types import (
    Amount,
    AmountIn,
    Code,
    Day,
    Given,
    Id,
    OneOf,
    Page,
    Paging,
    PathId,
    Text,
    answers,
    created,
    page,
)
from ledger.clock import today
from ledger.errors import BadInput, NotFound
from ledger.money import parse_amount
from ledger.roles import require_role

router = Router(tags=["rules"])


class RuleStepOut(Schema):
    position: int
    role: str
    act: str
    post: str
    committee: str | None = None
    signatures: int
    days: int

    @staticmethod
    def resolve_committee(row: Any) -> str | None:
        """Of a row, or of the values of a simulated step."""
        if isinstance(row, dict):
            return row["committee"]
        return row.committee.code if row.committee else None


class RuleVersionOut(Schema):
    """One version of a rule; `decision` is null while it waits for a second person."""

    id: int
    number: int
    version: int
    title: str
    fund: str | None
    kind: str | None
    office: str | None
    minimum: Amount
    maximum: Amount
    effective_from: date
    effective_to: date | None
    reason: str
    proposed_by: str | None
    proposed_at: datetime
    steps: list[RuleStepOut]
    decision: ConsentOut | None

    @staticmethod
    def resolve_fund(row: ApprovalRule) -> str | None:
        return row.fund.code if row.fund else None

    @staticmethod
    def resolve_kind(row: ApprovalRule) -> str | None:
        return row.kind or None

    @staticmethod
    def resolve_office(row: ApprovalRule) -> str | None:
        return row.office.code if row.office else None

    @staticmethod
    def resolve_proposed_by(row: ApprovalRule) -> str | None:
        return row.proposed_by.get_username() if row.proposed_by else None

    @staticmethod
    def resolve_steps(row: ApprovalRule) -> Any:
        return list(row.steps.all())

    @staticmethod
    def resolve_decision(row: ApprovalRule) -> Any:
        return getattr(row, "decision", None)


class RulesFilter(Paging):
    """Without `number` those in force on the day `on` (today); with it every version of that rule."""

    on: Day | None = None
    number: PathId | None = None


class StepIn(Given):
    """With `committee` its quorum decides in a meeting: role approver, no post, one signature."""

    role: Annotated[str, Field(examples=[SIGNING_ROLES[0][0]])]
    act: Text
    post: Text = ""
    committee: Code | None = None
    signatures: Annotated[int, Field(strict=True, ge=1, le=100)] = 1
    days: Annotated[int, Field(strict=True, ge=1, le=1000)] = 3


class VersionIn(Given):
    """With `number` the next version of that rule, whose fund, kind and office stay; else a new rule (null: all)."""

    title: Text
    maximum: AmountIn
    minimum: AmountIn = "0.01"
    steps: Annotated[list[StepIn], Field(max_length=20)]
    reason: Text
    number: Id | None = None
    fund: Code | None = None
    kind: Annotated[str, OneOf(PaymentKind)] | None = None
    office: Code | None = None
    effective_from: Day | None = None
    effective_to: Day | None = None


class SimulationIn(Schema):
    amount: AmountIn
    fund: Code
    kind: Annotated[str, OneOf(PaymentKind)]
    office: Code
    on: Day | None = None


class SignerOut(Schema):
    username: str
    name: str
    post: str
    office: str
    limit: Amount | None


class SimulatedStepOut(RuleStepOut):
    last: bool
    short: int
    signers: list[SignerOut]


class SimulationOut(Schema):
    """`why` says in words which rules cover it and why this one counts; `enough`: there are as many different people."""

    rule: RuleVersionOut
    why: list[str]
    days: int
    enough: bool
    steps: list[SimulatedStepOut]


def _office(code: str | None) -> Office | None:
    found = Office.objects.filter(code=code).first() if code else None
    if code and found is None:
        raise NotFound(f"There is no office {code}.")
    return found


def _committee(code: str | None, place: int) -> Committee | None:
    found = Committee.objects.filter(code=code).first() if code else None
    if code and found is None:
        detail = f"There is no committee {code}."
        raise BadInput(detail, fields={f"steps.{place}.committee": detail})
    return found


@router.get("/approval-rules", response=answers(Page[RuleVersionOut]))
def list_rules(request: HttpRequest, filters: Query[RulesFilter]) -> Any:
    """The rules of chains in force on a day, or all versions of one."""
    require_role(actor(request), *READERS, action="see the rules of chains")
    rows = rule_versions.in_force(filters.on or today())
    if filters.number is not None:
        rows = rule_versions.everything().filter(number=filters.number)
    return page(rows, filters)


@router.get("/approval-rules/simulation", response=answers(SimulationOut))
def simulate_rule(request: HttpRequest, asked: Query[SimulationIn]) -> Any:
    """Which chain a request of this amount would take, and who could sign each step. Nothing is kept."""
    user = actor(request)
    require_role(user, *READERS, action="see the rules of chains")
    fund, office = get_fund(asked.fund, by=user), _office(asked.office)
    assert office is not None
    if asked.kind not in fund.kinds:
        raise BadInput(f"{fund.code} does not pay {asked.kind!r}.", fields={"kind": f"{fund.code} does not pay it."})
    amount = take("amount", parse_amount, asked.amount)
    found = simulation.simulate(fund=fund, kind=asked.kind, office=office, amount=amount, on=asked.on or today())
    if found is None:
        raise NotFound("No rule covers this amount. The fund manager proposes one first.", code="no_rule")
    return {
        "rule": rule_versions.everything().get(pk=found.rule.pk),
        "why": found.why,
        "days": found.days,
        "enough": found.enough,
        "steps": [_step(row) for row in found.steps],
    }


def _step(row: simulation.SimulatedStep) -> dict[str, Any]:
    signers = [
        {
            "username": signer.officer.user.get_username(),
            "name": signer.officer.user.get_full_name(),
            "post": signer.officer.designation,
            "office": signer.officer.office.code,
            "limit": signer.limit,
        }
        for signer in row.signers
    ]
    names = ("position", "role", "act", "post", "signatures", "days")
    values = {name: getattr(row.step, name) for name in names}
    values["committee"] = row.step.committee.code if row.step.committee else None
    return values | {"last": row.last, "short": row.short, "signers": signers}


@router.post("/approval-rules", response=answers(RuleVersionOut, 201))
def propose_rule(request: HttpRequest, data: VersionIn) -> Any:
    """Proposes a rule or the next version of one; it counts when another person agrees."""
    user = actor(request)
    given = data.dict() | {
        "fund": get_fund(data.fund, by=user) if data.fund else None,
        "kind": data.kind or "",
        "office": _office(data.office),
        "steps": [
            NewStep(**step.dict() | {"committee": _committee(step.committee, place)})
            for place, step in enumerate(data.steps)
        ],
    }
    return created(rule_versions.everything().get(pk=rule_book.propose(by=user, **given).pk))


@router.post("/approval-rules/{version}/agree", response=answers(RuleVersionOut))
def agree_rule(request: HttpRequest, version: PathId, data: RemarkIn = RemarkIn()) -> Any:  # noqa: B008
    """The second person's consent; never by who proposed it."""
    made = rule_book.agree(rule=version, by=actor(request), remark=data.remark)
    return rule_versions.everything().get(pk=made.pk)


@router.post("/approval-rules/{version}/decline", response=answers(RuleVersionOut))
def decline_rule(request: HttpRequest, version: PathId, data: RemarkIn = RemarkIn()) -> Any:  # noqa: B008
    """Declines a version, or takes it back where the caller proposed it; the remark says why."""
    made = rule_book.decline(rule=version, by=actor(request), remark=data.remark)
    return rule_versions.everything().get(pk=made.pk)
