"""Money that a lapsable fund owes back: payments that failed after 30 June wait in G-UNCL until they go to the Treasury."""

from datetime import date
from decimal import Decimal
from typing import Any

from django.contrib.auth.models import User
from django.db import transaction

from beneficiaries.identity import parse_text
from beneficiaries.inputs import take
from funds import postings
from funds.budget import heads
from funds.budgets import MANAGERS, require_manager
from funds.models import Fund, TreasuryReturn
from funds.numbers import year_of
from ledger import balances
from ledger.clock import act_date
from ledger.errors import BadInput
from ledger.money import figures, parse_amount
from ledger.posting import post

RETURNERS = MANAGERS
ACT = "return unclaimed money to the Treasury"


def held(fund: Fund, *, on: date | None = None) -> Decimal:
    """Rupees that failed after their year and were not returned yet."""
    return balances.balance(fund.book.code, "G-UNCL", as_at=on)


@transaction.atomic
def return_unclaimed(*, fund: Fund, amount: Any, reference: str, by: User, on: date | None = None) -> TreasuryReturn:
    """Pays `amount` rupees of what is unclaimed into government receipt: Dr G-UNCL / Cr F-BNK.

    `reference` is the number of the challan; the payee asks anew in the new year. Raises: NotAllowed, BadInput (more than is
    unclaimed, on that day or now; a challan that is recorded), LedgerError.
    """
    require_manager(fund, by=by, action=ACT)
    day, rupees = act_date(on), take("amount", parse_amount, amount)
    reference = take("reference", parse_text, reference, maximum=80)
    heads.lock_budget(fund)
    left = min(held(fund), held(fund, on=day))
    if rupees > left:
        detail = f"{figures(rupees)} is more than what is unclaimed in {fund.code}, {figures(left)}."
        raise BadInput(detail, fields={"amount": detail})
    if TreasuryReturn.objects.filter(fund=fund, reference=reference).exists():
        detail = f"Challan {reference} is recorded for {fund.code} already."
        raise BadInput(detail, fields={"reference": detail})
    key = f"treasury:{fund.code}:{fund.treasuryreturns.count() + 1}"
    drafts = postings.treasury_return(fund=fund.code, amount=rupees, on=day, reference=reference, key=key)
    return TreasuryReturn.objects.create(
        fund=fund,
        year=year_of(fund, day),
        amount=rupees,
        reference=reference,
        returned_on=day,
        entry_id=post(drafts, by=by)[0],
        recorded_by=by,
    )
