"""Case files: relief and prisoner cases, heirs' shares, release. What courts ordered is in orders.py."""

import math
from collections.abc import Collection, Sequence
from datetime import date
from fractions import Fraction
from typing import Any

from django.contrib.auth.models import User
from django.db import transaction
from django.db.models import QuerySet

from beneficiaries.casework.fir import Fir, take_fir
from beneficiaries.heirs.kinship import kin_of
from beneficiaries.identity import parse_text
from beneficiaries.inputs import take, take_optional
from beneficiaries.models import (
    Case,
    District,
    Heir,
    HeirWaiver,
    Obligation,
    Person,
    Prison,
    PrisonerCase,
    ReliefCase,
)
from beneficiaries.offices.row_scope import everywhere
from beneficiaries.offices.scope import get_visible, office_of, visible
from beneficiaries.owed.orders import record_obligation, record_order, said_case
from beneficiaries.people.many import next_numbers
from beneficiaries.people.merged import refuse_merged
from ledger.clock import act_date
from ledger.errors import BadInput, WrongState
from ledger.history import acting
from ledger.money import parse_amount
from ledger.roles import Role, require_role

__all__ = [
    "heirs_are_asked_for",
    "open_prisoner_case",
    "open_relief_case",
    "record_heirs",
    "record_obligation",
    "record_order",
    "visible_cases",
]
LARGEST_DENOMINATOR = 2**31 - 1  # what the column holds


def visible_cases(user: User) -> QuerySet[Case]:
    """The cases of the user's office, or all from a federal one."""
    return visible(Case.objects.select_related("person", "office", "relief", "prisoner__prison"), to=user)


def _open(kind: str, person: Person, by: User, opened_on: date | None, fir: Fir | None) -> Case:
    office, day = office_of(by), act_date(opened_on, field="opened_on")
    get_visible(Person.objects.all(), to=by, pk=person.pk)
    refuse_merged([person.pk])
    hold_person(person.pk)
    station, number, year = take_fir(fir) or ("", "", None)
    refuse_same_fir(person.pk, kind, (station, number, year))
    return Case.objects.create(
        number=next_numbers(office, day, 1)[0],
        kind=kind,
        office=office,
        person=person,
        opened_on=day,
        created_by=by,
        police_station=station,
        fir_number=number,
        fir_year=year,
    )


def hold_person(pk: int) -> None:
    """Cases of one person are opened and changed one at a time, so that the same one is refused in words."""
    list(Person.objects.select_for_update(no_key=True).filter(pk=pk).values_list("pk"))


def refuse_same_fir(person: int, kind: str, fir: tuple[str, str, int | None], *, case: int | None = None) -> None:
    """Raises: WrongState naming the case of this kind that the person has for this FIR already."""
    station, number, year = fir
    if not number:
        return
    rows = Case.objects.filter(person=person, kind=kind, set_aside_on=None, fir_year=year)
    rows = rows.filter(police_station__iexact=station, fir_number__iexact=number)
    with everywhere():
        found = rows.exclude(pk=case or 0).select_related("person").first()
    if found:
        where = said_case(found.pk, found.number)
        detail = f"{found.person} has a case for {found.fir} already: {where}. Go on with that one."
        raise WrongState(detail, ids=(found.pk,), code="duplicate")


def refuse_same_violation(person: int, violation: str, happened_on: date, *, case: int | None = None) -> None:
    """Raises: WrongState naming the case for this violation in the same year."""
    rows = ReliefCase.objects.filter(person=person, violation=violation, happened_on__year=happened_on.year)
    with everywhere():
        found = rows.filter(set_aside=False).exclude(case=case or 0).select_related("case__person").first()
    if found:
        what = f"{found.get_violation_display().lower()} in {happened_on.year}"
        where = said_case(found.case_id, found.case.number)
        detail = f"{found.case.person} has a case for {what} already: {where}. Nobody is helped twice for it."
        raise WrongState(detail, ids=(found.case_id,), code="duplicate")


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
    fir: Fir | None = None,
    opened_on: date | None = None,
) -> Case:
    """A victim's case; `recommended_amount` in rupees.

    Raises: NotAllowed, NotFound, BadInput, WrongState where the person has a case for this already.
    """
    require_role(by, Role.CASE_OFFICER, action="open a case")
    facts = relief_facts(
        violation=violation,
        happened_on=happened_on,
        district=district,
        referral=referral,
        referral_reference=referral_reference,
        report=report,
        recommended_amount=recommended_amount,
    )
    with acting(by, "Case opened"):
        case = _open(Case.Kind.RELIEF, person, by, opened_on, fir)
        refuse_later(happened_on, case.opened_on)
        refuse_same_violation(person.pk, violation, happened_on)
        ReliefCase.objects.create(case=case, person=person, **facts)
    return case


def relief_facts(
    *,
    violation: str,
    happened_on: date,
    district: District,
    referral: str,
    referral_reference: str,
    report: str,
    recommended_amount: Any,
) -> dict[str, Any]:
    """What is kept of a relief case. Raises: BadInput."""
    for field, value, choices in (
        ("violation", violation, ReliefCase.Violation),
        ("referral", referral, ReliefCase.Referral),
    ):
        if value not in choices.values:
            raise BadInput("The case cannot be kept like this.", fields={field: f"{value!r} is not in the list."})
    return {
        "violation": violation,
        "happened_on": happened_on,
        "district": district,
        "referral": referral,
        "referral_reference": take_optional("referral_reference", referral_reference, maximum=40),
        "report": report.strip(),
        "recommended_amount": take("recommended_amount", parse_amount, recommended_amount),
    }


def refuse_later(happened_on: date, opened_on: date) -> None:
    """Raises: BadInput for a violation after the day on which its case was opened."""
    if happened_on > opened_on:
        detail = f"{happened_on:%-d %b %Y} is after the case was opened."
        raise BadInput(detail, fields={"happened_on": detail})


@transaction.atomic
def open_prisoner_case(
    *,
    person: Person,
    prison: Prison,
    prisoner_number: str,
    sections: str,
    by: User,
    sentence_served_on: date | None = None,
    sentence_certificate: str = "",
    fir: Fir | None = None,
    opened_on: date | None = None,
) -> Case:
    """A prisoner's case. Raises: NotAllowed, NotFound, BadInput, WrongState where the person has a case for this FIR."""
    require_role(by, Role.CASE_OFFICER, action="open a case")
    with acting(by, "Case opened"):
        case = _open(Case.Kind.PRISONER, person, by, opened_on, fir)
        PrisonerCase.objects.create(
            case=case,
            prison=prison,
            prisoner_number=take("prisoner_number", parse_text, prisoner_number, maximum=30),
            sections=take("sections", parse_text, sections, maximum=120),
            sentence_served_on=sentence_served_on,
            sentence_certificate=take_optional("sentence_certificate", sentence_certificate, maximum=80),
        )
    return case


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
