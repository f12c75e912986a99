"""Shares that heirs waived before the court, and who of an award is still paid what."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from typing import Any

from django.contrib.auth.models import User
from django.db import transaction
from django.db.models import Q, Sum

from beneficiaries.heirs.majority import minor_on, of_age_on
from beneficiaries.identity import parse_text
from beneficiaries.inputs import take
from beneficiaries.models import Heir, HeirWaiver, Obligation
from beneficiaries.offices.scope import get_visible
from ledger.clock import act_date
from ledger.errors import BadInput, WrongState
from ledger.history import acting
from ledger.money import figures, split
from ledger.roles import Role, require_role

# The payee lines live in a higher app; they are reached through the relation they point back with.
ZERO = Decimal("0.00")
DEAD = ("rejected", "cancelled")
ASKED = ("draft", "returned", "submitted", "sanctioned")


def in_force(obligations: Iterable[int]) -> dict[int, HeirWaiver]:
    """The waivers that count now, by heir, of these obligations."""
    rows = HeirWaiver.objects.filter(heir__obligation__in=obligations).select_related("recorded_by").order_by("pk")
    last = {row.heir_id: row for row in rows}
    return {heir: row for heir, row in last.items() if row.act == HeirWaiver.Act.WAIVED}


def due(obligation: Obligation, total: Decimal) -> list[tuple[Heir, Decimal]]:
    """Who is paid what when `total` rupees go to the heirs who did not waive, in whole rupees, the sum exactly `total`.

    Asking for all that the waivers leave of an award gives each heir what the award gave before: shares do not grow.
    """
    heirs = list(obligation.heirs.select_related("person").order_by("id"))
    gone = in_force([obligation.pk])
    staying = [heir for heir in heirs if heir.pk not in gone]
    if not staying:
        return []
    if gone:
        whole = dict(zip(heirs, split(obligation.balance, [heir.part for heir in heirs]), strict=True))
        if sum(whole[heir] for heir in staying) == total:
            return [(heir, whole[heir]) for heir in staying]
    return list(zip(staying, split(total, [heir.part for heir in staying]), strict=True))


def waived_of(obligations: Iterable[Obligation]) -> dict[int, Decimal]:
    """Rupees of each obligation that nobody will ask for, because heirs waived what was not yet asked for them."""
    rows = {row.pk: row for row in obligations}
    gone = in_force(rows)
    if not gone:
        return {}
    families: dict[int, list[Heir]] = defaultdict(list)
    for heir in Heir.objects.filter(obligation__heirs__in=list(gone)).distinct().order_by("pk"):
        families[heir.obligation_id].append(heir)
    asked = _asked(gone)
    found: dict[int, Decimal] = {}
    for key, heirs in families.items():
        parts = zip(heirs, split(rows[key].balance, [heir.part for heir in heirs]), strict=True)
        left = (part - asked.get(heir.pk, ZERO) for heir, part in parts if heir.pk in gone)
        found[key] = sum((max(amount, ZERO) for amount in left), ZERO)
    return found


def _asked(heirs: Iterable[int]) -> dict[int, Decimal]:
    """Rupees of every live request, by heir."""
    rows: Any = Heir.objects.filter(pk__in=list(heirs)).order_by()
    live = Sum("payee_lines__amount", filter=~Q(payee_lines__disbursement__state__in=DEAD))
    return {row["pk"]: row["asked"] or ZERO for row in rows.values("pk").annotate(asked=live)}


@transaction.atomic
def record_waiver(*, heir: int, decided_on: date, reference: str, reason: str, by: User) -> HeirWaiver:
    """An adult heir gave the share up before the court: it is left out of new requests, the others' stay as they are.

    Raises: NotAllowed, NotFound, BadInput (a minor, an heir of unsound mind), WrongState (waived already, asked for,
    vouchered, or paid).
    """
    require_role(by, Role.CASE_OFFICER, action="record a waiver")
    found, day = _locked(heir, decided_on, by=by)
    _refuse_protected(found, day)
    if earlier := in_force([found.obligation_id]).get(found.pk):
        raise WrongState(f"{found.person} has waived already: {earlier}.", ids=(found.pk,), code="already_waived")
    _refuse_asked(found)
    return _write(found, HeirWaiver.Act.WAIVED, day, reference, reason, by=by)


@transaction.atomic
def set_waiver_aside(*, heir: int, decided_on: date, reference: str, reason: str, by: User) -> HeirWaiver:
    """The court set the waiver aside, or it was recorded by mistake; only while no request was made without the share.

    Raises: NotAllowed, NotFound, BadInput, WrongState.
    """
    require_role(by, Role.CASE_OFFICER, action="set a waiver aside")
    found, day = _locked(heir, decided_on, by=by)
    waiver = in_force([found.obligation_id]).get(found.pk)
    if waiver is None:
        raise WrongState(f"{found.person} has not waived.", ids=(found.pk,), code="not_waived")
    lines: Any = found.obligation.payee_lines.exclude(disbursement__state__in=DEAD)
    without = lines.filter(disbursement__created_at__gte=waiver.recorded_at)
    if number := without.values_list("disbursement__number", flat=True).first():
        detail = (
            f"{number} asks for the others without this share. Cancel it first; once it is paid, the court decides."
        )
        raise WrongState(detail, ids=(found.pk,), code="asked_without")
    return _write(found, HeirWaiver.Act.SET_ASIDE, day, reference, reason, by=by)


def _locked(pk: int, decided_on: date, *, by: User) -> tuple[Heir, date]:
    """The heir, with the award locked as a request that pays it locks it, and the court's day."""
    rows = Heir.objects.select_related("person", "obligation__order")
    found = get_visible(rows, to=by, path="obligation__order__case__office", pk=pk)
    Obligation.objects.select_for_update().get(pk=found.obligation_id)
    return found, act_date(decided_on, field="decided_on", not_before=found.obligation.order.decided_on)


