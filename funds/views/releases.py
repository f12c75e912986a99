"""The way out of prison: the board by stage, one prisoner's way, its steps, and figures by province and prison."""

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from beneficiaries.casework.releases import alarm_days, standing, visible_records, withdraw
from beneficiaries.forms.papers import ReasonForm
from beneficiaries.models import Case, ReleaseRecord, ReleaseStep
from beneficiaries.offices.row_scope import everywhere
from beneficiaries.offices.scope import get_visible
from beneficiaries.views.pages import FormPage, SeeOther, actor, form_page, page_of, roles_only, sees_majority
from funds.forms.releases import BoardFilter, StepForm
from funds.release import release_figures, releases
from funds.release.releases import READERS, Stage
from funds.views.shared import with_query
from ledger.clock import today
from ledger.roles import Role, roles_of

SHOWN = 6
ENDED = (Stage.RELEASED.value, Stage.OTHER.value)
SAID = {
    ReleaseStep.COURT_RECEIPT: ("Record the court's receipt", "Record the receipt"),
    ReleaseStep.RELEASE_ORDER: ("Record the release order", "Record the order"),
    ReleaseStep.JAIL_CERTIFICATE: ("Record the jail's confirmation", "Record the confirmation"),
    ReleaseStep.RELEASED: ("Record the release", "Record the release"),
    ReleaseStep.DIED: ("Record that the prisoner died", "Record the death"),
    ReleaseStep.OTHERWISE: ("Record a release for another reason", "Record it"),
    ReleaseStep.HELD: ("Record that another case keeps the prisoner inside", "Record it"),
}


def dressed(rows: Any, days: int | None) -> list[Any]:
    """Rows of `tracked` with the days at their stage, and whether they are paid for and inside for more than `days`."""
    now = today()
    found = list(rows)
    for row in found:
        row.days = (now - row.since).days if row.since else None
        row.inside = (now - row.paid_on).days if row.stage in releases.INSIDE and row.paid_on else None
        row.late = days is not None and row.inside is not None and row.inside > days
    return found


@require_safe
@roles_only(*READERS, action="see releases")
@everywhere()
def board(request: HttpRequest) -> HttpResponse:
    """Prisoners for whom money was sanctioned, in columns by stage; one stage as a list with ?stage=."""
    user = actor(request)
    filters = BoardFilter(request.GET, user=user)
    rows = filters.narrow(releases.tracked(user))
    days = alarm_days()
    late = releases.still_inside(rows, days)
    context: dict[str, Any] = {"filters": filters, "late": late.count(), "alarm_days": days}
    if filters.given("alarm"):
        rows = late
    stage = request.GET.get("stage", "")
    counted = releases.counts(rows)
    context |= {"inside": sum(counted[name] for name in releases.INSIDE), "total": sum(counted.values())}
    context |= {
        "majority": sees_majority(user),
        "all_url": with_query(request.GET, stage=""),
        "late_url": with_query(request.GET, alarm="1", stage=""),
    }
    if stage in Stage.values:
        page = page_of(_ordered(rows.filter(stage=stage), stage), request.GET, count=counted[stage])
        context |= {"page": page, "rows": dressed(page, days), "stage": Stage(stage).label, "ended": stage in ENDED}
        return render(request, "funds/release_list.html", context)
    context["columns"] = [
        {
            "stage": name,
            "label": Stage(name).label,
            "number": counted[name],
            "rows": dressed(_ordered(rows.filter(stage=name), name)[:SHOWN], days) if counted[name] else [],
            "url": with_query(request.GET, stage=name),
            "ended": name in ENDED,
        }
        for name in Stage.values
    ]
    return render(request, "funds/release_board.html", context)


def _ordered(rows: Any, stage: str) -> Any:
    """Who waits longest first; of those whose case has ended, the latest first."""
    return rows.order_by("-since", "-pk") if stage in ENDED else rows.order_by("since", "pk")


@require_safe
@roles_only(*READERS, action="see releases")
@everywhere()
def figures(request: HttpRequest) -> HttpResponse:
    """Inside, paid and released by province and by prison, with the days it took."""
    user = actor(request)
    return render(request, "funds/release_figures.html", release_figures.figures(releases.tracked(user)))


@require_safe
@roles_only(*READERS, action="see a release")
@everywhere()
def way(request: HttpRequest, pk: int) -> HttpResponse:
    """One prisoner's way from the sanction to the gate: days at each stage, the papers, what can be recorded next."""
    user = actor(request)
    case = releases.get_tracked(pk, by=user)
    marks = releases.way(case)
    days = alarm_days()
    (dressed_case,) = dressed([case], days)
    records = visible_records(user).filter(case_id=pk)
    context = {
        "case": dressed_case,
        "marks": marks,
        "steps": _steps(marks),
        "total_days": releases.total_days(marks),
        "records": records,
        "alarm_days": days,
        "next": _next(case) if Role.CASE_OFFICER in roles_of(user) else [],
        "endings": _endings(case) if Role.CASE_OFFICER in roles_of(user) else [],
        "may_withdraw": Role.CASE_OFFICER in roles_of(user),
    }
    return render(request, "funds/release_way.html", context)


