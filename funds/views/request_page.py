"""The page of one request: evidence, room, decision, and the acts of whoever is next."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from decimal import Decimal
from typing import Any

from django.contrib.auth.models import User
from django.core.paginator import Page
from django.forms import BaseForm
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from beneficiaries.offices.scope import acts_for
from beneficiaries.people.disclosures import REVEALERS
from beneficiaries.views.pages import actor, offered, roles_only
from funds import particulars
from funds.books import journal_view
from funds.budget import budget_position
from funds.budget.budget_position import Room
from funds.chain import chain_view, reauthentication
from funds.chain.conflicts import DECLARERS
from funds.chain.signatures import sent_back, standing
from funds.cheque_books import signing
from funds.disbursements import get_disbursement
from funds.lists import inspection
from funds.lists.line_pages import PAYING, SIZE, page_of_lines
from funds.models import Disbursement, Instrument, PayeeLine
from funds.paperwork import leaf_paper
from funds.readers import OF_REQUESTS
from funds.requests import changed_accounts, checks, filing, overview, submissions
from funds.requests.overview import Overview
from funds.requests.payee_holds import HOLDERS
from funds.rules.cheque_rules import SIGNERS
from funds.runs import choosing
from funds.views import acts, added_up, decision_forms
from funds.views.shared import counted
from funds.workflow import EDITABLE, SIGNATORIES, State
from ledger.clock import today
from ledger.errors import Refusal
from ledger.ids import row_ids
from ledger.money import figures
from ledger.roles import Role

Forms = Mapping[str, BaseForm]


@require_safe
@roles_only(*OF_REQUESTS, action="see requests and what is paid on them")
def show(http: HttpRequest, pk: int) -> HttpResponse:
    """Details or, with ?tab=money, the journal of one request."""
    return page(http, pk)


def page(
    http: HttpRequest,
    pk: int,
    *,
    forms: Forms | None = None,
    refusal: Refusal | None = None,
    chosen: str = "",
    conflict: str = "",
    kept: str = "",
    status: int = 200,
) -> HttpResponse:
    """The page, also with forms that came back: `chosen` is the decision picked, `conflict` what somebody else did,
    `kept` the remarks typed for a decision that is no longer possible. Raises: NotFound."""
    if refusal is not None:
        http.refusal = refusal  # type: ignore[attr-defined]  # the record of refused attempts reads it
    request = get_disbursement(pk, by=actor(http))
    view = overview.load(request, viewer=actor(http))
    lines = _lines(http, view)
    _hold_back(view, list(lines))
    context = _head(view) | {
        "view": view,
        "row": request,
        "lines": lines,
        "refusal": refusal,
        "conflict": conflict,
        "kept": kept,
        "tab": "money" if http.GET.get("tab") == "money" and status == 200 else "details",
        "total_lines": view.counts["lines"],
        "searched": http.GET.get("payee", "").strip()[:80],
        "searchable": view.counts["lines"] > SIZE,
        "ticked": set(row_ids(http.POST.getlist("instrument"))),
        "may_reveal": view.holds(*REVEALERS),
        "may_hold": view.holds(*HOLDERS),
        "may_waive_list": may_waive_list(view),
        "may_declare": view.holds(*DECLARERS),
        "has_shares": any(line.share for line in lines),
        "entries": filing.entries_of(request) if request.submission else [],
        "added_up": added_up.rows(view),
    }
    context["tabs"] = parts(request, context["tab"])
    if context["tab"] == "money":
        context["entries"] = journal_view.entries(view)
        return render(http, "funds/request_money.html", context)
    context |= _evidence(http, view, list(lines), forms or {}, chosen)
    return render(http, "funds/request.html", context, status=status)


def _lines(http: HttpRequest, view: Overview) -> Page:
    """The page of payees that is asked for; else the one with the first line on which the viewer has something to record."""
    size = PAYING if view.state in (State.VOUCHERED, State.PAID, State.CLEARED) else SIZE
    count, given = view.counts["lines"], http.GET
    if count > size and "page" not in given and "payee" not in given:
        page = (acts.next_line(view) - 1) // size + 1
        return page_of_lines(view.request, {"page": str(page)}, count=count, size=size)
    return page_of_lines(view.request, given, count=count, size=size)


def _hold_back(view: Overview, lines: Sequence[PayeeLine]) -> None:
    """Says on each unpaid line what holds its payment back now, once the payees are fixed."""
    if view.state in changed_accounts.FIXED:
        unpaid = [line for line in lines if not any(paid.state in Instrument.LIVE for paid in line.payments)]  # type: ignore[attr-defined]
        held = choosing.held_back([line.pk for line in unpaid])
        for line in unpaid:
            line.held = held.get(line.pk, "")  # type: ignore[attr-defined]


def _head(view: Overview) -> dict[str, Any]:
    request = view.request
    move = chain_view.next_move(view)
    state = "waiting" if move is not None and move.mine and view.waiting is not None else str(request.state)
    return {
        "move": move,
        "chip": state,
        "about": overview.about(request, request.fund),
        "chain": chain_view.steps(view),
        "chain_note": _why(view),
        "last_return": _last_return(view),
        "apart": _apart(view),
        "compared": submissions.changed(request),
    }


def _why(view: Overview) -> str:
    if not view.planned:
        return "No approval rule covers this amount yet; the fund manager adds one."
    return f"{counted(len(view.planned), 'approval step')}, by the rule “{view.rule_title}”."


def _last_return(view: Overview) -> Any:
    """The decision that sent it back, to the maker or to an earlier step, or ended it; the page shows its reason."""
    if view.state is State.SUBMITTED:
        return sent_back(view.steps)
    if view.state not in (State.RETURNED, State.REJECTED):
        return None
    made = (decision for rows in standing(view.steps).values() for decision in rows)
    return next((decision for decision in made if decision.outcome != "approved"), None)


def _apart(view: Overview) -> list[tuple[str, str, str]]:
    """Who stands apart from the request: name and post, from what, ground and reason."""
    rows = [(f"{made.name}, {made.post}", "recused", f"{made.ground}: {made.reason}") for made in view.recusals]
    return rows + [
        (f"{each.name}, {each.post}", f"conflict declared with {each.about}", f"{each.ground}: {each.reason}")
        for each in view.conflicts
        if not each.ended
    ]


def parts(request: Disbursement, current: str) -> list[dict[str, Any]]:
    """The parts of a request as tabs."""
    address = request.get_absolute_url()
    whole = {"label": "Inspection", "url": reverse("inspection", args=[request.pk]), "count": None}
    inspected = [whole | {"current": current == "inspection"}] if inspection.is_list(request) else []
    return [
        {"label": "Details", "url": address, "count": None, "current": current == "details"},
        *inspected,
        {"label": "Money", "url": f"{address}?tab=money", "count": None, "current": current == "money"},
        {"label": "Noting", "url": reverse("notes", args=[request.pk]), "count": None, "current": current == "noting"},
        {"label": "Trail", "url": reverse("trail", args=[request.pk]), "count": None, "current": False},
    ]


def may_waive_list(view: Overview) -> bool:
    """Whether the viewer may let the whole list go on without a paper that its cases lack."""
    lacking = view.state in EDITABLE and view.papers.missing > 0 and view.counts["lines"] >= inspection.FEWEST
    return lacking and view.holds(Role.VERIFIER) and not view.is_maker


def password_asked(http: HttpRequest, view: Overview) -> bool:
    """Whether sanctioning this request on this page needs the password again."""
    if view.waiting is None or not view.waiting.last:
        return False
    return reauthentication.asked(view.request, reauthentication.remembered(http, view.viewer), on=today())


def _evidence(http: HttpRequest, view: Overview, lines: list[PayeeLine], forms: Forms, chosen: str) -> dict[str, Any]:
    has = budget_position.room_of(view.request, view.sanction)
    found = [
        replace(check, url=offered(check.url, to=view.viewer))
        for check in checks.all_of(view, room=has, officer=view.officer, objection=view.objection)
    ]
    open_still = view.state in (*EDITABLE, State.SUBMITTED)
    deciding: Forms = {}
    if view.waiting is not None and view.holds(*SIGNATORIES):
        points, asks = checks.open_points(found), password_asked(http, view)
        deciding = forms if "approve" in forms else decision_forms.made(view, asks=asks, points=points)
    return {
        "checks": found,
        "room": room_rows(has, view.request.amount, open_still=open_still) if has else None,
        "room_title": has.title if has else "",
        "case_facts": _case_facts(lines, view.viewer),
        "several_cases": len({line.case_id for line in lines}) > 1,
        "acts": acts.of(view, lines, forms),
        "cancel_word": acts.cancel_word(view),
        "submit_word": acts.submit_word(view),
        "decision": decision_forms.panel(view, deciding, chosen, has) if deciding else None,
        "one_method": len({line.method for line in lines}) == 1 and len(lines) > 1,
        "paid_lines": _paid(view, lines),
        "prints": view.holds(*leaf_paper.PRINTERS) and acts_for(view.request.fund.office, by=view.viewer),
        "signs": view.holds(*SIGNERS) and acts_for(view.request.fund.office, by=view.viewer),
    }


def _paid(view: Overview, lines: Sequence[PayeeLine]) -> list[Any]:
    """The lines with payments, each of which tells what its method asks beside the number, and whether a signature lacks."""
    found: list[Any] = [line for line in lines if line.payments]  # type: ignore[attr-defined]
    settings = signing.settings_of(view.request.fund_id) if found else []
    for line in found:
        for paid in line.payments:
            paid.told = particulars.told(paid, line.payee_name)
            paid.lacks = signing.lacking(paid, settings)
    return found


def room_rows(room: Room, amount: Decimal, *, open_still: bool) -> dict[str, Any]:
    """Bar and figures of its head; a request that is not committed yet stands apart from what is: free before and after."""
    this = amount if open_still else None
    return {
        "total": room.stands.available,
        "spent": room.stands.spent,
        "committed": room.stands.committed,
        "before": room.free if open_still else None,
        "this": this,
        "free": room.after(this or Decimal(0)),
        "asked": _asked(room, amount) if open_still and room.asking else "",
    }


def _asked(room: Room, this: Decimal) -> str:
    """What else in the chain asks of the same head, and what would stay if all of it were sanctioned."""
    others = counted(room.asking, "other request in the chain asks", "other requests in the chain ask")
    left = room.after_all(this)
    stays = f"{figures(left)} would stay free" if left >= 0 else f"{figures(-left)} would be lacking"
    return f"{others} for {figures(room.asked)}. With all of them {stays}."


def _case_facts(lines: Sequence[PayeeLine], viewer: User) -> list[tuple[Any, ...]]:
    """Facts of the one case behind the lines; nothing where there are several (each line then names its own)."""
    if not lines or len({line.case_id for line in lines}) > 1:
        return []
    case, obligation = lines[0].case, lines[0].obligation
    facts: list[tuple[Any, ...]] = [
        ("Case", case.number, offered(reverse("case", args=[case.pk]), to=viewer)),
        (
            "Prisoner" if case.kind == "prisoner" else "Person",
            case.person.described,
            offered(reverse("person", args=[case.person_id]), to=viewer),
        ),
        ("FIR", case.fir),
    ]
    if case.kind == "prisoner":
        prisoner = case.prisoner
        facts += [
            ("Prison", f"{prisoner.prison}, number {prisoner.prisoner_number}"),
            ("Sections", prisoner.sections),
            ("Released", prisoner.released_on and f"{prisoner.released_on:%-d %b %Y}, {prisoner.release_reference}"),
        ]
    else:
        relief = case.relief
        facts += [
            ("Violation", f"{relief.get_violation_display()}, {relief.happened_on:%-d %b %Y}, {relief.district}"),
            ("Referred by", f"{relief.get_referral_display()} {relief.referral_reference}".strip()),
            ("Recommended", figures(relief.recommended_amount)),
        ]
    if obligation is not None:
        facts += [
            ("Order", str(obligation.order)),
            ("Ordered", f"{figures(obligation.amount_ordered)}, {obligation.get_kind_display().lower()}"),
            ("Paid before", figures(obligation.paid_before) if obligation.paid_before else ""),
            ("Owed to", obligation.owed_to),
        ]
    return facts
