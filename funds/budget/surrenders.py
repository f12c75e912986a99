"""Surrender by hand: a lapsable fund gives back what it does not need, before the cut-off (PFMA 2019 s.12).

What is left after it lapses on 30 June, which closing the year writes.
"""

from datetime import date
from decimal import Decimal
from typing import Any

from django.contrib.auth.models import User
from django.db import transaction

from beneficiaries.identity import parse_text
from beneficiaries.inputs import take
from funds import postings
from funds.budget import budget_dates, heads
from funds.budget.budget_position import budget
from funds.budget.reappropriations import money_of
from funds.budgets import require_manager
from funds.models import Fund, Surrender
from funds.numbers import year_of
from ledger.clock import act_date
from ledger.errors import BadInput, WrongState
from ledger.money import parse_amount
from ledger.posting import post


@transaction.atomic
def record_surrender(
    *, fund: Fund, amount: Any, reference: str, by: User, on: date | None = None, budget_head: str = ""
) -> Surrender:
    """Gives back `amount` rupees of a head's budget. What is not released goes first, and of it what was received leaves the
    bank; the rest is free money and leaves the bank too.

    Raises: NotAllowed, BadInput, WrongState: the fund does not lapse, after the last day, more than is free; LedgerError.
    """
    require_manager(fund, by=by, action="surrender budget")
    day, rupees = act_date(on), take("amount", parse_amount, amount)
    reference = take("reference", parse_text, reference, maximum=80)
    if not fund.lapsable:
        detail = f"{fund.code} does not lapse: what it does not need is carried into the next year."
        raise WrongState(detail, code="not_lapsable")
    year = year_of(fund, day)
    head = heads.named(fund, budget_head, on=day)
    budget_dates.refuse_late(fund, budget_dates.SURRENDER, day)
    heads.lock_budget(fund)
    if fund.surrenders.filter(reference=reference, budget_head=head).exists():
        detail = f"{reference} is recorded for {head or fund.code} already."
        raise BadInput(detail, fields={"reference": detail})
    stands = budget(fund, year.label)
    free = money_of(stands.of(head), rupees)
    back = {heads.POOL.code: min(stands.pool, rupees - free), heads.account("X10", head): free}
    key = f"early-surrender:{fund.code}:{fund.surrenders.count() + 1}"
    drafts = postings.early_surrender(
        fund=fund.code, head=head, amount=rupees, back=back, on=day, reference=reference, key=key
    )
    entry = post(drafts, by=by)[0]
    return Surrender.objects.create(
        fund=fund,
        year=year,
        budget_head=head,
        amount=rupees,
        returned=sum(back.values(), Decimal(0)),
        reference=reference,
        surrendered_on=day,
        entry_id=entry,
        recorded_by=by,
    )
