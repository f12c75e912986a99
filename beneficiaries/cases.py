"""Case files: relief and prisoner cases, court orders, obligations, heirs' shares, release."""

import math
from collections.abc import Collection, Sequence
from datetime import date
from fractions import Fraction
from typing import Any

from django.contrib.auth.models import User
from django.db import transaction
from django.db.models import QuerySet

from beneficiaries.identity import parse_text
from beneficiaries.inputs import take
from beneficiaries.kinship import kin_of
from beneficiaries.merged import refuse_merged
from beneficiaries.models import (
    Case,
    Court,
    CourtOrder,
    District,
    Heir,
    HeirWaiver,
    Obligation,
    Office,
    Person,
    Prison,
    PrisonerCase,
    ReliefCase,
)
from beneficiaries.scope import get_visible, office_of, visible
from ledger.clock import act_date
from ledger.errors import BadInput, WrongState
from ledger.history import acting
from ledger.locks import hold
from ledger.money import figures, parse_amount
from ledger.roles import Role, require_role

LARGEST_DENOMINATOR = 2**31 - 1  # what the column holds


def visible_cases(user: User) -> QuerySet[Case]:
    """The cases of the user's office, or all from a federal one."""
    return visible(Case.objects.select_related("person", "office", "relief", "prisoner__prison"), to=user)


def _next_number(office: Office, day: date) -> str:
    """'KHI-2025-0031': case files are counted per office and calendar year."""
    hold("beneficiaries_case", office.pk)
    prefix = f"{office.code}-{day.year}-"
    last = Case.objects.filter(number__startswith=prefix).order_by("-number").values_list("number", flat=True).first()
    return f"{prefix}{int(last.rsplit('-', 1)[1]) + 1 if last else 1:05d}"


def _open(kind: str, person: Person, by: User, opened_on: date | None, fir: tuple[str, str, int] | None) -> Case:
    """`fir` is (police station, number, year)."""
    office, day = office_of(by), act_date(opened_on, field="opened_on")
    get_visible(Person.objects.all(), to=by, pk=person.pk)
    refuse_merged([person.pk])
    station, number, year = fir or ("", "", None)
    return Case.objects.create(
        number=_next_number(office, day),
        kind=kind,
        office=office,
        person=person,
        opened_on=day,
        created_by=by,
        police_station=take("police_station", parse_text, station, maximum=80) if station else "",
        fir_number=take("fir_number", parse_text, number, maximum=20) if number else "",
        fir_year=year,
    )


@transaction.atomic
def open_relief_case(
    *,
    person: Person,
    violation: str,
    happened_on: date,
    district: District,
    referral: str,
    recommended_amount: Any,
    by: User,
    referral_reference: str = "",
    report: str = "",
    fir: tuple[str, str, int] | None = None,
    opened_on: date | None = None,
) -> Case:
    """A victim's case; `recommended_amount` in rupees. Raises: NotAllowed, NotFound, BadInput."""
    require_role(by, Role.CASE_OFFICER, action="open a case")
    amount = take("recommended_amount", parse_amount, recommended_amount)
    for field, value, choices in (
        ("violation", violation, ReliefCase.Violation),
        ("referral", referral, ReliefCase.Referral),
    ):
        if value not in choices.values:
            raise BadInput("The case cannot be opened like this.", fields={field: f"{value!r} is not in the list."})
    with acting(by, "Case opened"):
        case = _open(Case.Kind.RELIEF, person, by, opened_on, fir)
        if happened_on > case.opened_on:
            detail = f"{happened_on:%d %b %Y} is after the case was opened."
            raise BadInput(detail, fields={"happened_on": detail})
        ReliefCase.objects.create(
            case=case,
            violation=violation,
            happened_on=happened_on,
            district=district,
            referral=referral,
            referral_reference=referral_reference.strip()[:40],
            report=report.strip(),
            recommended_amount=amount,
        )
    return case


@transaction.atomic
def open_prisoner_case(
    *,
    person: Person,
    prison: Prison,
    prisoner_number: str,
    sections: str,
    by: User,
    sentence_served_on: date | None = None,
    fir: tuple[str, str, int] | None = None,
    opened_on: date | None = None,
) -> Case:
    """A prisoner's case. Raises: NotAllowed, NotFound, BadInput."""
    require_role(by, Role.CASE_OFFICER, action="open a case")
    with acting(by, "Case opened"):
        case = _open(Case.Kind.PRISONER, person, by, opened_on, fir)
        PrisonerCase.objects.create(
            case=case,
            prison=prison,
            prisoner_number=take("prisoner_number", parse_text, prisoner_number, maximum=30),
            sections=take("sections", parse_text, sections, maximum=120),
            sentence_served_on=sentence_served_on,
        )
    return case


