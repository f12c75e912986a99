"""The courses a live request takes, by name: how far it goes and what comes between."""

from collections.abc import Callable
from datetime import date
from functools import partial

from beneficiaries import documents
from beneficiaries.documents import NewPaper
from config.demo import sheets
from config.demo.course import (
    cancel_sanctioned,
    carry,
    carry_past_return,
    clear,
    close,
    confirm,
    destroy,
    fail,
    fresh,
    issue,
    issue_voucher,
    pay,
    prisoners,
    receive,
    release,
    sign,
    sign_all,
    submit,
)
from config.demo.stage import Calendar, Stage, working_day
from funds import approvals, disbursements
from funds.chain import conflicts
from funds.chain.chains import waiting_step
from funds.models import Disbursement, Instrument, PayeeLine
from funds.release import releases
from funds.requests.payees import Payee
from funds.workflow import State
from ledger.roles import Role

Course = Callable[[Stage, Disbursement, Calendar], object]
STALE_ON = date(2025, 11, 3)


def _wait(steps: int, stage: Stage, request: Disbursement, on: Calendar) -> None:
    """Waits for the officer of the step after `steps` signatures."""
    sign(stage, submit(stage, request, on), on, steps=steps)


def _turn_down(
    steps: int,
    act: Callable[..., Disbursement],
    ground: str,
    reason: str,
    stage: Stage,
    request: Disbursement,
    on: Calendar,
) -> None:
    """The officer after `steps` signatures returns or rejects it."""
    request = submit(stage, request, on)
    sign(stage, request, on, steps=steps)
    request = fresh(request)
    step = waiting_step(request)
    by, day = stage.signer(request, step), on.signed(step.position)
    act(disbursement=request.pk, by=by, ground=ground, reason=reason, on=day)


def _change(stage: Stage, request: Disbursement, on: Calendar) -> None:
    """Returned by the verifier, paid by cheque instead, sent again and verified."""
    _turn_down(
        0,
        approvals.return_for_correction,
        "account",
        "The account is of a bank that has closed its branch",
        stage,
        request,
        on,
    )
    line = request.lines.select_related("case", "person").get()
    payee = Payee(case=line.case, person=line.person, amount=line.amount, method=PayeeLine.Method.CHEQUE)
    reason = "Paid by cheque, because the branch is closed"
    disbursements.revise_draft(
        disbursement=request.pk,
        title=request.title,
        pay_to=request.pay_to,
        payees=[payee],
        by=request.maker,
        reason=reason,
    )
    again = Calendar(on.drafted, working_day(on.signed(1), 2))
    _wait(1, stage, request, again)


def _back_to_a_step(stage: Stage, request: Disbursement, on: Calendar) -> None:
    """Returned by finance to the verifier, not to the maker: the content stays, and it is verified once more."""
    request = submit(stage, request, on)
    sign(stage, request, on, steps=1)
    request = fresh(request)
    by, day = stage.signer(request, waiting_step(request)), on.signed(2)
    why = "Compare the family certificate once more: it names another father"
    approvals.return_for_correction(disbursement=request.pk, by=by, ground="facts", reason=why, to=1, on=day)


def _recused(stage: Stage, request: Disbursement, on: Calendar) -> None:
    """The only verifier stands back, so nobody is left for the step: the fund manager's first page says so."""
    request = submit(stage, request, on)
    by = stage.signer(request, waiting_step(request))
    why = "The victim is my sister's son"
    approvals.recuse(disbursement=request.pk, by=by, ground="relative", reason=why, on=on.signed(1))


def _apart_and_back(stage: Stage, request: Disbursement, on: Calendar) -> None:
    """The verifier declared a conflict with the victim, the fund manager ended it, and she verified."""
    request = submit(stage, request, on)
    by, person = (
        stage.signer(request, waiting_step(request)),
        request.lines.select_related("case__person").get().case.person,
    )
    why = "He rented a room in my father's house"
    made = conflicts.declare(by=by, person=person.pk, ground="other", reason=why, on=on.submitted)
    over = "He moved out in 2019 and owes nothing; the deed of release was seen"
    conflicts.end(conflict=made.pk, by=stage.users["salman"], reason=over, on=working_day(on.submitted, 1))
    sign(stage, request, on, steps=1)


def _paid(stage: Stage, request: Disbursement, on: Calendar) -> tuple[date, list[Instrument]]:
    request = submit(stage, request, on)
    voucher = on.voucher(sign_all(stage, request, on))
    issue_voucher(stage, request, voucher)
    day = on.payment(voucher)
    return day, pay(stage, request, day)


