"""Complaints and appeals: register, assign to somebody whom it is not about, note, reply with an outcome, open again."""

from datetime import date, timedelta
from typing import Any

from django.contrib.auth.models import User
from django.db import transaction
from django.db.models import Exists, F, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Length

from beneficiaries.identity import parse_name, parse_phone, parse_text
from beneficiaries.inputs import take
from beneficiaries.models import Case, Office
from beneficiaries.offices.policies import in_force
from beneficiaries.offices.scope import get_visible, office_of, visible
from funds.models import Complaint, ComplaintCategory, ComplaintStep, Decision, PayeeLine
from funds.requests.filing import complaint_came_in
from ledger.clock import act_date, today
from ledger.errors import BadInput, NotAllowed, WrongState
from ledger.history import trace
from ledger.locks import hold
from ledger.roles import Role, require_role, roles_of

READERS = (
    Role.CASE_OFFICER,
    Role.VERIFIER,
    Role.FINANCE_OFFICER,
    Role.APPROVER,
    Role.DDO,
    Role.FUND_MANAGER,
    Role.AUDITOR,
)
REGISTRARS = (Role.CASE_OFFICER, Role.VERIFIER)
ASSIGNERS = (Role.VERIFIER, Role.APPROVER, Role.FUND_MANAGER)
REOPENERS = tuple(dict.fromkeys((*REGISTRARS, *ASSIGNERS)))
HANDLERS = (Role.CASE_OFFICER, Role.VERIFIER, Role.FINANCE_OFFICER, Role.APPROVER, Role.FUND_MANAGER)
Act = ComplaintStep.Act
TEXT_LENGTH = 4000
# How a page asks for them: everything open, what is late, what is the reader's, what was answered.
OPEN, OVERDUE, MINE, ANSWERED = "open", "overdue", "mine", "answered"


def categories_on(day: date) -> QuerySet[ComplaintCategory]:
    """The categories in force on that day."""
    return ComplaintCategory.objects.filter(in_force(day))


def visible_complaints(user: User) -> QuerySet[Complaint]:
    """Complaints of the user's office, or all from a federal one, but none about the user, with where they stand."""
    rows = Complaint.objects.select_related(
        "office", "case__person", "category", "about_officer", "registered_by", "decision__disbursement"
    )
    return visible(with_state(rows.exclude(about_officer=user)), to=user)


def with_state(rows: QuerySet[Complaint]) -> QuerySet[Complaint]:
    """Each complaint with its last act that is no note, and the officer it was assigned to last."""
    steps = ComplaintStep.objects.filter(complaint=OuterRef("pk")).order_by("-pk")
    return rows.annotate(
        last=Subquery(steps.exclude(act=Act.NOTED).values("act")[:1]),
        outcome=Subquery(steps.filter(act=Act.REPLIED).values("outcome")[:1]),
        holder=Subquery(steps.filter(act=Act.ASSIGNED).values("assigned_to")[:1]),
    )


def parted(rows: QuerySet[Any], part: str, *, by: User) -> QuerySet[Any]:
    """The complaints of one part of the list; the latest due first where something is to be done."""
    if part == ANSWERED:
        return rows.filter(last=Act.REPLIED)
    rows = rows.filter(Q(last=None) | ~Q(last=Act.REPLIED)).order_by("due_on", "pk")
    if part == OVERDUE:
        return rows.filter(due_on__lt=today())
    return rows.filter(holder=by.pk, last=Act.ASSIGNED) if part == MINE else rows


def state_of(row: Any) -> str:
    """'registered', 'assigned', 'replied' or 'reopened', of a complaint with its state."""
    return row.last or "registered"


def days_late(row: Any) -> int:
    """By how many days the reply is late; 0 where it is not, or was given."""
    return 0 if row.last == Act.REPLIED else max((today() - row.due_on).days, 0)