@transaction.atomic
def record_order(*, case: Case, court: Court, number: str, decided_on: date, by: User) -> CourtOrder:
    """The judgment or order behind the case. Raises: NotAllowed, NotFound, BadInput."""
    require_role(by, Role.CASE_OFFICER, action="record a court order")
    get_visible(Case.objects.all(), to=by, pk=case.pk)
    reference, day = take("number", parse_text, number, maximum=60), act_date(decided_on, field="decided_on")
    if CourtOrder.objects.filter(case=case, court=court, number=reference).exists():
        raise WrongState(
            f"{court}, {reference} is already recorded for {case.number}.", ids=(case.pk,), code="duplicate"
        )
    with acting(by, "Court order recorded"):
        return CourtOrder.objects.create(case=case, court=court, number=reference, decided_on=day)


@transaction.atomic
def record_obligation(
    *, order: CourtOrder, kind: str, amount_ordered: Any, by: User, paid_before: Any = "0", owed_to: str = ""
) -> Obligation:
    """A sum the court ordered, in rupees, less what others paid before. Raises: NotAllowed, NotFound, BadInput."""
    require_role(by, Role.CASE_OFFICER, action="record an obligation")
    get_visible(Case.objects.all(), to=by, pk=order.case_id)
    ordered = take("amount_ordered", parse_amount, amount_ordered)
    paid = take("paid_before", parse_amount, paid_before) if str(paid_before).strip() not in ("", "0", "0.00") else 0
    if kind not in Obligation.Kind.values:
        raise BadInput("Choose what the court ordered.", fields={"kind": f"{kind!r} is not in the list."})
    if paid > ordered:
        detail = f"Paid before is more than the court ordered, {figures(ordered)}."
        raise BadInput(detail, fields={"paid_before": detail})
    with acting(by, "Obligation recorded"):
        return Obligation.objects.create(
            order=order,
            kind=kind,
            amount_ordered=ordered,
            paid_before=paid,
            owed_to=take("owed_to", parse_text, owed_to, maximum=120) if owed_to else "",
        )


@transaction.atomic
def record_heirs(
    *,
    obligation: Obligation,
    heirs: Sequence[tuple[Person, str, Fraction]],
    by: User,
    reason: str = "Heirs recorded",
    unsound: Collection[int] = (),
) -> list[Heir]:
    """The court's shares as (person, kinship, fraction); they are kept over one denominator and must make the whole.

    `unsound`: the ids of the people whom the court found to be of unsound mind.

    Raises: NotAllowed, NotFound, BadInput naming what is missing, WrongState once a request pays them.
    """
    require_role(by, Role.CASE_OFFICER, action="record heirs")
    get_visible(Case.objects.all(), to=by, pk=obligation.order.case_id)
    if not heirs:
        raise BadInput("Name at least one heir.", fields={"heirs": "Name at least one heir."})
    total = sum((share for _, _, share in heirs), Fraction(0))
    if any(share <= 0 for _, _, share in heirs) or total != 1:
        detail = (
            f"Shares add up to {total}. Give the missing {1 - total} to an heir."
            if total < 1
            else (f"Shares add up to {total}, more than the whole. Take {total - 1} away.")
        )
        raise BadInput(detail, fields={"heirs": detail})
    if len({person.pk for person, _, _ in heirs}) != len(heirs):
        raise BadInput("An heir is named twice.", fields={"heirs": "Name each heir once."})
    refuse_merged(person.pk for person, _, _ in heirs)
    Obligation.objects.select_for_update().get(pk=obligation.pk)  # a request that pays these heirs holds it too
    if heirs_are_asked_for(obligation):
        raise WrongState("A request already pays these heirs. Cancel it first.", ids=(obligation.pk,))
    if HeirWaiver.objects.filter(heir__obligation=obligation).exists():
        raise WrongState("An heir of this award waived before the court, so the heirs stay.", ids=(obligation.pk,))
    denominator = math.lcm(*(share.denominator for _, _, share in heirs))
    if denominator > LARGEST_DENOMINATOR:
        detail = (
            f"The shares have no common denominator below {LARGEST_DENOMINATOR:,}. Compare them with the certificate."
        )
        raise BadInput(detail, fields={"heirs": detail})
    with acting(by, reason):
        for old in Heir.objects.filter(obligation=obligation):
            old.delete()
        return [
            Heir.objects.create(
                obligation=obligation,
                person=person,
                kinship=_kinship(kinship),
                share_numerator=share.numerator * (denominator // share.denominator),
                share_denominator=denominator,
                unsound_mind=person.pk in unsound,
            )
            for person, kinship, share in heirs
        ]


def heirs_are_asked_for(obligation: Obligation) -> bool:
    """Whether a request, a cancelled one too, names these heirs, so that they stay as they are."""
    return Heir.objects.filter(obligation=obligation, payee_lines__isnull=False).exists()


def _kinship(given: str) -> str:
    """As papers say it, widow for wife, where the calculator knows the word; else as the court wrote it."""
    text = take("kinship", parse_text, given, maximum=40)
    kin = kin_of(text)
    return kin.said if kin else text
