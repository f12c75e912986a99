"""Payment runs: transfers chosen together, proposed, released by a second person, or cancelled.

Which lines may be chosen is in runs/choosing.py; what goes to the bank and comes back in bank_files.py.
"""

from collections.abc import Collection
from datetime import date, datetime
from decimal import Decimal
from itertools import groupby
from typing import Any

from django.contrib.auth.models import User
from django.db import connection, transaction
from django.db.models import QuerySet, Sum

from beneficiaries.identity import parse_text
from beneficiaries.inputs import take
from beneficiaries.offices import persons
from beneficiaries.offices.scope import require_office, visible
from funds.chain import freezes, reauthentication
from funds.issuing import issue_instruments
from funds.models import (
    BankLayout,
    Instrument,
    PayeeLine,
    PaymentRun,
    RunLine,
)
from funds.numbers import next_number, year_of
from funds.runs import choosing, content, files
from funds.settling import fail_instruments
from ledger.bulk import insert_columns
from ledger.clock import act_date, today
from ledger.errors import BadInput, NotAllowed, NotFound, WrongState
from ledger.history import acting
from ledger.roles import ALL_BUT_ADMINISTRATORS, Role, require_role, roles_of

State, Format = PaymentRun.State, PaymentRun.Format
READERS = tuple(role for role in ALL_BUT_ADMINISTRATORS if role not in (Role.CASE_OFFICER, Role.VERIFIER))
PREPARERS = (Role.FINANCE_OFFICER, Role.DDO)
RELEASERS = (Role.DDO,)
ANSWERERS = (Role.DDO, Role.RECONCILER)
TOLD = 10


def visible_runs(user: User) -> QuerySet[PaymentRun]:
    """The runs of the funds that the user's office keeps; all from a federal one."""
    rows = PaymentRun.objects.select_related(
        "fund__office", "year", "layout", "drafted_by", "proposed_by", "released_by"
    )
    return visible(rows, to=user, path="fund__office")


def to_release(user: User) -> QuerySet[PaymentRun]:
    """The proposed runs that this user may release, as far as role and preparing go."""
    if roles_of(user).isdisjoint(RELEASERS):
        return PaymentRun.objects.none()
    own = persons.selves(user)
    rows = visible_runs(user).filter(state=State.PROPOSED)
    return rows.exclude(drafted_by__in=own).exclude(proposed_by__in=own).order_by("pk")


def get_run(pk: int, *, by: User) -> PaymentRun:
    """Raises: NotAllowed, NotFound."""
    require_role(by, *READERS, action="see payment runs")
    row = visible_runs(by).filter(pk=pk).first()
    if row is None:
        raise NotFound("There is no such payment run in your office.")
    return row


def locked(pk: int, *, by: User, roles: tuple[Role, ...], states: Collection[str], action: str) -> PaymentRun:
    """The run, its row locked until the transaction ends. Raises: NotAllowed, NotFound, WrongState."""
    require_role(by, *roles, action=action)
    run = visible(PaymentRun.objects.select_for_update(of=("self",)), to=by, path="fund__office")
    row = run.select_related("fund__office", "year").filter(pk=pk).first()
    if row is None:
        raise NotFound("There is no such payment run in your office.")
    if row.state not in states:
        detail = f"{row.number} is {row.get_state_display().lower()}, so it is not possible to {action}. Nothing was changed."
        raise WrongState(detail, ids=(row.pk,))
    return row


@transaction.atomic
def draft(
    *,
    wanted: choosing.Wanted,
    execution_on: date,
    by: User,
    format: str = Format.PAIN001,
    layout: str = "",
    lines: Collection[int] | None = None,
) -> PaymentRun:
    """A new run of every unpaid transfer that is wanted and that nothing holds back, or of those of them named by `lines`.

    Writes the run, numbered without gaps, and its lines; nothing is posted.
    Raises: NotAllowed, BadInput (`lines`, `execution_on`, `format`, `layout`), WrongState for a named line that is held back.
    """
    require_role(by, *PREPARERS, action="prepare a payment run")
    fund = wanted.fund
    require_office(fund.office, by=by, action="prepare a payment run")
    shape = _layout(format, layout)
    if execution_on < today():
        text = f"{execution_on:%-d %b %Y} has passed. Give today or a later day."
        raise BadInput(text, fields={"execution_on": text})
    rows = choosing.unpaid(wanted, by=by)
    chosen = _chosen(rows if lines is None else rows.filter(pk__in=lines), lines)
    year = year_of(fund, today())
    serial, number = next_number(PaymentRun, fund=fund, year=year)
    with acting(by, "Drafted"):
        run = PaymentRun.objects.create(
            fund=fund,
            year=year,
            serial=serial,
            number=number,
            bank_account=fund.bank_account,
            format=format,
            layout=shape,
            execution_on=execution_on,
            drafted_by=by,
        )
    columns: dict[str, list[Any]] = {
        "line": [key for key, _ in chosen],
        "amount": [amount for _, amount in chosen],
        "position": list(range(1, len(chosen) + 1)),
        "end_to_end": [content.end_to_end(run, place) for place in range(1, len(chosen) + 1)],
    }
    insert_columns(RunLine, columns, {"run": run.pk, "state": RunLine.State.CHOSEN})
    return run