def _refuse_protected(heir: Heir, day: date) -> None:
    """Raises: BadInput for a minor or an heir of unsound mind."""
    person = heir.person
    if minor_on(person, day):
        until = f" until {of_age_on(person.born_on):%-d %b %Y}" if person.born_on else ""
        detail = f"{person} was a minor on {day:%-d %b %Y}{until}. A minor's share cannot be waived, by nobody."
    elif heir.unsound_mind:
        detail = f"{person} is of unsound mind by the court's finding. Such an heir's share cannot be waived."
    else:
        return
    raise BadInput(detail, code="protected_heir", fields={"heir": detail})


def _refuse_asked(heir: Heir) -> None:
    """Raises: WrongState while a request asks for the share, once a voucher pays it, or where nothing is left."""
    lines: Any = heir.payee_lines.exclude(disbursement__state__in=DEAD)
    rows = lines.order_by("-disbursement_id").values_list("disbursement__number", "disbursement__state", "amount")
    paid = ZERO
    for number, state, amount in rows:
        paid += amount
        if state in ASKED:
            detail = f"{number} asks for {heir.person}'s share. Cancel it first, then ask again without the share."
            raise WrongState(detail, ids=(heir.pk,), code="asked_for")
        if state == "vouchered":
            detail = (
                f"A voucher for {number} already pays {heir.person}'s share, so it cannot be left out here any more."
            )
            raise WrongState(detail, ids=(heir.pk,), code="vouchered")
    shares = list(Heir.objects.filter(obligation=heir.obligation_id).order_by("id"))
    amounts = split(heir.obligation.balance, [row.part for row in shares])
    if paid and paid >= amounts[shares.index(heir)]:
        detail = f"{heir.person} was paid the whole share, {figures(paid)}. Nothing is left to waive."
        raise WrongState(detail, ids=(heir.pk,), code="paid")


def _write(heir: Heir, act: HeirWaiver.Act, day: date, reference: str, reason: str, *, by: User) -> HeirWaiver:
    why = take("reason", parse_text, reason, maximum=200)
    with acting(by, why):
        return HeirWaiver.objects.create(
            heir=heir,
            act=act,
            decided_on=day,
            reference=take("reference", parse_text, reference, maximum=80),
            reason=why,
            recorded_by=by,
        )
