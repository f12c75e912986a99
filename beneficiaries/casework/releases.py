"""What court and jail put on paper after the money was paid: record a step, withdraw a wrong record. Money is the funds' matter."""

from datetime import date

from django.contrib.auth.models import User
from django.db import transaction
from django.db.models import QuerySet

from beneficiaries.documents import standing as standing_papers
from beneficiaries.identity import parse_text
from beneficiaries.inputs import take
from beneficiaries.models import (
    Case,
    Paper,
    PaperKind,
    PrisonerCase,
    ReleaseAlarm,
    ReleaseRecord,
    ReleaseStep,
    ReleaseWithdrawal,
)
from beneficiaries.offices.policies import in_force
from beneficiaries.offices.scope import get_visible, visible
from ledger.clock import act_date, today
from ledger.errors import BadInput, WrongState
from ledger.history import acting, trace
from ledger.roles import Role, require_role

# Which standing record each step rests on.
AFTER = {
    ReleaseStep.JAIL_CERTIFICATE: (ReleaseStep.RELEASE_ORDER,),
    ReleaseStep.RELEASED: (ReleaseStep.RELEASE_ORDER, ReleaseStep.JAIL_CERTIFICATE),
}


def visible_records(user: User) -> QuerySet[ReleaseRecord]:
    """What is recorded of the prisoners of the user's office, withdrawn records as well."""
    rows = ReleaseRecord.objects.select_related(
        "case__person", "paper__kind", "recorded_by", "withdrawal__withdrawn_by"
    )
    return visible(rows, to=user, path="case__office")


def standing(case: Case) -> dict[str, ReleaseRecord]:
    """The records of the case that count, by step."""
    rows = ReleaseRecord.objects.filter(case=case, withdrawal=None).select_related("paper__kind", "recorded_by")
    return {row.step: row for row in rows}


def alarm_days() -> int | None:
    """After how many days a prisoner who is paid for and still inside is told of; None where no rule is in force."""
    rows = ReleaseAlarm.objects.filter(in_force(today())).order_by("-effective_from")
    return rows.values_list("days", flat=True).first()


def proving_papers(case: Case, step: str) -> QuerySet[Paper]:
    """The papers of the case that can prove the step."""
    rows = standing_papers(case).select_related("kind")
    code = ReleaseRecord.PAPERS.get(ReleaseStep(step))
    return rows.filter(kind__code=code) if code else rows


@transaction.atomic
def record(
    *,
    case: int,
    step: str,
    reference: str,
    by: User,
    on: date | None = None,
    paper: int | None = None,
    reason: str = "",
    not_before: date | None = None,
) -> ReleaseRecord:
    """One step on the way out, or how the case ended instead, with the paper that proves it.

    Raises: NotAllowed, NotFound, BadInput, WrongState (recorded already, or what it rests on is not recorded).
    """
    require_role(by, Role.CASE_OFFICER, action="record a release")
    found = get_visible(Case.objects.select_related("person"), to=by, pk=case, kind=Case.Kind.PRISONER)
    if step not in ReleaseStep.values:
        raise BadInput("Choose what happened.", fields={"step": f"{step[:40]!r} is not in the list."})
    wanted = ReleaseStep(step)
    row = PrisonerCase.objects.select_for_update(no_key=True).get(case=found)
    list(Case.objects.select_for_update(no_key=True).filter(pk=found.pk).values_list("pk"))
    there = standing(found)
    _refuse_order(found, row, wanted, there)
    order = there.get(ReleaseStep.RELEASE_ORDER)
    floors = [found.opened_on, *([not_before] if not_before else []), *([order.happened_on] if order else [])]
    late = wanted in (ReleaseStep.COURT_RECEIPT, *ReleaseRecord.OTHER_ENDINGS)
    made = ReleaseRecord.objects.create(
        case=found,
        step=wanted,
        happened_on=act_date(on, not_before=max(floors[:2] if late else floors)),
        reference=take("reference", parse_text, reference, maximum=120),
        paper=_paper(found, wanted, paper),
        reason=_reason(wanted, reason),
        recorded_by=by,
        **trace(),
    )
    if wanted is ReleaseStep.RELEASED:
        with acting(by, "Release recorded"):
            row.released_on, row.release_reference = made.happened_on, made.reference
            row.save(update_fields=["released_on", "release_reference"])
    return made


