"""Lists of payees over the API: import, a paper waived for all cases of one, and the inspection with its samples."""

from datetime import datetime
from typing import Annotated, Any

from django.conf import settings
from django.http import HttpRequest
from ninja import File, Form, Router, Schema
from ninja.files import UploadedFile
from pydantic import Field

from beneficiaries.forms.papers import content_of
from beneficiaries.views.pages import actor
from funds.api.shapes import LineOut
from funds.budgets import get_fund
from funds.disbursements import get_disbursement
from funds.lists import inspection
from funds.lists.inspection import LARGEST_SIZE, SEEDS, SIZE
from funds.lists.list_import import KINDS, TOLD, Outcome, import_list, try_list
from funds.lists.list_waivers import waive_for_list
from funds.models import ListInspection, PaymentKind
from ledger.api_types import Amount, Because, Code, Given, OneOf, PathId, answers, created
from ledger.errors import BadInput

router = Router(tags=["lists of payees"])


class ListIn(Given):
    """Beside the `file`. `confirmed` is the `confirmation` of an answer whose differing names were compared."""

    fund: Code
    kind: Annotated[str, OneOf(PaymentKind), Field(description=f"one of: {', '.join(KINDS)}")]
    title: Annotated[str, Field(max_length=400)] = ""
    pay_to: Annotated[str, Field(max_length=400)] = ""
    confirmed: Annotated[str, Field(max_length=64)] = ""
    dry_run: bool = False


class FaultOut(Schema):
    row: int
    column: str
    seen: str
    what: str


class DifferingOut(Schema):
    row: int
    listed: str
    registered: str
    person: int


class ListOut(Schema):
    """`disbursement` and `number` are null after a dry run. Faults and differing names: the first hundred, with their counts."""

    disbursement: int | None
    number: str | None
    rows: int
    amount: Amount
    known: int
    registered: int
    opened: int
    sha256: str
    fault_count: int
    faults: list[FaultOut]
    differing_count: int
    differing: list[DifferingOut]
    confirmation: str

    @staticmethod
    def resolve_disbursement(row: Outcome) -> int | None:
        return row.request.pk if row.request else None

    @staticmethod
    def resolve_number(row: Outcome) -> str | None:
        return row.request.number if row.request else None

    @staticmethod
    def resolve_fault_count(row: Outcome) -> int:
        return len(row.faults)

    @staticmethod
    def resolve_faults(row: Outcome) -> Any:
        return row.faults[:TOLD]

    @staticmethod
    def resolve_differing_count(row: Outcome) -> int:
        return len(row.differing)

    @staticmethod
    def resolve_differing(row: Outcome) -> Any:
        return row.differing[:TOLD]


class PartOut(Schema):
    name: str
    number: int
    total: Amount


class GroupOut(PartOut):
    positions: list[int]


class FindingOut(Schema):
    code: str
    title: str
    groups: int
    lines: int
    first: list[GroupOut]


class LookOut(Schema):
    """A sample somebody looked at: the positions whose SHA-256 of "SEED:POSITION" is smallest, `size` of `lines`."""

    id: int
    submission: int
    seed: int
    size: int
    lines: int
    name: str
    post: str
    recorded_at: datetime


class SampleOut(LookOut):
    sample: list[LineOut]

    @staticmethod
    def resolve_sample(row: ListInspection) -> Any:
        return inspection.sampled(row)


class InspectionOut(Schema):
    lines: int
    total: Amount
    least: Amount
    median: Amount
    most: Amount
    round_thousands: int
    by_district: list[PartOut]
    by_method: list[PartOut]
    common: list[PartOut]
    outlying: int
    outliers: list[GroupOut]
    shared: list[FindingOut]
    paid_before: FindingOut


class LookIn(Given):
    size: Annotated[int, Field(strict=True, ge=1, le=LARGEST_SIZE)] = SIZE
    seed: Annotated[int, Field(strict=True, ge=0, lt=SEEDS)] | None = None


class WaiveIn(Because):
    kind: Annotated[str, Field(max_length=24)]


class WaivedOut(Schema):
    cases: int


@router.post("/disbursements/import", response=answers(ListOut, 201))
def import_payees(request: HttpRequest, data: Form[ListIn], file: File[UploadedFile]) -> Any:
    """One draft of a CSV or XLSX of payees, sent as multipart/form-data; all of it or nothing.

    422 names the first hundred faults by row and column, 409 `names_differ` the payees registered under another name. A dry run
    answers with everything it finds and changes nothing. It takes as many rows as PAGE_LIST_ROWS says, the command takes more.
    """
    user = actor(request)
    unknown = {*request.POST, *request.FILES} - {*ListIn.model_fields, "file"}
    if unknown:
        raise BadInput(
            "The form has fields that are not known.", fields={name[:40]: "Leave it out." for name in unknown}
        )
    given: dict[str, Any] = data.dict()
    dry = given.pop("dry_run")
    given |= {"fund": get_fund(given["fund"], by=user), "kind": PaymentKind(given["kind"])}
    given |= {"content": content_of(file), "file_name": file.name or "list", "by": user}
    given["most"] = settings.PAGE_LIST_ROWS
    return created(try_list(**given) if dry else import_list(**given))


@router.post("/disbursements/{disbursement}/waive", response=answers(WaivedOut, 201))
def waive_paper(request: HttpRequest, disbursement: PathId, data: WaiveIn) -> Any:
    """One kind of paper is waived for every case of a draft that lacks it, for one reason."""
    made = waive_for_list(disbursement=disbursement, kind=data.kind, reason=data.reason, by=actor(request))
    return created(WaivedOut(cases=made))


@router.get("/disbursements/{disbursement}/inspection", response=answers(InspectionOut))
def get_inspection(request: HttpRequest, disbursement: PathId) -> Any:
    """A request in short: totals, amounts that stand out, what is shared or paid twice."""
    return inspection.inspect(get_disbursement(disbursement, by=actor(request)))


@router.get("/disbursements/{disbursement}/samples", response=answers(list[LookOut]))
def list_samples(request: HttpRequest, disbursement: PathId) -> Any:
    """Who looked at which sample, latest first."""
    return inspection.looks(get_disbursement(disbursement, by=actor(request)))


@router.post("/disbursements/{disbursement}/samples", response=answers(SampleOut, 201))
def draw_sample(request: HttpRequest, disbursement: PathId, data: LookIn) -> Any:
    """Draws a random sample and records that the caller looked at it."""
    user = actor(request)
    return created(inspection.look(disbursement=disbursement, size=data.size, seed=data.seed, by=user))
