"""What waits for whom, decided by the same rules as the services; reads only.

A list is one query, however long; each delegation that the reader holds adds one, each office its own.
"""

from datetime import date
from decimal import Decimal
from typing import Any

from django.contrib.auth.models import User
from django.db.models import (
    Count,
    DateField,
    Exists,
    ExpressionWrapper,
    F,
    FilteredRelation,
    IntegerField,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Sum,
)
from django.db.models.functions import Cast, Coalesce

from beneficiaries.models import Officer
from beneficiaries.offices import limits, persons
from beneficiaries.offices.scope import office_of, visible
from funds.absence import powers
from funds.chain import chains, consents, deciders
from funds.chain.duties import standing_conflicts
from funds.chain.signatures import RECUSED, counting
from funds.committee import agendas
from funds.disbursements import visible_disbursements
from funds.models import Decision, Disbursement, Fund, Instrument, PayeeLine
from funds.workflow import KEEPERS, SIGNATORIES, State
from ledger.clock import today
from ledger.fields import AmountField
from ledger.roles import Role, roles_of

ZERO = Decimal("0.00")
MOST = 200  # waiting steps of which it is asked who may decide them


def post_of(user: User) -> Officer | None:
    """The user's post, kept with the user object; None for an account without one."""
    officer: Officer | None = getattr(user, "officer", None)
    return officer


def in_chain(user: User) -> QuerySet[Any]:
    """Submitted requests the user sees, each with the step that waits: step_role, step_post, step_act, step_last,
    step_committee, due."""
    rows = _with_step(visible_disbursements(user).filter(state=State.SUBMITTED))
    chosen = FilteredRelation("chosen_rules", condition=Q(chosen_rules__submission=F("submission")))
    rows = rows.alias(chosen=chosen).annotate(
        step_post=F("step__post"),
        step_act=F("step__act"),
        step_last=F("step__last"),
        step_committee=F("step__committee__name"),
        basis=Coalesce(F("chosen__basis"), F("amount"), output_field=AmountField()),
    )
    days = Cast(F("step__days"), IntegerField())
    return rows.annotate(due=ExpressionWrapper(F("waiting_since") + days, output_field=DateField()))


def _with_step(rows: QuerySet[Any]) -> QuerySet[Any]:
    """With the step that waits as `step`, its role as step_role; empty for what is not in the chain."""
    here = Q(steps__submission=F("submission"), steps__position=F("position"))
    return rows.alias(step=FilteredRelation("steps", condition=here)).annotate(step_role=F("step__role"))


def mine(user: User, officer: Officer | None = None) -> QuerySet[Disbursement]:
    """Requests that wait for this officer's decision, in the own post or in somebody's stead, in the order they are due."""
    officer = officer or post_of(user)
    if not roles_of(user) & SIGNATORIES or officer is None:
        return Disbursement.objects.none()
    chain = in_chain(user)
    rows = _free(_of_post(chain, user, officer), user, officer)
    lent = powers.held_by(user)
    if lent:
        reached = Q(pk__in=rows.values("pk"))
        for power in lent:
            of_giver = _free(_of_post(chain, power.giver.user, power.giver), power.giver.user, power.giver)
            both = _free(of_giver, user, officer).filter(basis__lte=power.ceiling)
            both = both.filter(fund=power.fund_id) if power.fund_id else both
            reached |= Q(pk__in=both.values("pk"))
        rows = chain.filter(reached)
    return rows.order_by("due", "pk")


def _of_post(rows: QuerySet[Any], user: User, officer: Officer) -> QuerySet[Any]:
    """Those whose step is for the officer's role, post and office, and within the own limit."""
    rows = rows.filter(step_role__in=roles_of(user) & SIGNATORIES, step_committee=None)
    rows = rows.filter(Q(step_post="") | Q(step_post=officer.designation))
    if not office_of(user).is_federal:
        rows = rows.filter(~Q(step_role__in=KEEPERS) | Q(fund__office=office_of(user)))
    return rows.exclude(step_last=True, basis__gt=own_limit(officer))


def own_limit(officer: Officer) -> Decimal:
    """The most, in rupees, that the officer may sanction today; read once per officer object, so once per request."""
    cached: Decimal | None = getattr(officer, "_own_limit", None)
    if cached is None:
        cached = limits.limit_of(officer, on=today())
        officer._own_limit = cached  # type: ignore[attr-defined]
    return cached


