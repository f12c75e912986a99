"""The auditor's desk: the last run of verify, requests to look at, refused attempts, what changed today."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.contrib.auth.models import User
from django.core.paginator import Paginator
from django.db import connection
from django.db.models import Count, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from audit.models import RefusedAttempt, Verification
from audit.verify import to_json, verify
from beneficiaries.models import Case, Heir, Obligation, Office, Officer, Person
from beneficiaries.offices.scope import office_of
from beneficiaries.people.disclosures import visible_disclosures
from beneficiaries.views.pages import SeeOther, actor
from funds.disbursements import visible_disbursements
from funds.models import ApprovalRule, Disbursement, Fund, Instrument, PayeeLine, RuleStep
from funds.workflow import State
from ledger.errors import WrongState
from ledger.models import Period
from ledger.roles import Role, require_role, roles_of

READERS = (Role.AUDITOR, Role.APPROVER, Role.FUND_MANAGER)
PAGE = 25
# One run at a time: it reads whole tables. Any number does that nobody else uses.
RUNNING = 7_170_001_002
WATCHED: tuple[Any, ...] = (
    Disbursement, PayeeLine, Instrument, Fund, ApprovalRule, RuleStep, Case, Obligation, Heir, Person, Officer, Office, Period,
)  # fmt: skip


@require_safe
@login_required
def desk(request: HttpRequest) -> HttpResponse:
    """The audit section. GET: fund, state, flag (refused, returned, failed), q, page."""
    user = _reader(request)
    rows = _requests(user, request.GET)
    run = Verification.objects.select_related("run_by").first()
    attempts = _attempts(user)
    return render(
        request,
        "audit/desk.html",
        {
            "run": run,
            "checks": [_shown(check) for check in run.report["checks"]] if run else [],
            "may_verify": Role.AUDITOR in roles_of(user),
            "page": Paginator(rows, PAGE).get_page(request.GET.get("page")),
            "funds": Fund.objects.order_by("code").values_list("code", flat=True),
            "states": State.choices,
            "chosen": {name: request.GET.get(name, "") for name in ("fund", "state", "flag", "q")},
            "attempts": attempts[:10],
            "attempts_today": attempts.filter(at__gte=_midnight()).count(),
            "changes": _changes_today() if office_of(user).is_federal else [],
        },
    )


@require_POST
@login_required
def run_verify(request: HttpRequest) -> HttpResponse:
    """Runs every check now and keeps the result. Raises: NotAllowed, WrongState while another run goes on."""
    user = _reader(request)
    require_role(user, Role.AUDITOR, action="run the checks")
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s)", [RUNNING])
        (alone,) = cursor.fetchone()
    if not alone:
        raise WrongState("Somebody else is running the checks now. Look at the result in a minute.", code="running")
    try:
        report = verify()
    finally:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_unlock(%s)", [RUNNING])
    Verification.objects.create(at=report.at, run_by=user, ok=report.ok, report=to_json(report))
    if report.ok:
        messages.success(request, f"Every promise that can be checked holds.\n{report.checked} records were compared.")
    else:
        broken = ", ".join(result.id for result in report.broken)
        messages.error(request, f"{broken}: does not hold.\nThe records concerned are named below.")
    return SeeOther(reverse("audit"))


@require_safe
@login_required
def refused_attempts(request: HttpRequest) -> HttpResponse:
    """All refused attempts, the latest first. GET: q (a name, an address or words), page."""
    user = _reader(request)
    rows, text = _attempts(user), request.GET.get("q", "").strip()
    if text:
        rows = rows.filter(
            Q(username__icontains=text)
            | Q(detail__icontains=text)
            | Q(address=text)
            | Q(disbursement__number__icontains=text)
        )
    page = Paginator(rows, 50).get_page(request.GET.get("page"))
    return render(request, "audit/refused.html", {"page": page, "q": text})


@require_safe
@login_required
def shown_values(request: HttpRequest) -> HttpResponse:
    """Every look at a whole CNIC, telephone or IBAN, the latest first. GET: q (a name or words of the reason), page."""
    text = request.GET.get("q", "").strip()
    rows = visible_disclosures(_reader(request), text)
    page = Paginator(rows, 50).get_page(request.GET.get("page"))
    return render(request, "audit/shown.html", {"page": page, "q": text})


def _reader(request: HttpRequest) -> User:
    user = actor(request)
    require_role(user, *READERS, action="open the audit section")
    return user


def _requests(user: User, query: Any) -> Any:
    rows = visible_disbursements(user).annotate(
        refusals=Count("refused_attempts", distinct=True),
        returns=Count("decisions", filter=Q(decisions__outcome="returned"), distinct=True),
        failures=Count(
            "lines__instruments",
            filter=Q(lines__instruments__state__in=["returned", "stale", "stopped"]),
            distinct=True,
        ),
    )
    if query.get("fund"):
        rows = rows.filter(fund__code=query["fund"])
    if query.get("state") in State.values:
        rows = rows.filter(state=query["state"])
    flags = {"refused": Q(refusals__gt=0), "returned": Q(returns__gt=0), "failed": Q(failures__gt=0)}
    if query.get("flag") in flags:
        rows = rows.filter(flags[query["flag"]])
    if text := query.get("q", "").strip():
        rows = rows.filter(
            Q(number__icontains=text) | Q(title__icontains=text) | Q(lines__payee_name__icontains=text)
        ).distinct()
    return rows.order_by("-pk")


def _attempts(user: User) -> Any:
    """A federal reader sees all; another those about requests of the own office, and its own officers'."""
    rows = RefusedAttempt.objects.select_related("user", "disbursement")
    office = office_of(user)
    if office.is_federal:
        return rows
    return rows.filter(Q(disbursement__office=office) | Q(disbursement=None, user__officer__office=office))


def _midnight() -> Any:
    return timezone.localtime().replace(hour=0, minute=0, second=0, microsecond=0)


def _changes_today() -> list[dict[str, Any]]:
    """Rows changed or removed since midnight, by kind of record; additions are not counted."""
    since, found = _midnight(), []
    for model in WATCHED:
        rows = model.history.model.objects.filter(history_date__gte=since).exclude(history_type="+")
        counts = rows.aggregate(
            changed=Count("pk", filter=Q(history_type="~")), removed=Count("pk", filter=Q(history_type="-"))
        )
        people = rows.order_by().values("history_user_id").distinct().count()
        if counts["changed"] or counts["removed"]:
            name = str(model._meta.verbose_name_plural)
            found.append({"name": name[:1].upper() + name[1:], "people": people, **counts})
    return found


def _shown(check: dict[str, Any]) -> dict[str, Any]:
    """One check of a kept report, ready for the table: state key, words, its first offenders."""
    state = "missing" if check["ok"] is None else "passed" if check["ok"] else "failed"
    word = "Not yet checked" if check["ok"] is None else "Holds" if check["ok"] else "Does not hold"
    return {
        **check,
        "look": state,
        "word": word,
        "first": check["offenders"][:10],
        "more": max(len(check["offenders"]) - 10, 0),
    }
