"""The watch list: its versions, loading one, the queue of hits, and one hit side by side."""

from typing import Any

from django.contrib import messages
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.timezone import localtime
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from beneficiaries.forms.papers import content_of
from beneficiaries.forms.screening import HitFilter, JudgeForm, LoadForm
from beneficiaries.models import ScreeningHit, WatchEntry, WatchListVersion
from beneficiaries.offices.scope import get_visible
from beneficiaries.screened import screening, watch_lists
from beneficiaries.screened.watch_files import COLUMNS
from beneficiaries.views.pages import FormPage, SeeOther, actor, form_page, offered, page_of, roles_only
from ledger.roles import Role, require_role, roles_of

READERS = (
    Role.CASE_OFFICER,
    Role.VERIFIER,
    Role.FINANCE_OFFICER,
    Role.APPROVER,
    Role.DDO,
    Role.FUND_MANAGER,
    Role.AUDITOR,
)
TABS = (
    (screening.OPEN, "Open"),
    (screening.CONFIRMED, "Confirmed"),
    (screening.CLEARED, "Cleared"),
    (screening.ENDED, "No longer listed"),
)
LAYOUT = [
    ("First line", ", ".join(COLUMNS)),
    ("kind", "individual or entity"),
    ("Several values", "parted by ; in aliases, born and documents"),
    ("born", "1964, 1964-03-02 or 1958 to 1963"),
    ("documents", "kind and number: Passport AB1234567"),
    ("Needed", "reference, kind and name; the rest may be empty or left out"),
]


@require_safe
@roles_only(*READERS, action="see hits of the watch list")
def queue(request: HttpRequest) -> HttpResponse:
    """The hits by state, the oldest open one first."""
    user, state = actor(request), request.GET.get("state", screening.OPEN)
    state = state if state in dict(TABS) else screening.OPEN
    filters = HitFilter(request.GET)
    every = screening.visible_hits(user)
    rows = screening.in_state(every, state).order_by("pk" if state == screening.OPEN else "-pk")
    if text := filters.given("q"):
        rows = rows.filter(Q(person__name__icontains=text) | Q(payee__icontains=text) | Q(entry__name__icontains=text))
    url = reverse("screening")
    context = {
        "page": page_of(rows, request.GET),
        "state": state,
        "filters": filters,
        "filtered": bool(text),
        "setting": screening.setting(),
        "tabs": [
            {
                "label": label,
                "url": f"{url}?state={key}",
                "count": screening.in_state(every, key).count(),
                "current": key == state,
            }
            for key, label in TABS
        ],
    }
    return render(request, "beneficiaries/screening.html", context)


def _hit(request: HttpRequest, pk: int) -> ScreeningHit:
    user = actor(request)
    return get_visible(screening.visible_hits(user), to=user, pk=pk)


@require_safe
@roles_only(*READERS, action="see a hit of the watch list")
def hit(request: HttpRequest, pk: int) -> HttpResponse:
    """One hit: our record and the list's entry side by side, what was found, and the judgement."""
    return _hit_page(request, _hit(request, pk))


@require_POST
@roles_only(*screening.JUDGES, action="judge a hit of the watch list")
def judge(request: HttpRequest, pk: int) -> HttpResponse:
    """Clear or confirm."""
    require_role(actor(request), screening.setting().clearing_role, action="judge a hit of the watch list")
    found, form = _hit(request, pk), JudgeForm(request.POST)
    if form.is_valid():
        made = form.call(lambda: screening.judge(hit=pk, by=actor(request), **form.cleaned_data))
        if made is not None:
            word = "Payment may go on" if made.outcome == screening.CLEARED else "Payment stays blocked"
            messages.success(
                request, f"Judged: {found.subject}.\n{word}.\nNext: The queue of hits | {reverse('screening')}"
            )
            return SeeOther(found.get_absolute_url())
    return _hit_page(request, _hit(request, pk), form=form)


def _hit_page(request: HttpRequest, found: ScreeningHit, *, form: JudgeForm | None = None) -> HttpResponse:
    user, state, setting = actor(request), screening.state_of(found), screening.setting()
    holds = setting.clearing_role in roles_of(user) and state != screening.ENDED
    context = {
        "hit": found,
        "person_url": offered(found.person.get_absolute_url(), to=user) if found.person else "",
        "state": state,
        "sides": list(_sides(found)),
        "judgements": found.judgements.select_related("judged_by"),
        "objection": screening.objection(found, by=user) if holds else "",
        "form": (form or JudgeForm()) if holds else None,
        "role": setting.clearing_role.label,
        "version": found.entry.added_in,
    }
    status = form.status if form is not None and form.errors else 200
    return render(request, "beneficiaries/screening_hit.html", context, status=status)