@transaction.atomic
def register(
    *,
    category: str,
    channel: str,
    text: str,
    by: User,
    case: int | None = None,
    decision: int | None = None,
    complainant: str = "",
    phone: str = "",
    about_officer: int | None = None,
    received_on: date | None = None,
) -> Complaint:
    """Records a complaint as it was received; without a name it is anonymous. An appeal names the decision it is against.

    The reply is due by the category's days. Raises: NotAllowed, NotFound, BadInput naming the field.
    """
    require_role(by, *REGISTRARS, action="register a complaint")
    office, day = office_of(by), act_date(received_on, field="received_on")
    kind = categories_on(day).filter(code=category).order_by("-effective_from").first()
    if kind is None:
        raise _bad("category", f"{category[:40]!r} is no category on {day:%-d %b %Y}. Choose one of the list.")
    if channel not in Complaint.Channel.values:
        raise _bad("channel", f"{channel[:40]!r} is no way by which complaints come. Choose one of the list.")
    against = _decision(decision, kind, by)
    found = get_visible(Case.objects.all(), to=by, pk=case) if case is not None else None
    if against is not None:
        found = _case_of(against, found)
    made = Complaint.objects.create(
        number=_next_number(office, day),
        office=office,
        case=found,
        decision=against,
        category=kind,
        channel=channel,
        complainant=take("complainant", parse_name, complainant, maximum=120) if complainant.strip() else "",
        phone=take("phone", parse_phone, phone) if phone.strip() else "",
        text=_text("text", text),
        about_officer=_about(about_officer, office, by),
        received_on=day,
        due_on=day + timedelta(days=kind.days),
        registered_by=by,
        **trace(),
    )
    complaint_came_in(made, by=by)
    return made


def _bad(field: str, detail: str) -> BadInput:
    return BadInput(detail, fields={field: detail})


def _text(field: str, text: str) -> str:
    return str(take(field, parse_text, text, maximum=TEXT_LENGTH))


def _next_number(office: Office, day: date) -> str:
    """'C-KHI-2025-0031': counted per office and calendar year."""
    hold("funds_complaint_number", office.pk)
    prefix = f"C-{office.code}-{day.year}-"
    rows = Complaint.objects.filter(number__startswith=prefix).order_by(Length("number").desc(), "-number")
    last = rows.values_list("number", flat=True).first()
    return f"{prefix}{int(last.rsplit('-', 1)[1]) + 1 if last else 1:04d}"


def _decision(pk: int | None, kind: ComplaintCategory, by: User) -> Decision | None:
    """The decision an appeal is against: a rejection, or a sanction of less than was recommended or ordered."""
    if pk is None:
        if kind.appeal:
            raise _bad("decision", "Choose the decision that the appeal is against.")
        return None
    if not kind.appeal:
        raise _bad("decision", f"“{kind}” is no appeal. Leave the decision out, or choose a category of appeals.")
    return get_visible(appealable(by), to=by, path="disbursement__office", pk=pk)


def appealable(user: User) -> QuerySet[Decision]:
    """Rejections, and sanctions of less than the cases recommend or the court left to pay, of the requests the user sees."""
    rows = Decision.objects.select_related("disbursement__fund", "step")
    less = Q(case__relief__recommended_amount__gt=F("amount"), obligation=None) | Q(
        obligation__amount_ordered__gt=F("disbursement__amount") + F("obligation__paid_before")
    )
    reduced = Q(
        outcome=Decision.Outcome.APPROVED,
        step__last=True,
        disbursement__in=PayeeLine.objects.filter(less).values("disbursement"),
    )
    found = rows.filter(Q(outcome=Decision.Outcome.REJECTED) | reduced)
    return visible(found, to=user, path="disbursement__office").order_by("-pk")


def _case_of(decision: Decision, case: Case | None) -> Case | None:
    """The one case the decision was about; where it was about several, the one that was named."""
    cases = list(Case.objects.filter(payee_lines__disbursement=decision.disbursement_id).distinct()[:2])
    if case is not None:
        if not case.payee_lines.filter(disbursement=decision.disbursement_id).exists():
            raise _bad("case", f"{decision.disbursement} does not pay for case {case.number}. Compare the two.")
        return case
    return cases[0] if len(cases) == 1 else None


def _about(pk: int | None, office: Office, by: User) -> User | None:
    if pk is None:
        return None
    found = officers(office).filter(pk=pk).first()
    if found is None:
        raise _bad("about_officer", "There is no such officer. Choose one of the list.")
    if found.pk == by.pk:
        raise NotAllowed("The complaint is about yourself, so somebody else registers it.")
    return found


def officers(office: Office) -> QuerySet[User]:
    """Officers of this office and of the federal ones."""
    rows = User.objects.filter(is_active=True, officer__isnull=False).select_related("officer__office")
    return rows.filter(Q(officer__office=office) | Q(officer__office__level=Office.Level.FEDERAL)).order_by(
        "last_name", "first_name", "pk"
    )


def handlers(complaint: Complaint) -> QuerySet[User]:
    """Who may be given this complaint: officers in charge of cases or money, but nobody whom it is about."""
    barred = [complaint.about_officer_id or 0, complaint.decision.decided_by_id if complaint.decision else 0]
    roles = User.groups.through.objects.filter(user=OuterRef("pk"), group__name__in=[str(role) for role in HANDLERS])
    return officers(complaint.office).filter(Exists(roles)).exclude(pk__in=barred)


