"""Requests for sanction: draft, revise, submit, cancel. The chain is in approvals.py, the money in vouchers.py, payments.py."""

from collections.abc import Sequence
from datetime import date

from django.contrib.auth.models import User
from django.db import transaction
from django.db.models import Count, Q, QuerySet, Sum

from beneficiaries.identity import parse_text
from beneficiaries.inputs import take
from beneficiaries.offices.row_scope import everywhere
from beneficiaries.offices.scope import acts_for, get_visible, office_of, require_office
from beneficiaries.screened.screening import Occasion
from funds import postings
from funds.chain import chains, duties, splitting
from funds.entitlement import eligibility
from funds.models import Cancellation, Disbursement, Fund, Instrument, PayeeLine, PaymentKind
from funds.numbers import next_number, year_of
from funds.readers import require_reader, seen
from funds.requests import claims, content, drift, evidence, filing, payee_screening
from funds.requests.payees import Payee, clean_lines
from funds.workflow import EDITABLE, Action, State, actors, ever, next_state
from ledger.bulk import change_many, create_many
from ledger.clock import act_date
from ledger.errors import BadInput, NotAllowed, WrongState
from ledger.history import acting
from ledger.locks import hold
from ledger.models import FiscalYear, JournalEntry
from ledger.money import figures
from ledger.posting import post, reverse, reverse_many
from ledger.roles import require_role
from ledger.texts import shortened

# What commits or hands out a fund's money, beside the chain's own steps.
OF_THE_FUND = frozenset({Action.VOUCHER, Action.ISSUE, Action.REOPEN, Action.CLEAR})


def visible_disbursements(user: User) -> QuerySet[Disbursement]:
    """The requests of the user's office, or all from a federal one; none for who reads no requests."""
    rows = Disbursement.objects.select_related("fund__book", "year", "office", "maker__officer")
    return seen(rows, by=user)


def get_disbursement(pk: int, *, by: User) -> Disbursement:
    """Raises: NotAllowed, NotFound."""
    require_reader(by)
    rows = Disbursement.objects.select_related("fund__book", "fund__office", "year", "office", "maker")
    return get_visible(rows, to=by, pk=pk)


def lock_disbursement(pk: int, *, by: User) -> Disbursement:
    """The request, its row locked until the transaction ends; every write begins with this. Raises: NotFound."""
    rows = Disbursement.objects.select_for_update(of=("self",)).select_related(
        "fund__book", "fund__office", "year", "office"
    )
    return get_visible(rows, to=by, pk=pk)


def may(request: Disbursement, action: Action, *, by: User) -> State:
    """Where `action` leads. Raises: NotAllowed where the role may not, WrongState where the table has no such move.

    Who may never make the move is told that first, whatever the state: see docs/permissions.md.
    """
    require_role(by, *ever(action), action=action.label.lower())
    target = next_state(action, request.state, number=request.number, pk=request.pk)
    require_role(by, *actors(action, State(request.state)), action=action.label.lower())
    if moves_money(action, State(request.state)):
        require_office(request.fund.office, by=by, action=action.label.lower())
    return target


def moves_money(action: Action, state: State) -> bool:
    """Whether only the office that keeps the fund makes this move; the office that asks drafts, verifies, gives receipts."""
    return action in OF_THE_FUND or (action is Action.CANCEL and state not in EDITABLE)


def may_move(request: Disbursement, action: Action, *, by: User) -> bool:
    """Whether the user's office may make this move, as far as the office goes."""
    return not moves_money(action, State(request.state)) or acts_for(request.fund.office, by=by)


def _check_kind(fund: Fund, kind: str) -> None:
    if kind not in fund.kinds:
        labels = ", ".join(PaymentKind(value).label.lower() for value in fund.kinds)
        detail = f"{fund.code} does not pay {kind!r}. It pays: {labels}."
        raise BadInput(detail, fields={"kind": detail})


@transaction.atomic
def create_draft(
    *,
    fund: Fund,
    kind: str,
    title: str,
    pay_to: str,
    payees: Sequence[Payee],
    by: User,
    on: date | None = None,
    key: str | None = None,
) -> Disbursement:
    """A new draft request; the same `key` again returns the first one. Amounts in rupees.

    Raises: NotAllowed, WrongState (the key belongs to another request), BadInput with fields `title`, `kind`, `lines.N.*`.
    """
    require_role(by, *actors(Action.SUBMIT, State.DRAFT), action="draft a request")
    if key and (first := _made_before(key, by=by, fund=fund, kind=kind)):
        return first
    day = act_date(on)
    _check_kind(fund, kind)
    lines = clean_lines(kind, payees, by=by)
    year = year_of(fund, day)
    serial, number = next_number(Disbursement, fund=fund, year=year)
    with acting(by, "Drafted"):
        request = Disbursement.objects.create(
            number=number,
            serial=serial,
            fund=fund,
            year=year,
            office=office_of(by),
            kind=kind,
            title=take("title", parse_text, title, maximum=160),
            pay_to=take("pay_to", parse_text, pay_to, maximum=120),
            amount=sum(line.amount for line in lines),
            maker=by,
            drafted_on=day,
            key=key,
        )
        _write_lines(request, lines, by=by)
        payee_screening.screen(request, lines, occasion=Occasion.BANK)
    return request