def _sides(found: ScreeningHit) -> Any:
    """Rows of (what, ours, the list's)."""
    person, entry = found.person, found.entry
    aliases = [f"{row['name']} ({row['quality']})" if row["quality"] else row["name"] for row in entry.names[1:]]
    papers = [f"{row['kind']} {row['shown']}" for row in entry.documents]
    yield "Name", [str(person) if person else found.payee], [entry.name]
    yield "Other names", [person.name_urdu] if person and person.name_urdu else [], aliases
    yield "Father or husband", [person.relative_name] if person else [], []
    yield "Born", [f"{person.born_on:%-d %b %Y}"] if person and person.born_on else [], entry.born
    yield "Papers", _numbers(found), papers
    yield (
        "From",
        [f"{person.district}"] if person else [str(found.office)],
        [entry.nationality] if entry.nationality else [],
    )
    listed = [f"{entry.listed_on:%-d %b %Y}"] if entry.listed_on else []
    yield "Known since", [f"{localtime(person.created_at):%-d %b %Y}"] if person else [], listed
    yield "Remarks", [], [entry.remarks] if entry.remarks else []


def _numbers(found: ScreeningHit) -> list[str]:
    person = found.person
    if person is None:
        return []
    cnic = [f"{person.get_cnic_kind_display()} {person.masked_cnic}"] if person.cnic else []
    return cnic + ([f"{person.get_other_kind_display()} {person.masked_other_id}"] if person.other_kind else [])


@require_safe
@roles_only(*READERS, action="see the watch lists")
def watch_list(request: HttpRequest) -> HttpResponse:
    """Every version that was loaded, the latest first."""
    user = actor(request)
    context = {
        "page": page_of(watch_lists.versions(), request.GET),
        "standing": WatchEntry.objects.filter(end=None).count(),
        "may_load": watch_lists.may_load(user),
        "setting": screening.setting(),
    }
    return render(request, "beneficiaries/watch_list.html", context)


@require_safe
@roles_only(*READERS, action="see the watch lists")
def version(request: HttpRequest, pk: int) -> HttpResponse:
    """What one version brought: new and changed entries, and those that ended."""
    row = get_object_or_404(WatchListVersion.objects.select_related("loaded_by"), pk=pk)
    part = "ended" if request.GET.get("part") == "ended" else "brought"
    rows = (
        row.brought.order_by("pk") if part == "brought" else WatchEntry.objects.filter(end__ended_in=row).order_by("pk")
    )
    url = row.get_absolute_url()
    counts = {"brought": row.added + row.changed, "ended": row.removed + row.changed}
    context = {
        "version": row,
        "page": page_of(rows, request.GET),
        "tabs": [
            {"label": label, "url": f"{url}?part={key}", "count": counts[key], "current": key == part}
            for key, label in (("brought", "New or written anew"), ("ended", "Gone or written otherwise"))
        ],
        "facts": [
            ("List", row.source),
            ("Of", row.dated and f"{row.dated:%-d %b %Y}"),
            ("File", row.file_name),
            ("SHA-256", f"{row.sha256[:16]}…"),
            ("Loaded", f"{localtime(row.recorded_at):%-d %b %Y, %H:%M}"),
            ("By", row.loaded_by.get_full_name() if row.loaded_by else "the server's own shell"),
            ("Entries", row.entries),
            ("People compared", row.people_screened),
        ],
    }
    return render(request, "beneficiaries/watch_list_version.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@roles_only(Role.FUND_MANAGER, action="load a watch list")
def load(request: HttpRequest) -> HttpResponse:
    """Load a file as the next version of its list; everybody is compared anew."""
    page = FormPage(
        "Load a watch list",
        "Load list",
        reverse("watch_list"),
        lead="The file becomes the list's next version, whole or not at all, and everybody is compared with it at once.",
        crumbs=[("Watch lists", reverse("watch_list"))],
        facts=LAYOUT,
    )
    if request.method != "POST":
        return form_page(request, LoadForm(), page)
    form = LoadForm(request.POST, request.FILES)
    if form.is_valid():
        file, given = form.cleaned_data["file"], form.cleaned_data
        done = form.call(
            lambda: watch_lists.load(
                content_of(file),
                file_name=file.name or "",
                by=actor(request),
                source=given["source"],
                removing=given["removing"],
            )
        )
        if done is not None:
            row = done.version
            told = f"{row.added} new, {row.changed} written otherwise, {row.removed} gone"
            hits = f"{done.new_hits} new hit{'' if done.new_hits == 1 else 's'}"
            messages.success(
                request,
                f"Loaded: {row}, {row.entries} entries.\n{told}; {hits} among {row.people_screened} people."
                f"\nNext: The queue of hits | {reverse('screening')}",
            )
            return SeeOther(row.get_absolute_url())
    return form_page(request, form, page)
