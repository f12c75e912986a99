"""Committees over the API: their versions, proposing, agreeing, declining."""

from datetime import date, datetime
from typing import Annotated, Any

from django.http import HttpRequest
from ninja import Query, Router, Schema
from pydantic import Field

from beneficiaries.api.limits import ConsentOut, RemarkIn
from beneficiaries.models import Office
from beneficiaries.views.pages import actor
from funds.committee import committee_versions, committees
from funds.committee.committee_versions import READERS
from funds.committee.committees import NewMember
from funds.models import CommitteeVersion
from ledger.api_types import (
    Amount,
    AmountIn,
    Code,
    Day,
    Flag,
    Given,
    Page,
    Paging,
    PathId,
    Text,
    answers,
    created,
    filtered,
    page,
)
from ledger.errors import NotFound
from ledger.roles import require_role

router = Router(tags=["committees"])
Username = Annotated[str, Field(max_length=150)]


class MemberOut(Schema):
    username: str
    name: str
    post: str
    part: str
    votes: bool


class VersionOut(Schema):
    """One version of a committee; `decision` is null while it waits for a second person, `limit` null if it only recommends."""

    id: int
    committee: str
    version: int
    quorum: int
    limit: Amount | None
    effective_from: date
    reason: str
    proposed_by: str
    proposed_at: datetime
    members: list[MemberOut]
    decision: ConsentOut | None

    @staticmethod
    def resolve_committee(row: CommitteeVersion) -> str:
        return row.committee.code

    @staticmethod
    def resolve_limit(row: CommitteeVersion) -> Any:
        return row.sanction_limit

    @staticmethod
    def resolve_proposed_by(row: CommitteeVersion) -> str:
        return row.proposed_by.get_username()

    @staticmethod
    def resolve_members(row: CommitteeVersion) -> Any:
        return [
            {
                "username": seat.officer.user.get_username(),
                "name": seat.officer.user.get_full_name(),
                "post": seat.officer.designation,
                "part": seat.part,
                "votes": seat.votes,
            }
            for seat in row.members.all()
        ]

    @staticmethod
    def resolve_decision(row: CommitteeVersion) -> Any:
        return getattr(row, "decision", None)


class VersionsFilter(Paging):
    """Every version of every committee the caller sees, or those of one."""

    committee: Code | None = None


class MemberIn(Given):
    username: Username
    part: Annotated[str, Field(examples=["member"])] = "member"
    votes: Flag = True


class VersionIn(Given):
    quorum: Annotated[int, Field(strict=True, ge=1, le=100)]
    members: Annotated[list[MemberIn], Field(max_length=50)]
    reason: Text
    limit: AmountIn | None = None
    effective_from: Day | None = None


class CommitteeIn(VersionIn):
    code: Code
    name: Text
    office: Code


def reader(request: HttpRequest) -> Any:
    """The caller, who may see committees. Raises: NotAllowed."""
    require_role(actor(request), *READERS, action="see committees")
    return actor(request)


@router.get("/committees", response=answers(Page[VersionOut]))
def list_committees(request: HttpRequest, filters: Query[VersionsFilter]) -> Any:
    """Versions of the committees the caller sees."""
    seen = committee_versions.visible_committees(reader(request))
    rows = committee_versions.everything().filter(committee__in=seen)
    return page(filtered(rows, committee__code=filters.committee), filters)


@router.post("/committees", response=answers(VersionOut, 201))
def propose_committee(request: HttpRequest, data: CommitteeIn) -> Any:
    """Proposes a new committee with its members; it counts when another person agrees."""
    given = data.dict()
    office = Office.objects.filter(code=given.pop("office")).first()
    if office is None:
        raise NotFound(f"There is no office {data.office}.")
    given["members"] = [NewMember(**member) for member in given["members"]]
    return created(committees.propose_new(office=office, by=actor(request), **given))


@router.post("/committees/{code}/versions", response=answers(VersionOut, 201))
def propose_committee_version(request: HttpRequest, code: str, data: VersionIn) -> Any:
    """Proposes the next version of a committee."""
    given = data.dict() | {"members": [NewMember(**member.dict()) for member in data.members]}
    return created(committees.propose(committee=code, by=actor(request), **given))


@router.post("/committees/versions/{version}/agree", response=answers(VersionOut))
def agree_committee(request: HttpRequest, version: PathId, data: RemarkIn = RemarkIn()) -> Any:  # noqa: B008
    """The second person's consent; never by who proposed it, nor by a member."""
    return committees.agree(version=version, by=actor(request), remark=data.remark)


@router.post("/committees/versions/{version}/decline", response=answers(VersionOut))
def decline_committee(request: HttpRequest, version: PathId, data: RemarkIn = RemarkIn()) -> Any:  # noqa: B008
    """Declines a version, or takes it back where the caller proposed it; the remark says why."""
    return committees.decline(version=version, by=actor(request), remark=data.remark)
