"""Money that comes back from a payment, and receipts that were wrong. What comes in otherwise is recorded in budgets.py."""

from datetime import date
from decimal import Decimal
from typing import Any

from django.contrib.auth.models import User
from django.db import transaction

from beneficiaries.identity import parse_text
from beneficiaries.inputs import take
from beneficiaries.offices import second_person
from beneficiaries.offices.scope import require_office
from funds import budgets
from funds.models import (
    CHARGES,
    Fund,
    PayeeLine,
    PaymentKind,
    Receipt,
    ReceiptCancellation,
    ReceiptCancellationDecision,
)
from funds.numbers import year_of
from funds.owing import loan_schedules, outstanding
from funds.receipts import reading
from funds.rules.receipt_rules import LOCK
from ledger.clock import act_date, today
from ledger.errors import BadInput, WrongState
from ledger.history import acting
from ledger.locks import hold
from ledger.models import JournalEntry
from ledger.money import figures, parse_amount
from ledger.posting import reverse_many
from ledger.roles import Role, require_role

ASKERS = budgets.MANAGERS
AGREERS = (Role.FUND_MANAGER, Role.APPROVER)


@transaction.atomic
def record_refund(
    *,
    voucher: str,
    amount: Any,
    received_from: str,
    reference: str,
    by: User,
    position: int = 1,
    on: date | None = None,
) -> Receipt:
    """Rupees that come back of the payee line at `position` of a voucher: a grant refunded, a deposit given back by the court,
    an instalment of a soft loan.

    In the voucher's year the charge is reduced; what was an expense of an earlier year is a recovery; deposits and loans are
    assets, so always come back to F-BAIL or F-LOAN. Of a loan's instalment its share of the charge goes to H-PRO.
    Raises: NotAllowed, BadInput (also for another voucher, and above what is outstanding), LedgerError.
    """
    require_role(by, *budgets.MANAGERS, action="record money that comes back")
    line = outstanding.line_of(voucher, position, by=by)
    fund = line.disbursement.fund
    budgets.require_manager(fund, by=by, action="record money that comes back")
    PayeeLine.objects.select_for_update(no_key=True).get(pk=line.pk)
    day, rupees = act_date(on), take("amount", parse_amount, amount)
    _refuse_unpaid(line, day)
    kind, head = _where(line, fund, day)
    charge = loan_schedules.charge_in(line, rupees) if line.disbursement.kind == PaymentKind.LOAN else Decimal(0)
    left = outstanding.of_line(line)
    if rupees - charge > left:
        most = left + charge
        detail = f"Of {figures(line.amount)} paid to {line.payee_name} {figures(left)} is outstanding."
        raise BadInput(f"{detail} At most {figures(most)} comes back.", fields={"amount": detail})
    return budgets.record_receipt(
        fund=fund,
        kind=kind,
        amount=rupees,
        received_from=received_from,
        reference=reference,
        by=by,
        on=day,
        head=head,
        line=line,
        charge=charge,
    )


def _where(line: PayeeLine, fund: Fund, day: date) -> tuple[str, str]:
    """Kind of receipt and, for a refund, its account: an expense of a closed year is recovered, not reduced."""
    code = CHARGES[line.disbursement.kind]
    if code in budgets.ASSETS or line.disbursement.sanction.voucher.year_id == year_of(fund, day).pk:
        return Receipt.Kind.REFUND, code
    return Receipt.Kind.RECOVERY, ""


def _refuse_unpaid(line: PayeeLine, day: date) -> None:
    """Only what the bank paid comes back, and not before. Raises: BadInput."""
    cleared = outstanding.cleared_on(line)
    if cleared is None:
        detail = f"The bank has not paid {line.payee_name} yet. Mark the payment returned or stopped instead."
        raise BadInput(detail, fields={"voucher": detail})
    if day < cleared:
        detail = f"{day:%-d %b %Y} is before the bank paid it, {cleared:%-d %b %Y}."
        raise BadInput(detail, fields={"on": detail})


@transaction.atomic
def ask_cancellation(*, receipt: str, reason: str, by: User) -> ReceiptCancellation:
    """Asks to undo a receipt that is wrong; its entries are undone when a second person agrees. Its number stays.

    Raises: NotAllowed, NotFound, BadInput, WrongState.
    """
    row = _held(receipt, by=by, action="ask to cancel a receipt", roles=ASKERS)
    if reading.cancellation_of(row) is not None:
        raise WrongState(f"{row} is cancelled already.", ids=(row.pk,))
    if reading.asked(row) is not None:
        raise WrongState(f"Somebody asked to cancel {row} already; that waits for a second person.", ids=(row.pk,))
    _refuse_closed(row)
    why = take("reason", parse_text, reason, maximum=500)
    return ReceiptCancellation.objects.create(receipt=row, reason=why, proposed_by=by)


@transaction.atomic
def agree_cancellation(*, receipt: str, by: User, remark: str = "") -> ReceiptCancellation:
    """The second person's consent: both entries are undone, today or on the last day of the receipt's year. Refused where
    the money is no longer free, or no longer in the bank.

    Raises: NotAllowed (also for who asked), NotFound, BadInput, WrongState, LedgerError.
    """
    row = _held(receipt, by=by, action="agree to cancel a receipt", roles=AGREERS)
    asked = _waiting(row)
    second_person.refuse_proposer(asked.proposed_by_id, "asked to cancel this receipt", by=by)
    _refuse_closed(row)
    budget = JournalEntry.objects.get(book=row.fund.book, key=f"receipt:{row.number}:budget")
    with acting(by, "Receipt cancelled"):
        why = f"{row.number} cancelled: {asked.reason}"
        entry_id = reverse_many([row.entry_id, budget.pk], by=by, reason=why, on=min(today(), row.year.end))[0]
        decision = ReceiptCancellationDecision(cancellation=asked, entry_id=entry_id)
        second_person.agree(decision, remark=remark, by=by)
    return asked


@transaction.atomic
def decline_cancellation(*, receipt: str, by: User, remark: str) -> ReceiptCancellation:
    """The receipt stands: declined, or taken back by who asked. Raises: NotAllowed, NotFound, BadInput, WrongState."""
    row = _held(receipt, by=by, action="decline to cancel a receipt", roles=AGREERS)
    asked = _waiting(row)
    outcome = second_person.declining(
        asked.proposed_by_id, agreers=AGREERS, action="decline to cancel a receipt", by=by
    )
    second_person.decline(ReceiptCancellationDecision(cancellation=asked), outcome, remark=remark, by=by)
    return asked


def _held(receipt: str, *, by: User, action: str, roles: tuple[Role, ...]) -> Receipt:
    """The receipt, under the lock of all cancellations, where the user's office keeps the fund. Raises: NotAllowed, NotFound."""
    require_role(by, *roles, action=action)
    hold(LOCK)
    row = reading.get_receipt(receipt, by=by)
    require_office(row.fund.office, by=by, action=action)
    return row


def _waiting(row: Receipt) -> ReceiptCancellation:
    """Raises: WrongState where nobody asks."""
    asked = reading.asked(row)
    if asked is None:
        raise WrongState(f"Nobody asks to cancel {row}, or it is decided already.", ids=(row.pk,))
    return asked


def _refuse_closed(row: Receipt) -> None:
    """What an ended year received is in its statement. Raises: WrongState."""
    if row.year.closed_at is not None:
        detail = f"{row} is in the closed year {row.year.label}. Open the year again first."
        raise WrongState(detail, ids=(row.pk,), code="closed_period")
