"""Carries a request through its life, each act by the officer whose it is, on its day, by the product's services."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from django.contrib.auth.models import User
from django.utils import timezone

from beneficiaries import documents
from beneficiaries.documents import NewPaper
from beneficiaries.models import Case, ReleaseRecord, ReleaseStep
from config.demo import sheets
from config.demo.stage import Calendar, Stage, working_day
from funds import approvals, disbursements, payments, vouchers
from funds.chain.chains import current_steps
from funds.cheque_books import endings, signing
from funds.models import Disbursement, Instrument, PayeeLine
from funds.particulars import NEEDED, Particulars, suggested
from funds.release import releases
from funds.workflow import State
from ledger.clock import today
from ledger.roles import Role

ORDER = (
    State.DRAFT,
    State.SUBMITTED,
    State.SANCTIONED,
    State.VOUCHERED,
    State.PAID,
    State.CLEARED,
    State.ACKNOWLEDGED,
    State.CLOSED,
)


def carry(stage: Stage, request: Disbursement, to: State, on: Calendar) -> Disbursement:
    """Carries a draft as far as `to`, at most to closed."""
    reach = ORDER.index(to)
    if reach < ORDER.index(State.SUBMITTED):
        return request
    request = submit(stage, request, on)
    if reach < ORDER.index(State.SANCTIONED):
        return request
    day = sign_all(stage, request, on)
    if reach < ORDER.index(State.VOUCHERED):
        return fresh(request)
    day = on.voucher(day)
    issue_voucher(stage, request, day)
    if reach < ORDER.index(State.PAID):
        return fresh(request)
    day = on.payment(day)
    issued = pay(stage, request, day)
    if reach < ORDER.index(State.CLEARED):
        return fresh(request)
    day = on.clearing(day)
    clear(stage, request, issued, day)
    if reach < ORDER.index(State.ACKNOWLEDGED):
        return fresh(request)
    day = on.receipt(day)
    receive(stage, request, issued, day)
    return close(stage, request, day) if to is State.CLOSED else fresh(request)


def fresh(request: Disbursement) -> Disbursement:
    """The request as it stands now."""
    return Disbursement.objects.select_related("fund", "office", "maker").get(pk=request.pk)


def submit(stage: Stage, request: Disbursement, on: Calendar) -> Disbursement:
    return disbursements.submit(disbursement=request.pk, by=request.maker, on=on.submitted)


def sign(stage: Stage, request: Disbursement, on: Calendar, *, steps: int) -> date:
    """The first `steps` officers agree; returns the day of the last one."""
    chain = list(current_steps(request))
    day = on.submitted
    for step in chain[:steps]:
        day = on.sanction(len(chain)) if step.last else on.signed(step.position)
        approvals.approve(disbursement=request.pk, by=stage.signer(request, step), on=day, proved=timezone.now())
    return day


def sign_all(stage: Stage, request: Disbursement, on: Calendar) -> date:
    """Everybody in the chain agrees; returns the day of the sanction."""
    return sign(stage, request, on, steps=len(current_steps(request)))


def issue_voucher(stage: Stage, request: Disbursement, day: date) -> None:
    vouchers.issue_voucher(disbursement=request.pk, by=stage.officer(Role.DDO, request.office.code), on=day)


def pay(stage: Stage, request: Disbursement, day: date, *, lines: int | None = None) -> list[Instrument]:
    """Instruments for the first `lines` payees, or for all."""
    wanted = list(request.lines.select_related("obligation__order__court").order_by("position")[:lines])
    return payments.issue_instruments(
        disbursement=request.pk,
        numbers=[(line.pk, stage.next_number(request.fund, line.method, day)) for line in wanted],
        said={line.pk: said(line, day) for line in wanted},
        by=stage.officer(Role.DDO, request.office.code),
        on=day,
    )


def said(line: PayeeLine, day: date) -> Particulars:
    """What the line's method asks beside its number; a certificate of the savings scheme runs for ten years."""
    known: dict[str, Any] = {"place": "Treasury Office, Islamabad", "account_head": "G12140", "court_case": "File 1"}
    known |= {name: value for name, value in suggested(line).values().items() if value}
    later = day.replace(year=day.year + 10, day=min(day.day, 28))
    return Particulars(**{name: (known | {"matures_on": later})[name] for name in NEEDED.get(line.method, {})})


def issue(stage: Stage, request: Disbursement, failed: Instrument, day: date) -> Instrument:
    """Another payment for one that failed, whose paper is out of the world by then."""
    line = PayeeLine.objects.select_related("obligation__order__court").get(pk=failed.line_id)
    destroy(stage, request, failed, day)
    return payments.issue_instrument(
        disbursement=request.pk,
        line=line.pk,
        number=stage.next_number(request.fund, line.method, day),
        said=said(line, day),
        by=stage.officer(Role.DDO, request.office.code),
        on=day,
    )


def clear(stage: Stage, request: Disbursement, issued: Iterable[Instrument], day: date) -> None:
    for instrument in issued:
        sign_too(stage, request, instrument)
        by = stage.officer(Role.RECONCILER, request.office.code)
        payments.clear_instrument(instrument=instrument.pk, by=by, on=day)


