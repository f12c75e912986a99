"""Committees: those there are, one with its members, versions and meetings; proposing and agreeing."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from beneficiaries.forms.consent import RemarkForm
from beneficiaries.offices import persons
from beneficiaries.views.pages import SeeOther, actor, page_of, roles_only
from funds.committee import agendas, committee_versions, committees
from funds.committee.committee_versions import READERS
from funds.committee.committees import AGREERS, PROPOSERS
from funds.disbursements import visible_disbursements
from funds.forms.committees import CommitteeForm
from funds.models import Committee, CommitteeVersion
from ledger.clock import today
from ledger.errors import BadInput, NotFound, WrongState
from ledger.roles import roles_of

MEETINGS, WAITING = 20, 50  # on a page


@require_safe
@roles_only(*READERS, action="see committees")
def committee_list(http: HttpRequest) -> HttpResponse:
    """Every committee the reader sees: who presides, quorum, limit, what waits for it."""
    user, day = actor(http), today()
    found = list(committee_versions.visible_committees(user).order_by("code"))
    current = committee_versions.versions_on(found, day)
    waiting, coming = agendas.numbers_waiting(found), committee_versions.next_meetings(found, day)
    rows = [
        _line(row, current.get(row.pk)) | {"waiting": waiting.get(row.pk, 0), "next": coming.get(row.pk)}
        for row in found
    ]
    context = {"rows": rows, "may_propose": not roles_of(user).isdisjoint(PROPOSERS)}
    return render(http, "funds/committees.html", context)


def _line(row: Committee, version: CommitteeVersion | None) -> dict[str, Any]:
    seats = list(version.members.all()) if version else []
    return {
        "committee": row,
        "version": version,
        "chair": next((seat for seat in seats if seat.part == committee_versions.CHAIR), None),
        "voters": sum(seat.votes for seat in seats),
        "limit": committee_versions.limit_words(version),
    }


@require_safe
@roles_only(*READERS, action="see committees")
def committee(http: HttpRequest, code: str) -> HttpResponse:
    """One committee: members, quorum, what waits for it, its meetings and versions."""
    return _page(http, committee_versions.get_committee(code, by=actor(http)))


def _page(http: HttpRequest, found: Committee, *, form: RemarkForm | None = None, status: int = 200) -> HttpResponse:
    user, day = actor(http), today()
    versions, current = committee_versions.versions(found), committee_versions.version_on(found, day)
    open_one = next((row for row in versions if getattr(row, "decision", None) is None), None)
    held = roles_of(user)
    meetings = found.meetings.select_related("adoption", "called_off").prefetch_related("minutes", "agenda")
    page = page_of(meetings.order_by("-day", "-pk"), http.GET, size=MEETINGS)
    waiting = page_of(agendas.waiting_for(found).filter(pk__in=_seen(user)), http.GET, size=WAITING, name="waiting")
    listed = agendas.listed_in(waiting)
    context = {
        "committee": found,
        "version": current,
        "members": list(current.members.all()) if current else [],
        "limit": committee_versions.limit_words(current),
        "waiting": [(row, listed.get(row.pk)) for row in waiting],
        "waiting_page": waiting,
        "page": page,
        "meetings": [(row, agendas.state_of(row)) for row in page],
        "versions": [(row, committee_versions.state_of(row, on=day, current=current)) for row in versions],
        "open": open_one,
        "open_members": list(open_one.members.all()) if open_one else [],
        "own": open_one is not None and open_one.proposed_by_id in persons.selves(user),
        "seated": committee_versions.would_sit(open_one, user),
        "may_propose": open_one is None and not held.isdisjoint(PROPOSERS),
        "may_decide": not held.isdisjoint((*AGREERS, *PROPOSERS)),
        "is_secretary": committee_versions.is_secretary(found, user),
        "form": form or RemarkForm(),
    }
    return render(http, "funds/committee.html", context, status=status)


def _seen(user: Any) -> Any:
    return visible_disbursements(user).values("pk")


@require_http_methods(["GET", "HEAD", "POST"])
@roles_only(*PROPOSERS, action="propose a committee")
def committee_new(http: HttpRequest) -> HttpResponse:
    """Propose a new committee with its members."""
    return _propose(http, CommitteeForm(http.POST or None), None)


@require_http_methods(["GET", "HEAD", "POST"])
@roles_only(*PROPOSERS, action="propose a committee")
def version_new(http: HttpRequest, code: str) -> HttpResponse:
    """Propose the next version, beginning with what the latest one says."""
    found = committee_versions.get_committee(code, by=actor(http))
    versions = committee_versions.versions(found)
    return _propose(http, CommitteeForm(http.POST or None, version=versions[0]), found)


def _propose(http: HttpRequest, form: CommitteeForm, found: Committee | None) -> HttpResponse:
    status = 200
    if form.is_bound:
        status = 422
        if form.is_valid():
            user, given = actor(http), form.values()
            try:
                if found is None:
                    made = committees.propose_new(by=user, **given)
                else:
                    made = committees.propose(committee=found.code, by=user, **given)
            except BadInput as refusal:
                for name, text in (refusal.fields or {"": refusal.detail}).items():
                    form.add_error(name, text)
            except WrongState as refusal:
                form.add_error(None, refusal.detail)
                status = refusal.status
            else:
                messages.success(
                    http,
                    f"Proposed: version {made.version} of {made.committee}.\n"
                    "It counts when another fund manager, or an approver, agrees to it.",
                )
                return SeeOther(made.committee.get_absolute_url())
    return render(http, "funds/committee_form.html", {"form": form, "committee": found}, status=status)


@require_POST
@roles_only(*AGREERS, action="agree to a committee")
def version_agree(http: HttpRequest, pk: int) -> HttpResponse:
    """The second person's consent."""
    return _decide(http, pk, committees.agree, "Agreed")


@require_POST
@roles_only(*PROPOSERS, *AGREERS, action="decline a committee")
def version_decline(http: HttpRequest, pk: int) -> HttpResponse:
    """The version is declined, or taken back by who proposed it."""
    return _decide(http, pk, committees.decline, "Not taken")


def _decide(http: HttpRequest, pk: int, act: Any, word: str) -> HttpResponse:
    row = committee_versions.everything().filter(pk=pk).first()
    if row is None or not committee_versions.in_scope(row.committee, actor(http)):
        raise NotFound(f"There is no version {pk}.")
    form = RemarkForm(http.POST)
    if form.is_valid():
        made = form.call(lambda: act(version=pk, by=actor(http), remark=form.cleaned_data["remark"]))
        if made is not None:
            begins = f"It is in force from {row.effective_from:%-d %b %Y}." if word == "Agreed" else "Nothing changed."
            messages.success(http, f"{word}: version {row.version} of {row.committee}.\n{begins}")
            return SeeOther(row.committee.get_absolute_url())
    return _page(http, row.committee, form=form, status=form.status)
