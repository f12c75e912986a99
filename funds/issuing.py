"""Instruments of a vouchered request are issued, one or many; what the request must fulfil is asked once for all of them."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import date

from django.contrib.auth.models import User
from django.db import transaction

from beneficiaries.identity import parse_text
from beneficiaries.inputs import take
from funds import cheques, particulars, postings
from funds.chain import duties, freezes
from funds.cheque_books import books, leaves
from funds.disbursements import lock_disbursement, may, parked_lines, refuse_lapsed, waiting_instruments
from funds.messages import notices
from funds.models import ChequeEnd, Disbursement, Instrument, PayeeLine, Voucher
from funds.particulars import NOTHING, Particulars
from funds.requests import changed_accounts, claims, drift, payee_holds, payee_screening
from funds.workflow import Action
from ledger.bulk import create_many
from ledger.clock import act_date
from ledger.errors import BadInput, NotFound, WrongState
from ledger.history import acting
from ledger.posting import post

WHOLE = 50_000  # instruments of a statement: each asks once whether the request may be paid
EXPIRING = (PayeeLine.Method.CHEQUE, PayeeLine.Method.PAY_ORDER)


def issue_instrument(
    *, disbursement: int, line: int, number: str, said: Particulars = NOTHING, by: User, on: date | None = None
) -> Instrument:
    """Records the instrument that pays one line; `issue_instruments` for one. Raises: the same, naming `number`, `place` ..."""
    try:
        made = issue_instruments(disbursement=disbursement, numbers=[(line, number)], said={line: said}, by=by, on=on)
    except BadInput as refusal:
        fields = {name.removesuffix(f"-{line}"): text for name, text in refusal.fields.items()}
        raise BadInput(refusal.detail, fields=fields) from refusal
    return made[0]


@transaction.atomic
def issue_instruments(
    *,
    disbursement: int,
    numbers: Sequence[tuple[int, str]],
    said: Mapping[int, Particulars] | None = None,
    by: User,
    on: date | None = None,
) -> list[Instrument]:
    """Records the cheque, transfer or other instrument that pays each (line, number), by the line's own method; all or none.

    A cheque is drawn on an unused leaf of a book of the fund; `said` has by line what its method asks beside the number.
    Writes Dr G-PAY / Cr G-CHQ for each. A line whose last instrument failed gets a new one, linked to it, once the paper of a
    failed cheque is accounted for. When every line has one, the request is paid. However many lines there are, what a request
    must fulfil is asked once.
    Raises: NotFound, WrongState (PayeeListed for a payee whom the watch list holds up; a payee on hold, or whose account changed
    a moment ago; a failed cheque whose paper is still somewhere), NotAllowed, BadInput naming `number-<line>`, `place-<line>` ...,
    LedgerError.
    """
    request = lock_disbursement(disbursement, by=by)
    may(request, Action.ISSUE, by=by)
    duties.hands_free(request, by=by)
    voucher = request.sanction.voucher
    payees = _payees(request, [line for line, _ in numbers])
    earlier = _earlier(payees)
    changed = [instrument.state_on for rows in earlier.values() for instrument in rows]
    day = act_date(on, not_before=max([voucher.issued_on, *changed]))
    freezes.require_open(request.fund, freezes.PAYMENTS, on=day)
    _refuse_paid(request, payees, earlier)
    drift.require_unchanged(request)
    duties.refuse_staff(request, [payee.pk for payee in payees])
    payee_screening.require_clear(request, payees)
    payee_holds.require_none(payees)
    changed_accounts.require_cooled(payees)
    _refuse_parked(request, payees)
    refuse_lapsed(request.fund, voucher.year, what=f"Voucher {voucher.number}", on=day)
    claims.require_owed(request)
    _refuse_paper_left(payees, earlier)
    references = _references(request, payees, [number for _, number in numbers], on=day)
    told = [particulars.read(payee, (said or {}).get(payee.pk, NOTHING), on=day) for payee in payees]
    until = _payable_until(payees, day)
    keys = [f"payment:{payee.pk}:{len(earlier[payee.pk]) + 1}" for payee in payees]
    with acting(by, "Paid"):
        drafts = [
            draft
            for payee, number, key in zip(payees, references, keys, strict=True)
            for draft in postings.instrument(request=request, line=payee, on=day, number=number, key=key)
        ]
        made = [
            _instrument(voucher, payee, number, each, day, until, entry_id, earlier[payee.pk], by=by)
            for payee, number, each, entry_id in zip(payees, references, told, post(drafts, by=by), strict=True)
        ]
        _write(made, by=by)
        notices.paid(request, made, by=by)
        counts = waiting_instruments(request)
        if counts["live"] == counts["lines"]:
            move(request, Action.PAY, by=by, on=day)
    return made


def _payable_until(payees: Sequence[PayeeLine], day: date) -> date | None:
    """The last day on which those of them that expire are good. Raises: WrongState."""
    expire = any(payee.method in EXPIRING for payee in payees)
    return cheques.expiry(day, cheques.rule_on(day)) if expire else None


def _instrument(
    voucher: Voucher,
    payee: PayeeLine,
    number: str,
    said: Particulars,
    day: date,
    until: date | None,
    entry_id: int,
    earlier: Sequence[Instrument],
    *,
    by: User,
) -> Instrument:
    return Instrument(
        fund=voucher.fund,
        voucher=voucher,
        line=payee,
        method=payee.method,
        number=number,
        amount=payee.amount,
        **said.values(),
        issued_on=day,
        expires_on=until if payee.method in EXPIRING else None,
        state_on=day,
        replaces=earlier[-1] if earlier else None,
        issued_by=by,
        entry_id=entry_id,
    )


def _write(made: Sequence[Instrument], *, by: User) -> None:
    """Writes them, those of one method at a time, because the history says by what was paid."""
    for method in sorted({instrument.method for instrument in made}):
        same = [instrument for instrument in made if instrument.method == method]
        with acting(by, f"Paid by {PayeeLine.Method(method).label.lower()}"):
            create_many(same, by=by, batch=WHOLE)


def _payees(request: Disbursement, lines: Sequence[int]) -> list[PayeeLine]:
    """The lines of the request in the order given. Raises: NotFound, WrongState for one that is given twice, BadInput for none."""
    if not lines:
        raise BadInput("Give a number for at least one line.", fields={"numbers": "Nothing is given."})
    found = request.lines.select_related("person").in_bulk(lines)
    if found.keys() != set(lines):
        raise NotFound(f"{request.number} has no such payee line.")
    twice = next((found[line] for line, times in Counter(lines).items() if times > 1), None)
    if twice is not None:
        raise _paid_already(request, twice)
    return [found[line] for line in lines]


def _earlier(payees: Sequence[PayeeLine]) -> dict[int, list[Instrument]]:
    """Every instrument that was issued for each of the lines before, the first one first."""
    found: dict[int, list[Instrument]] = {payee.pk: [] for payee in payees}
    for instrument in Instrument.objects.filter(line__in=payees).order_by("pk"):
        found[instrument.line_id].append(instrument)
    return found


def _refuse_paid(request: Disbursement, payees: Iterable[PayeeLine], earlier: Mapping[int, list[Instrument]]) -> None:
    """Raises: WrongState for a line with a live instrument."""
    for payee in payees:
        if any(instrument.state in Instrument.LIVE for instrument in earlier[payee.pk]):
            raise _paid_already(request, payee)


def _paid_already(request: Disbursement, payee: PayeeLine) -> WrongState:
    return WrongState(f"{payee.payee_name} is already paid on {request.number}.", ids=(payee.pk,), code="already_paid")


def _refuse_parked(request: Disbursement, payees: Sequence[PayeeLine]) -> None:
    """Raises: WrongState for a line whose budget has lapsed."""
    parked = parked_lines(payees)
    if payee := next((payee for payee in payees if payee.pk in parked), None):
        detail = f"The budget for {payee.payee_name} on {request.number} has lapsed: the money is owed to the Treasury."
        raise WrongState(f"{detail} Ask for it by a new request.", ids=(payee.pk,), code="lapsed")


def _refuse_paper_left(payees: Iterable[PayeeLine], earlier: Mapping[int, list[Instrument]]) -> None:
    """Raises: WrongState for a line whose last cheque failed and is neither destroyed nor recorded as lost."""
    last = [rows[-1] for payee in payees if (rows := earlier[payee.pk]) and rows[-1].method == leaves.CHEQUE]
    ended = set(ChequeEnd.objects.filter(instrument__in=last).values_list("instrument", flat=True))
    left = next((failed for failed in last if failed.pk not in ended), None)
    if left is not None:
        detail = f"{left} failed and its paper is not accounted for. Record it as destroyed or lost, then replace it."
        raise WrongState(detail, ids=(left.pk,), code="paper_left")


def _references(request: Disbursement, payees: Sequence[PayeeLine], given: Sequence[str], *, on: date) -> list[str]:
    """The numbers as they are kept. Raises: BadInput for one that cannot be read, that the fund or this list has already, or
    that is no leaf of a cheque book of the fund."""
    read = [
        take(f"number-{payee.pk}", parse_text, number, maximum=40) for payee, number in zip(payees, given, strict=True)
    ]
    read = _leaves(request, payees, read, on=on)
    rows = Instrument.objects.filter(fund=request.fund, number__in=read)
    used = set(rows.values_list("method", "number"))
    for payee, number in zip(payees, read, strict=True):
        if (payee.method, number) in used:
            detail = f"{payee.get_method_display()} {number} is already recorded in {request.fund.code}."
            raise _wrong_number(payee, f"{detail} Numbers are never reused.")
        used.add((payee.method, number))
    return read


def _leaves(request: Disbursement, payees: Sequence[PayeeLine], read: list[str], *, on: date) -> list[str]:
    """The same with the numbers of cheques as they are printed on their leaves. Raises: BadInput."""
    cheque = [place for place, payee in enumerate(payees) if payee.method == leaves.CHEQUE]
    if not cheque:
        return read
    books.hold_cheques(request.fund)
    found, kept = leaves.placed(request.fund, [read[place] for place in cheque]), list(read)
    marks = leaves.marked(found)
    for place, (book, number) in zip(cheque, found, strict=True):
        if book is None:
            detail = f"{number} is no leaf of a cheque book of {request.fund.code}. Register the book, or correct the number."
            raise _wrong_number(payees[place], detail)
        if book.received_on > on:
            detail = f"The book of leaf {number} was received on {book.received_on:%-d %b %Y}, after this payment."
            raise _wrong_number(payees[place], detail)
        if mark := marks.get((book.pk, number)):
            raise _wrong_number(payees[place], f"Leaf {mark}. Take the next one.")
        kept[place] = number
    return kept


def _wrong_number(payee: PayeeLine, detail: str) -> BadInput:
    return BadInput(detail, fields={f"number-{payee.pk}": detail})


def move(request: Disbursement, action: Action, *, by: User, on: date) -> None:
    """Moves a locked request on. Raises: WrongState, NotAllowed."""
    request.state, request.waiting_since = may(request, action, by=by), on
    request.save(update_fields=["state", "waiting_since"])
