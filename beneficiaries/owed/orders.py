"""What courts ordered: orders, single sums, and sums that several convicts owe together."""

from datetime import date
from decimal import Decimal
from typing import Any

from django.contrib.auth.models import User
from django.db import transaction

from beneficiaries.identity import parse_text
from beneficiaries.inputs import take, take_optional
from beneficiaries.models import (
    Case,
    Court,
    CourtOrder,
    JointAward,
    Obligation,
    Person,
    PriorPayment,
)
from beneficiaries.offices.row_scope import everywhere
from beneficiaries.offices.scope import get_visible
from beneficiaries.owed.prior_payments import held, pay_before
from ledger.clock import act_date
from ledger.errors import BadInput, WrongState
from ledger.history import acting
from ledger.locks import hold
from ledger.money import figures, parse_amount, split
from ledger.roles import Role, require_role

LONGEST_DEFAULT_TERM = 10_000  # days; only what no court could have meant is refused
MOST_CONVICTS = 200


@transaction.atomic
def record_order(
    *, case: Case, court: Court, number: str, decided_on: date, by: User, judgment_on: date | None = None
) -> CourtOrder:
    """The judgment or order behind the case. `judgment_on`: the conviction, where the order that fixes the sum came later.

    Raises: NotAllowed, NotFound, BadInput, WrongState where the person has this order in a case already.
    """
    require_role(by, Role.CASE_OFFICER, action="record a court order")
    get_visible(Case.objects.all(), to=by, pk=case.pk)
    reference, day = take("number", parse_text, number, maximum=60), act_date(decided_on, field="decided_on")
    if judgment_on is not None and judgment_on > day:
        detail = f"{judgment_on:%-d %b %Y} is after the order. Leave it empty where the judgment itself fixes the sum."
        raise BadInput(detail, fields={"judgment_on": detail})
    list(Person.objects.select_for_update(no_key=True).filter(pk=case.person_id).values_list("pk"))
    if found := _same_order(case, court, reference):
        named = said_case(found.case_id, found.case.number)
        where = case.number if found.case_id == case.pk else f"{named}, for the same person"
        raise WrongState(
            f"{court}, {reference} is already recorded for {where}.", ids=(found.case_id,), code="duplicate"
        )
    with acting(by, "Court order recorded"):
        return CourtOrder.objects.create(
            case=case, court=court, number=reference, decided_on=day, judgment_on=judgment_on
        )


@everywhere()
def _same_order(case: Case, court: Court, number: str) -> CourtOrder | None:
    """This order in a case of the person, in whichever office."""
    rows = CourtOrder.objects.filter(case__person=case.person_id, case__set_aside_on=None, court=court)
    return rows.filter(number__iexact=number).select_related("case").first()


def said_case(pk: int, number: str) -> str:
    """A case as this user may hear of it: another office's has no number here."""
    return number if Case.objects.filter(pk=pk).exists() else "a case of another office"


@transaction.atomic
def record_obligation(
    *,
    order: CourtOrder,
    kind: str,
    amount_ordered: Any,
    by: User,
    paid_before: Any = "0",
    paid_by: str = "",
    owed_to: str = "",
    section: str = "",
    default_days: int | None = None,
    surety: Person | None = None,
) -> Obligation:
    """A sum the court ordered, in rupees, less what others paid before, whom `paid_by` names.

    `default_days`: days of prison in default of a fine or compensation. `surety`: who stands for a surety bond, which is
    kept as contingent and never paid. Raises: NotAllowed, NotFound, BadInput, WrongState for the same sum twice.
    """
    require_role(by, Role.CASE_OFFICER, action="record an obligation")
    get_visible(Case.objects.all(), to=by, pk=order.case_id)
    ordered = take("amount_ordered", parse_amount, amount_ordered)
    paid = take("paid_before", parse_amount, paid_before) if str(paid_before).strip() not in ("", "0", "0.00") else None
    _check_kind(kind, default_days, surety, by=by)
    if paid is not None and paid > ordered:
        detail = f"Paid before is more than the court ordered, {figures(ordered)}."
        raise BadInput(detail, fields={"paid_before": detail})
    return _record(
        order,
        by=by,
        paid=paid,
        paid_by=take_optional("paid_by", paid_by, maximum=120),
        kind=kind,
        amount_ordered=ordered,
        owed_to=take_optional("owed_to", owed_to, maximum=120),
        section=take_optional("section", section, maximum=40),
        default_days=default_days,
        surety=surety,
    )


def _check_kind(kind: str, default_days: int | None, surety: Person | None, *, by: User) -> None:
    """Raises: BadInput, NotFound for a surety of another office."""
    if kind not in Obligation.Kind.values:
        raise BadInput("Choose what the court ordered.", fields={"kind": f"{kind!r} is not in the list."})
    label = Obligation.Kind(kind).label
    if default_days is not None:
        if kind not in Obligation.WITH_DEFAULT_TERM:
            detail = f"{label} has no term in default. Leave the days empty."
            raise BadInput(detail, fields={"default_days": detail})
        if not 1 <= default_days <= LONGEST_DEFAULT_TERM:
            detail = f"{default_days} is not a number of days from 1 to {LONGEST_DEFAULT_TERM}."
            raise BadInput(detail, fields={"default_days": detail})
    if surety is not None:
        if kind != Obligation.Kind.SURETY:
            detail = f"{label} has no surety. Choose surety bond, or leave the surety empty."
            raise BadInput(detail, fields={"surety": detail})
        get_visible(Person.objects.all(), to=by, pk=surety.pk)


