"""From the sanction to the open gate: how far each prisoner has come, for how long, and who is paid for and still inside.

The stages of money are read from sanctions and instruments, the later ones from what was recorded. Reads, and one act.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.contrib.auth.models import User
from django.db import models, transaction
from django.db.models import Case as Either
from django.db.models import Count, DateField, Exists, F, OuterRef, QuerySet, Subquery, Sum, Value, When

from beneficiaries import documents
from beneficiaries.casework import releases
from beneficiaries.documents import NewPaper
from beneficiaries.models import Case, ReleaseRecord, ReleaseStep
from beneficiaries.offices.row_scope import everywhere
from beneficiaries.offices.scope import get_visible, visible
from funds.models import Disbursement, Instrument, PayeeLine, Sanction
from funds.workflow import DEAD
from ledger.clock import today
from ledger.errors import BadInput, WrongState
from ledger.roles import Role, require_role, roles_of

READERS = (Role.CASE_OFFICER, Role.VERIFIER, Role.FINANCE_OFFICER, Role.APPROVER, Role.DDO, Role.AUDITOR)


class Stage(models.TextChoices):
    """How far a prisoner's case has come."""

    SANCTIONED = "sanctioned", "Sanctioned"
    PAID = "paid", "Paid"
    COURT_RECEIPT = "court_receipt", "Court's receipt"
    RELEASE_ORDER = "release_order", "Release order"
    JAIL_CERTIFICATE = "jail_certificate", "Jail's confirmation"
    RELEASED = "released", "Released"
    OTHER = "other", "Ended otherwise"


INSIDE = (Stage.PAID, Stage.COURT_RECEIPT, Stage.RELEASE_ORDER, Stage.JAIL_CERTIFICATE)
NEEDS_MONEY = (ReleaseStep.COURT_RECEIPT, ReleaseStep.RELEASE_ORDER, ReleaseStep.JAIL_CERTIFICATE, ReleaseStep.RELEASED)
LATER = (ReleaseStep.COURT_RECEIPT, ReleaseStep.RELEASE_ORDER, ReleaseStep.JAIL_CERTIFICATE)


def tracked(user: User) -> QuerySet[Any]:
    """Prisoners' cases the user sees for which money was sanctioned, each with its stage."""
    return staged(user).exclude(sanctioned_on=None)


def staged(user: User) -> QuerySet[Any]:
    """Every prisoner's case the user sees, with the day of each stage and its `stage`.

    Adds sanctioned_on, paid_on, court_receipt_on, release_order_on, jail_certificate_on, released_on, ended_on, stage, since
    and amount. Paid is the day on which the last line of all sanctioned requests got an instrument that still lives.
    """
    rows = visible(Case.objects.filter(kind=Case.Kind.PRISONER), to=user)
    lines = PayeeLine.objects.filter(case=OuterRef("pk"), disbursement__sanction__isnull=False)
    lines = lines.exclude(disbursement__state__in=DEAD)
    unpaid = lines.filter(~Exists(Instrument.objects.filter(line=OuterRef("pk"), state__in=Instrument.LIVE)))
    live = Instrument.objects.filter(line__case=OuterRef("pk"), state__in=Instrument.LIVE)
    first = Sanction.objects.filter(disbursement__lines__case=OuterRef("pk")).exclude(disbursement__state__in=DEAD)
    ended = ReleaseRecord.objects.filter(
        case=OuterRef("pk"), step__in=ReleaseRecord.OTHER_ENDINGS, withdrawal__isnull=True
    )
    rows = rows.annotate(
        sanctioned_on=Subquery(first.order_by("sanctioned_on").values("sanctioned_on")[:1]),
        last_paid_on=Subquery(live.order_by("-issued_on").values("issued_on")[:1]),
        amount=Subquery(lines.order_by().values("case").annotate(total=Sum("amount")).values("total")[:1]),
        ended_on=Subquery(ended.values("happened_on")[:1]),
        released_on=F("prisoner__released_on"),
        **{f"{step.value}_on": _day_of(step) for step in LATER},
    )
    none = Value(None, output_field=DateField())
    rows = rows.annotate(paid_on=Either(When(Exists(unpaid), then=none), default=F("last_paid_on")))
    rows = rows.annotate(stage=_stage(), since=_since())
    return rows.select_related("person", "office", "prisoner__prison__district__province")


def _day_of(step: ReleaseStep) -> Subquery:
    rows = ReleaseRecord.objects.filter(case=OuterRef("pk"), step=step, withdrawal__isnull=True)
    return Subquery(rows.values("happened_on")[:1])


# The furthest first; a case whose payment came back stands at the sanction again, whatever was recorded.
_FURTHEST: tuple[tuple[dict[str, Any], Stage, str], ...] = (
    ({"released_on__isnull": False}, Stage.RELEASED, "released_on"),
    ({"ended_on__isnull": False}, Stage.OTHER, "ended_on"),
    ({"paid_on__isnull": True}, Stage.SANCTIONED, "sanctioned_on"),
    ({"jail_certificate_on__isnull": False}, Stage.JAIL_CERTIFICATE, "jail_certificate_on"),
    ({"release_order_on__isnull": False}, Stage.RELEASE_ORDER, "release_order_on"),
    ({"court_receipt_on__isnull": False}, Stage.COURT_RECEIPT, "court_receipt_on"),
)


