"""What others paid of a sum a court ordered: a province, the family, a court's recovery. Rows are struck out, never taken away."""

from datetime import date
from decimal import Decimal
from typing import Any

from django.contrib.auth.models import User
from django.db import transaction
from django.db.models import Sum

from beneficiaries.identity import parse_text
from beneficiaries.inputs import take, take_optional
from beneficiaries.models import Obligation, PriorPayment, PriorPaymentStruck
from beneficiaries.offices.scope import get_visible
from ledger.clock import act_date
from ledger.errors import BadInput, WrongState
from ledger.history import acting
from ledger.money import figures, parse_amount
from ledger.roles import Role, require_role


def held(pk: int, *, by: User) -> Obligation:
    """The obligation, its row locked until the transaction ends. Raises: NotFound."""
    get_visible(Obligation.objects.all(), to=by, path="order__case__office", pk=pk)
    return Obligation.objects.select_for_update(of=("self",)).select_related("order__case").get(pk=pk)


@transaction.atomic
def record_prior_payment(
    *, obligation: int, amount: Any, paid_on: date, payer: str, by: User, receipt: str = ""
) -> PriorPayment:
    """Somebody else paid of the sum: a province, the family, a court's recovery. It lessens what may be asked for.

    Raises: NotAllowed, NotFound, BadInput (more than is left of the order), WrongState for a receipt that is recorded.
    """
    require_role(by, Role.CASE_OFFICER, action="record a payment by others")
    row = held(obligation, by=by)
    sum_ = take("amount", parse_amount, amount)
    day = act_date(paid_on, field="paid_on")
    if row.is_contingent:
        raise WrongState("Nothing is paid on a surety bond.", ids=(row.pk,), code="contingent")
    if sum_ > row.balance:
        detail = f"{figures(sum_)} is more than others left to pay, {figures(row.balance)}."
        raise BadInput(detail, fields={"amount": detail})
    paper = take_optional("receipt", receipt, maximum=80)
    if paper and PriorPayment.objects.filter(obligation=row, receipt__iexact=paper).exists():
        raise WrongState(f"Receipt {paper} is recorded for this sum already.", ids=(row.pk,), code="duplicate")
    return pay_before(row, sum_, day, take("payer", parse_text, payer, maximum=120), paper, by=by)


def pay_before(
    obligation: Obligation, amount: Decimal, day: date | None, payer: str, receipt: str, *, by: User
) -> PriorPayment:
    """Writes the row, and the obligation's new sum with its history."""
    made = PriorPayment.objects.create(
        obligation=obligation, paid_on=day, payer=payer, receipt=receipt, amount=amount, recorded_by=by
    )
    _add_up(obligation, f"Paid by {payer}", by=by)
    return made


def _add_up(obligation: Obligation, why: str, *, by: User) -> None:
    rows = PriorPayment.objects.filter(obligation=obligation, struck=None)
    obligation.paid_before = rows.aggregate(total=Sum("amount"))["total"] or Decimal(0)
    with acting(by, why):
        obligation.save(update_fields=["paid_before"])


@transaction.atomic
def strike_prior_payment(*, payment: int, reason: str, by: User) -> PriorPaymentStruck:
    """A payment by others was recorded by mistake: it stays in the list and no longer counts.

    Raises: NotAllowed, NotFound, BadInput, WrongState if it was struck out before.
    """
    require_role(by, Role.CASE_OFFICER, action="strike out a payment by others")
    rows = PriorPayment.objects.select_related("obligation")
    found = get_visible(rows, to=by, path="obligation__order__case__office", pk=payment)
    owed = held(found.obligation_id, by=by)
    why = take("reason", parse_text, reason, maximum=200)
    if PriorPaymentStruck.objects.filter(payment=found).exists():
        raise WrongState(f"{found} was struck out already.", ids=(found.pk,), code="already_struck")
    made = PriorPaymentStruck.objects.create(payment=found, reason=why, recorded_by=by)
    _add_up(owed, f"Struck out: {why}", by=by)
    return made