def fail(stage: Stage, request: Disbursement, instrument: Instrument, state: str, reason: str, day: date) -> None:
    by = stage.officer(Role.RECONCILER, request.office.code)
    payments.fail_instrument(instrument=instrument.pk, state=state, reason=reason, by=by, on=day)


def sign_too(stage: Stage, request: Disbursement, issued: Instrument) -> None:
    """The fund's manager signs a large cheque beside the DDO."""
    if signing.lacking(Instrument.objects.select_related("co_signature").get(pk=issued.pk)):
        signing.sign(instrument=issued.pk, by=stage.officer(Role.FUND_MANAGER, request.fund.office.code))


def destroy(stage: Stage, request: Disbursement, failed: Instrument, day: date) -> None:
    """The paper of a failed cheque is destroyed before the fund's manager; a lost one is indemnified."""
    row = Instrument.objects.select_related("fund").get(pk=failed.pk)
    if row.method != "cheque":
        return
    lost = row.state == Instrument.State.STOPPED
    by = stage.officer(Role.RECONCILER, request.office.code)
    endings.end_cheque(
        instrument=row.pk,
        kind="lost" if lost else "destroyed",
        witness=None if lost else endings.witnesses(row.fund, by=by)[0].pk,
        stop_reference=f"NBP/STOP/{row.number}" if lost else "",
        indemnity=f"Bond on stamp paper, {day:%-d %b %Y}" if lost else "",
        by=by,
        on=day,
    )


def receive(stage: Stage, request: Disbursement, issued: Iterable[Instrument], day: date) -> None:
    """The receipts come in; money for heirs and courts is received by whoever the request names."""
    for instrument in issued:
        sign_too(stage, request, instrument)
        by_payee = instrument.line.person_id and not instrument.line.heir_id
        name = instrument.line.payee_name if by_payee else request.pay_to
        payments.acknowledge(instrument=instrument.pk, received_by=name, by=request.maker, on=day)


def prisoners(request: Disbursement) -> list[Case]:
    """The prisoners' cases the request pays for."""
    cases = Case.objects.filter(payee_lines__disbursement=request, kind=Case.Kind.PRISONER)
    return list(cases.select_related("prisoner__prison").distinct().order_by("pk"))


def release(stage: Stage, request: Disbursement, day: date) -> date:
    """Court and jail confirm that the prisoners are out, each on paper; returns the day of the last release."""
    out = day
    for case in prisoners(request):
        order = soon(day, 1 + stage.inventor.chance.randrange(9))
        out = max(out, soon(order, 1 + stage.inventor.chance.randrange(4)))
        confirm(case, [("court_receipt", day), ("release_order", order), ("jail_certificate", out)], by=request.maker)
        reference = f"Release order of {order:%-d %b %Y}; certificate of {case.prisoner.prison}"
        payments.record_release(disbursement=request.pk, case=case.pk, reference=reference, by=request.maker, on=out)
    return out


def soon(day: date, after: int) -> date:
    """The day `after` working days later, but not one to come."""
    return min(working_day(day, after), max(day, today()))


def confirm(case: Case, steps: list[tuple[str, date]], *, by: User) -> None:
    """Attaches the papers of these steps and records them."""
    kinds = {step: ReleaseRecord.PAPERS[ReleaseStep(step)] for step, _ in steps}
    papers = [NewPaper(kind, sheets.sheet(), f"{kind}.pdf") for kind in kinds.values()]
    documents.attach(case=case.pk, papers=papers, by=by)
    for step, on in steps:
        reference = f"{ReleaseStep(step).label} {case.pk % 900 + 37}/{on.year}"
        releases.record(case=case.pk, step=step, reference=reference, by=by, on=on)


def close(stage: Stage, request: Disbursement, day: date) -> Disbursement:
    return payments.close(disbursement=request.pk, by=request.maker, on=release(stage, request, day))


def carry_past_return(stage: Stage, request: Disbursement, on: Calendar, *, position: int, reason: str) -> Disbursement:
    """To closed, though the bank returned the cheque of one line and another was issued."""
    request = submit(stage, request, on)
    voucher = on.voucher(sign_all(stage, request, on))
    issue_voucher(stage, request, voucher)
    day = on.payment(voucher)
    issued = pay(stage, request, day)
    back = issued.pop(position - 1)
    fail(stage, request, back, Instrument.State.RETURNED, reason, working_day(day, 4))
    issued.append(issue(stage, request, back, working_day(day, 6)))
    day = on.clearing(working_day(day, 6))
    clear(stage, request, issued, day)
    day = on.receipt(day)
    receive(stage, request, issued, day)
    return close(stage, request, day)


def cancel_sanctioned(stage: Stage, request: Disbursement, on: Calendar, *, reason: str) -> Disbursement:
    """Sanctioned, then cancelled before the voucher; the sanction's number stays."""
    request = submit(stage, request, on)
    day = working_day(sign_all(stage, request, on), 2)
    last = list(current_steps(request))[-1]
    return disbursements.cancel(disbursement=request.pk, by=stage.signer(request, last), reason=reason, on=day)