def _free(rows: QuerySet[Any], user: User, officer: Officer) -> QuerySet[Any]:
    """Without those in which the person has another part, or signed already, or for whom somebody signed."""
    accounts = persons.selves(user)
    here = Decision.objects.filter(
        Q(decided_by__in=accounts) | Q(delegation__giver__user__in=accounts),
        disbursement_id=OuterRef("pk"),
        submission=OuterRef("submission"),
    ).exclude(outcome=RECUSED)
    return (
        _not_apart(rows, accounts)
        .exclude(maker__in=accounts)
        .exclude(Exists(here.exclude(step__position=OuterRef("position"))))
        .exclude(Exists(counting(here)))
        .exclude(Exists(PayeeLine.objects.filter(disbursement_id=OuterRef("pk"), cnic=officer.cnic)))
    )


def _not_apart(rows: QuerySet[Any], accounts: list[int]) -> QuerySet[Any]:
    """Without the requests from which the person recused, or with which they declared a conflict."""
    recused = Decision.objects.filter(disbursement_id=OuterRef("pk"), decided_by__in=accounts, outcome=RECUSED)
    declared = standing_conflicts(OuterRef("pk")).filter(declared_by__in=accounts)
    return rows.exclude(Exists(recused)).exclude(Exists(declared))


def stuck(user: User) -> list[tuple[Disbursement, str]]:
    """Requests in the chain whose step nobody can decide any more, each with what is needed; for who keeps the chains.

    Only requests from which somebody stands apart are looked at, those due first, MOST of them.
    """
    recused = Decision.objects.filter(disbursement_id=OuterRef("pk"), outcome=RECUSED)
    rows = in_chain(user).filter(Exists(recused) | Exists(standing_conflicts(OuterRef("pk"))))
    steps = chains.waiting_steps(rows.select_related("fund__office").order_by("due", "pk")[:MOST])
    said = deciders.without_anybody_of(steps)
    return [(step.disbursement, said[step.pk]) for step in steps if said[step.pk]]


def others(user: User) -> QuerySet[Disbursement]:
    """Requests in the chain that wait for somebody else, in the order they are due."""
    return in_chain(user).exclude(pk__in=mine(user).values("pk")).order_by("due", "pk")


def late(user: User) -> QuerySet[Disbursement]:
    """Requests past the day their step was due, whoever holds them."""
    return in_chain(user).filter(due__lt=today()).order_by("due", "pk")


def tab_sums(user: User, fund: Fund | None = None) -> dict[str, tuple[int, Decimal]]:
    """Count and rupees of each tab of the inbox (me, others, late, decided), in three queries."""
    chain, own, done = (
        (rows.filter(fund=fund) if fund else rows).order_by() for rows in (in_chain(user), mine(user), decided(user))
    )
    is_late, both = Q(due__lt=today()), {"number": Count("pk"), "total": Sum("amount")}
    found = chain.aggregate(**both, late=Count("pk", filter=is_late), late_total=Sum("amount", filter=is_late))
    me, signed = own.aggregate(**both), done.aggregate(**both)
    return {
        "me": (me["number"], me["total"] or ZERO),
        "others": (found["number"] - me["number"], (found["total"] or ZERO) - (me["total"] or ZERO)),
        "late": (found["late"], found["late_total"] or ZERO),
        "decided": (signed["number"], signed["total"] or ZERO),
    }


def decided(user: User) -> QuerySet[Disbursement]:
    """Requests the user decided on, the latest first."""
    latest = Decision.objects.filter(disbursement_id=OuterRef("pk"), decided_by=user).order_by("-pk")
    rows = visible_disbursements(user).annotate(
        my_outcome=Subquery(latest.values("outcome")[:1]),
        my_day=Subquery(latest.values("decided_on")[:1]),
        my_decision=Subquery(latest.values("pk")[:1]),
    )
    return rows.filter(my_decision__isnull=False).order_by("-my_decision")


def to_voucher(user: User) -> QuerySet[Disbursement]:
    """Sanctioned requests without a voucher; for a DDO those that this officer may hand out."""
    return _for_payer(user, State.SANCTIONED)