def _stage() -> Either:
    whens = [When(**wanted, then=Value(stage.value)) for wanted, stage, _ in _FURTHEST]
    return Either(*whens, default=Value(Stage.PAID.value), output_field=models.CharField())


def _since() -> Either:
    whens = [When(**wanted, then=F(day)) for wanted, _, day in _FURTHEST]
    return Either(*whens, default=F("paid_on"), output_field=DateField())


def inside_of(request: Disbursement) -> QuerySet[Case]:
    """The prisoners a request pays for of whom neither a release nor another ending is recorded."""
    ended = ReleaseRecord.objects.filter(case=OuterRef("pk"), step__in=ReleaseRecord.ENDINGS, withdrawal__isnull=True)
    rows = Case.objects.filter(payee_lines__disbursement=request, kind=Case.Kind.PRISONER, prisoner__released_on=None)
    return rows.filter(~Exists(ended)).select_related("person", "prisoner__prison").distinct().order_by("pk")


def counts(rows: QuerySet[Any]) -> dict[str, int]:
    """How many cases stand at each stage."""
    found = dict(rows.order_by().values_list("stage").annotate(number=Count("pk")))
    return {stage.value: found.get(stage.value, 0) for stage in Stage}


def still_inside(rows: QuerySet[Any], days: int | None) -> QuerySet[Any]:
    """Those of `tracked` who are paid for and inside for more than so many days; the longest first. None: no rule in force."""
    if days is None:
        return rows.none()
    rows = rows.filter(prisoner__released_on=None)  # told first, because it spares most rows the dearer questions
    return rows.filter(stage__in=INSIDE, paid_on__lt=today() - timedelta(days=days)).order_by("paid_on", "pk")


@everywhere()
def alarm(user: User) -> dict[str, Any]:
    """For first pages: how many prisoners are paid for and still inside too long; nothing for those who see no cases."""
    if roles_of(user).isdisjoint(READERS):
        return {"still_inside": 0}
    days = releases.alarm_days()
    return {"still_inside": still_inside(tracked(user), days).count(), "alarm_days": days}


@dataclass(frozen=True, slots=True)
class Mark:
    """One stage on the way of one prisoner: its day, days since the stage before, and what proves it."""

    stage: Stage
    on: date | None
    days: int | None
    record: ReleaseRecord | None = None
    now: bool = False

    @property
    def label(self) -> str:
        return self.record.get_step_display() if self.record and self.stage is Stage.OTHER else str(self.stage.label)


@everywhere()
def get_tracked(pk: int, *, by: User) -> Any:
    """One of `staged`. Raises: NotFound."""
    return get_visible(staged(by), to=by, pk=pk)


def way(case: Any) -> list[Mark]:
    """Every stage of a case of `tracked`, in order, with the days that each took; a stage left out has no day."""
    there = releases.standing(case)
    days: list[tuple[Stage, date | None]] = [(Stage.SANCTIONED, case.sanctioned_on), (Stage.PAID, case.paid_on)]
    days += [(Stage(step.value), getattr(case, f"{step.value}_on")) for step in LATER]
    ending = next((there[step] for step in ReleaseRecord.OTHER_ENDINGS if step in there), None)
    days.append((Stage.OTHER, ending.happened_on) if ending else (Stage.RELEASED, case.released_on))
    marks: list[Mark] = []
    last: date | None = None
    for stage, on in days:
        took = (on - last).days if on and last else None
        record = ending if stage is Stage.OTHER else there.get(stage.value)
        marks.append(Mark(stage, on, took, record, now=stage == case.stage and on is not None))
        last = on or last
    return marks


def total_days(marks: Iterable[Mark]) -> int | None:
    """Days from the sanction to the end, or to today while the prisoner is inside."""
    days = [mark.on for mark in marks]
    return ((days[-1] or today()) - days[0]).days if days and days[0] else None


@transaction.atomic
@everywhere()
def record(
    *,
    case: int,
    step: str,
    reference: str,
    by: User,
    on: date | None = None,
    paper: int | None = None,
    file: NewPaper | None = None,
    reason: str = "",
) -> ReleaseRecord:
    """Records a step; `file` is attached first and proves it. What follows the money is recorded only once all of it is paid.

    Raises: NotAllowed, NotFound, BadInput, WrongState, and what attaching refuses.
    """
    require_role(by, Role.CASE_OFFICER, action="record a release")
    found = get_visible(Case.objects.select_related("person"), to=by, pk=case, kind=Case.Kind.PRISONER)
    paid_on = staged(by).filter(pk=found.pk).values_list("paid_on", flat=True).first()
    if step in NEEDS_MONEY and paid_on is None:
        detail = (
            f"The money for {found.person} is not paid in full, so nothing follows from it yet. Nothing was changed."
        )
        raise WrongState(detail, ids=(found.pk,), code="not_paid")
    if file is not None:
        if step == ReleaseStep.RELEASED:
            raise BadInput("A release rests on the papers before it.", fields={"file": "Leave the file out."})
        paper = documents.attach(case=found.pk, papers=[file], by=by)[0].pk
    follows = paid_on if step in NEEDS_MONEY else None
    return releases.record(
        case=found.pk, step=step, reference=reference, by=by, on=on, paper=paper, reason=reason, not_before=follows
    )
