"""What the bank says of instruments, one or many at once, all or none: cleared, or returned, stale or stopped."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date

from django.contrib.auth.models import User
from django.db import transaction

from beneficiaries.identity import parse_text
from beneficiaries.inputs import take
from beneficiaries.offices.scope import visible
from funds import postings
from funds.chain import duties
from funds.cheque_books import signing
from funds.disbursements import lock_disbursement, may, waiting_instruments
from funds.issuing import move
from funds.messages import notices
from funds.models import Disbursement, Instrument
from funds.workflow import Action, State
from ledger.bulk import change_many
from ledger.clock import act_date
from ledger.errors import BadInput, NotFound, WrongState
from ledger.history import acting
from ledger.posting import post, reverse_many

FAILURES = (Instrument.State.RETURNED, Instrument.State.STALE, Instrument.State.STOPPED)
Locked = tuple[Disbursement, list[Instrument]]


def lock_instruments(keys: Iterable[int], *, by: User, action: Action) -> list[Locked]:
    """The instruments by request, all locked, requests first and in the order of their keys. Raises: NotFound, WrongState,
    NotAllowed."""
    wanted = set(keys)
    rows = visible(Instrument.objects.all(), to=by, path="line__disbursement__office").filter(pk__in=wanted)
    of = dict(rows.values_list("pk", "line__disbursement"))
    if of.keys() != wanted:
        raise NotFound(f"There is no such {Instrument._meta.verbose_name} in your office.")
    found: list[Locked] = []
    for key in sorted(set(of.values())):
        request = lock_disbursement(key, by=by)
        may(request, action, by=by)
        # The paper of a long voucher is long, and would be read again for each of its payments.
        own = Instrument.objects.select_for_update(of=("self",)).select_related("line", "voucher__year", "co_signature")
        own = own.defer("voucher__snapshot", "line__cnic", "line__iban")
        found.append((request, list(own.filter(pk__in=[pk for pk, its in of.items() if its == key]).order_by("pk"))))
    return found


@transaction.atomic
def clear_instruments(*, instruments: Sequence[int], by: User, on: date | None = None) -> list[Instrument]:
    """The bank statement shows them paid: Dr G-CHQ / Cr F-BNK for each. When every line has cleared, the request has.

    Raises: NotFound, WrongState (already cleared, failed, or past its expiry), NotAllowed, BelowFloor (no cash).
    """
    done: list[Instrument] = []
    for request, rows in lock_instruments(instruments, by=by, action=Action.CLEAR):
        for paid in rows:
            _still_issued(paid)
        for paid in {row.issued_by_id: row for row in rows}.values():
            duties.require_clearer(request, paid, by=by)
        signing.require_signed(*rows)
        day = act_date(on, not_before=max(paid.issued_on for paid in rows))
        for paid in rows:
            _refuse_expired(paid, day)
        with acting(by, "Cleared by the bank"):
            post([draft for paid in rows for draft in postings.clearing(request=request, paid=paid, on=day)], by=by)
            _change(rows, by=by, state=Instrument.State.CLEARED, state_on=day, cleared_by=by)
            settle(request, by=by, on=day)
        done += rows
    return done


@transaction.atomic
def fail_instruments(*, reasons: Mapping[int, str], state: str, by: User, on: date | None = None) -> list[Instrument]:
    """Returned by the bank, stale or stopped, each for its reason: the payable opens again (Dr G-CHQ / Cr G-PAY, linked to the
    issue).

    A lapsable fund's instrument that fails after its year goes to G-UNCL instead, because its budget has lapsed.
    Raises: NotFound, WrongState, NotAllowed, BadInput (stale before its expiry), LedgerError.
    """
    done: list[Instrument] = []
    for request, rows in lock_instruments(reasons, by=by, action=Action.REOPEN):
        for failed in rows:
            _still_issued(failed)
        day = act_date(on, not_before=max(failed.issued_on for failed in rows))
        why = {failed.pk: take("reason", parse_text, reasons[failed.pk], maximum=200) for failed in rows}
        if state not in FAILURES:
            raise BadInput("Choose what happened.", fields={"state": f"{state!r} is not returned, stale or stopped."})
        for failed in rows:
            _refuse_early(failed, state, day)
        for reason in sorted(set(why.values())):
            same = [failed for failed in rows if why[failed.pk] == reason]
            with acting(by, reason):
                _reopen(request, same, reason, by=by, on=day)
                _change(same, by=by, state=Instrument.State(state), state_on=day, reason=reason)
                notices.failed(request, same, by=by)
        with acting(by, why[rows[0].pk]):
            move(request, Action.REOPEN, by=by, on=day)
        done += rows
    return done


def _reopen(request: Disbursement, failed: Sequence[Instrument], reason: str, *, by: User, on: date) -> None:
    late = [row for row in failed if request.fund.lapsable and on > row.voucher.year.end]
    if late:
        post([draft for row in late for draft in postings.unclaimed(request=request, failed=row, on=on)], by=by)
    if undone := [row.entry_id for row in failed if row not in late]:
        reverse_many(undone, by=by, reason=reason, on=on)


def _change(rows: Sequence[Instrument], *, by: User, **values: object) -> None:
    change_many(Instrument.objects.filter(pk__in=[row.pk for row in rows]), by=by, **values)
    for row in rows:
        for name, value in values.items():
            setattr(row, name, value)


def settle(request: Disbursement, *, by: User, on: date) -> None:
    """Moves a request whose lines have all cleared, and then one whose receipts are all in."""
    counts = waiting_instruments(request)
    if request.state == State.PAID and counts["cleared"] == counts["lines"]:
        move(request, Action.SETTLE, by=by, on=on)
    if request.state == State.CLEARED and counts["acknowledged"] == counts["lines"]:
        move(request, Action.COMPLETE, by=by, on=on)


def _still_issued(instrument: Instrument) -> None:
    if instrument.state != Instrument.State.ISSUED:
        detail = f"{instrument} is {instrument.get_state_display().lower()} since {instrument.state_on:%-d %b %Y}."
        raise WrongState(f"{detail} Nothing was changed.", ids=(instrument.pk,))


def _refuse_expired(paid: Instrument, day: date) -> None:
    if paid.expires_on and day > paid.expires_on:
        detail = f"{paid} was payable until {paid.expires_on:%-d %b %Y}. Mark it stale and issue another."
        raise WrongState(detail, ids=(paid.pk,), code="stale")


def _refuse_early(failed: Instrument, state: str, day: date) -> None:
    if state == Instrument.State.STALE and (failed.expires_on is None or day <= failed.expires_on):
        until = f"payable until {failed.expires_on:%-d %b %Y}" if failed.expires_on else "not a cheque"
        raise BadInput(f"{failed} is {until}, so it is not stale.", fields={"state": f"It is {until}."})
