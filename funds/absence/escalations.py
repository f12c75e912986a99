"""Steps that waited past their days: told once to whom the dated setting names, who may remind; nobody gets a power by it."""

from collections.abc import Collection
from datetime import date, timedelta

from django.contrib.auth.models import User
from django.db import transaction
from django.db.models import F, OuterRef, Q, QuerySet, Subquery

from beneficiaries.identity import parse_text
from beneficiaries.inputs import take
from beneficiaries.models import Office, Officer
from beneficiaries.offices.policies import in_force
from beneficiaries.offices.row_scope import everywhere
from beneficiaries.offices.scope import officer_of, visible
from funds.models import ApprovalStep, Disbursement, Escalation, EscalationSetting, Fund, Reminder
from funds.workflow import State
from ledger.clock import today
from ledger.errors import NotAllowed, NotFound, WrongState
from ledger.history import trace
from ledger.roles import ALL_BUT_ADMINISTRATORS, Role, require_role, roles_of

# Where no row of the pack is in force.
USUAL = (Role.APPROVER, Role.FUND_MANAGER)
READERS = ALL_BUT_ADMINISTRATORS


def told_to(fund: Fund, *, on: date) -> list[str]:
    """The roles to whom an overdue step of the fund is told: the fund's own row before the one for all."""
    rows = EscalationSetting.objects.filter(in_force(on)).filter(Q(fund=fund) | Q(fund=None))
    row = rows.order_by(F("fund").asc(nulls_last=True), "-effective_from").first()
    return list(row.to_roles) if row else [role.value for role in USUAL]


@everywhere()
def overdue(*, on: date) -> list[tuple[Disbursement, ApprovalStep]]:
    """Every step that waits on the day past its days and was not told yet for this time of waiting."""
    rows = Disbursement.objects.filter(state=State.SUBMITTED, waiting_since__lt=on).select_related("fund__office")
    steps = ApprovalStep.objects.filter(
        disbursement_id=OuterRef("pk"), submission=OuterRef("submission"), position=OuterRef("position")
    )
    rows = rows.annotate(step_id=Subquery(steps.values("pk")[:1])).order_by("pk")
    known = {step.pk: step for step in ApprovalStep.objects.filter(pk__in=[row.step_id for row in rows])}
    told = set(Escalation.objects.filter(step__in=known).values_list("step_id", "waiting_since"))
    return [
        (row, known[row.step_id])
        for row in rows
        if row.waiting_since and (row.step_id, row.waiting_since) not in told and due(row, known[row.step_id]) < on
    ]


def due(request: Disbursement, step: ApprovalStep) -> date:
    """The last day on which the waiting step is in time."""
    assert request.waiting_since is not None
    return request.waiting_since + timedelta(days=step.days)


@everywhere()
def escalate() -> list[Escalation]:
    """Records every overdue step once, each in a transaction of its own; run again, it adds nothing."""
    made = []
    for request, _ in overdue(on=today()):
        row = _escalate(request.pk)
        if row is not None:
            made.append(row)
    return made


@transaction.atomic
def _escalate(pk: int) -> Escalation | None:
    """None where somebody decided, or another run was here, meanwhile."""
    request = Disbursement.objects.select_for_update(of=("self",)).select_related("fund").get(pk=pk)
    if request.state != State.SUBMITTED:
        return None
    step = ApprovalStep.objects.get(disbursement=request, submission=request.submission, position=request.position)
    since, last = request.waiting_since, due(request, step)
    if since is None or last >= today() or Escalation.objects.filter(step=step, waiting_since=since).exists():
        return None
    return Escalation.objects.create(
        disbursement=request,
        step=step,
        waiting_since=since,
        due_on=last,
        to_roles=told_to(request.fund, on=today()),
        escalated_on=today(),
    )


def open_ones(rows: QuerySet[Escalation]) -> QuerySet[Escalation]:
    """Of these the ones whose step still waits since the same day."""
    return rows.filter(
        disbursement__state=State.SUBMITTED,
        disbursement__submission=F("step__submission"),
        disbursement__position=F("step__position"),
        disbursement__waiting_since=F("waiting_since"),
    )


def visible_escalations(user: User) -> QuerySet[Escalation]:
    """Those of requests the user sees."""
    rows = Escalation.objects.select_related("disbursement__fund__office", "disbursement__office", "step")
    return visible(rows.prefetch_related("reminders"), to=user, path="disbursement__office")


def to_me(user: User) -> QuerySet[Escalation]:
    """What waits overdue and was told to this user."""
    return open_ones(_told(user)).order_by("due_on", "pk")


def _told(user: User) -> QuerySet[Escalation]:
    """What was ever told to this user: by role, at the office that keeps the fund; the fund manager's also from a federal one."""
    held = [role.value for role in roles_of(user)]
    officer: Officer | None = getattr(user, "officer", None)
    if officer is None or not held:
        return Escalation.objects.none()
    mine = Q(to_roles__overlap=held, disbursement__fund__office=officer.office_id)
    if Role.FUND_MANAGER in held and officer.office.level == Office.Level.FEDERAL:
        mine |= Q(to_roles__contains=[Role.FUND_MANAGER.value])
    return visible_escalations(user).filter(mine)


def of_request(request: Disbursement) -> Escalation | None:
    """The escalation of the step that waits now."""
    return open_ones(Escalation.objects.filter(disbursement=request)).prefetch_related("reminders").first()


def of_requests(rows: Collection[Disbursement]) -> dict[int, Escalation]:
    """As `of_request` for several, by request, in one query."""
    found = open_ones(Escalation.objects.filter(disbursement__in=rows)).prefetch_related("reminders")
    return {row.disbursement_id: row for row in found}


@transaction.atomic
def remind(*, escalation: int, text: str, by: User) -> Reminder:
    """Asks whoever holds the step to decide; it stays on the request and stands in their daily mail.

    Raises: NotFound, NotAllowed where it was told to others, WrongState where the step is decided, BadInput.
    """
    require_role(by, *READERS, action="remind")
    row = visible_escalations(by).filter(pk=escalation).first()
    if row is None:
        raise NotFound("There is no such escalation in your office.")
    if not _told(by).filter(pk=row.pk).exists():
        raise NotAllowed(f"This was told to the {row.told_to} of the office that keeps the fund. They may remind.")
    if not open_ones(Escalation.objects.filter(pk=row.pk)).exists():
        raise WrongState(f"The step of {row.disbursement.number} is decided. Nothing was sent.", ids=(row.pk,))
    said = take("text", parse_text, text, maximum=300)
    officer = officer_of(by)
    return Reminder.objects.create(
        escalation=row, text=said, reminded_by=by, name=by.get_full_name(), post=officer.designation, **trace()
    )
