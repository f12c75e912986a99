"""The terms of a soft loan beside a grant; its own books come with the revolving funds."""

from datetime import date
from decimal import Decimal
from typing import Any

from django.contrib.auth.models import User
from django.db import transaction

from beneficiaries.identity import parse_text
from beneficiaries.inputs import take, take_optional
from beneficiaries.models import Case, Limit, LoanTerms, Obligation
from beneficiaries.offices.policies import limit
from beneficiaries.offices.scope import get_visible
from beneficiaries.owed.instalments import MOST, equal_parts
from ledger.clock import act_date
from ledger.errors import BadInput
from ledger.money import figures, parse_amount
from ledger.roles import Role, require_role


@transaction.atomic
def record_loan_terms(
    *,
    case: int,
    amount: Any,
    agreed_on: date,
    first_due_on: date,
    months: int,
    reference: str,
    by: User,
    charge_percent: Any = "0",
    guarantor: str = "",
    obligation: int | None = None,
) -> LoanTerms:
    """What was agreed about a soft loan of so many rupees, paid back in monthly instalments. It posts nothing.

    `charge_percent` is the charge in all, at most what policy allows on the day (2021 amendment: 1 per cent).
    Raises: NotAllowed, NotFound, BadInput.
    """
    require_role(by, Role.CASE_OFFICER, action="record a loan")
    found = get_visible(Case.objects.all(), to=by, pk=case)
    day = act_date(agreed_on, field="agreed_on")
    owed = Obligation.objects.filter(order__case=found, pk=obligation).first() if obligation else None
    if obligation and owed is None:
        detail = f"The case has no sum {obligation}. Choose one of the list."
        raise BadInput(detail, fields={"obligation": detail})
    if first_due_on < day:
        detail = f"{first_due_on:%-d %b %Y} is before the loan was agreed."
        raise BadInput(detail, fields={"first_due_on": detail})
    if not 1 <= months <= MOST:
        detail = f"{months} is not a number of months from 1 to {MOST}."
        raise BadInput(detail, fields={"months": detail})
    rupees = take("amount", parse_amount, amount)
    if owed is not None and rupees > owed.balance:
        detail = f"{figures(rupees)} is more than the balance of the order, {figures(owed.balance)}."
        raise BadInput(detail, fields={"amount": detail})
    return LoanTerms.objects.create(
        case=found,
        obligation=owed,
        amount=rupees,
        charge_percent=_charge(charge_percent, day),
        agreed_on=day,
        first_due_on=first_due_on,
        months=months,
        guarantor=take_optional("guarantor", guarantor, maximum=120),
        reference=take("reference", parse_text, reference, maximum=80),
        recorded_by=by,
    )


def _charge(given: Any, day: date) -> Decimal:
    """Raises: BadInput above what policy allows."""
    text = str(given).strip().removesuffix("%").strip() or "0"
    value = Decimal(0) if text in ("0", "0.0", "0.00") else take("charge_percent", parse_amount, text)
    rule = limit(Limit.Code.LOAN_CHARGE, on=day)
    most = rule.value if rule else Decimal(100)
    if value > most:
        detail = f"{value} per cent is more than a soft loan may charge, {most} per cent in all."
        raise BadInput(detail, fields={"charge_percent": detail})
    return value


def loan_schedule(terms: LoanTerms) -> list[tuple[date, Decimal]]:
    """What is paid back when, the charge included, rounded to whole rupees."""
    charge = (terms.amount * terms.charge_percent / 100).quantize(Decimal(1))
    return equal_parts(terms.amount + charge, terms.first_due_on, terms.months)
