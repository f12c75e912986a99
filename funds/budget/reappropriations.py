"""Re-appropriation: budget moves between two heads of one fund, as one person asks and another agrees (PFMA 2019 s.11)."""

from datetime import date
from decimal import Decimal
from typing import Any

from django.contrib.auth.models import User
from django.db import transaction
from django.db.models import QuerySet

from beneficiaries.identity import parse_text
from beneficiaries.inputs import take
from beneficiaries.offices import persons, second_person
from beneficiaries.offices.scope import require_office, visible
from funds import postings
from funds.budget import budget_dates, heads
from funds.budget.budget_position import HeadPosition, budget
from funds.budgets import require_manager
from funds.models import Fund, Reappropriation, ReappropriationDecision
from funds.numbers import year_of
from ledger.clock import act_date
from ledger.errors import BadInput, NotFound, WrongState
from ledger.money import figures, parse_amount
from ledger.posting import post
from ledger.roles import Role, require_role, roles_of

AGREERS = (Role.FUND_MANAGER, Role.APPROVER)
Outcome = ReappropriationDecision.Outcome


def of_fund(fund: Fund) -> QuerySet[Reappropriation]:
    """Those asked for, the latest first, each with its decision if there is one."""
    rows = Reappropriation.objects.filter(fund=fund)
    return rows.select_related("from_head", "to_head", "year", "recorded_by", "decision__decided_by", "fund")


def waiting(fund: Fund) -> QuerySet[Reappropriation]:
    """Those that wait for the second person."""
    return of_fund(fund).filter(decision=None)


def to_agree(user: User) -> QuerySet[Reappropriation]:
    """Those asked for by others that wait for a consent this user may give."""
    rows = Reappropriation.objects.filter(decision=None).exclude(recorded_by__in=persons.selves(user)).order_by("pk")
    if roles_of(user).isdisjoint(AGREERS):
        return rows.none()
    return visible(rows, to=user, path="fund__office").select_related(
        "fund", "from_head", "to_head", "year", "recorded_by"
    )


def get(fund: Fund, pk: int) -> Reappropriation:
    """Raises: NotFound."""
    row = of_fund(fund).filter(pk=pk).first()
    if row is None:
        raise NotFound(f"{fund.code} has no such re-appropriation.")
    return row


@transaction.atomic
def ask(
    *,
    fund: Fund,
    from_head: str,
    to_head: str,
    amount: Any,
    order_number: str,
    reason: str,
    by: User,
    on: date | None = None,
) -> Reappropriation:
    """Asks for `amount` rupees of one head to become another's; nothing moves before a second person agrees.

    Raises: NotAllowed, BadInput, WrongState: after the last day, or more than was allotted.
    """
    require_manager(fund, by=by, action="ask for a re-appropriation")
    day, rupees = act_date(on), take("amount", parse_amount, amount)
    number = take("order_number", parse_text, order_number, maximum=80)
    why = take("reason", parse_text, reason, maximum=1000)
    year = year_of(fund, day)
    if not heads.in_force_on(fund, day).exists():
        raise WrongState(f"The budget of {fund.code} is not divided, so there is nothing to move.", code="not_divided")
    giver = heads.named(fund, from_head, on=day, field="from_head")
    taker = heads.named(fund, to_head, on=day, field="to_head")
    assert giver is not None and taker is not None
    if giver == taker:
        raise BadInput("Choose two heads.", fields={"to_head": f"{taker} gives already. Choose another head."})
    if taker.effective_to is not None and taker.effective_to < day:
        raise BadInput("The head has ended.", fields={"to_head": f"{taker} ended on {taker.effective_to:%-d %b %Y}."})
    budget_dates.refuse_late(fund, budget_dates.REAPPROPRIATE, day)
    heads.lock_budget(fund)
    _refuse_again(fund, number)
    money_of(budget(fund, year.label).of(giver), rupees)
    return Reappropriation.objects.create(
        fund=fund,
        year=year,
        from_head=giver,
        to_head=taker,
        amount=rupees,
        order_number=number,
        reason=why,
        asked_on=day,
        recorded_by=by,
    )