def _layout(format: str, layout: str) -> BankLayout | None:
    if format not in Format.values:
        raise BadInput("Choose a format.", fields={"format": f"{format!r} is not one of: {', '.join(Format.values)}."})
    if format == Format.PAIN001:
        return None
    in_force = BankLayout.objects.filter(code=layout, effective_from__lte=today()).exclude(effective_to__lt=today())
    found = in_force.order_by("-effective_from").first()
    if found is None:
        raise BadInput("Choose the bank's layout.", fields={"layout": f"There is no layout {layout!r} in force."})
    return found


def _chosen(rows: QuerySet[PayeeLine], named: Collection[int] | None) -> list[tuple[int, Decimal]]:
    found = list(rows.values_list("pk", "amount")[: choosing.MOST + 1])
    if len(found) > choosing.MOST:
        text = f"More than {choosing.MOST:,} payments fit. Narrow the choice: a run takes that many at most."
        raise BadInput(text, fields={"lines": text})
    held = choosing.held_back([key for key, _ in found])
    if named is not None:
        if missing := set(named) - {key for key, _ in found}:
            text = f"{len(missing)} of the lines are no unpaid transfers of this fund, or wait in another run."
            raise BadInput(text, fields={"lines": text})
        if held:
            _refuse_held(held)
    if free := [row for row in found if row[0] not in held]:
        return free
    text = "No unpaid transfer fits that nothing holds back." if found else "No unpaid transfer fits."
    raise BadInput(text, fields={"lines": text})


def _refuse_held(held: dict[int, str]) -> None:
    """Raises: WrongState naming payees and reasons."""
    keys = sorted(held)[:TOLD]
    names = dict(PayeeLine.objects.filter(pk__in=keys).values_list("pk", "payee_name"))
    told = "; ".join(f"{names[key]}: {held[key]}" for key in keys)
    raise WrongState(
        f"{told}. Take these out of the run, or settle what holds them back.", ids=tuple(keys), code="held_back"
    )


@transaction.atomic
def drop_lines(*, run: int, lines: Collection[int], by: User) -> PaymentRun:
    """Takes lines (keys of run lines) out of a draft. Raises: NotAllowed, NotFound, WrongState, BadInput for none."""
    row = locked(run, by=by, roles=PREPARERS, states=(State.DRAFT,), action="take payments out of it")
    if not lines:
        raise BadInput("Name at least one payment.", fields={"lines": "Name at least one payment."})
    found = row.lines.filter(pk__in=lines, state=RunLine.State.CHOSEN)
    if found.count() != len(set(lines)):
        raise NotFound(f"One of these is no payment of {row.number}.")
    found.update(state=RunLine.State.DROPPED)
    return row


@transaction.atomic
def propose(*, run: int, by: User) -> PaymentRun:
    """Binds the lines of a draft by their digest and lets a second person release them.

    Raises: NotAllowed, NotFound, WrongState (no line, or one that is held back by now).
    """
    row = locked(run, by=by, roles=PREPARERS, states=(State.DRAFT,), action="propose it")
    freezes.require_open(row.fund, freezes.PAYMENTS, on=today())
    chosen = row.lines.filter(state=RunLine.State.CHOSEN)
    keys = list(chosen.values_list("line", flat=True))
    if not keys:
        raise WrongState(f"{row.number} has no payment left. Cancel it.", ids=(row.pk,))
    if held := choosing.held_back(keys):
        _refuse_held(held)
    row.count, row.amount = len(keys), chosen.aggregate(total=Sum("amount"))["total"]
    row.digest, row.proposed_by, row.state = content.digest(row), by, State.PROPOSED
    with acting(by, "Proposed"):
        row.save(update_fields=["count", "amount", "digest", "proposed_by", "state"])
    return row