def _steps(marks: list[releases.Mark]) -> list[dict[str, Any]]:
    """The marks as the chain component shows them."""
    return [
        {
            "name": mark.label,
            "who": "" if mark.days is None else f"{mark.days} day{'' if mark.days == 1 else 's'}",
            "when": f"{mark.on:%-d %b %Y}" if mark.on else "",
            "state": "done" if mark.on else "todo",
        }
        for mark in marks
    ]


def _next(case: Any) -> list[tuple[str, str, bool]]:
    """What can be recorded now: words, address, and whether it is the next step."""
    if case.stage in ENDED or case.paid_on is None:
        late = [ReleaseStep.COURT_RECEIPT] if case.stage == Stage.RELEASED and not case.court_receipt_on else []
        return [(SAID[step][0], _url(case, step), False) for step in late]
    steps = []
    if not case.court_receipt_on:
        steps.append(ReleaseStep.COURT_RECEIPT)
    if not case.release_order_on:
        steps.append(ReleaseStep.RELEASE_ORDER)
    elif not case.jail_certificate_on:
        steps.append(ReleaseStep.JAIL_CERTIFICATE)
    else:
        steps.append(ReleaseStep.RELEASED)
    return [(SAID[step][0], _url(case, step), place == 0) for place, step in enumerate(steps)]


def _endings(case: Any) -> list[tuple[str, str]]:
    if case.stage in ENDED:
        return []
    return [(SAID[step][0], _url(case, step)) for step in ReleaseRecord.OTHER_ENDINGS]


def _url(case: Any, step: str) -> str:
    return reverse("release_step", args=[case.pk, step])


@require_http_methods(["GET", "HEAD", "POST"])
@roles_only(Role.CASE_OFFICER, action="record a release")
def step(request: HttpRequest, pk: int, step: str) -> HttpResponse:
    """Record one step with its paper, the release, or another ending."""
    user = actor(request)
    if step not in ReleaseStep.values:
        raise Http404
    wanted = ReleaseStep(step)
    rows = Case.objects.filter(kind=Case.Kind.PRISONER).select_related("person", "prisoner__prison")
    case = get_visible(rows, to=user, pk=pk)
    title, button = SAID[wanted]
    back = reverse("release_way", args=[pk])
    page = FormPage(
        title,
        button,
        back,
        lead="What is recorded stays; a wrong record is withdrawn with a reason by another one.",
        crumbs=_crumbs(case),
        facts=_facts(case),
    )
    options: dict[str, Any] = {"case": case, "step": wanted, "most": settings.PAPER_MEGABYTES}
    if request.method != "POST":
        return form_page(request, StepForm(initial=_initial(case, wanted), **options), page)
    form = StepForm(request.POST, request.FILES, **options)
    if form.is_valid():
        made = form.call(lambda: releases.record(case=pk, step=step, by=user, **form.given()))
        if made is not None:
            messages.success(request, f"Recorded for {case.person}: {made}.")
            return SeeOther(back)
    return form_page(request, form, page)


def _initial(case: Case, step: ReleaseStep) -> dict[str, str]:
    """For the release, the references of the two papers that it rests on."""
    there = standing(case)
    needs = (ReleaseStep.RELEASE_ORDER, ReleaseStep.JAIL_CERTIFICATE)
    told = [there[need].reference for need in needs if need in there]
    return {"reference": "; ".join(told)[:120]} if step is ReleaseStep.RELEASED else {}


def _crumbs(case: Case) -> list[tuple[str, str]]:
    return [("Releases", reverse("release_board")), (case.number, reverse("release_way", args=[case.pk]))]


def _facts(case: Case) -> list[tuple[Any, ...]]:
    return [("Prisoner", case.person.described), ("Prison", str(case.prisoner.prison)), ("Case", case.number)]


@require_http_methods(["GET", "HEAD", "POST"])
@roles_only(Role.CASE_OFFICER, action="withdraw a record of a release")
def withdrawal(request: HttpRequest, pk: int) -> HttpResponse:
    """Say that a record does not hold; of a release, the case is open again."""
    user = actor(request)
    found = get_visible(
        visible_records(user).select_related("case__prisoner__prison"), to=user, path="case__office", pk=pk
    )
    back = reverse("release_way", args=[found.case_id])
    ending = found.step in ReleaseRecord.ENDINGS
    page = FormPage(
        f"Withdraw: {found.get_step_display().lower()}",
        "Withdraw the record",
        back,
        lead="The case is open again, and the prisoner counts as inside." if ending else "It stays in the list.",
        crumbs=_crumbs(found.case),
        facts=[*_facts(found.case), ("Record", str(found))],
    )
    form = ReasonForm(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        made = form.call(lambda: withdraw(record=pk, by=user, **form.cleaned_data))
        if made is not None:
            messages.success(request, f"Withdrawn: {found}.")
            return SeeOther(back)
    return form_page(request, form, page)
