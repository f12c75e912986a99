"""Requests over the API: draft, revise, submit, cancel, close; each operation calls one service."""

from collections.abc import Sequence
from typing import Annotated, Any

from django.contrib.auth.models import User
from django.db.models import Model, QuerySet
from django.http import HttpRequest
from ninja import Query, Router
from pydantic import Field

from beneficiaries.models import Case, Heir, Obligation, Person
from beneficiaries.offices.scope import visible
from beneficiaries.views.pages import actor
from funds import budgets, disbursements, payments
from funds.api.shapes import (
    AccountOut,
    DisbursementDetail,
    DisbursementOut,
    LineOut,
)
from funds.models import Disbursement, PayeeLine, PaymentKind
from funds.readers import require_reader
from funds.requests.accounts_shown import reveal_account
from funds.requests.payees import Payee, heirs_payees
from funds.workflow import State
from ledger.api_types import (
    AmountIn,
    Because,
    Code,
    Day,
    Given,
    Id,
    OnDay,
    OneOf,
    Page,
    Paging,
    PathId,
    Text,
    YearLabel,
    answers,
    created,
    filtered,
    page,
)
from ledger.errors import BadInput, NotFound
from ledger.money import AmountError

router = Router()


class PayeeIn(Given):
    """One payee line. A person's name and CNIC are taken from the register."""

    case: Id
    amount: AmountIn
    method: Annotated[str, OneOf(PayeeLine.Method)] = PayeeLine.Method.CHEQUE
    person: Id | None = None
    heir: Id | None = None
    obligation: Id | None = None
    payee_kind: Annotated[str, OneOf(PayeeLine.PayeeKind)] = PayeeLine.PayeeKind.PERSON
    payee_name: Text = ""
    payee_relation: Text = ""
    iban: Text = ""
    account_title: Text = ""


class HeirsOf(Given):
    """One line per heir: the total split by the court's shares in whole rupees."""

    obligation: Id
    total: AmountIn


class ContentIn(Given):
    """Either `lines`, or `heirs_of` to have the lines made of the court's shares."""

    title: Text
    pay_to: Text
    lines: Annotated[list[PayeeIn], Field(max_length=5000)] = []
    heirs_of: HeirsOf | None = None


class DraftIn(ContentIn):
    fund: Code
    kind: Annotated[str, OneOf(PaymentKind)]
    on: Day | None = None


class ReviseIn(ContentIn):
    reason: Text = ""


class ReleaseIn(OnDay):
    """`reference` names the court's release order and the jail's certificate."""

    case: Id
    reference: Text


class DisbursementFilter(Paging):
    fund: Code | None = None
    kind: Annotated[str, OneOf(PaymentKind)] | None = None
    state: Annotated[str, OneOf(State)] | None = None
    year: YearLabel | None = None


class FundFilter(Paging):
    fund: Code | None = None
    year: YearLabel | None = None


def detail(request: Disbursement, *, by: User) -> Disbursement:
    """The request as it stands now, with all that DisbursementDetail names within reach."""
    return disbursements.visible_disbursements(by).get(pk=request.pk)


def _payees(data: ContentIn, user: User) -> list[Payee]:
    """The lines as the service takes them. Raises: NotFound for a record of another office, BadInput."""
    if data.heirs_of is not None:
        if data.lines:
            text = "Give lines or heirs_of, not both."
            raise BadInput(text, fields={"heirs_of": text})
        rows = Obligation.objects.select_related("order__case")
        (obligation,) = _found(rows, [data.heirs_of.obligation], user, "order__case__office").values()
        try:
            return heirs_payees(obligation, total=data.heirs_of.total)
        except (AmountError, ValueError) as error:
            raise BadInput(str(error), fields={"heirs_of.total": str(error)}) from error
    return _named_payees(data.lines, user)


def _named_payees(lines: Sequence[PayeeIn], user: User) -> list[Payee]:
    cases = _found(Case.objects.select_related("person"), [line.case for line in lines], user, "office")
    people = _found(Person.objects.all(), [line.person for line in lines], user, "office")
    obligations = _found(
        Obligation.objects.select_related("order__case"),
        [line.obligation for line in lines],
        user,
        "order__case__office",
    )
    heirs = _found(Heir.objects.all(), [line.heir for line in lines], user, "obligation__order__case__office")
    return [
        Payee(
            case=cases[line.case],
            person=people[line.person] if line.person else None,
            obligation=obligations[line.obligation] if line.obligation else None,
            heir=heirs[line.heir] if line.heir else None,
            **line.dict(exclude={"case", "person", "obligation", "heir"}),
        )
        for line in lines
    ]