def _cleared_in_part(stage: Stage, request: Disbursement, on: Calendar) -> None:
    day, issued = _paid(stage, request, on)
    half = issued[: (len(issued) + 1) // 2]
    day = on.clearing(day)
    clear(stage, request, half, day)
    receive(stage, request, half[:1], on.receipt(day))


def _bounced(stage: Stage, request: Disbursement, on: Calendar) -> None:
    day, issued = _paid(stage, request, on)
    clear(stage, request, issued[2:], working_day(day, 3))
    back = issued[min(1, len(issued) - 1)]
    reason = "Name on the cheque differs from the name of the account holder"
    fail(stage, request, back, Instrument.State.RETURNED, reason, working_day(day, 4))


def _stale(stage: Stage, request: Disbursement, on: Calendar) -> None:
    _, issued = _paid(stage, request, on)
    cheque = next(row for row in issued if row.expires_on)
    fail(stage, request, cheque, Instrument.State.STALE, "Not presented in time", STALE_ON)
    destroy(stage, request, cheque, STALE_ON)


def _stopped(stage: Stage, request: Disbursement, on: Calendar) -> None:
    day, issued = _paid(stage, request, on)
    lost = issued.pop(0)
    fail(
        stage,
        request,
        lost,
        Instrument.State.STOPPED,
        "Payee lost the cheque; bank asked to stop it",
        working_day(day, 2),
    )
    day = working_day(day, 5)
    issued.append(issue(stage, request, lost, day))
    day = on.clearing(day)
    clear(stage, request, issued, day)
    day = on.receipt(day)
    receive(stage, request, issued, day)
    close(stage, request, day)


def _released(stage: Stage, request: Disbursement, on: Calendar) -> None:
    """Acknowledged and the prisoner out, only not closed yet."""
    carry(stage, request, State.ACKNOWLEDGED, on)
    release(stage, request, fresh(request).waiting_since or on.drafted)


def _on_the_way(steps: tuple[str, ...], stage: Stage, request: Disbursement, on: Calendar) -> None:
    """Acknowledged, and so many papers of court and jail are in."""
    carry(stage, request, State.ACKNOWLEDGED, on)
    day = fresh(request).waiting_since or on.drafted
    for case in prisoners(request):
        confirm(case, [(step, working_day(day, place)) for place, step in enumerate(steps)], by=request.maker)


def _died(stage: Stage, request: Disbursement, on: Calendar) -> None:
    """Paid, and the prisoner died before the release; the jail's letter is in the case."""
    carry(stage, request, State.ACKNOWLEDGED, on)
    day = fresh(request).waiting_since or on.drafted
    for case in prisoners(request):
        letter = NewPaper("correspondence", sheets.sheet(), "jail-letter.pdf")
        paper = documents.attach(case=case.pk, papers=[letter], by=request.maker)[0]
        reference, reason = (
            f"Letter of the Superintendent, {day:%-d %b %Y}",
            "Died in the jail hospital of a heart disease",
        )
        releases.record(
            case=case.pk, step="died", reference=reference, reason=reason, paper=paper.pk, by=request.maker, on=day
        )


def _cancel_paid(stage: Stage, request: Disbursement, on: Calendar) -> None:
    day, _ = _paid(stage, request, on)
    reason = "The appeal was allowed, so nothing is owed" if prisoners(request) else "Paid by the province already"
    by = stage.officer(Role.DDO, request.office.code)
    disbursements.cancel(disbursement=request.pk, by=by, reason=reason, on=working_day(day, 2))


def _cancel_draft(stage: Stage, request: Disbursement, on: Calendar) -> None:
    reason = "Drafted twice"
    disbursements.cancel(disbursement=request.pk, by=request.maker, reason=reason, on=working_day(on.drafted, 1))


def _carry(to: State, stage: Stage, request: Disbursement, on: Calendar) -> None:
    carry(stage, request, to, on)


def _bounce_and_close(stage: Stage, request: Disbursement, on: Calendar) -> None:
    reason = "Signature differs from the bank's specimen"
    carry_past_return(stage, request, on, position=1, reason=reason)


def _cancel_sanctioned(stage: Stage, request: Disbursement, on: Calendar) -> None:
    cancel_sanctioned(stage, request, on, reason="The family settled the matter among themselves")


COURSES: dict[str, Course] = {
    **{
        state.value: partial(_carry, state)
        for state in State
        if state not in (State.RETURNED, State.REJECTED, State.CANCELLED)
    },
    **{f"step {steps + 1}": partial(_wait, steps) for steps in range(5)},
    "returned by the verifier": partial(
        _turn_down, 0, approvals.return_for_correction, "facts", "The FIR number on the form is not the one on the copy"
    ),
    "returned by finance": partial(
        _turn_down, 1, approvals.return_for_correction, "account", "The account title is not the name on the CNIC"
    ),
    "rejected": partial(_turn_down, 2, approvals.reject, "purpose", "Outside the purpose of the fund: a civil claim"),
    "changed and sent again": _change,
    "returned to a step": _back_to_a_step,
    "recused": _recused,
    "conflict ended": _apart_and_back,
    "cleared in part": _cleared_in_part,
    "returned by the bank": _bounced,
    "returned and issued anew": _bounce_and_close,
    "stale": _stale,
    "stopped and issued anew": _stopped,
    "released": _released,
    "receipt in": partial(_on_the_way, ("court_receipt",)),
    "ordered": partial(_on_the_way, ("court_receipt", "release_order")),
    "confirmed": partial(_on_the_way, ("court_receipt", "release_order", "jail_certificate")),
    "died": _died,
    "cancelled as a draft": _cancel_draft,
    "cancelled when sanctioned": _cancel_sanctioned,
    "cancelled when paid": _cancel_paid,
}
