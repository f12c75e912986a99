"""The API of papers: what a case needs, what is attached, its files; attach, withdraw, waive. Each calls one service."""

from datetime import datetime
from typing import Annotated, Any

from django.http import HttpRequest, HttpResponse
from ninja import File, Form, Query, Router, Schema
from ninja.files import UploadedFile
from pydantic import Field

from beneficiaries import documents
from beneficiaries.casework import required_papers
from beneficiaries.forms.papers import content_of
from beneficiaries.models import Case, Paper, PaperKind
from beneficiaries.offices.scope import get_visible
from beneficiaries.views.pages import actor
from beneficiaries.views.papers import file_response
from beneficiaries.views.people import READERS
from ledger.api_types import LARGEST_ID, Given, Page, Paging, PathId, Text, answers, created, page
from ledger.clock import today
from ledger.errors import BadInput
from ledger.roles import require_role

router = Router(tags=["papers"])

BINARY = {"schema": {"type": "string", "format": "binary"}}
FILE = {"description": "The file as it was attached", "content": dict.fromkeys(Paper.MediaType.values, BINARY)}
PaperCode = Annotated[str, Field(max_length=24, examples=["judgment"])]
RowId = Annotated[int, Field(ge=1, le=LARGEST_ID)]


def _reader(request: HttpRequest) -> Any:
    user = actor(request)
    require_role(user, *READERS, action="see papers")
    return user


class KindOut(Schema):
    id: int
    code: str
    name: str


class WithdrawalOut(Schema):
    reason: str
    withdrawn_by: str
    withdrawn_at: datetime = Field(alias="recorded_at")

    @staticmethod
    def resolve_withdrawn_by(row: Any) -> str:
        return row.withdrawn_by.get_full_name()


class PaperOut(Schema):
    """A withdrawn paper no longer counts and can still be read."""

    id: int
    case_id: int
    kind: str
    title: str
    file_name: str
    sha256: str
    size: int = Field(description="bytes")
    media_type: str
    pages: int
    width: int | None = Field(description="pixels of the first page of an image")
    height: int | None
    order_id: int | None
    obligation_id: int | None
    added_by: str
    added_at: datetime = Field(alias="recorded_at")
    withdrawn: WithdrawalOut | None = None

    @staticmethod
    def resolve_kind(row: Paper) -> str:
        return row.kind.code

    @staticmethod
    def resolve_added_by(row: Paper) -> str:
        return row.added_by.get_full_name()

    @staticmethod
    def resolve_withdrawn(row: Paper) -> Any:
        return getattr(row, "withdrawal", None)


class WaiverOut(Schema):
    reason: str
    waived_by: str
    waived_at: datetime = Field(alias="recorded_at")

    @staticmethod
    def resolve_waived_by(row: Any) -> str:
        return row.waived_by.get_full_name()


class NeedOut(Schema):
    """One required paper: there, waived or missing, and what asks for it."""

    kind: str
    name: str
    state: str
    causes: list[str]
    source: str
    papers: list[int]
    waiver: WaiverOut | None

    @staticmethod
    def resolve_kind(need: required_papers.Need) -> str:
        return need.kind.code

    @staticmethod
    def resolve_name(need: required_papers.Need) -> str:
        return need.kind.name

    @staticmethod
    def resolve_papers(need: required_papers.Need) -> list[int]:
        return [paper.pk for paper in need.papers]


class PaperIn(Given):
    """The fields beside the file; `order` or `obligation` of the case, where the paper is about one."""

    kind: PaperCode
    title: Text = ""
    order: RowId | None = None
    obligation: RowId | None = None


class WaiveIn(Given):
    kind: PaperCode
    reason: Text


class WithdrawIn(Given):
    reason: Text


@router.get("/paper-kinds", response=answers(Page[KindOut]))
def list_paper_kinds(request: HttpRequest, paging: Query[Paging]) -> Any:
    """What a paper may be."""
    return page(PaperKind.objects.all(), paging)


@router.get("/cases/{case}/papers", response=answers(Page[PaperOut]))
def list_papers(request: HttpRequest, case: PathId, paging: Query[Paging]) -> Any:
    """Every paper of a case, withdrawn ones as well."""
    user = _reader(request)
    found = get_visible(Case.objects.all(), to=user, pk=case)
    return page(documents.visible_papers(user).filter(case=found), paging)


@router.post("/cases/{case}/papers", response=answers(PaperOut, 201))
def attach_paper(request: HttpRequest, case: PathId, data: Form[PaperIn], file: File[UploadedFile]) -> Any:
    """Attaches a PDF, JPEG, PNG or TIFF, sent as multipart/form-data. What it is, its content says, not its name."""
    user = actor(request)
    _refuse_unknown(request)
    new = documents.NewPaper(content=content_of(file), file_name=file.name or "", **data.dict())
    made = documents.attach(case=case, papers=[new], by=user)[0]
    return created(documents.visible_papers(user).get(pk=made.pk))


def _refuse_unknown(request: HttpRequest) -> None:
    """A form is as strict as a body of JSON. Raises: BadInput for a field that is not offered."""
    unknown = {*request.POST, *request.FILES} - {*PaperIn.model_fields, "file"}
    if unknown:
        raise BadInput(
            "The form has fields that are not known.", fields={name[:40]: "Leave it out." for name in unknown}
        )


@router.get("/cases/{case}/required-papers", response=answers(list[NeedOut]))
def list_required_papers(request: HttpRequest, case: PathId) -> Any:
    """What the case needs today before money is asked for, and what of it is there."""
    found = get_visible(Case.objects.all(), to=_reader(request), pk=case)
    return required_papers.checklist(found, on=today())


@router.post("/cases/{case}/waivers", response=answers(NeedOut, 201))
def waive_paper(request: HttpRequest, case: PathId, data: WaiveIn) -> Any:
    """Lets a case go on without a required paper; the reason stays."""
    waiver = documents.waive(case=case, kind=data.kind, reason=data.reason, by=actor(request))
    needs = required_papers.checklist(waiver.case, on=today())
    return created(next(need for need in needs if need.kind == waiver.kind))


@router.get("/papers/{paper}", response=answers(PaperOut))
def get_paper(request: HttpRequest, paper: PathId) -> Any:
    user = _reader(request)
    return get_visible(documents.visible_papers(user), to=user, path="case__office", pk=paper)


@router.get("/papers/{paper}/file", response=answers(None), openapi_extra={"responses": {200: FILE}})
def get_paper_file(request: HttpRequest, paper: PathId) -> HttpResponse:
    """The file, hashed again just now; refused (409, `paper_altered`) if it is not what was attached."""
    return file_response(*documents.read(paper, by=_reader(request)))


@router.post("/papers/{paper}/withdraw", response=answers(PaperOut))
def withdraw_paper(request: HttpRequest, paper: PathId, data: WithdrawIn) -> Any:
    """A paper no longer counts; it stays and can be read."""
    user = actor(request)
    made = documents.withdraw(paper=paper, reason=data.reason, by=user)
    return documents.visible_papers(user).get(pk=made.paper_id)