@transaction.atomic
def correct_obligation(
    *, obligation: int, reason: str, by: User, default_days: int | None = None, surety: Person | None = None
) -> Obligation:
    """The term in default and the surety as they should read; kind and sum stay as the court ordered.

    Raises: NotAllowed, NotFound, BadInput.
    """
    require_role(by, Role.CASE_OFFICER, action="correct an obligation")
    row = held(obligation, by=by)
    _check_kind(row.kind, default_days, surety, by=by)
    with acting(by, take("reason", parse_text, reason, maximum=200)):
        row.default_days, row.surety = default_days, surety
        row.save(update_fields=["default_days", "surety"])
    return row


def _record(order: CourtOrder, *, by: User, paid: Decimal | None, paid_by: str, **values: Any) -> Obligation:
    """Writes the sum and who paid of it before. Raises: WrongState where this order has it already, BadInput."""
    CourtOrder.objects.select_for_update(no_key=True).get(pk=order.pk)
    same = Obligation.objects.filter(
        order=order,
        kind=values["kind"],
        owed_to__iexact=values["owed_to"],
        section__iexact=values.get("section", ""),
    )
    if found := same.first():
        detail = (
            f"{found.get_kind_display()} of {figures(found.amount_ordered)} is recorded for this order already. Another sum "
            "of the same kind needs another section, or others it is owed to."
        )
        raise WrongState(detail, ids=(found.pk,), code="duplicate")
    with acting(by, "Obligation recorded"):
        made = Obligation.objects.create(order=order, **values)
    if paid is not None:
        pay_before(made, paid, None, paid_by or PriorPayment.UNNAMED, "", by=by)
    return made


@transaction.atomic
def record_joint_obligation(
    *,
    order: CourtOrder,
    total: Any,
    convicts: int,
    owed_to: str,
    by: User,
    place: int | None = None,
) -> Obligation:
    """This convict's part of a diyat that `convicts` owe together, `total` rupees in all.

    Split equally by largest remainder, so `place` says who bears the rupee over; empty: the first place still free. The
    parts stand for themselves: what an heir waives against one convict does not shift to another (PLD 2003 Karachi 277).
    Raises: NotAllowed, NotFound, BadInput, WrongState where the award is recorded otherwise or the place is taken.
    """
    require_role(by, Role.CASE_OFFICER, action="record an obligation")
    get_visible(Case.objects.all(), to=by, pk=order.case_id)
    whole = take("total", parse_amount, total)
    if isinstance(convicts, bool) or not 2 <= convicts <= MOST_CONVICTS:
        detail = f"{convicts} is not a number of convicts from 2 to {MOST_CONVICTS}."
        raise BadInput(detail, fields={"convicts": detail})
    heirs_of = take("owed_to", parse_text, owed_to, maximum=120)
    hold(f"joint award {order.court_id} {order.number.lower()}")
    award = _award(order, whole, convicts, heirs_of, by=by)
    chosen = _place(award, place)
    return _record(
        order,
        by=by,
        paid=None,
        paid_by="",
        kind=Obligation.Kind.DIYAT,
        amount_ordered=split(whole, [1] * convicts)[chosen - 1],
        owed_to=award.owed_to,
        award=award,
        award_place=chosen,
    )


@everywhere()
def _place(award: JointAward, given: int | None) -> int:
    """The place among the convicts. Raises: BadInput, WrongState where it is taken."""
    taken = dict(Obligation.objects.filter(award=award).values_list("award_place", "pk"))
    free = [place for place in range(1, award.convicts + 1) if place not in taken]
    if given is not None and not 1 <= given <= award.convicts:
        detail = f"{given} is not a place from 1 to {award.convicts}."
        raise BadInput(detail, fields={"place": detail})
    if not free:
        raise WrongState(f"All {award.convicts} convicts of this award are recorded already.", code="duplicate")
    if given in taken:
        detail = f"Convict {given} of this award is recorded already. Still free: {', '.join(map(str, free))}."
        raise WrongState(detail, code="duplicate")
    return given or free[0]


def _award(order: CourtOrder, total: Decimal, convicts: int, owed_to: str, *, by: User) -> JointAward:
    """The award these convicts share, recorded with the first of them. Raises: WrongState where it says otherwise."""
    found = JointAward.objects.filter(
        court=order.court_id, number__iexact=order.number, owed_to__iexact=owed_to
    ).first()
    if found is None:
        return JointAward.objects.create(
            court=order.court, number=order.number, owed_to=owed_to, total=total, convicts=convicts, recorded_by=by
        )
    if (found.total, found.convicts) != (total, convicts):
        detail = (
            f"This award is recorded as {figures(found.total)} owed by {found.convicts} convicts together. Compare the "
            "judgment, and give the same figures."
        )
        raise WrongState(detail, ids=(found.pk,), code="differs")
    return found
