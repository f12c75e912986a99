"""A bail deposit that a court keeps, in part or whole (s.514 CrPC). What a court gives back is `receiving.record_refund`."""

from datetime import date
from typing import Any

from django.contrib.auth.models import User
from django.db import transaction

from beneficiaries.identity import parse_text
from beneficiaries.inputs import take
from beneficiaries.models import Paper
from beneficiaries.offices import second_person
from beneficiaries.offices.scope import require_office
from funds import postings
from funds.budgets import MANAGERS
from funds.models import Forfeiture, ForfeitureDecision, PayeeLine
from funds.numbers import year_of
from funds.owing import bail_deposits, outstanding
from ledger.clock import act_date, today
from ledger.errors import BadInput, NotFound, WrongState
from ledger.history import acting
from ledger.money import figures, parse_amount
from ledger.posting import post
from ledger.roles import Role, require_role

ASKERS = MANAGERS
AGREERS = (Role.FUND_MANAGER, Role.APPROVER)


@transaction.atomic
def ask_forfeiture(
    *, line: int, amount: Any, forfeited_on: date, order_number: str, paper: int, reason: str, by: User
) -> Forfeiture:
    """Says that a court keeps so many rupees of a deposit, with its order, a paper of the case. It posts nothing yet.

    Raises: NotAllowed, NotFound, BadInput, WrongState where one waits already.
    """
    row = _held(line, by=by, action="record a forfeiture", roles=ASKERS)
    if row.forfeitures.filter(decision=None).exists():
        raise WrongState("A forfeiture of this deposit waits for a second person already.", ids=(row.pk,))
    cleared = outstanding.cleared_on(row)
    if cleared is None:
        raise WrongState("The court does not hold this deposit: the bank has not paid it.", ids=(row.pk,))
    day = act_date(forfeited_on, field="forfeited_on", not_before=cleared)
    rupees = take("amount", parse_amount, amount)
    _refuse_more(row, rupees)
    found = Paper.objects.filter(pk=paper, case=row.case_id, withdrawal=None).first()
    if found is None:
        detail = "Attach the court's order to the case first, and choose it here."
        raise BadInput(detail, fields={"paper": detail})
    return Forfeiture.objects.create(
        line=row,
        amount=rupees,
        forfeited_on=day,
        order_number=take("order_number", parse_text, order_number, maximum=80),
        paper=found,
        reason=take("reason", parse_text, reason, maximum=500),
        proposed_by=by,
    )


@transaction.atomic
def agree_forfeiture(*, forfeiture: int, by: User, remark: str = "") -> Forfeiture:
    """The second person's consent: Dr A-FIN / Cr F-BAIL today. The budget was expended when the deposit was paid.

    Raises: NotAllowed (also for who recorded it), NotFound, BadInput, WrongState, LedgerError.
    """
    asked, row = _asked(forfeiture, by=by, action="agree to a forfeiture", roles=AGREERS)
    second_person.refuse_proposer(asked.proposed_by_id, "recorded this forfeiture", by=by)
    _refuse_more(row, asked.amount)
    fund = row.disbursement.fund
    year_of(fund, today())
    with acting(by, "Bail deposit forfeited"):
        drafts = postings.forfeiture(
            fund=fund.code,
            amount=asked.amount,
            on=today(),
            order=asked.order_number,
            memo=f"Deposit of voucher {row.disbursement.sanction.voucher} kept by the court",
            key=f"forfeiture:{asked.pk}",
        )
        entry_id = post(drafts, by=by)[0]
        second_person.agree(ForfeitureDecision(forfeiture=asked, entry_id=entry_id), remark=remark, by=by)
    return asked


@transaction.atomic
def decline_forfeiture(*, forfeiture: int, by: User, remark: str) -> Forfeiture:
    """The deposit stays outstanding: declined, or taken back by who recorded it. Raises: as `agree_forfeiture`."""
    asked, _ = _asked(forfeiture, by=by, action="decline a forfeiture", roles=AGREERS)
    outcome = second_person.declining(asked.proposed_by_id, agreers=AGREERS, action="decline a forfeiture", by=by)
    second_person.decline(ForfeitureDecision(forfeiture=asked), outcome, remark=remark, by=by)
    return asked


def _held(line: int, *, by: User, action: str, roles: tuple[Role, ...]) -> PayeeLine:
    """The deposit's line, locked, where the user's office keeps the fund. Raises: NotAllowed, NotFound."""
    require_role(by, *roles, action=action)
    row = bail_deposits.get_deposit(line, by=by)
    require_office(row.disbursement.fund.office, by=by, action=action)
    PayeeLine.objects.select_for_update(no_key=True).get(pk=row.pk)
    return row


def line_of_forfeiture(forfeiture: int, *, by: User) -> int:
    """The key of the deposit's line. Raises: NotAllowed, NotFound."""
    asked = Forfeiture.objects.filter(pk=forfeiture).first()
    if asked is None:
        raise NotFound("There is no such forfeiture in your office.")
    return bail_deposits.get_deposit(asked.line_id, by=by).pk


def _asked(forfeiture: int, *, by: User, action: str, roles: tuple[Role, ...]) -> tuple[Forfeiture, PayeeLine]:
    """One that waits, and its line under its lock. Raises: NotAllowed, NotFound, WrongState."""
    require_role(by, *roles, action=action)
    row = _held(line_of_forfeiture(forfeiture, by=by), by=by, action=action, roles=roles)
    asked = Forfeiture.objects.get(pk=forfeiture)
    second_person.refuse_decided(ForfeitureDecision.objects.filter(forfeiture=asked), asked.pk, "forfeiture")
    return asked, row


def _refuse_more(row: PayeeLine, rupees: Any) -> None:
    """Raises: BadInput above what the court still holds."""
    left = outstanding.of_line(row)
    if rupees > left:
        detail = f"The court holds {figures(left)} of this deposit, less than {figures(rupees)}."
        raise BadInput(detail, fields={"amount": detail})