def _found(rows: QuerySet[Any], wanted: Sequence[int | None], user: User, path: str) -> dict[int, Any]:
    """The rows of these ids by id, in one query. Raises: NotFound where one is not there for this user."""
    ids = {pk for pk in wanted if pk is not None}
    if not ids:
        return {}
    found: dict[int, Model] = {row.pk: row for row in visible(rows.filter(pk__in=ids), to=user, path=path)}
    for pk in sorted(ids - set(found)):
        raise NotFound(f"There is no {rows.model._meta.verbose_name} {pk} in your office.")
    return found


@router.get("/disbursements", response=answers(Page[DisbursementOut]), tags=["disbursements"])
def list_disbursements(request: HttpRequest, filters: Query[DisbursementFilter]) -> Any:
    """The requests of the caller's office."""
    require_reader(actor(request))
    rows = disbursements.visible_disbursements(actor(request))
    wanted = {"fund__code": filters.fund, "kind": filters.kind, "state": filters.state, "year__label": filters.year}
    return page(filtered(rows, **wanted), filters)


@router.get("/disbursements/{disbursement}", response=answers(DisbursementDetail), tags=["disbursements"])
def get_disbursement(request: HttpRequest, disbursement: PathId) -> Any:
    """One request with its lines, its chain and the room of its fund."""
    user = actor(request)
    return detail(disbursements.get_disbursement(disbursement, by=user), by=user)


@router.get("/disbursements/{disbursement}/lines", response=answers(Page[LineOut]), tags=["disbursements"])
def list_lines(request: HttpRequest, disbursement: PathId, paging: Query[Paging]) -> Any:
    """All payee lines of a request."""
    return page(disbursements.get_disbursement(disbursement, by=actor(request)).lines.all(), paging)


@router.post("/disbursements/{disbursement}/lines/{line}/reveal", response=answers(AccountOut), tags=["disbursements"])
def reveal_line_account(request: HttpRequest, disbursement: PathId, line: PathId, data: Because) -> Any:
    """The whole IBAN of a payee line. Who asked, when and why stays on record."""
    iban = reveal_account(disbursement=disbursement, line=line, reason=data.reason, by=actor(request))
    return AccountOut(iban=iban)


@router.post("/disbursements", response=answers(DisbursementDetail, 201), tags=["disbursements"])
def create_disbursement(request: HttpRequest, data: DraftIn) -> Any:
    """Drafts a request."""
    user = actor(request)
    fund = budgets.get_fund(data.fund, by=user)
    made = disbursements.create_draft(
        fund=fund,
        kind=data.kind,
        title=data.title,
        pay_to=data.pay_to,
        payees=_payees(data, user),
        by=user,
        on=data.on,
    )
    return created(detail(made, by=user))


@router.post("/disbursements/{disbursement}/revise", response=answers(DisbursementDetail), tags=["disbursements"])
def revise_disbursement(request: HttpRequest, disbursement: PathId, data: ReviseIn) -> Any:
    """Replaces title and lines of a draft or returned request."""
    user = actor(request)
    disbursements.get_disbursement(disbursement, by=user)
    changed = disbursements.revise_draft(
        disbursement=disbursement,
        title=data.title,
        pay_to=data.pay_to,
        payees=_payees(data, user),
        by=user,
        reason=data.reason,
    )
    return detail(changed, by=user)


@router.post("/disbursements/{disbursement}/submit", response=answers(DisbursementDetail), tags=["disbursements"])
def submit_disbursement(request: HttpRequest, disbursement: PathId, data: OnDay = OnDay()) -> Any:  # noqa: B008
    """Sends the request into its chain."""
    user = actor(request)
    return detail(disbursements.submit(disbursement=disbursement, by=user, on=data.on), by=user)


@router.post("/disbursements/{disbursement}/cancel", response=answers(DisbursementDetail), tags=["disbursements"])
def cancel_disbursement(request: HttpRequest, disbursement: PathId, data: Because) -> Any:
    """Ends a request before its money has cleared; sanction and voucher are undone by counter-entries."""
    user = actor(request)
    made = disbursements.cancel(disbursement=disbursement, by=user, reason=data.reason, on=data.on)
    return detail(made, by=user)


@router.post("/disbursements/{disbursement}/release", response=answers(DisbursementDetail), tags=["releases"])
def record_release(request: HttpRequest, disbursement: PathId, data: ReleaseIn) -> Any:
    """The prisoner of a case that the request pays for is out."""
    user = actor(request)
    payments.record_release(disbursement=disbursement, case=data.case, reference=data.reference, by=user, on=data.on)
    return detail(disbursements.get_disbursement(disbursement, by=user), by=user)


@router.post("/disbursements/{disbursement}/close", response=answers(DisbursementDetail), tags=["disbursements"])
def close_disbursement(request: HttpRequest, disbursement: PathId, data: OnDay = OnDay()) -> Any:  # noqa: B008
    """Ends an acknowledged request."""
    user = actor(request)
    return detail(payments.close(disbursement=disbursement, by=user, on=data.on), by=user)