def _lock(pk: int, *, by: User) -> Complaint:
    """The complaint with where it stands, its steps held still until the transaction ends. Raises: NotFound."""
    get_visible(visible_complaints(by), to=by, pk=pk)
    hold("funds_complaint", pk)
    return visible_complaints(by).get(pk=pk)


def _fair(complaint: Complaint, *, by: User) -> None:
    """Raises: NotAllowed for whoever took the decision that is appealed."""
    if complaint.decision is not None and complaint.decision.decided_by_id == by.pk:
        raise NotAllowed("You took the decision that is appealed, so somebody else looks into it.")


@transaction.atomic
def assign(*, complaint: int, officer: int, text: str, by: User, on: date | None = None) -> ComplaintStep:
    """Gives a complaint to an officer whom it is not about, also from one officer to the next.

    Raises: NotAllowed, NotFound, BadInput, WrongState once it is answered.
    """
    require_role(by, *ASSIGNERS, action="assign a complaint")
    row = _lock(complaint, by=by)
    _fair(row, by=by)
    if state_of(row) == Act.REPLIED:
        raise WrongState(f"{row} is answered. Open it again first.", ids=(row.pk,))
    found = handlers(row).filter(pk=officer).first()
    if found is None:
        raise _bad("officer", "Choose an officer of the list; whom the complaint is about does not look into it.")
    return _step(row, Act.ASSIGNED, text, by, on, assigned_to=found)


@transaction.atomic
def note(*, complaint: int, text: str, by: User, on: date | None = None) -> ComplaintStep:
    """What was asked, seen or heard. Raises: NotAllowed, NotFound, BadInput."""
    require_role(by, *HANDLERS, action="note something on a complaint")
    row = _lock(complaint, by=by)
    _fair(row, by=by)
    return _step(row, Act.NOTED, text, by, on)


@transaction.atomic
def reply(*, complaint: int, outcome: str, text: str, by: User, on: date | None = None) -> ComplaintStep:
    """What was answered, by the officer it is assigned to. Raises: NotAllowed, NotFound, BadInput, WrongState."""
    require_role(by, *HANDLERS, action="answer a complaint")
    row = _lock(complaint, by=by)
    _fair(row, by=by)
    if state_of(row) != Act.ASSIGNED:
        word = "answered already" if state_of(row) == Act.REPLIED else "assigned to nobody yet"
        raise WrongState(f"{row} is {word}.", ids=(row.pk,))
    if row.holder != by.pk:  # type: ignore[attr-defined]
        raise NotAllowed(f"{row} is assigned to somebody else, who answers it.")
    if outcome not in ComplaintStep.Outcome.values:
        raise _bad("outcome", f"{outcome[:40]!r} is no outcome. Choose one of the list.")
    return _step(row, Act.REPLIED, text, by, on, outcome=outcome)


@transaction.atomic
def reopen(*, complaint: int, text: str, by: User, on: date | None = None) -> ComplaintStep:
    """An answered complaint is looked into again. Raises: NotAllowed, NotFound, BadInput, WrongState."""
    require_role(by, *REOPENERS, action="open a complaint again")
    row = _lock(complaint, by=by)
    _fair(row, by=by)
    if state_of(row) != Act.REPLIED:
        raise WrongState(f"{row} is not answered yet.", ids=(row.pk,))
    return _step(row, Act.REOPENED, text, by, on)


def _step(row: Complaint, act: str, text: str, by: User, on: date | None, **more: Any) -> ComplaintStep:
    last = row.steps.order_by("-pk").first()
    day = act_date(on, not_before=last.taken_on if last else row.received_on)
    return ComplaintStep.objects.create(
        complaint=row, act=act, text=_text("text", text), taken_on=day, taken_by=by, **more, **trace()
    )


def possible(row: Complaint, *, by: User) -> frozenset[str]:
    """The acts that the viewer may do on the complaint now."""
    held, state = roles_of(by), state_of(row)
    if row.decision is not None and row.decision.decided_by_id == by.pk:
        return frozenset()
    found = set[str]()
    if held & set(ASSIGNERS) and state != Act.REPLIED:
        found.add(Act.ASSIGNED)
    if held & set(HANDLERS):
        found.add(Act.NOTED)
    if state == Act.ASSIGNED and row.holder == by.pk and held & set(HANDLERS):  # type: ignore[attr-defined]
        found.add(Act.REPLIED)
    if held & set(REOPENERS) and state == Act.REPLIED:
        found.add(Act.REOPENED)
    return frozenset(found)
