"""Proves the promises I1 to I12 against the database as it is now. Reads only; nothing is repaired."""

from dataclasses import dataclass
from datetime import datetime
from time import monotonic
from typing import Any

from django.utils import timezone

from audit.checks import CHECKS, OF_ONE_REQUEST, Check, Found
from beneficiaries.offices.row_scope import everywhere
from beneficiaries.private.vault import VaultError
from ledger.snapshot import snapshot

CHECKED, NOT_YET = "checked", "not yet checked"


@dataclass(frozen=True, slots=True)
class Result:
    """What one check found. A promise that cannot be checked yet is neither kept nor broken: `state` and `reason` say so."""

    id: str
    title: str
    state: str
    checked: int
    offenders: tuple[str, ...]
    notes: tuple[str, ...]
    reason: str
    seconds: str

    @property
    def ok(self) -> bool:
        return not self.offenders


@dataclass(frozen=True, slots=True)
class Report:
    """All results of one run, of one moment of the database."""

    at: datetime
    results: tuple[Result, ...]

    @property
    def ok(self) -> bool:
        """Whether every promise that can be checked holds."""
        return all(result.ok for result in self.results)

    @property
    def checked(self) -> int:
        return sum(result.checked for result in self.results)

    @property
    def broken(self) -> list[Result]:
        return [result for result in self.results if not result.ok]


def verify() -> Report:
    """Runs every check on one snapshot, so that work going on beside it cannot look like a contradiction."""
    return _run(CHECKS, None)


def verify_request(request: int) -> Report:
    """The checks that concern one request alone: its vouchers and instruments, its approvals and content."""
    return _run(OF_ONE_REQUEST, request)


@everywhere()
def _run(checks: tuple[Check, ...], request: int | None) -> Report:
    with snapshot():
        return Report(timezone.now(), tuple(_result(check, request) for check in checks))


def _result(check: Check, request: int | None) -> Result:
    if check.ask is None:
        return Result(check.id, check.title, NOT_YET, 0, (), (), check.reason, "0.00")
    start = monotonic()
    try:
        found: Found = check.ask() if request is None else check.ask(request)
    except VaultError as error:
        found = Found(0, (f"the check stopped: {error}",))
    seconds = f"{monotonic() - start:.2f}"
    return Result(check.id, check.title, CHECKED, found.checked, found.offenders, found.notes, "", seconds)


def to_json(report: Report) -> dict[str, Any]:
    """The report as one JSON document."""
    return {
        "ok": report.ok,
        "at": report.at.isoformat(),
        "checks": [
            {
                "id": result.id,
                "title": result.title,
                "state": result.state,
                "ok": result.ok if result.state == CHECKED else None,
                "checked": result.checked,
                "offenders": list(result.offenders),
                "notes": list(result.notes),
                "reason": result.reason,
                "seconds": result.seconds,
            }
            for result in report.results
        ],
    }
