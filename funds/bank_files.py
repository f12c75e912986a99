"""The files of payment runs: the one that goes to the bank, once, and the status reports that come back.

A status report says what the bank did with each payment; only the bank statement clears one (settling.py).
"""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import IO, Any

from django.contrib.auth.models import User
from django.db import transaction
from django.db.models import QuerySet

from beneficiaries.offices.scope import require_office
from funds.models import Instrument, LineStatus, PaymentRun, RunDownload, Sanction, StatusFile
from funds.payment_runs import ANSWERERS, RELEASERS, State, locked
from funds.rules.run_rules import FINAL
from funds.runs import answers, files, pain002
from funds.settling import fail_instruments
from ledger.bulk import insert_columns
from ledger.errors import BadInput, NotFound, WrongState
from ledger.history import acting


@dataclass(frozen=True, slots=True)
class Handed:
    """A file that is handed out: its bytes, from the beginning, its name and kind."""

    stream: IO[bytes]
    name: str
    media_type: str


@transaction.atomic
def send(*, run: int, by: User) -> Handed:
    """Hands out the file for the bank. That is done once; later there are copies. Raises: NotAllowed, NotFound, WrongState."""
    row = locked(run, by=by, roles=RELEASERS, states=(State.RELEASED,), action="send it")
    failed = Instrument.objects.filter(run_line__run=row).exclude(state__in=Instrument.LIVE).count()
    if failed:
        detail = f"{failed} payments of {row.number} were stopped since the release. Cancel the run and choose the others anew."
        raise WrongState(detail, ids=(row.pk,), code="stopped_meanwhile")
    handed = _hand(row, 0, by=by)
    row.state = State.SENT
    with acting(by, "Sent to the bank"):
        row.save(update_fields=["state"])
    return handed


@transaction.atomic
def copy(*, run: int, by: User) -> Handed:
    """The same file again, named as a copy; each is logged. Raises: NotAllowed, NotFound, WrongState."""
    row = locked(run, by=by, roles=RELEASERS, states=PaymentRun.AT_BANK, action="hand out a copy")
    return _hand(row, row.downloads.count(), by=by)


@transaction.atomic
def copy_by_command(*, sanction: str, format: str) -> Handed:
    """A copy of the file that pays a sanction, for an operator; of several runs the last one that was sent. It is logged.

    Raises: NotFound, WrongState (nothing was sent in this format).
    """
    rows = PaymentRun.objects.filter(lines__line__disbursement__sanction__number=sanction, format=format).distinct()
    locked = (
        PaymentRun.objects.select_for_update().filter(pk__in=rows, state__in=PaymentRun.AT_BANK).order_by("-pk").first()
    )
    if locked is None:
        _refuse_copy(sanction, rows)
    assert locked is not None
    return _hand(locked, locked.downloads.count(), by=None)


def _refuse_copy(sanction: str, rows: QuerySet[PaymentRun]) -> None:
    """Raises: NotFound, WrongState."""
    if not Sanction.objects.filter(number=sanction).exists():
        raise NotFound(f"There is no sanction {sanction}.")
    waiting = rows.exclude(state=State.CANCELLED).order_by("-pk").first()
    how = (
        f"{waiting} is not sent: {waiting.get_state_display().lower()}" if waiting else "no run of this format pays it"
    )
    raise WrongState(
        f"No file was sent for sanction {sanction}: {how}. A run is chosen, proposed, released and sent.",
        code="not_sent",
    )


def _hand(row: PaymentRun, number: int, *, by: User | None) -> Handed:
    stream = files.made_again(row)
    RunDownload.objects.create(run=row, copy=number, sha256=row.file_sha256, taken_by=by)
    return Handed(stream, files.name_of(row, number), files.media_type(row))


@transaction.atomic
def take_answer(*, run: int, stream: IO[bytes], by: User, on: date | None = None) -> PaymentRun:
    """Takes the bank's status report, whole or not at all. A rejected payment fails with the bank's reason, so that its payable
    opens again; what the bank settled waits for its statement. The same report again changes nothing.

    Raises: NotAllowed, NotFound, WrongState, BadInput (`file`, or each row that does not fit), LedgerError.
    """
    row = locked(run, by=by, roles=ANSWERERS, states=PaymentRun.AT_BANK, action="take the bank's answer")
    require_office(row.fund.office, by=by, action="take the bank's answer")
    found = hashlib.sha256()
    while part := stream.read(1 << 20):
        found.update(part)
    if row.status_files.filter(sha256=found.hexdigest()).exists():
        return row
    stream.seek(0)
    report = pain002.read(stream)
    if row.status_files.filter(message=report.message).exists():
        text = (
            f"The bank's message {report.message} was taken already, with another content. Ask the bank for a new one."
        )
        raise BadInput(text, fields={"file": text})
    told = answers.compare(report, row)
    if failing := {each.instrument: _words(each) for each in told if each.fails}:
        fail_instruments(reasons=failing, state=Instrument.State.RETURNED, by=by, on=on)
    kept = StatusFile.objects.create(
        run=row, message=report.message, sha256=found.hexdigest(), status=report.group.status, taken_by=by
    )
    _keep(kept, told)
    _follow(row, by=by)
    return row


def _words(answer: answers.Answer) -> str:
    said = f"Rejected by the bank: {answer.reason}" if answer.reason else "Rejected by the bank without a reason"
    return said[:200]


def _keep(kept: StatusFile, told: Iterable[answers.Answer]) -> None:
    rows = list(told)
    columns: dict[str, list[Any]] = {
        "run_line": [each.run_line for each in rows],
        "status": [each.status for each in rows],
        "reason": [each.reason for each in rows],
    }
    insert_columns(LineStatus, columns, {"file": kept.pk})


def _follow(row: PaymentRun, *, by: User) -> None:
    """The run is answered once the bank said of each payment what became of it."""
    final = LineStatus.objects.filter(file__run=row, status__in=FINAL).values("run_line").distinct().count()
    state = State.ANSWERED if final == row.count else State.PARTLY
    if row.state not in (state, State.ANSWERED):
        row.state = state
        with acting(by, "Answered by the bank"):
            row.save(update_fields=["state"])