def to_pay(user: User) -> QuerySet[Disbursement]:
    """Vouchered requests with lines that wait for an instrument; for a DDO those that this officer may pay."""
    live = (
        Instrument.objects.filter(line__disbursement_id=OuterRef("pk"), state__in=Instrument.LIVE)
        .order_by()
        .values("line__disbursement_id")
        .annotate(number=Count("pk"))
        .values("number")
    )
    rows = _for_payer(user, State.VOUCHERED)
    return rows.annotate(line_count=Count("lines"), paid_count=Subquery(live, output_field=IntegerField()))


def _for_payer(user: User, state: State) -> QuerySet[Disbursement]:
    """Everything in the state that the user sees; for a DDO what duties.paying_bar and the fund's office let them pay."""
    rows = visible_disbursements(user).filter(state=state).order_by("waiting_since", "pk")
    if Role.DDO not in roles_of(user):
        return rows
    accounts, officer = persons.selves(user), post_of(user)
    took_part = Decision.objects.filter(
        Q(decided_by__in=accounts) | Q(delegation__giver__user__in=accounts), disbursement_id=OuterRef("pk")
    ).exclude(outcome=RECUSED)
    rows = visible(rows, to=user, path="fund__office").exclude(maker__in=accounts).exclude(Exists(took_part))
    if officer is not None:
        rows = rows.exclude(Exists(PayeeLine.objects.filter(disbursement_id=OuterRef("pk"), cnic=officer.cnic)))
    return _not_apart(rows, accounts)


def outstanding(user: User) -> QuerySet[Instrument]:
    """Instruments issued and not yet cleared, the first to expire first; for a reconciler those of the funds whose money
    the own office moves."""
    rows = Instrument.objects.select_related("fund", "line__disbursement").filter(state=Instrument.State.ISSUED)
    rows = visible(rows, to=user, path="line__disbursement__office")
    if Role.RECONCILER in roles_of(user):
        rows = visible(rows, to=user, path="fund__office")
    return rows.order_by(F("expires_on").asc(nulls_last=True), "pk")


def my_drafts(user: User) -> QuerySet[Disbursement]:
    """The maker's own drafts and returned requests, returned ones first."""
    rows = visible_disbursements(user).filter(maker=user, state__in=(State.DRAFT, State.RETURNED))
    return rows.order_by("-state", "pk")


def my_under_way(user: User) -> QuerySet[Disbursement]:
    """The maker's requests that others hold, from the chain to the bank; step_role where one of the chain holds it."""
    held = (State.SUBMITTED, State.SANCTIONED, State.VOUCHERED, State.PAID)
    rows = visible_disbursements(user).filter(maker=user, state__in=held)
    return _with_step(rows).order_by("waiting_since", "pk")


def to_finish(user: User) -> QuerySet[Disbursement]:
    """Paid requests of the maker that need receipts, a release or closing."""
    rows = visible_disbursements(user).filter(maker=user, state__in=(State.CLEARED, State.ACKNOWLEDGED))
    return rows.order_by("waiting_since", "pk")


def waiting_for(user: User) -> int | None:
    """How many things wait for the user's move; None for roles that have no such list. One query, for every page asks it."""
    roles = roles_of(user)
    officer = post_of(user)
    if officer is None:
        return None
    parts: list[QuerySet[Any]] = []
    if roles & SIGNATORIES:
        parts += [mine(user, officer), agendas.minutes_to_sign(user)]
    if Role.CASE_OFFICER in roles:
        open_states = (State.DRAFT, State.RETURNED, State.CLEARED, State.ACKNOWLEDGED)
        parts.append(visible_disbursements(user).filter(maker=user, state__in=open_states))
    if Role.DDO in roles:
        parts += [to_voucher(user), _for_payer(user, State.VOUCHERED)]
    if Role.RECONCILER in roles:
        parts.append(outstanding(user))
    if roles & consents.AGREERS:
        parts += consents.rows_for(user)
    if not parts:
        return None
    first, *rest = (rows.order_by().values_list("pk") for rows in parts)
    return first.union(*rest, all=True).count() if rest else first.count()


def group_of(due: date) -> str:
    """Heading of the inbox under which a due date falls."""
    left = (due - today()).days
    return "Due today or late" if left <= 0 else "Next 7 days" if left <= 7 else "Later"
