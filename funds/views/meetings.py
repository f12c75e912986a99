"""Meetings of committees: calling one, its agenda, its minutes, signing them, and the papers."""

import re
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.dateparse import parse_date
from django.utils.timezone import localtime
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from beneficiaries.views.pages import FormPage, SeeOther, actor, form_page, roles_only
from funds.chain import reauthentication
from funds.committee import agendas, committee_versions, meetings, member_bars, minutes
from funds.committee.agendas import Outcome, Sheet
from funds.committee.committee_versions import READERS, SEATED
from funds.forms.meetings import AgendaForm, CallOffForm, MeetingForm, RecordForm, SignForm
from funds.models import Meeting
from funds.paperwork import minutes_paper
from funds.views.shared import counted, pdf_answer, put, see
from ledger.clock import today
from ledger.errors import BadInput, NotFound, WrongState
from ledger.ids import row_ids
from ledger.roles import Role, roles_of

_ISO = re.compile(r"[0-9]{4}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9])")


@require_http_methods(["GET", "HEAD", "POST"])
@roles_only(*SEATED, action="call meetings")
def meeting_new(http: HttpRequest, code: str) -> HttpResponse:
    """The secretary calls a meeting; what waits is on its agenda unless it is left out."""
    user = actor(http)
    found = committee_versions.get_committee(code, by=user)
    meetings.require_secretary(found, by=user)
    waiting = list(agendas.free_for(found, user))
    form = MeetingForm(http.POST or None, waiting=waiting)
    if form.is_bound and form.is_valid():
        given = form.cleaned_data
        made = form.call(
            lambda: meetings.call(
                committee=code, day=given["day"], place=given["place"], by=user, requests=form.chosen()
            )
        )
        if made is not None:
            items = counted(made.agenda.count(), "item")
            messages.success(http, f"Called: {made}, {items} on the agenda.\nPrint the agenda for the members.")
            return SeeOther(made.get_absolute_url())
    back = found.get_absolute_url()
    lead = "Requests that come to the committee later may be added until the meeting is held."
    page = FormPage("Call a meeting", "Call the meeting", back, lead=lead, crumbs=[(found.name, back)])
    return form_page(http, form, page)


@require_safe
@roles_only(*READERS, action="see meetings")
def meeting(http: HttpRequest, pk: int) -> HttpResponse:
    """One meeting: agenda, who was there, what was decided, who signed, and what the reader may do."""
    return _page(http, pk)


def _page(http: HttpRequest, pk: int, *, status: int = 200, refusal: Any = None, **forms: Any) -> HttpResponse:
    user = actor(http)
    if refusal is not None:
        http.refusal = refusal  # type: ignore[attr-defined]  # the record of refused attempts reads it
    found = agendas.get_meeting(pk, by=user)
    sheet, is_secretary = agendas.sheet(found), committee_versions.is_secretary(found.committee, user)
    seat = next((row for row in sheet.present if row.votes and row.officer.user_id == user.pk), None)
    signs = seat is not None and seat in sheet.unsigned and sheet.called_off is None
    signs = signs and Role.APPROVER in roles_of(user)
    barred = member_bars.bars(sheet.items, [row for row in sheet.present if row.votes])
    free = list(agendas.free_for(found.committee, user)) if is_secretary and sheet.open else []
    context = {
        "meeting": found,
        "sheet": sheet,
        "state": agendas.state_of(found),
        "committee": found.committee,
        "is_secretary": is_secretary,
        "signs": signs,
        "signed": [(row, _signature(sheet, row.pk)) for row in sheet.present if row.votes],
        "items": [_item(row, barred[row.pk]) for row in sheet.items],
        "left": sheet.left if seat is not None or is_secretary else [],
        "free": free,
        "agenda_form": forms.get("agenda") or AgendaForm(waiting=free),
        "off_form": forms.get("off") or CallOffForm(prefix="off"),
        "sign_form": forms.get("sign") or SignForm(password=signs and _asks(http, sheet)),
        "refusal": refusal,
        "version_words": f"version {sheet.minutes.version}" if sheet.minutes else "",
        "quorum_words": f"quorum {sheet.minutes.under.quorum}" if sheet.minutes else "",
        "total": sum(row.disbursement.amount for row in sheet.agenda),
        "late": sheet.open and found.day < today(),
        "called_off": _called_off(sheet),
    }
    return render(http, "funds/meeting.html", context, status=status)


