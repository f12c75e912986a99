"""What a request claims, compared before the database does: in words, all at once, with the case to mend. Reads only."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.contrib.auth.models import User
from django.db import connection
from django.urls import reverse
from django.utils.formats import date_format

from beneficiaries.casework import earlier_help
from beneficiaries.models import Case, CeilingPermit, HelpReason
from beneficiaries.offices.row_scope import everywhere
from beneficiaries.owed import diyat_values
from funds.models import Disbursement, PaymentKind
from funds.rules import claim_rules
from funds.workflow import State
from ledger.clock import today
from ledger.errors import WrongState
from ledger.money import figures

TOLD = 10


class NotReady(WrongState):
    """Something is missing in the cases of the request (409); `ids` are the cases."""

    code = "not_ready"


@dataclass(frozen=True, slots=True)
class Lack:
    """What is missing in one case before the request can be submitted."""

    case: int
    number: str
    what: str

    def __str__(self) -> str:
        return f"{self.number}: {self.what}"


def lacking(request: Disbursement, *, on: date) -> list[Lack]:
    """Everything the claims of a request lack on that day, in a fixed number of queries."""
    given = {"request": request.pk, "day": on}
    key, day = "%(request)s", "%(day)s::date"
    found = [
        Lack(case, number, "other help needs a reason")
        for case, number in _rows(claim_rules.unexplained(key, day), given)
    ]
    found += [
        Lack(case, number, f"{figures(asked)} of grants are above the ceiling, {figures(ceiling)}")
        for case, number, ceiling, asked in _rows(claim_rules.above_ceiling(key, day), given)
    ]
    found += [
        Lack(case, number, "the diyat is below the notified value, so the court's judgment or order must be attached")
        for case, number in _rows(claim_rules.diyat_without_its_order(key), given)
    ]
    return found + _over_asked(request)


def _over_asked(request: Disbursement) -> list[Lack]:
    rows = _rows(claim_rules.over_asked("%(request)s"), {"request": request.pk})
    return [
        Lack(case, number, f"{figures(much)} more is asked than is owed, because others have paid")
        for case, number, much in rows
    ]


@everywhere()
def _rows(sql: str, given: dict[str, Any]) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(sql, given)
        rows: list[tuple[Any, ...]] = cursor.fetchall()
    return sorted(rows)


def require(request: Disbursement, *, on: date) -> None:
    """Raises: NotReady naming what each case lacks."""
    _refuse(request, lacking(request, on=on))


def require_owed(request: Disbursement) -> None:
    """What is asked is still owed, at every later step too: others may have paid meanwhile. Raises: NotReady."""
    _refuse(request, _over_asked(request))


def _refuse(request: Disbursement, found: list[Lack]) -> None:
    if found:
        more = f"; and {len(found) - TOLD} more" if len(found) > TOLD else ""
        detail = (
            f"{request.number} cannot go on. {'; '.join(map(str, found[:TOLD]))}{more}. Each case says how to mend it."
        )
        raise NotReady(detail, ids=tuple(sorted({row.case for row in found})))


@dataclass(frozen=True, slots=True)
class LetThrough:
    """One case that goes on although a rule would stop it, and why."""

    title: str
    detail: str
    url: str


def let_through(request: Disbursement, *, most: int) -> list[LetThrough]:
    """Reasons for further help, permits above the ceiling, and awards below the notified value, at most so many of each."""
    cases = request.lines.values("case")
    reasons = HelpReason.objects.filter(case__in=cases).select_related("case", "recorded_by").order_by("-pk")[:most]
    found = [
        LetThrough(
            "Helped before, and again for a reason",
            f"{row.case.number}, {row.recorded_by.get_full_name()}: {row.reason}",
            reverse("case_help", args=[row.case_id]),
        )
        for row in reasons
    ]
    if request.kind == PaymentKind.RELIEF:
        permits = CeilingPermit.objects.filter(case__in=cases).select_related("case", "permitted_by").order_by("-pk")
        found += [
            LetThrough(
                f"Permitted up to {figures(row.up_to)}, above the ceiling",
                f"{row.case.number}, {row.permitted_by.get_full_name()}: {row.reason}",
                reverse("case", args=[row.case_id]),
            )
            for row in permits[:most]
        ]
    return found + (_below_the_value(request, most) if request.kind == PaymentKind.DIYAT else [])


def _below_the_value(request: Disbursement, most: int) -> list[LetThrough]:
    found = []
    for case in Case.objects.filter(pk__in=request.lines.values("case"))[:most]:
        for row in diyat_values.compared(case):
            if row.below and row.value.amount is not None:
                told = f"{figures(row.obligation.whole)} ordered, {figures(row.value.amount)} notified for {row.value.year}."
                end = " The court's own paper is attached." if row.order_is_in else ""
                found.append(LetThrough("Diyat below the notified value", told + end, reverse("diyat_values")))
    return found


def help_words(case: Case, *, to: User, but: int | None = None) -> list[str]:
    """Other help to the person of a case, as an officer who drafts reads it: fund, amount, day, stage, and the reason given."""
    reasons = earlier_help.explained_by(case)
    return [
        f"{row.number or row.fund}, {figures(row.amount)}, {date_format(row.on, 'j M Y')}, {State(row.state).label.lower()}"
        + (f" (reason: {reasons[row.request].reason})" if row.explained else "; a reason is needed")
        for row in earlier_help.helps(case, on=today(), to=to)
        if row.request != but
    ]