@everywhere()
def _made_before(key: str, *, by: User, fund: Fund, kind: str) -> Disbursement | None:
    """The request this key made, once the others who use the key have finished."""
    hold(f"disbursement:{key}")
    first = Disbursement.objects.filter(key=key).first()
    if first and (first.maker_id, first.fund_id, first.kind) != (by.pk, fund.pk, kind):
        raise WrongState(f"The key {key!r} belongs to another request.", code="key_reused")
    return first


def _write_lines(request: Disbursement, lines: list[PayeeLine], *, by: User) -> None:
    for line in lines:
        line.disbursement = request
    create_many(lines, by=by)


@transaction.atomic
def revise_draft(
    *, disbursement: int, title: str, pay_to: str, payees: Sequence[Payee], by: User, reason: str = ""
) -> Disbursement:
    """Replaces title and lines of a draft or returned request. Raises: NotFound, WrongState, NotAllowed, BadInput."""
    request = lock_disbursement(disbursement, by=by)
    may(request, Action.REVISE, by=by)
    _only_maker(request, by=by, what="change")
    lines = clean_lines(request.kind, payees, by=by, excluding=request.pk)
    with acting(by, reason or "Draft changed"):
        for line in request.lines.all():
            line.delete()
        request.title = take("title", parse_text, title, maximum=160)
        request.pay_to = take("pay_to", parse_text, pay_to, maximum=120)
        request.amount = sum(line.amount for line in lines)  # type: ignore[assignment]
        request.save(update_fields=["title", "pay_to", "amount"])
        _write_lines(request, lines, by=by)
        payee_screening.screen(request, lines, occasion=Occasion.BANK)
    return request


def _only_maker(request: Disbursement, *, by: User, what: str) -> None:
    if request.maker_id != by.pk:
        raise NotAllowed(f"{request.maker.get_full_name()} drafted {request.number}, so only they may {what} it.")


@transaction.atomic
def submit(*, disbursement: int, by: User, on: date | None = None) -> Disbursement:
    """Sends the request into its chain: the rule of its fund, kind, office and sum is copied onto it, the content is bound.

    With the content the papers that lie in its cases now are bound, and what the rules of eligibility found. The office that
    keeps the fund enters it in its diary.
    Raises: NotFound, WrongState (also for what a case lacks or a rule not met), NotAllowed, BadInput (no rule covers it).
    """
    request = lock_disbursement(disbursement, by=by)
    target = may(request, Action.SUBMIT, by=by)
    _only_maker(request, by=by, what="submit")
    day = act_date(on, not_before=request.drafted_on)
    if refusal := duties.making_bar(request, by):
        raise NotAllowed(refusal)
    splitting.hold_people(request)
    choice = chains.choose(request, on=day)
    drift.require_fresh(request)
    evidence.require(request, on=day)
    claims.require(request, on=day)
    found = eligibility.require(request, on=day)
    evidence.bind(request)
    eligibility.freeze(request, found)
    with acting(by, f"Submitted under rule “{choice.rule.title}”"):
        request.submission += 1
        chains.freeze(choice, request)
        request.digest = content.digest(request)
        request.state, request.position, request.waiting_since = target, 1, day
        request.save(update_fields=["submission", "digest", "state", "position", "waiting_since"])
        filing.came_in(request, by=by, on=day)
    return request


@transaction.atomic
def cancel(*, disbursement: int, by: User, reason: str, on: date | None = None) -> Disbursement:
    """Ends a request before its money has cleared, at whatever stage it stands; numbers stay and say so.

    Sanction and voucher are undone by linked counter-entries; instruments are stopped first. After the year of the
    voucher the charge stays and the money goes to recoveries (non-lapsable) or G-UNCL (lapsable).
    Raises: NotFound, WrongState, NotAllowed, BadInput, LedgerError.
    """
    request = lock_disbursement(disbursement, by=by)
    stage = State(request.state)
    may(request, Action.CANCEL, by=by)
    if stage in EDITABLE:
        _only_maker(request, by=by, what="cancel")
    day, why = (
        act_date(on, not_before=request.waiting_since or request.drafted_on),
        take("reason", parse_text, reason, maximum=500),
    )
    _refuse_cleared(request)
    with acting(by, why):
        if stage in (State.VOUCHERED, State.PAID):
            _undo_voucher(request, by=by, reason=why, on=day)
        elif stage is State.SANCTIONED:
            reverse(request.sanction.entry_id, by=by, reason=why, on=day)
        _end(request, stage, why, by=by, on=day)
    return request


