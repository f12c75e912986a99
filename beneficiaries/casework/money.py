"""What our funds were asked for and paid on a case or to a person; reads only.

The payee lines live in a higher app, so they are reached through the relation they point back with, never by an import.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.contrib.auth.models import User
from django.db.models import Q, QuerySet, Sum

from beneficiaries.heirs.waivers import DEAD, waived_of
from beneficiaries.models import Case, Obligation, Person
from beneficiaries.offices.row_scope import everywhere
from beneficiaries.offices.scope import visible
from beneficiaries.people.merged import numbers_of

ZERO = Decimal("0.00")
LIVE_INSTRUMENT = ("issued", "cleared")


@dataclass(frozen=True, slots=True)
class Owed:
    """One obligation in rupees: what the court ordered, what others paid, what we ask and have paid, what is left.

    `waived`: what heirs gave up before the court and nobody will ask for.
    """

    obligation: Obligation
    asked: Decimal
    paid: Decimal
    waived: Decimal = ZERO

    @property
    def left(self) -> Decimal:
        """What may still be asked for."""
        return self.obligation.balance - self.waived - self.asked - self.paid


def obligations_of(case: Case) -> list[Owed]:
    """The case's obligations with the money every fund asks and has paid, whichever office asked."""
    return owed_of(Obligation.objects.filter(order__case=case))


@everywhere()
def owed_of(obligations: QuerySet[Obligation]) -> list[Owed]:
    """These obligations, of one case or of many, in a fixed number of queries."""
    rows = list(
        obligations.select_related("order__court", "award", "surety").prefetch_related(
            "heirs__person", "prior_payments__struck", "prior_payments__recorded_by", "plans__instalments"
        )
    )
    lines: Any = Obligation._meta.get_field("payee_lines").related_model
    asked = lines.objects.filter(obligation__in=rows).exclude(disbursement__state__in=DEAD)
    live, paid = _sums(asked), _sums(asked.filter(instruments__state__in=LIVE_INSTRUMENT))
    waived = waived_of(rows)
    return [
        Owed(row, live.get(row.pk, ZERO) - paid.get(row.pk, ZERO), paid.get(row.pk, ZERO), waived.get(row.pk, ZERO))
        for row in rows
    ]


def _sums(lines: Any) -> dict[int, Decimal]:
    grouped = lines.order_by().values("obligation_id").annotate(total=Sum("amount"))
    return {row["obligation_id"]: row["total"] for row in grouped}


def requests_of(case: Case, *, to: User) -> list[Any]:
    """Each visible request that pays for this case with what of it is for the case, latest first."""
    lines = visible(case.payee_lines.all(), to=to, path="disbursement__office")
    grouped = lines.order_by("-disbursement_id").values(
        "disbursement_id",
        "disbursement__number",
        "disbursement__title",
        "disbursement__state",
        "disbursement__drafted_on",
    )
    return list(grouped.annotate(amount=Sum("amount")))


def received_by(person: Person, *, to: User, numbers: Sequence[int] = ()) -> Any:
    """The payee lines that name this person, latest first, in every fund the user may see.

    `numbers`: as merged.numbers_of gives them, for who has asked already.
    """
    rows = _lines_of(person, numbers).select_related("disbursement__fund", "case").prefetch_related("instruments")
    return visible(rows.order_by("-disbursement_id", "position"), to=to, path="disbursement__office")


def _lines_of(person: Person, numbers: Sequence[int]) -> Any:
    """Also those that name a record which was merged into this one: what was signed is not rewritten."""
    lines: Any = person.payee_lines  # type: ignore[attr-defined]
    return lines.model.objects.filter(person__in=numbers or numbers_of(person))


def paid_total(person: Person, *, to: User, numbers: Sequence[int] = ()) -> Decimal:
    """Rupees for which a live instrument was issued to this person, in visible requests."""
    lines = visible(_lines_of(person, numbers), to=to, path="disbursement__office")
    paid = lines.filter(instruments__state__in=LIVE_INSTRUMENT).aggregate(total=Sum("amount"))["total"]
    return paid or ZERO


MONEY_STATES = {
    "none": ("No request yet", Q(payee_lines__isnull=True)),
    "asked": ("Asked for", Q(payee_lines__disbursement__state__in=("draft", "submitted", "returned"))),
    "sanctioned": ("Sanctioned", Q(payee_lines__disbursement__state__in=("sanctioned", "vouchered"))),
    "paid": ("Paid", Q(payee_lines__disbursement__state__in=("paid", "cleared", "acknowledged", "closed"))),
}


@everywhere()
def in_state(cases: QuerySet[Case], state: str) -> QuerySet[Case]:
    """Those of the cases with a request, of whichever office, in this state of MONEY_STATES."""
    # By their numbers, so that a case with several lines is neither shown nor counted twice.
    return cases.filter(pk__in=set(cases.filter(MONEY_STATES[state][1]).values_list("pk", flat=True)))


@everywhere()
def case_states(cases: list[int]) -> dict[int, str]:
    """The state of each case's latest request that was not refused; cases without one are left out."""
    rows = Case.objects.filter(pk__in=cases).exclude(payee_lines=None).order_by("payee_lines__disbursement_id")
    rows = rows.exclude(payee_lines__disbursement__state__in=DEAD)
    return dict(rows.values_list("pk", "payee_lines__disbursement__state"))
