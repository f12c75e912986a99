"""The first page after signing in: what waits for this person, by role."""

from collections.abc import Iterable
from itertools import groupby
from typing import Any

from django.contrib.auth.models import User
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse

from beneficiaries.models import Officer
from beneficiaries.offices.scope import office_of
from beneficiaries.owed import instalments_due
from beneficiaries.referral import referrals
from beneficiaries.screened import screening
from beneficiaries.views.pages import page_of
from funds import complaints, payment_runs
from funds.absence import empty_desks, escalations
from funds.books import calendar
from funds.budget.position import positions
from funds.budgets import visible_funds
from funds.chain import consents
from funds.chain.chain_view import days_words, short
from funds.committee import agendas
from funds.disbursements import visible_disbursements
from funds.readers import READERS
from funds.release import releases
from funds.requests import checks, inbox
from funds.views.shared import counted, tabs, visible_total
from funds.workflow import SIGNATORIES, State
from ledger.chart import fiscal_label
from ledger.clock import today
from ledger.money import figures
from ledger.roles import Role, roles_of

TAB_WORDS = {
    "me": "Waiting for me",
    "others": "Waiting for others",
    "late": "Late",
    "escalated": "Escalated to you",
    "decided": "Decided by me",
}
SHORT_LIST, FEW = 20, 5


def home(http: HttpRequest, user: User) -> HttpResponse:
    """The page for the first of the user's roles that has one."""
    roles, officer = roles_of(user), inbox.post_of(user)
    if officer is None or not roles:
        return render(http, "pages/home.html")
    if roles & SIGNATORIES:
        return _inbox(http, user, officer)
    for role, page in (
        (Role.CASE_OFFICER, _maker),
        (Role.DDO, _payer),
        (Role.RECONCILER, _bank),
        (Role.FUND_MANAGER, _manager),
        (Role.AUDITOR, _auditor),
    ):
        if role in roles:
            return page(http, user)
    return render(http, "pages/home.html")


def _inbox(http: HttpRequest, user: User, officer: Officer) -> HttpResponse:
    told = escalations.to_me(user)
    lists = {
        "me": inbox.mine(user, officer),
        "others": inbox.others(user),
        "late": inbox.late(user),
        "escalated": inbox.in_chain(user).filter(pk__in=told.values("disbursement")).order_by("due", "pk"),
        "decided": inbox.decided(user),
    }
    tab = http.GET.get("tab", "me")
    tab = tab if tab in lists else "me"
    funds = positions(visible_funds(user).order_by("code"), fiscal_label(today()))
    fund = next((room.fund for room in funds if room.fund.code == http.GET.get("fund")), None)
    if fund is not None:
        lists = {name: rows.filter(fund=fund) for name, rows in lists.items()}
    sums = inbox.tab_sums(user, fund) | {"escalated": visible_total(lists["escalated"])}
    number, total = sums[tab]
    page = page_of(lists[tab], http.GET, count=number)
    rows = list(page.object_list)
    remarks = checks.remarks_for(rows) if tab != "decided" else {}
    for row in rows:
        _dress(row, remarks)
    context = {
        "tab": tab,
        "tabs": tabs(
            http.GET, tab, [(name, word, sums[name][0]) for name, word in TAB_WORDS.items() if _shown(name, sums)]
        ),
        "groups": _groups(rows) if tab != "decided" else [("", rows)],
        "page": page,
        "number": number,
        "total": total,
        "lead": _lead(rows, number, total) if tab == "me" else "",
        "rooms": funds,
        "reads_funds": not roles_of(user).isdisjoint(READERS),
        "fund": fund,
        "officer": officer,
        "limit": inbox.own_limit(officer),
        "office": office_of(user),
        "sanctions": Role.APPROVER in roles_of(user),
        "consents": consents.waiting_for(user),
        **_strips(user),
    }
    return render(http, "funds/home_inbox.html", context)


def _strips(user: User) -> dict[str, Any]:
    """What else waits: prisoners still inside, late instalments, referrals, hits of the watch list, complaints to answer."""
    roles = roles_of(user)
    judges = screening.setting().clearing_role in roles
    answers = not roles.isdisjoint(complaints.READERS)
    return releases.alarm(user) | {
        "to_sign": agendas.minutes_to_sign(user),
        "to_record": agendas.meetings_to_record(user, today()),
        "to_call": agendas.to_call(user),
        "to_release": payment_runs.to_release(user),
        "late_url": f"{reverse('release_board')}?alarm=1",
        "late_plans": instalments_due.late_count(user),
        "new_referrals": referrals.waiting(user),
        "open_hits": screening.in_state(screening.visible_hits(user), screening.OPEN).count() if judges else 0,
        "my_complaints": complaints.parted(complaints.visible_complaints(user), complaints.MINE, by=user).count()
        if answers
        else 0,
    }


def _shown(name: str, sums: dict[str, tuple[int, Any]]) -> bool:
    """What was escalated has its tab only where there is any."""
    return name != "escalated" or sums[name][0] > 0


