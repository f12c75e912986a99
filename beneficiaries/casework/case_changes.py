"""Corrections of a case file, each with its reason, and cases set aside because they should not have been opened."""

from datetime import date
from typing import Any

from django.contrib.auth.models import User
from django.db import transaction

from beneficiaries.cases import hold_person, refuse_later, refuse_same_fir, refuse_same_violation, relief_facts
from beneficiaries.casework.fir import Fir, take_fir
from beneficiaries.heirs.waivers import DEAD
from beneficiaries.identity import parse_text
from beneficiaries.inputs import take, take_optional
from beneficiaries.models import Case, District, Prison, PrisonerCase, ReliefCase
from beneficiaries.offices.row_scope import everywhere
from beneficiaries.offices.scope import get_visible
from ledger.clock import today
from ledger.errors import WrongState
from ledger.history import acting
from ledger.roles import Role, require_role


def _held(pk: int, kind: str, *, by: User) -> Case:
    """The case, itself and then its person locked, as a submission locks them. Raises: NotFound, WrongState if set aside."""
    get_visible(Case.objects.all(), to=by, pk=pk, kind=kind)
    found = Case.objects.select_for_update(of=("self",)).select_related("person").get(pk=pk)
    hold_person(found.person_id)
    refuse_set_aside(found)
    return found


def refuse_set_aside(case: Case) -> None:
    """Raises: WrongState for a case that was set aside."""
    if case.set_aside_on is not None:
        detail = f"{case.number} was set aside on {case.set_aside_on:%-d %b %Y}: {case.set_aside_reason}"
        raise WrongState(detail, ids=(case.pk,), code="set_aside")


def _change_fir(case: Case, fir: Fir | None) -> None:
    station, number, year = take_fir(fir) or ("", "", None)
    refuse_same_fir(case.person_id, case.kind, (station, number, year), case=case.pk)
    if (case.police_station, case.fir_number, case.fir_year) != (station, number, year):
        case.police_station, case.fir_number, case.fir_year = station, number, year
        case.save(update_fields=["police_station", "fir_number", "fir_year"])


@transaction.atomic
def correct_relief_case(
    *,
    case: int,
    reason: str,
    by: User,
    violation: str,
    happened_on: date,
    district: District,
    referral: str,
    recommended_amount: Any,
    referral_reference: str = "",
    report: str = "",
    fir: Fir | None = None,
) -> Case:
    """The facts of a victim's case as they should read; the old ones stay in the history.

    Raises: NotAllowed, NotFound, BadInput, WrongState where another case of the person has them, or this one is set aside.
    """
    require_role(by, Role.CASE_OFFICER, action="correct a case")
    found = _held(case, Case.Kind.RELIEF, by=by)
    why = take("reason", parse_text, reason, maximum=200)
    facts = relief_facts(
        violation=violation,
        happened_on=happened_on,
        district=district,
        referral=referral,
        referral_reference=referral_reference,
        report=report,
        recommended_amount=recommended_amount,
    )
    refuse_later(happened_on, found.opened_on)
    refuse_same_violation(found.person_id, violation, happened_on, case=found.pk)
    with acting(by, why):
        _change_fir(found, fir)
        _write(found.relief, facts)
    return found


@transaction.atomic
def correct_prisoner_case(
    *,
    case: int,
    reason: str,
    by: User,
    prison: Prison,
    prisoner_number: str,
    sections: str,
    sentence_served_on: date | None = None,
    sentence_certificate: str = "",
    fir: Fir | None = None,
) -> Case:
    """The facts of a prisoner's case as they should read. Raises: NotAllowed, NotFound, BadInput, WrongState."""
    require_role(by, Role.CASE_OFFICER, action="correct a case")
    found = _held(case, Case.Kind.PRISONER, by=by)
    why = take("reason", parse_text, reason, maximum=200)
    facts = {
        "prison": prison,
        "prisoner_number": take("prisoner_number", parse_text, prisoner_number, maximum=30),
        "sections": take("sections", parse_text, sections, maximum=120),
        "sentence_served_on": sentence_served_on,
        "sentence_certificate": take_optional("sentence_certificate", sentence_certificate, maximum=80),
    }
    with acting(by, why):
        _change_fir(found, fir)
        _write(found.prisoner, facts)
    return found


def _write(row: ReliefCase | PrisonerCase, facts: dict[str, Any]) -> None:
    changed = [name for name, value in facts.items() if getattr(row, name) != value]
    for name in changed:
        setattr(row, name, facts[name])
    if changed:
        row.save(update_fields=changed)


@everywhere()
def _paid_by(case: Case) -> str | None:
    """The number of a request, of whichever office, that pays for the case and was not refused."""
    live = case.payee_lines.exclude(disbursement__state__in=DEAD)
    number: str | None = live.values_list("disbursement__number", flat=True).first()
    return number


@transaction.atomic
def set_aside(*, case: int, reason: str, by: User) -> Case:
    """A case that should not have been opened, such as one of two for the same violation: no money is asked for it any more.

    Raises: NotAllowed, NotFound, BadInput, WrongState while a request that was not refused pays for it, or twice.
    """
    require_role(by, Role.CASE_OFFICER, action="set a case aside")
    get_visible(Case.objects.all(), to=by, pk=case)
    found = Case.objects.select_for_update(of=("self",)).select_related("person").get(pk=case)
    refuse_set_aside(found)
    if number := _paid_by(found):
        raise WrongState(f"{number} pays for {found.number}. Cancel it first.", ids=(found.pk,), code="asked_for")
    why = take("reason", parse_text, reason, maximum=200)
    with acting(by, why):
        found.set_aside_on, found.set_aside_reason = today(), why
        found.save(update_fields=["set_aside_on", "set_aside_reason"])
    return found