def _called_off(sheet: Sheet) -> str:
    off = sheet.called_off
    return f"Called off by {off.by.get_full_name()}, {localtime(off.at):%-d %b %Y}" if off else ""


def _signature(sheet: Sheet, member: int) -> Any:
    return next((row for row in sheet.signatures if row.member_id == member), None)


def _item(row: Any, barred: list[tuple[str, str]]) -> dict[str, Any]:
    held = list(row.held_up.all())
    done = agendas.carried(row)
    return {
        "row": row,
        "words": minutes_paper.decision_words(row),
        "done": done,
        "held": held[-1].reason if held and not done else "",
        "apart": list(row.recusals.all()),
        "barred": barred,
        "counted": sum(made.outcome == row.outcome for made in row.decisions.all()),
    }


def _asks(http: HttpRequest, sheet: Sheet) -> bool:
    """Whether signing these minutes needs the password again."""
    user = actor(http)
    given = reauthentication.remembered(http, user)
    return any(
        reauthentication.asked(row.item.disbursement, given, on=today())
        for row in sheet.items
        if row.outcome == Outcome.APPROVED and row.item.step.last and not agendas.carried(row)
    )


@require_POST
@roles_only(*SEATED, action="change an agenda")
def agenda_add(http: HttpRequest, pk: int) -> HttpResponse:
    """Further requests on the agenda."""
    user = actor(http)
    found = agendas.get_meeting(pk, by=user)
    form = AgendaForm(http.POST, waiting=list(agendas.free_for(found.committee, user)))
    keys = row_ids(http.POST.getlist("requests"))
    try:
        meetings.add(meeting=pk, requests=keys, by=user)
    except BadInput as refusal:
        form.is_valid()
        put(form, refusal)
        return _page(http, pk, status=422, agenda=form)
    except WrongState as refusal:
        return _page(http, pk, status=409, refusal=refusal)
    messages.success(http, f"Added: {counted(len(keys), 'item')} on the agenda of {found.day:%-d %b %Y}.")
    return see("meeting", pk)


@require_POST
@roles_only(*SEATED, action="call meetings off")
def call_off(http: HttpRequest, pk: int) -> HttpResponse:
    """The meeting does not take place."""
    form = CallOffForm(http.POST, prefix="off")
    agendas.get_meeting(pk, by=actor(http))
    if not form.is_valid():
        return _page(http, pk, status=422, off=form)
    made = form.call(lambda: meetings.call_off(meeting=pk, reason=form.cleaned_data["reason"], by=actor(http)))
    if made is None:
        return _page(http, pk, status=form.status, off=form)
    messages.success(http, f"Called off: {made}.\nIts requests wait for another meeting.")
    return see("meeting", pk)


@require_http_methods(["GET", "HEAD", "POST"])
@roles_only(*SEATED, action="write minutes")
def record(http: HttpRequest, pk: int) -> HttpResponse:
    """The secretary writes the minutes, or the next version of them."""
    user = actor(http)
    found = agendas.get_meeting(pk, by=user)
    meetings.require_secretary(found.committee, by=user)
    sheet = agendas.sheet(found)
    if sheet.called_off or sheet.adoption:
        raise WrongState(f"{found} is {agendas.state_of(found).replace('_', ' ')}. Nothing was changed.", ids=(pk,))
    form = RecordForm(
        http.POST or None, meeting=found, seats=_seats(found, http), agenda=sheet.agenda, last=sheet.minutes
    )
    if form.is_bound and form.is_valid():
        given = form.cleaned_data
        made = form.call(
            lambda: meetings.record(
                meeting=pk, held_on=given["held_on"], present=given["present"], items=form.decided(), by=user,
                place=given["place"], remarks=given["remarks"],
            )
        )  # fmt: skip
        if made is not None:
            messages.success(
                http,
                f"Written: minutes of {found.day:%-d %b %Y}, version {made.version}.\nThe members present sign them.",
            )
            return SeeOther(found.get_absolute_url())
    status = form.status if form.is_bound else 200
    return render(http, "funds/meeting_record.html", {"form": form, "meeting": found, "sheet": sheet}, status=status)


