"""One request with all that its page shows, read in a fixed number of queries whatever the number of its lines."""

from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal

from django.contrib.auth.models import User
from django.db.models import Count, Prefetch, Q, QuerySet

from beneficiaries.models import Office, Officer
from beneficiaries.offices import limits
from funds import approvals
from funds.absence import desks, escalations, powers
from funds.chain import chains, deciders, duties, freezes, signatures
from funds.chain.freezes import Frozen
from funds.chain.splitting import Reason, Rolling
from funds.committee import committee_versions, minutes_words
from funds.committee.committee_versions import Ahead
from funds.disbursements import may_move, waiting_instruments
from funds.entitlement.eligibility_summary import Answers, summary_of
from funds.models import (
    ApprovalStep,
    Cancellation,
    ChainVoid,
    Committee,
    Conflict,
    Decision,
    Delegation,
    Disbursement,
    Escalation,
    Fund,
    Instrument,
    PayeeLine,
    PaymentKind,
    Sanction,
    Voucher,
)
from funds.requests import drift, evidence
from funds.requests.drift import Drift
from funds.requests.evidence import Papers
from funds.workflow import EDITABLE, ENDED, KEEPERS, MOVES, Action, State, actors
from ledger.clock import today
from ledger.errors import BadInput
from ledger.roles import Role, roles_of

# Whose acts only the office that keeps the fund makes (approvals.post_bar, disbursements.moves_money).
MONEY = KEEPERS | {Role.DDO, Role.RECONCILER}


@dataclass(frozen=True, slots=True)
class Step:
    """A step of the chain as the page shows it, copied from the request or, before submission, from the rule."""

    role: str
    act: str
    post: str
    signatures: int
    last: bool
    committee: str = ""

    @property
    def desk(self) -> str:
        """Whose it is where that is not anybody with the role: the committee or the one post."""
        return self.committee or self.post


@dataclass(slots=True)
class Overview:
    """A request and everything around it. `people` names who may act next by role, fewest words first."""

    request: Disbursement
    viewer: User
    steps: list[ApprovalStep]
    planned: list[Step]
    rule_title: str
    rolling: Rolling
    sanction: Sanction | None
    voucher: Voucher | None
    cancellation: Cancellation | None
    counts: dict[str, int]
    papers: Papers = field(default_factory=Papers)
    answers: Answers = field(default_factory=Answers)
    people: dict[str, list[str]] = field(default_factory=dict)
    officer: Officer | None = None
    limit: Decimal = Decimal(0)
    objection: str = "This request is not in its chain."
    recusal_bar: str = ""
    recusals: list[Decision] = field(default_factory=list)
    conflicts: list[Conflict] = field(default_factory=list)
    voids: list[ChainVoid] = field(default_factory=list)
    drifts: list[Drift] = field(default_factory=list)
    nobody: str = ""
    ahead: Ahead | None = None
    minuted: dict[int, str] = field(default_factory=dict)
    power: Delegation | None = None
    freezes: list[Frozen] = field(default_factory=list)
    overdue: Escalation | None = None
    desks: list[str] = field(default_factory=list)

    @property
    def state(self) -> State:
        return State(self.request.state)

    @property
    def waiting(self) -> ApprovalStep | None:
        """The step whose turn it is, while the request is in its chain."""
        if self.state is not State.SUBMITTED:
            return None
        return next(step for step in self.steps if step.position == self.request.position)

    @property
    def due(self) -> date | None:
        """The day by which the waiting step should be decided."""
        step, since = self.waiting, self.request.waiting_since
        return since + timedelta(days=step.days) if step and since else None

    @property
    def mine(self) -> bool:
        """Whether the step that waits is the viewer's to decide."""
        return self.waiting is not None and not self.objection

    @property
    def beyond(self) -> bool:
        """Whether this step sanctions more than the viewer's authority."""
        step = self.waiting
        return step is not None and step.last and self.rolling.basis > self.limit

    @property
    def escalated(self) -> bool:
        """Whether the band is chosen on more than the request's own amount."""
        return self.rolling.basis > self.request.amount

    @property
    def reminded(self) -> str:
        """The reminders about the overdue step, a line each."""
        rows = self.overdue.reminders.all() if self.overdue else ()
        return "\n".join(f"Reminded {row.recorded_at:%-d %b}: {row}" for row in rows)

    @property
    def is_maker(self) -> bool:
        return self.request.maker_id == self.viewer.pk

    def may(self, action: Action) -> bool:
        """Whether the table has the move from here, and the viewer's role and office may make it."""
        in_table = (action, self.state) in MOVES and self.holds(*actors(action, self.state))
        return in_table and may_move(self.request, action, by=self.viewer)

    def holds(self, *roles: Role) -> bool:
        """Whether the viewer has one of the roles."""
        return not roles_of(self.viewer).isdisjoint(roles)

    def actor(self, role: str, post: str = "") -> str:
        """Who acts in a role: the name where there is only one, else the post or the role in words."""
        names = self.people.get(role, [])
        if len(names) == 1 and not post:
            return names[0]
        return post or f"the {Role(role).label.lower()}"


def lines_of(request: Disbursement) -> QuerySet[PayeeLine]:
    """The payee lines with person, case, order and instruments loaded."""
    beside = ("acknowledgement", "issued_by", "voucher", "paper_end", "co_signature__recorded_by")
    instruments = Instrument.objects.select_related(*beside).annotate(prints=Count("leaf_prints")).order_by("pk")
    return (
        request.lines.select_related(
            "person",
            "heir",
            "obligation__order__court",
            "case__person",
            "case__relief__district",
            "case__prisoner__prison",
        )
        .prefetch_related(Prefetch("instruments", queryset=instruments, to_attr="payments"))
        .order_by("position")
    )


