"""Why money may be asked for: cases and court orders that a request of a kind can pay, with what is left to pay."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.contrib.auth.models import User
from django.db.models import DecimalField, F, OuterRef, Q, QuerySet, Subquery, Sum
from django.db.models.functions import Coalesce

from beneficiaries.heirs.waivers import in_force, waived_of
from beneficiaries.models import Case, Heir, LoanTerms, Obligation
from beneficiaries.offices.row_scope import everywhere
from beneficiaries.offices.scope import visible
from beneficiaries.registry import named
from funds.models import Disbursement, PayeeLine, PaymentKind
from funds.requests.payees import OBLIGATION_KINDS
from funds.workflow import DEAD
from ledger.ids import row_ids
from ledger.money import figures

HEIRS, INSTITUTION, PERSON = "heirs", "institution", "person"
SHOWN = 50


@dataclass(frozen=True, slots=True)
class Cause:
    """One case, or one sum a court ordered in it. `left`: rupees to suggest; `live`: another request that pays it."""

    case: Case
    obligation: Obligation | None = None
    left: Decimal = Decimal("0.00")
    live: str = ""

    @property
    def key(self) -> str:
        return f"o{self.obligation.pk}" if self.obligation else f"c{self.case.pk}"

    @property
    def told(self) -> str:
        """The second line of a list: what it is about."""
        if self.obligation is not None:
            parts = [self.case.number, str(self.obligation.order), self.obligation.owed_to]
        elif self.case.kind == Case.Kind.RELIEF:
            parts = [self.case.number, self.case.relief.get_violation_display()]
        else:
            parts = [self.case.number, str(self.case.prisoner.prison), self.case.fir]
        return " · ".join(part for part in parts if part)


def kinds_of(case: Case) -> set[str]:
    """The kinds of payment a case can give rise to."""
    if case.kind == Case.Kind.RELIEF:
        return {PaymentKind.RELIEF.value, PaymentKind.LEGAL_AID.value}
    ordered = Obligation.objects.filter(order__case=case).values_list("kind", flat=True)
    return {*ordered, PaymentKind.LEGAL_AID.value, PaymentKind.LOAN.value}


@everywhere()
def candidates(
    user: User, kind: str, *, text: str = "", keys: Sequence[str] = (), case: int | None = None
) -> list[Cause]:
    """At most SHOWN causes for this kind of payment: those already ticked and the given case first, then the newest."""
    chosen = by_keys(user, kind, keys)
    rows = _rows(user, kind)
    first = _causes(rows.filter(_case_path(kind, pk=case)), kind) if case else []
    found = _causes((rows.filter(_matches(kind, text)) if text else rows)[:SHOWN], kind)
    return list({cause.key: cause for cause in [*chosen, *first, *found]}.values())


@everywhere()
def by_keys(user: User, kind: str, keys: Sequence[str]) -> list[Cause]:
    """The causes with these keys that the user may see and that fit the kind, in the order given; others are left out."""
    letter = "o" if kind in OBLIGATION_KINDS else "c"
    wanted = row_ids(key[1:] for key in keys if key[:1] == letter)
    found = {cause.key: cause for cause in _causes(_rows(user, kind).filter(pk__in=wanted), kind)} if wanted else {}
    return [found[key] for key in dict.fromkeys(keys) if key in found]


def _case_path(kind: str, *, pk: int) -> Q:
    return Q(order__case_id=pk) if kind in OBLIGATION_KINDS else Q(pk=pk)


def _rows(user: User, kind: str) -> QuerySet[Any]:
    lines = PayeeLine.objects.exclude(disbursement__state__in=DEAD)
    if kind in OBLIGATION_KINDS:
        orders = Obligation.objects.filter(kind=OBLIGATION_KINDS[kind]).select_related(
            "order__court", "order__case__person", "order__case__prisoner__prison"
        )
        orders = orders.filter(order__case__set_aside_on=None)
        orders = _with_taken(visible(orders, to=user, path="order__case__office"), lines)
        return orders.filter(amount_ordered__gt=F("paid_before") + F("taken")).order_by("-pk")
    cases = Case.objects.filter(set_aside_on=None).select_related("person", "relief", "prisoner__prison")
    if kind == PaymentKind.RELIEF:
        cases = cases.filter(kind=Case.Kind.RELIEF)
    same = lines.filter(case=OuterRef("pk"), disbursement__kind=kind)
    return visible(cases, to=user).annotate(live=Subquery(_number(same))).order_by("-pk")


def _number(lines: QuerySet[PayeeLine]) -> QuerySet[Any, Any]:
    return lines.order_by("-pk").values("disbursement__number")[:1]


def _matches(kind: str, text: str) -> Q:
    at = "order__case__" if kind in OBLIGATION_KINDS else ""
    found = Q(**{f"{at}number__icontains": text}) | named(text, at=f"{at}person__")
    found |= Q(**{f"{at}fir_number": text})
    return found


def _causes(rows: Iterable[Any], kind: str) -> list[Cause]:
    if kind in OBLIGATION_KINDS:
        return _sums(rows)
    return [
        Cause(
            row, None, row.relief.recommended_amount if kind == PaymentKind.RELIEF else Decimal("0.00"), row.live or ""
        )
        for row in rows
    ]


@everywhere()
def sums_left(cases: Iterable[int], *, but: int | None = None) -> dict[int, list[Cause]]:
    """By case, the sums a loan may be for: something is left to ask for, and no heirs are named, who alone are paid theirs.

    The lines of the request `but` do not count against them, and its own sum stays in the list.
    """
    lines = PayeeLine.objects.exclude(disbursement__state__in=DEAD)
    free = Q(heirs=None)
    if but is not None:
        lines, free = lines.exclude(disbursement=but), free | Q(payee_lines__disbursement=but)
    rows = Obligation.objects.filter(free, order__case__in=list(cases)).exclude(kind__in=Obligation.CONTINGENT)
    rows = _with_taken(rows.distinct(), lines).select_related("order__court", "order__case").order_by("pk")
    found: dict[int, list[Cause]] = {}
    for cause in _sums(rows):
        found.setdefault(cause.case.pk, []).append(cause)
    return found


def terms_of(cases: Iterable[int]) -> dict[int, LoanTerms]:
    """By case, the terms of a soft loan that count now."""
    return {row.case_id: row for row in LoanTerms.objects.filter(case__in=list(cases)).order_by("pk")}


def _with_taken(rows: QuerySet[Obligation], lines: QuerySet[PayeeLine]) -> QuerySet[Any]:
    """Each sum with `taken`, the rupees that these lines ask of it, and `live`, the number of the latest request that does."""
    taken = lines.filter(obligation=OuterRef("pk")).order_by()
    return rows.annotate(
        taken=Coalesce(
            Subquery(taken.values("obligation").annotate(total=Sum("amount")).values("total")),
            Decimal(0),
            output_field=DecimalField(max_digits=30, decimal_places=2),
        ),
        live=Subquery(_number(taken)),
    )


def _sums(rows: Iterable[Any]) -> list[Cause]:
    """Sums from `_with_taken` of which something is left."""
    orders = list(rows)
    waived = waived_of(orders)
    left = [(row, row.balance - row.taken - waived.get(row.pk, 0)) for row in orders]
    return [Cause(row.order.case, row, free, row.live or "") for row, free in left if free > 0]


def of_request(request: Disbursement) -> list[Cause]:
    """The causes behind the lines of a draft, once each, with their own lines not counted as taken."""
    lines = request.lines.select_related(
        "case__person",
        "case__relief",
        "case__prisoner__prison",
        "obligation__order__court",
        "obligation__order__case__person",
    ).order_by("position")
    found: dict[str, Cause] = {}
    for line in lines:
        cause = Cause(line.case, line.obligation, line.amount)
        found.setdefault(cause.key, cause)
    return list(found.values())


def heirs_of(obligation: Obligation | None) -> list[Heir]:
    """The heirs the court named who did not waive, in their order."""
    if obligation is None:
        return []
    gone = in_force([obligation.pk])
    return [heir for heir in obligation.heirs.select_related("person").order_by("id") if heir.pk not in gone]


def mode_of(kind: str, heirs: Sequence[Heir]) -> str:
    """Who is paid: heirs by share, a court or treasury, or the person of each case, also where a loan names the sum."""
    if kind not in OBLIGATION_KINDS:
        return PERSON
    return HEIRS if heirs and kind not in (PaymentKind.FINE, PaymentKind.BAIL) else INSTITUTION


def title_for(kind: str, causes: Sequence[Cause]) -> str:
    """A title the officer may change: 'Relief grant, Abdul Wahid', 'Relief grants, 38 people'."""
    label = str(PaymentKind(kind).label)
    if len(causes) > 1:
        return f"{label}s, {len(causes)} {'people' if kind == PaymentKind.RELIEF else 'cases'}"
    cause = causes[0]
    owed = cause.obligation.owed_to if cause.obligation is not None else ""
    return f"{label}, {owed or cause.case.person.name}"


def pay_to_for(kind: str, causes: Sequence[Cause]) -> str:
    """Who the voucher is made out to, as a first guess."""
    if kind == PaymentKind.FINE:
        return "Treasury"
    orders = {str(cause.obligation.order.court) for cause in causes if cause.obligation is not None}
    if orders:
        return orders.pop() if len(orders) == 1 else "Courts as listed"
    return causes[0].case.person.name if len(causes) == 1 else f"{len(causes)} people as listed"


def balance_words(cause: Cause) -> str:
    """'Balance of the award: Rs 12,00,000.00', or nothing for a case without an order."""
    return f"Balance of the award: {figures(cause.left)}" if cause.obligation is not None else ""