def _seats(found: Meeting, http: HttpRequest) -> list[Any]:
    """Those in office on the day that is written down, else on the day it was called for, else now."""
    given = http.POST.get("held_on", "")
    days = [parse_date(given) if _ISO.fullmatch(given) else None, found.day, today()]
    versions = (committee_versions.version_on(found.committee, day) for day in days if day is not None)
    version = next((row for row in versions if row is not None), None)
    return list(version.members.all()) if version else []


@require_POST
@roles_only(*minutes.SIGNERS, action="sign minutes")
def sign(http: HttpRequest, pk: int) -> HttpResponse:
    """A member signs exactly the minutes they saw; the last signature needed carries them out."""
    user = actor(http)
    sheet = agendas.sheet(agendas.get_meeting(pk, by=user))
    form = SignForm(http.POST, password=_asks(http, sheet))
    if not form.is_valid():
        return _page(http, pk, status=422, sign=form)
    try:
        if form.cleaned_data.get("password"):
            reauthentication.prove(http, user, form.cleaned_data["password"])
            reauthentication.remember(http, user)
        proved = reauthentication.remembered(http, user)
        made = minutes.sign(meeting=pk, by=user, seen=http.POST.get("seen", ""), proved=proved)
    except BadInput as refusal:
        put(form, refusal)
        return _page(http, pk, status=422, sign=form)
    except WrongState as refusal:
        return _page(http, pk, status=409, refusal=refusal)
    _told(http, made)
    return see("meeting", pk)


def _told(http: HttpRequest, made: Meeting) -> None:
    sheet = agendas.sheet(made)
    if sheet.adoption is None:
        left = counted(len(sheet.unsigned), "member has", "members have")
        messages.success(http, f"Signed: minutes of {made.day:%-d %b %Y}.\n{left} not signed yet.")
        return
    lines = [f"Signed and adopted: minutes {sheet.adoption.number}."]
    if sheet.left:
        lines.append(f"{counted(len(sheet.left), 'item')} could not be carried out; the reason stands beside it.")
    messages.success(http, "\n".join(lines))


@require_POST
@roles_only(*SEATED, action="carry minutes out")
def carry_out(http: HttpRequest, pk: int) -> HttpResponse:
    """Tries again what could not be carried out."""
    try:
        made = minutes.carry_out(meeting=pk, by=actor(http))
    except WrongState as refusal:
        return _page(http, pk, status=409, refusal=refusal)
    left = agendas.sheet(made).left
    told = (
        f"{counted(len(left), 'item')} still waits; the reason stands beside it."
        if left
        else "Every item is carried out."
    )
    messages.success(http, f"Tried again: {made}.\n{told}")
    return see("meeting", pk)


@require_safe
@roles_only(*READERS, action="see meetings")
def agenda_paper(http: HttpRequest, pk: int) -> HttpResponse:
    """The agenda as a PDF."""
    found = agendas.get_meeting(pk, by=actor(http))
    return pdf_answer(minutes_paper.agenda(agendas.sheet(found)), f"agenda-{found.committee.code}-{found.day}")


@require_safe
@roles_only(*READERS, action="see meetings")
def minutes_paper_view(http: HttpRequest, pk: int) -> HttpResponse:
    """The minutes as a PDF: a draft until they are adopted."""
    found = agendas.get_meeting(pk, by=actor(http))
    sheet = agendas.sheet(found)
    if sheet.minutes is None:
        raise NotFound("The meeting has no minutes yet.")
    name = sheet.adoption.number if sheet.adoption else f"draft-{found.committee.code}-{found.day}"
    return pdf_answer(minutes_paper.minutes(sheet), name)