def _end(request: Disbursement, stage: State, why: str, *, by: User, on: date) -> None:
    Cancellation.objects.create(disbursement=request, stage=stage, reason=why, cancelled_by=by, cancelled_on=on)
    request.state, request.waiting_since = State.CANCELLED, None
    request.save(update_fields=["state", "waiting_since"])


def unvouchered(fund: Fund, year: FiscalYear) -> list[Disbursement]:
    """The requests whose sanction of that year has no voucher, locked until the transaction ends."""
    rows = Disbursement.objects.select_for_update(of=("self",)).select_related("sanction", "fund__book")
    return list(rows.filter(fund=fund, state=State.SANCTIONED, sanction__year=year).order_by("pk"))


@transaction.atomic
def lapse(*, fund: Fund, year: FiscalYear, by: User) -> list[Disbursement]:
    """Ends every sanction of a lapsable fund that has no voucher on 30 June, and frees what it had committed.

    Part of closing the year, which asks for role and office.
    """
    why = f"Lapsed on {year.end:%-d %b %Y}: no voucher was issued in {year.label}"
    ended = unvouchered(fund, year)
    with acting(by, why):
        for request in ended:
            reverse(request.sanction.entry_id, by=by, reason=why, on=year.end)
            _end(request, State.SANCTIONED, why, by=by, on=year.end)
    return ended


def refuse_lapsed(fund: Fund, year: FiscalYear, *, what: str, on: date) -> None:
    """Money of a lapsable fund is spent in its year or not at all (PFMA 2019 s.12). Raises: WrongState."""
    if fund.lapsable and on > year.end:
        detail = f"{what} lapsed on {year.end:%-d %b %Y}, because money of {fund.code} does not outlive its year."
        raise WrongState(f"{detail} Cancel it and ask again in the new year.", code="lapsed")


def _refuse_cleared(request: Disbursement) -> None:
    cleared = Instrument.objects.filter(line__disbursement=request, state=Instrument.State.CLEARED)
    if cleared.exists():
        paid = cleared.aggregate(total=Sum("amount"))["total"]
        detail = f"{figures(paid)} of {request.number} has cleared. Record the refund as a receipt instead."
        raise WrongState(detail, ids=tuple(cleared.values_list("pk", flat=True)))


def _undo_voucher(request: Disbursement, *, by: User, reason: str, on: date) -> None:
    voucher = request.sanction.voucher
    live = Instrument.objects.select_for_update().filter(line__disbursement=request, state=Instrument.State.ISSUED)
    paid = list(live.order_by("pk").values_list("entry_id", flat=True))
    if paid:
        reverse_many(paid, by=by, reason=reason, on=on)
        stopped = {"state": Instrument.State.STOPPED, "state_on": on, "reason": shortened(reason, 200)}
        change_many(live, by=by, **stopped)
    if _same_year(voucher.year, on):
        passed = JournalEntry.objects.filter(
            book_id=request.fund.book_id, kind="voucher", reference=voucher.number, reverses=None
        )
        entries = [*passed.order_by("-pk").values_list("pk", flat=True), request.sanction.entry_id]
        reverse_many(entries, by=by, reason=reason, on=on)
        return
    lines = request.lines.all()
    parked = parked_lines(lines)
    if left := [line for line in lines if line.pk not in parked]:
        lapsable = request.fund.lapsable
        post(
            postings.late_cancellation(request=request, lines=left, on=on, number=voucher.number, lapsable=lapsable),
            by=by,
        )


def parked_lines(lines: Sequence[PayeeLine] | QuerySet[PayeeLine]) -> set[int]:
    """Those of the lines whose payment failed after the year of a lapsable fund: their money is in G-UNCL for good."""
    found = Instrument.objects.filter(line__in=lines).exclude(state__in=Instrument.LIVE).select_related("fund")
    keys = {(paid.fund.book_id, f"unclaimed:{paid.pk}"): paid.line_id for paid in found}
    entries = JournalEntry.objects.filter(book__in={book for book, _ in keys}, key__in={key for _, key in keys})
    return {keys[entry] for entry in entries.values_list("book_id", "key")}


def _same_year(year: FiscalYear, on: date) -> bool:
    return bool(year.start <= on <= year.end)


def waiting_instruments(request: Disbursement) -> dict[str, int]:
    """How many lines the request has, and how many have a live, a cleared and an acknowledged instrument."""
    live = Q(instruments__state__in=Instrument.LIVE)
    return request.lines.aggregate(
        lines=Count("pk", distinct=True),
        live=Count("instruments", filter=live),
        cleared=Count("instruments", filter=Q(instruments__state=Instrument.State.CLEARED)),
        acknowledged=Count("instruments__acknowledgement", filter=live),
    )