def _escalated(user: User) -> dict[str, Any]:
    """What was told to the user as overdue: the longest late, each with how many days, and how many there are."""
    rows = escalations.to_me(user)
    found = [(row, (today() - row.due_on).days) for row in rows[:FEW]]
    return {"escalated": found, "escalated_number": rows.count()}


def _dress(row: Any, remarks: dict[int, str]) -> None:
    """Adds what the template shows: due in words, its look, points to check."""
    row.remark = remarks.get(row.pk, "")
    row.again = f"Submitted again, {row.submission - 1} returned before" if row.submission > 1 else ""
    due = getattr(row, "due", None)
    if due is not None:
        row.due_words = days_words(due)
        row.due_look = "late" if due < today() else "due" if due == today() else ""


def _groups(rows: Iterable[Any]) -> list[tuple[str, list[Any]]]:
    grouped = [(name, list(group)) for name, group in groupby(rows, key=lambda row: inbox.group_of(row.due))]
    return [(f"{name} ({len(group)})", group) for name, group in grouped]


def _lead(rows: list[Any], number: int, total: Any) -> str:
    if not rows:
        return ""
    oldest = min(row.waiting_since for row in rows)
    days = (today() - oldest).days
    waited = "since today" if days == 0 else counted(days, "day")
    return f"{counted(number, 'request')}, {figures(total)} in all. Oldest has waited {waited}."


def _section(title: str, rows: Any, empty: str, *, more: str = "") -> dict[str, Any]:
    number, total = visible_total(rows)
    return {
        "title": title,
        "rows": list(rows[:SHORT_LIST]),
        "number": number,
        "total": total,
        "empty": empty,
        "more": more,
    }


def _sections_page(
    http: HttpRequest, title: str, lead: str, sections: list[dict[str, Any]], **more: Any
) -> HttpResponse:
    for section in sections:
        for row in section["rows"]:
            row.since = short(row.waiting_since or row.drafted_on)
            row.holder = _holder(row)
    context = {"title": title, "lead": lead, "groups": sections} | more
    return render(http, "funds/home_sections.html", context)


def _holder(row: Any) -> str:
    """Who holds a request under way, in words; '' for the reader's own."""
    if row.state == State.SUBMITTED and getattr(row, "step_role", ""):
        return f"with the {Role(row.step_role).label.lower()}"
    return {
        State.SANCTIONED: "with the DDO, voucher",
        State.VOUCHERED: "with the DDO, payment",
        State.PAID: "at the bank",
    }.get(row.state, "")


def _maker(http: HttpRequest, user: User) -> HttpResponse:
    waiting = inbox.my_under_way(user)
    sections = [
        _section("To correct or submit", inbox.my_drafts(user), "No draft of yours is open."),
        _section(
            "To finish: receipts, release, closing", inbox.to_finish(user), "Nothing of yours waits for a receipt."
        ),
        _section("With others", waiting, "None of your requests is under way.", more=reverse("disbursement_list")),
    ]
    number = sections[0]["number"] + sections[1]["number"]
    lead = counted(number, "request waits for you.", "requests wait for you.")
    return _sections_page(http, "Your requests", lead, sections, new_url=reverse("disbursement_new"), **_strips(user))


def _payer(http: HttpRequest, user: User) -> HttpResponse:
    board = reverse("payments")
    sections = [
        _section("To voucher", inbox.to_voucher(user), "No sanction waits for a voucher.", more=board),
        _section("To pay", inbox.to_pay(user), "No voucher waits for payment.", more=f"{board}?tab=pay"),
    ]
    lead = f"{sections[0]['number']} to voucher, {sections[1]['number']} to pay."
    return _sections_page(http, "To voucher and to pay", lead, sections, **_strips(user))


def _bank(http: HttpRequest, user: User) -> HttpResponse:
    rows = inbox.outstanding(user).select_related("voucher")
    number, total = visible_total(rows)
    page = page_of(rows, http.GET, count=number)
    return render(http, "funds/home_bank.html", {"page": page, "number": number, "total": total, "may_clear": True})


def _manager(http: HttpRequest, user: User) -> HttpResponse:
    asked = visible_disbursements(user).filter(state=State.SUBMITTED)
    number, total = visible_total(asked)
    rooms = positions(visible_funds(user).order_by("code"), fiscal_label(today()))
    behind = calendar.to_close([room.fund for room in rooms])
    context = {
        "rooms": [(room, behind[room.fund.pk]) for room in rooms],
        "number": number,
        "total": total,
        "stuck": inbox.stuck(user),
        "consents": consents.waiting_for(user),
        **_escalated(user),
        "empty_desks": empty_desks.waiting(user),
        "months_open": sum(each.months for each in behind.values()),
        "years_open": sum(each.years for each in behind.values()),
    }
    return render(http, "funds/home_funds.html", context | _strips(user))


def _auditor(http: HttpRequest, user: User) -> HttpResponse:
    rows = visible_disbursements(user).exclude(state=State.DRAFT).order_by("-pk")[:SHORT_LIST]
    return render(http, "funds/home_audit.html", {"rows": rows} | _strips(user))