def _refuse_order(case: Case, row: PrisonerCase, step: ReleaseStep, there: dict[str, ReleaseRecord]) -> None:
    """Raises: WrongState."""
    if step in there:
        detail = f"{there[step]}: that is recorded for {case.person} already."
        code = "already_released" if step is ReleaseStep.RELEASED else "duplicate"
        raise WrongState(detail, ids=(case.pk,), code=code)
    ended = next((there[end] for end in ReleaseRecord.ENDINGS if end in there), None)
    if step in ReleaseRecord.ENDINGS and (ended or row.released_on):
        told = str(ended) if ended else f"Released on {row.released_on:%-d %b %Y}"
        detail = f"{told}: that is recorded already. Withdraw it first if it does not hold."
        raise WrongState(detail, ids=(case.pk,), code="already_released")
    lacking = [ReleaseStep(need).label.lower() for need in AFTER.get(step, ()) if need not in there]
    if lacking:
        detail = f"{case.person}: the {' and the '.join(lacking)} are not recorded yet, each with its paper."
        if len(lacking) == 1:
            detail = f"{case.person}: the {lacking[0]} is not recorded yet, with its paper."
        raise WrongState(f"{detail} Nothing was changed.", ids=(case.pk,), code="papers_missing")


def _paper(case: Case, step: ReleaseStep, pk: int | None) -> Paper | None:
    """The paper named, or the latest that proves the step. Raises: BadInput where there is none."""
    if step is ReleaseStep.RELEASED:
        return None
    fitting = proving_papers(case, step)
    if pk is not None:
        fitting = fitting.filter(pk=pk)
    elif step in ReleaseRecord.OTHER_ENDINGS:
        fitting = fitting.none()  # any paper could be meant, so it has to be named
    found = fitting.order_by("pk").last()
    if found is None:
        kind = PaperKind.objects.filter(code=ReleaseRecord.PAPERS.get(step, "")).first()
        detail = f"Attach the paper first: {kind or 'the one that says so'}. {case.number} has none that counts."
        raise BadInput(detail, fields={"paper": detail})
    return found


def _reason(step: ReleaseStep, given: str) -> str:
    if step in ReleaseRecord.OTHER_ENDINGS:
        return take("reason", parse_text, given, maximum=300)
    return take("reason", parse_text, given, maximum=300) if given.strip() else ""


@transaction.atomic
def withdraw(*, record: int, reason: str, by: User) -> ReleaseWithdrawal:
    """A record does not hold. Of a release or another ending: the case is open again, and the prisoner counts as inside.

    Raises: NotAllowed, NotFound, BadInput, WrongState (withdrawn already, or a later step rests on it).
    """
    require_role(by, Role.CASE_OFFICER, action="withdraw a record of a release")
    found = get_visible(visible_records(by), to=by, path="case__office", pk=record)
    why = take("reason", parse_text, reason, maximum=500)
    row = PrisonerCase.objects.select_for_update(no_key=True).get(case=found.case_id)
    list(Case.objects.select_for_update(no_key=True).filter(pk=found.case_id).values_list("pk"))
    there = standing(found.case)
    if there.get(found.step) != found:
        raise WrongState(f"{found} is withdrawn already.", ids=(found.pk,), code="already_withdrawn")
    resting = [there[step] for step, needs in AFTER.items() if found.step in needs and step in there]
    if resting:
        last = resting[-1]
        detail = f"“{last}” rests on it. Withdraw that first. Nothing was changed."
        raise WrongState(detail, ids=(last.pk,), code="in_use")
    made = ReleaseWithdrawal.objects.create(record=found, reason=why, withdrawn_by=by, **trace())
    if found.step == ReleaseStep.RELEASED:
        with acting(by, f"Release withdrawn: {why}"):
            row.released_on, row.release_reference = None, ""
            row.save(update_fields=["released_on", "release_reference"])
    return made
