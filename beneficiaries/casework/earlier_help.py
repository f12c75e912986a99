"""Other help that a person had in any fund: shown on the case, and a reason recorded before the next request is submitted.

Of another office's request only fund, amount, day and stage are told; its number and file stay with that office.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.contrib.auth.models import User
from django.db import transaction
from django.db.models import Q, QuerySet

from beneficiaries.heirs.waivers import DEAD
from beneficiaries.identity import parse_text
from beneficiaries.inputs import take
from beneficiaries.models import Case, HelpReason, Limit, Person
from beneficiaries.offices.policies import limit
from beneficiaries.offices.row_scope import everywhere
from beneficiaries.offices.scope import get_visible, office_of
from beneficiaries.owed.months import months_after
from beneficiaries.people.merged import standing_for
from ledger.clock import act_date
from ledger.errors import WrongState
from ledger.history import trace
from ledger.roles import Role, require_role

NOT_YET = ("draft", "returned", *DEAD)


@dataclass(frozen=True, slots=True)
class Help:
    """What one other request gives the person, in rupees. `number` is empty where the request is another office's.

    `same_case`: it helps in the case that is looked at, so only a further request there would be other help.
    """

    request: int
    fund: str
    amount: Decimal
    on: date
    state: str
    number: str = ""
    same_case: bool = False
    explained: bool = False


def window(*, on: date) -> tuple[date, Limit | None]:
    """The first day that counts as recent on this day, and the rule that says so; without a rule nothing counts."""
    rule = limit(Limit.Code.EARLIER_HELP, on=on)
    return months_after(on, -int(rule.value * 12)) if rule else on, rule


@everywhere()
def helps(case: Case, *, on: date, to: User | None = None) -> list[Help]:
    """Other requests, past their submission, that help the person of the case, of the years that policy looks back on `on`.

    Help is what is paid to the person, or on a case of the person: a convict's diyat helps the convict, not the heirs, whose
    own it is. A further part of the same sum of the same case is not other help. `to`: whose office may see the numbers.
    """
    first, rule = window(on=on)
    if rule is None:
        return []
    own = office_of(to) if to is not None else None
    explained = set(explained_by(case))
    found: dict[int, Help] = {}
    for line in _lines(case, first):
        key, seen = (
            line["disbursement_id"],
            own is not None and (own.is_federal or own.pk == line["disbursement__office"]),
        )
        before = found.get(key)
        found[key] = Help(
            request=key,
            fund=line["disbursement__fund__code"],
            amount=line["amount"] + (before.amount if before else Decimal(0)),
            on=line["disbursement__drafted_on"],
            state=line["disbursement__state"],
            number=line["disbursement__number"] if seen else "",
            same_case=line["case_id"] == case.pk,
            explained=key in explained,
        )
    return list(found.values())


def helping(records: Collection[int]) -> QuerySet[Any]:
    """The payee lines that help somebody of these records, all of `merged.standing_for`: paid to them, or in a case of theirs."""
    # They live in a higher app, so they are reached through the relation they point back with.
    lines: Any = Person._meta.get_field("payee_lines").related_model
    own = list(records)
    return lines.objects.filter(Q(person__in=own, heir=None) | Q(case__person__in=own))


def helped(line: Mapping[str, Any], records: Mapping[int, int]) -> set[int]:
    """Whom of them a line helps, from its `person`, `heir` and `case__person`."""
    named = {line["case__person"]} | ({line["person"]} if line["heir"] is None else set())
    return {records[key] for key in named if key in records}


def _lines(case: Case, first: date) -> Iterable[dict[str, Any]]:
    rows = (
        helping(standing_for([case.person_id]))
        .exclude(disbursement__state__in=NOT_YET)
        .filter(disbursement__drafted_on__gte=first)
    )
    rows = rows.exclude(case=case.pk, obligation__isnull=False)
    rows = rows.order_by("-disbursement__drafted_on", "-disbursement_id")
    return list(
        rows.values(
            "case_id",
            "disbursement_id",
            "disbursement__number",
            "disbursement__office",
            "disbursement__state",
            "disbursement__drafted_on",
            "disbursement__fund__code",
            "amount",
        )
    )


def explained_by(case: Case) -> dict[int, HelpReason]:
    """The reason recorded in this case for each request that it names."""
    rows = HelpReason.objects.filter(case=case).select_related("recorded_by")
    return {request: row for row in rows for request in row.requests}


def unexplained(case: Case, *, on: date, but: int | None = None) -> list[Help]:
    """Help that no reason of the case names; `but` is the request that is asked about."""
    return [row for row in helps(case, on=on) if not row.explained and row.request != but]


@transaction.atomic
def record_reason(*, case: int, reason: str, by: User, on: date | None = None) -> HelpReason:
    """Why the person is helped again, for all other help that counts today, or on the day given.

    Raises: NotAllowed, NotFound, BadInput, WrongState where nothing needs a reason.
    """
    require_role(by, Role.CASE_OFFICER, action="give a reason for further help")
    found = get_visible(Case.objects.select_related("person"), to=by, pk=case)
    why = take("reason", parse_text, reason, maximum=500)
    rows: Collection[Help] = unexplained(found, on=act_date(on))
    if not rows:
        detail = f"No other help to {found.person} needs a reason now."
        raise WrongState(detail, ids=(found.pk,), code="no_other_help")
    requests = sorted(row.request for row in rows)
    return HelpReason.objects.create(case=found, requests=requests, reason=why, recorded_by=by, **trace())