@transaction.atomic
def take_back(*, run: int, reason: str, by: User) -> PaymentRun:
    """A proposed run becomes a draft again: its preparer wants it back, or whoever would release it does not.

    Raises: NotAllowed, NotFound, WrongState, BadInput.
    """
    row = locked(run, by=by, roles=PREPARERS, states=(State.PROPOSED,), action="take it back")
    why = take("reason", parse_text, reason, maximum=200)
    row.count, row.amount, row.digest = 0, Decimal(0), ""
    row.proposed_by, row.state = None, State.DRAFT
    with acting(by, why):
        row.save(update_fields=["count", "amount", "digest", "proposed_by", "state"])
    return row


@transaction.atomic
def release(*, run: int, by: User, proved: datetime | None = None, on: date | None = None) -> PaymentRun:
    """A second person issues every payment of the run (Dr G-PAY / Cr G-CHQ for each) and fixes the file by its SHA-256.

    `proved`: when they gave their password last; above the limit for sanctions it is asked for again.
    Raises: NotAllowed (who drafted or proposed it, who took another part in one of the requests; PasswordNeeded), NotFound,
    WrongState, LedgerError.
    """
    row = locked(run, by=by, roles=RELEASERS, states=(State.PROPOSED,), action="release it")
    require_office(row.fund.office, by=by, action="release a payment run")
    if {row.drafted_by_id, row.proposed_by_id} & set(persons.selves(by)):
        raise NotAllowed("You prepared this run, so somebody else must release it.")
    reauthentication.require(row, proved, on=today(), what="The release of a run")
    day = act_date(on)
    if row.execution_on < today():
        detail = (
            f"The bank was to pay on {row.execution_on:%-d %b %Y}, which has passed. Take the run back and cancel it."
        )
        raise WrongState(detail, ids=(row.pk,), code="too_late")
    if content.digest(row) != row.digest:
        raise WrongState(f"The content of {row.number} is not what was proposed. Tell the auditor.", ids=(row.pk,))
    debtor = row.fund.name
    if not choosing.writable(debtor):
        raise WrongState(f"Banks do not take the name of the fund, {debtor!r}: {choosing.UNWRITABLE}.", ids=(row.pk,))
    _issue(row, by=by, on=day)
    row.terms = {"debtor": debtor, "banks": content.banks_on(row.execution_on)}
    if row.layout is not None:
        row.terms["layout"] = row.layout.shape
    row.released_by, row.released_at = by, _now()
    row.file_sha256, row.state = files.sha256(files.parts(row)), State.RELEASED
    with acting(by, "Released"):
        row.save(update_fields=["terms", "released_by", "released_at", "file_sha256", "state"])
    return row


def _issue(row: PaymentRun, *, by: User, on: date) -> None:
    """The instruments of each request, under the end-to-end ids as their numbers."""
    lines = row.lines.filter(state=RunLine.State.CHOSEN).order_by("line__disbursement", "position")
    told = lines.values_list("line__disbursement", "line", "end_to_end")
    for request, group in groupby(list(told), key=lambda each: each[0]):
        numbers = [(line, number) for _, line, number in group]
        issue_instruments(disbursement=request, numbers=numbers, by=by, on=on)
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE funds_runline r SET state = 'issued', instrument_id = i.id FROM funds_instrument i"
            " WHERE r.run_id = %s AND r.state = 'chosen' AND i.line_id = r.line_id AND i.number = r.end_to_end"
            " AND i.fund_id = %s",
            [row.pk, row.fund_id],
        )


def _now() -> datetime:
    """When this transaction began, as the database says."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT now()")
        found: datetime = cursor.fetchone()[0]
    return found


@transaction.atomic
def cancel(*, run: int, reason: str, by: User, on: date | None = None) -> PaymentRun:
    """Ends a run before it is sent; the number stays. Of a released one every payment is stopped, so its payable opens again.

    Raises: NotAllowed, NotFound, WrongState, BadInput, LedgerError.
    """
    row = locked(run, by=by, roles=PREPARERS, states=(*PaymentRun.OPEN, State.RELEASED), action="cancel it")
    if row.state == State.RELEASED:
        require_role(by, *RELEASERS, action="cancel a released run")
    why = take("reason", parse_text, reason, maximum=200)
    issued = Instrument.objects.filter(run_line__run=row, state=Instrument.State.ISSUED).values_list("pk", flat=True)
    if keys := list(issued):
        fail_instruments(reasons=dict.fromkeys(keys, why), state=Instrument.State.STOPPED, by=by, on=on)
    row.lines.filter(state=RunLine.State.CHOSEN).update(state=RunLine.State.DROPPED)
    row.state, row.reason = State.CANCELLED, why
    with acting(by, why):
        row.save(update_fields=["state", "reason"])
    return row