def _refuse_again(fund: Fund, number: str) -> None:
    declined = ReappropriationDecision.Outcome.DECLINED
    if Reappropriation.objects.filter(fund=fund, order_number=number).exclude(decision__outcome=declined).exists():
        detail = f"Order {number} of {fund.code} is recorded already."
        raise BadInput(detail, fields={"order_number": detail})


def money_of(giver: HeadPosition, amount: Decimal) -> Decimal:
    """What of the amount is released already, and so moves as free money: only what is not released moves without it.

    Raises: WrongState where the head has too little.
    """
    if amount > giver.revised:
        detail = f"{giver.name} has {figures(giver.revised)} allotted, less than {figures(amount)}."
        raise WrongState(detail, code="insufficient")
    moved = max(amount - giver.to_release, Decimal(0))
    if moved > giver.free:
        detail = (
            f"{giver.name} has {figures(giver.to_release)} not released and {figures(giver.free)} free, "
            f"together less than {figures(amount)}."
        )
        raise WrongState(detail, code="insufficient")
    return moved


@transaction.atomic
def agree(
    *, fund: Fund, reappropriation: int, by: User, remark: str = "", on: date | None = None
) -> ReappropriationDecision:
    """The second person's consent, which moves the budget at once: the allotment, and of it what was released.

    Raises: NotFound, NotAllowed (who asked, or another office), WrongState, LedgerError.
    """
    require_role(by, *AGREERS, action="agree to a re-appropriation")
    require_office(fund.office, by=by, action="agree to a re-appropriation")
    heads.lock_budget(fund)
    row = _undecided(fund, reappropriation)
    second_person.refuse_proposer(row.recorded_by_id, "asked for this re-appropriation", by=by)
    day = act_date(on, not_before=row.asked_on)
    if not row.year.start <= day <= row.year.end:
        raise WrongState(
            f"{row.order_number} is about the year {row.year}, which has ended. Decline it.", ids=(row.pk,)
        )
    budget_dates.refuse_late(fund, budget_dates.REAPPROPRIATE, day)
    moved = money_of(budget(fund, row.year.label).of(row.from_head), row.amount)
    key = f"reappropriation:{row.pk}"
    entry = post(postings.reappropriation(asked=row, moved=moved, on=day, key=key), by=by)[0]
    return _decide(row, Outcome.AGREED, remark, by=by, on=day, moved=moved, entry_id=entry)


@transaction.atomic
def decline(
    *, fund: Fund, reappropriation: int, by: User, remark: str, on: date | None = None
) -> ReappropriationDecision:
    """Nothing moves; also who asked may take it back. Raises: NotFound, NotAllowed, BadInput without a remark, WrongState."""
    require_role(by, *AGREERS, action="decline a re-appropriation")
    require_office(fund.office, by=by, action="decline a re-appropriation")
    heads.lock_budget(fund)
    row = _undecided(fund, reappropriation)
    why = take("remark", parse_text, remark, maximum=1000)
    return _decide(row, Outcome.DECLINED, why, by=by, on=act_date(on, not_before=row.asked_on))


def _undecided(fund: Fund, pk: int) -> Reappropriation:
    row = get(fund, pk)
    decision = ReappropriationDecision.objects.filter(reappropriation=row).first()
    if decision is not None:
        said = decision.get_outcome_display().lower()
        raise WrongState(f"{row.order_number} was {said} already. Nothing was changed.", ids=(row.pk,))
    return row


def _decide(
    row: Reappropriation,
    outcome: Outcome,
    remark: str,
    *,
    by: User,
    on: date,
    moved: Decimal = Decimal(0),
    entry_id: int | None = None,
) -> ReappropriationDecision:
    return ReappropriationDecision.objects.create(
        reappropriation=row,
        outcome=outcome,
        remark=remark.strip(),
        moved=moved,
        decided_by=by,
        decided_on=on,
        entry_id=entry_id,
    )
