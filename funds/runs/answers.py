"""A status report held against the run it is about: what it says of each payment, or everything that does not fit. Reads only."""

from collections import Counter
from dataclasses import dataclass

from funds.models import Instrument, LineStatus, PaymentRun, RunLine
from funds.rules.run_rules import REJECTED, SETTLED
from funds.runs.pain002 import Report, Totals
from ledger.errors import BadInput
from ledger.money import figures

TOLD = 20  # faults named at once
PARTLY = ("", "PART", "PATC")


@dataclass(frozen=True, slots=True)
class Answer:
    """What the bank says of one payment, and whether it must fail for that."""

    run_line: int
    instrument: int
    status: str
    reason: str
    fails: bool


def compare(report: Report, run: PaymentRun) -> list[Answer]:
    """One answer for each payment that the report names, or for all where it speaks of the whole.

    Raises: BadInput naming each row at fault.
    """
    faults = _of_another(report, run) or _wrong_totals(report, run)
    if faults:
        raise _refused(faults)
    if not report.told:
        return _of_the_whole(report, run)
    there, said = _there(run), _said(run)
    answers = []
    for place, told in enumerate(report.told, 1):
        found = there.get(told.end_to_end)
        fault = "" if found else "is not a payment of this run"
        if found and told.amount is not None and told.amount != found.amount:
            fault = f"is of {figures(told.amount)}, and not of {figures(found.amount)}"
        status = told.status or _whole_status(report)
        if found and not fault:
            fault = _unfit(found, status, said.get(found.pk, frozenset()))
        if fault or found is None:
            faults[f"row.{place}"] = f"Row {place}, {told.end_to_end or 'without an id'}: {fault}."
            continue
        answers.append(_answer(found, status, told.reason))
    faults |= _twice(report) | _wrong_counts(report)
    if faults:
        raise _refused(faults)
    return answers


def _refused(faults: dict[str, str]) -> BadInput:
    shown = dict(list(faults.items())[:TOLD])
    count = len(faults)
    detail = f"The status report is not taken: {'1 thing does' if count == 1 else f'{count} things do'} not fit. "
    return BadInput(detail + " ".join(shown.values()), fields=shown)


def _of_another(report: Report, run: PaymentRun) -> dict[str, str]:
    if report.group.number != run.number:
        return {"file": f"The report is about message {report.group.number}, and this run is {run.number}."}
    if not report.kind.startswith("pain.001."):
        return {"file": f"The report is about a message of kind {report.kind or 'unknown'}, not a pain.001."}
    if others := [block.number for block in report.blocks if block.number != run.number]:
        return {"file": f"The report is about block {others[0]}, and this run has one, {run.number}."}
    return {}


def _wrong_totals(report: Report, run: PaymentRun) -> dict[str, str]:
    faults: dict[str, str] = {}
    for totals in (report.group, *report.blocks):
        if totals.count not in (None, run.count):
            faults["count"] = f"The bank counted {totals.count} payments, and {run.number} has {run.count}."
        if totals.amount not in (None, run.amount):
            faults["total"] = f"The bank counted {totals.amount} rupees, and {run.number} has {figures(run.amount)}."
    return faults


def _wrong_counts(report: Report) -> dict[str, str]:
    found = Counter(told.status for told in report.told)
    faults: dict[str, str] = {}
    for totals in (report.group, *report.blocks):
        for status, count in totals.by_status.items():
            if found[status] != count:
                faults[f"count.{status}"] = f"The report counts {count} times {status} and names {found[status]}."
    return faults


def _twice(report: Report) -> dict[str, str]:
    times = Counter(told.end_to_end for told in report.told)
    return {
        f"twice.{number}": f"{number} stands in the report {count} times."
        for number, count in times.items()
        if count > 1
    }


def _whole_status(report: Report) -> str:
    block: Totals = report.blocks[0] if report.blocks else Totals()
    return next((status for status in (block.status, report.group.status) if status not in PARTLY), "")


def _of_the_whole(report: Report, run: PaymentRun) -> list[Answer]:
    """The same for every payment, where the bank takes or rejects the message as one."""
    status = _whole_status(report)
    if not status:
        raise _refused({"file": "The report names no payment and says nothing of the whole."})
    reason = report.group.reason or next((block.reason for block in report.blocks if block.reason), "")
    said, faults, answers = _said(run), dict[str, str](), []
    for number, row in _there(run).items():
        if fault := _unfit(row, status, said.get(row.pk, frozenset())):
            faults[number] = f"{number}: {fault}."
        else:
            answers.append(_answer(row, status, reason))
    if faults:
        raise _refused(faults)
    return answers


def _there(run: PaymentRun) -> dict[str, RunLine]:
    rows = run.lines.filter(state=RunLine.State.ISSUED).select_related("instrument").order_by("position")
    return {row.end_to_end: row for row in rows}


def _said(run: PaymentRun) -> dict[int, frozenset[str]]:
    """What the bank said of each payment before."""
    found: dict[int, set[str]] = {}
    for line, status in LineStatus.objects.filter(file__run=run).values_list("run_line", "status"):
        found.setdefault(line, set()).add(status)
    return {line: frozenset(statuses) for line, statuses in found.items()}


def _unfit(row: RunLine, status: str, before: frozenset[str]) -> str:
    """Why this cannot be said of the payment; empty where it can."""
    assert row.instrument is not None
    if not status:
        return "has no status"
    if status in REJECTED and row.instrument.state == Instrument.State.CLEARED:
        return "has cleared by the bank's statement; record what came back as a receipt"
    if status in SETTLED and not before.isdisjoint(REJECTED):
        return "was rejected by an earlier report; ask the bank which is right"
    return ""


def _answer(row: RunLine, status: str, reason: str) -> Answer:
    assert row.instrument is not None
    fails = status in REJECTED and row.instrument.state == Instrument.State.ISSUED
    return Answer(row.pk, row.instrument.pk, status, reason, fails)