def load(request: Disbursement, *, viewer: User) -> Overview:
    """Everything around a request the viewer may see, without its lines."""
    steps = list(chains.current_steps(request)) if request.submission else []
    planned, title, rolling = _planned(request, steps)
    sanction = Sanction.objects.select_related("sanctioned_by", "budget_head").filter(disbursement=request).first()
    voucher = (
        Voucher.objects.select_related("issued_by__officer").defer("snapshot").filter(sanction=sanction).first()
        if sanction
        else None
    )
    cancelled = (
        Cancellation.objects.select_related("cancelled_by").filter(disbursement=request).first()
        if request.state == State.CANCELLED
        else None
    )
    found = Overview(
        request, viewer, steps, planned, title, rolling, sanction, voucher, cancelled, waiting_instruments(request)
    )
    found.papers = evidence.papers_of(request)
    found.answers = summary_of(request)
    found.people = _people(request, {step.role for step in planned} | {Role.DDO, Role.RECONCILER})
    found.officer = getattr(viewer, "officer", None)
    if found.waiting is not None:
        found.objection = approvals.objection(request, found.waiting, viewer, found.officer)
        if found.waiting.committee is not None:
            found.recusal_bar = approvals.post_bar(request, found.waiting, viewer, found.officer)
        if found.officer is not None and found.waiting.last:
            found.limit = limits.limit_of(found.officer, on=today())
        _stands_in(found)
        found.desks = desks.of(request, found.waiting)
        found.overdue = escalations.of_request(request)
    found.ahead = committee_versions.ahead(found.waiting)
    found.minuted = minutes_words.by_step(steps)
    _apart(found)
    if found.state not in ENDED:
        found.freezes = freezes.shown(request.fund)
    return found


def _stands_in(found: Overview) -> None:
    """Where the viewer cannot decide the step in the own post, the first delegation under which they can."""
    step, officer = found.waiting, found.officer
    if step is None or officer is None or (not found.objection and not found.beyond):
        return
    for power in powers.held_by(found.viewer):
        if approvals.objection_for(found.request, step, found.viewer, power):
            continue
        limit = powers.limit_of(officer, power, on=today())
        if not found.objection and limit < found.rolling.basis:
            continue  # the own post reaches as far
        found.power, found.objection, found.limit = power, "", limit
        return


def _apart(found: Overview) -> None:
    """Who stands apart, what made the last chain void, and what changed since; and whether anybody is left to decide."""
    request = found.request
    found.recusals = signatures.recusals(request)
    found.conflicts = list(duties.conflicts_with(request.pk).order_by("pk"))
    if found.state is State.RETURNED:
        found.voids = list(request.voids.filter(submission=request.submission).select_related("caused_by"))
    if found.state in (State.SUBMITTED, State.SANCTIONED, State.VOUCHERED):
        found.drifts = drift.of(request)
    if found.waiting is not None and (found.recusals or found.conflicts):
        found.nobody = deciders.without_anybody(request, found.waiting)


def _planned(request: Disbursement, steps: list[ApprovalStep]) -> tuple[list[Step], str, Rolling]:
    if steps and request.state not in EDITABLE:
        found = [Step(s.role, s.act, s.post, s.signatures, s.last, _name(s.committee)) for s in steps]
        return found, steps[0].rule_title, _frozen(request)
    try:
        choice = chains.choose(request, on=today())
    except BadInput:
        return [], "", Rolling(request.amount, 0)
    rows = list(choice.rule.steps.select_related("committee").order_by("position"))
    planned = [Step(s.role, s.act, s.post, s.signatures, s is rows[-1], _name(s.committee)) for s in rows]
    return planned, choice.rule.title, choice.rolling


def _name(committee: Committee | None) -> str:
    return committee.name if committee else ""


def _frozen(request: Disbursement) -> Rolling:
    """The sum as it was when the request was submitted."""
    row = chains.chosen(request)
    if row is None:
        return Rolling(request.amount, 0)
    return Rolling(row.basis, row.days, [Reason.read(kept) for kept in row.reasons])


def unpaid(request: Disbursement) -> int:
    """How many lines have no live instrument."""
    return request.lines.exclude(instruments__state__in=Instrument.LIVE).count()


def _people(request: Disbursement, roles: set[str]) -> dict[str, list[str]]:
    """Names of those who hold each role at a federal office, at the request's own, or, where the role moves the fund's
    money, at the fund's; without its maker."""
    federal, money = Q(office__level=Office.Level.FEDERAL), roles & MONEY
    keeping = Q(user__groups__name__in=money) & (Q(office=request.fund.office_id) | federal)
    asking = Q(user__groups__name__in=roles - money) & (Q(office=request.office_id) | federal)
    officers = (
        Officer.objects.filter(keeping | asking, user__is_active=True)
        .exclude(user=request.maker_id)
        .values_list("user__groups__name", "user__first_name", "user__last_name")
        .order_by("user__last_name")[:60]
    )
    found: dict[str, list[str]] = {}
    for role, first, last in officers:
        found.setdefault(role, []).append(f"{first} {last}".strip())
    return found


def needs_release(kind: str) -> bool:
    """Whether money of this kind sets a prisoner free, so that the release is recorded before closing."""
    return kind not in (PaymentKind.RELIEF, PaymentKind.LEGAL_AID, PaymentKind.LOAN)


def about(request: Disbursement, fund: Fund) -> str:
    """'DAD Fund · Diyat · FY 2025-26'."""
    return f"{fund.code} Fund · {request.get_kind_display()} · FY {request.year.label}"
