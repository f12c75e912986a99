"""The page of one request: evidence, room, decision, and the acts of whoever is next."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.contrib.auth.decorators import login_required
from django.forms import BaseForm
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.views.decorators.http import require_safe

from beneficiaries.disclosures import REVEALERS
from beneficiaries.views.pages import actor, page_of
from funds import chain_view, checks, journal_view, overview
from funds.disbursements import get_disbursement
from funds.forms.decisions import ApproveForm, RejectForm, ReturnForm
from funds.models import PayeeLine
from funds.overview import Overview
from funds.position import Position, position
from funds.views import acts, added_up
from funds.views.shared import counted
from funds.workflow import EDITABLE, SIGNATORIES, State
from ledger.errors import Refusal
from ledger.ids import row_ids
from ledger.money import figures, words

LINES = 100
Forms = Mapping[str, BaseForm]


@login_required
@require_safe
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
    lines = page_of(overview.lines_of(request), http.GET, size=LINES, count=view.counts["lines"])
    context = _head(view) | {
        "view": view,
        "row": request,
        "lines": lines,
        "refusal": refusal,
        "conflict": conflict,
        "kept": kept,
        "tab": "money" if http.GET.get("tab") == "money" and status == 200 else "details",
        "total_lines": view.counts["lines"],
        "ticked": set(row_ids(http.POST.getlist("instrument"))),
        "may_reveal": view.holds(*REVEALERS),
        "has_shares": any(line.share for line in lines),
        "added_up": added_up.rows(view),
    }
    context["tabs"] = _tabs(view, context["tab"])
    if context["tab"] == "money":
        context["entries"] = journal_view.entries(view)
        return render(http, "funds/request_money.html", context)
    context |= _evidence(view, list(lines), forms or {}, chosen)
    return render(http, "funds/request.html", context, status=status)


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
    }


def _why(view: Overview) -> str:
    if not view.planned:
        return "No approval rule covers this amount yet; the fund manager adds one."
    return f"{counted(len(view.planned), 'approval step')}, by the rule “{view.rule_title}”."


def _last_return(view: Overview) -> Any:
    """The decision that sent it back or ended it, whose reason the page shows."""
    if view.state not in (State.RETURNED, State.REJECTED):
        return None
    made = (decision for step in view.steps for decision in step.decisions.all())
    return next((decision for decision in made if decision.outcome != "approved"), None)


def _tabs(view: Overview, current: str) -> list[dict[str, Any]]:
    address = view.request.get_absolute_url()
    return [
        {"label": "Details", "url": address, "count": None, "current": current == "details"},
        {"label": "Money", "url": f"{address}?tab=money", "count": None, "current": current == "money"},
        {"label": "Trail", "url": reverse("trail", args=[view.request.pk]), "count": None, "current": False},
    ]


def _evidence(view: Overview, lines: list[PayeeLine], forms: Forms, chosen: str) -> dict[str, Any]:
    room = position(view.request.fund)
    found = checks.all_of(view, free=room.free, officer=view.officer, objection=view.objection)
    signatory = view.waiting is not None and view.holds(*SIGNATORIES)
    return {
        "checks": found,
        "room": _room(view, room),
        "case_facts": _case_facts(lines),
        "several_cases": len({line.case_id for line in lines}) > 1,
        "acts": acts.of(view, lines, forms),
        "cancel_word": acts.cancel_word(view),
        "submit_word": acts.submit_word(view),
        "decision": _decision(view, found, forms, chosen, room.free) if signatory else None,
        "paid_lines": [line for line in lines if line.payments],  # type: ignore[attr-defined]
    }


def _room(view: Overview, room: Position) -> dict[str, Any]:
    """Bar and figures; a request that is not committed yet stands apart from what is."""
    open_still = view.state in (*EDITABLE, State.SUBMITTED)
    this = view.request.amount if open_still else None
    return {
        "total": room.available,
        "spent": room.spent,
        "committed": room.committed,
        "this": this,
        "free": room.free - (this or 0),
    }


def _case_facts(lines: Sequence[PayeeLine]) -> list[tuple[Any, ...]]:
    """Facts of the one case behind the lines; nothing where there are several (each line then names its own)."""
    if not lines or len({line.case_id for line in lines}) > 1:
        return []
    case, obligation = lines[0].case, lines[0].obligation
    facts: list[tuple[Any, ...]] = [
        ("Case", case.number, reverse("case", args=[case.pk])),
        (
            "Prisoner" if case.kind == "prisoner" else "Person",
            case.person.described,
            reverse("person", args=[case.person_id]),
        ),
        ("FIR", case.fir),
    ]
    if case.kind == "prisoner":
        prisoner = case.prisoner
        facts += [
            ("Prison", f"{prisoner.prison}, number {prisoner.prisoner_number}"),
            ("Sections", prisoner.sections),
            ("Released", prisoner.released_on and f"{prisoner.released_on:%d %b %Y}, {prisoner.release_reference}"),
        ]
    else:
        relief = case.relief
        facts += [
            ("Violation", f"{relief.get_violation_display()}, {relief.happened_on:%d %b %Y}, {relief.district}"),
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


def _decision(view: Overview, found: list[checks.Check], forms: Forms, chosen: str, free: Any) -> dict[str, Any]:
    request, step = view.request, view.waiting
    assert step is not None
    objection, points = view.objection, checks.open_points(found)
    approve = forms.get("approve") or ApproveForm(prefix="approve", points=points)
    send_back = forms.get("return") or ReturnForm(prefix="return")
    reject = forms.get("reject") or RejectForm(prefix="reject")
    off = objection or (_cannot_sanction(view, free) if step.last else "")
    faults = {"approve": approve, "return": send_back, "reject": reject}.get(chosen) if forms else None
    option = {
        "value": "approve",
        "label": "Sanction" if step.last else "Agree and forward",
        "help": "Commits the money and takes the next sanction number" if step.last else _forward_help(view),
        "off": off,
        "said": _said(view),
        "fields": list(approve),
        "button": f"{'Sanction' if step.last else 'Agree to'} {figures(request.amount)}",
        "note": "A sanction is never edited; it can only be cancelled, and its number stays." if step.last else "",
    }
    return {
        "url": reverse("disbursement_decide", args=[request.pk]),
        "hidden": format_html(
            '<input type="hidden" name="seen" value="{}"><input type="hidden" name="at" value="{}">',
            request.digest,
            request.position,
        ),
        "chosen": chosen,
        "faults": faults if faults is not None and faults.errors else None,
        "options": [
            option,
            _option("return", "Return for correction", send_back, objection, "Signatures so far are set aside"),
            _option("reject", "Reject", reject, objection, "Ends the request; its number stays") | {"tone": "stop"},
        ],
        "as": view.officer.designation if view.officer and not objection else "",
        "mine": not objection,
    }


def _option(value: str, label: str, form: BaseForm, off: str, help_text: str) -> dict[str, Any]:
    return {"value": value, "label": label, "help": help_text, "off": off, "fields": list(form), "button": label}


def _forward_help(view: Overview) -> str:
    place = view.request.position
    step = view.planned[place] if place < len(view.planned) else None
    return f"Then {view.actor(step.role, step.post)} decides" if step else ""


def _cannot_sanction(view: Overview, free: Any) -> str:
    officer = view.officer
    if officer is not None and view.beyond:
        return f"{figures(view.rolling.basis)} is above your authority, {figures(view.limit)}."
    if view.request.amount > free:
        return f"{view.request.fund.code} has {figures(free)} free, less than {figures(view.request.amount)}."
    return ""


def _said(view: Overview) -> SafeString:
    """The sentence that repeats what is decided, in figures and words."""
    request, step = view.request, view.waiting
    verb = "sanctioning" if step is not None and step.last else "agreeing to"
    return format_html(
        "You are {} <b>{}</b> ({}) from the <b>{} Fund</b> to <b>{}</b>: {}.",
        verb,
        figures(request.amount),
        words(request.amount).lower(),
        request.fund.code,
        request.pay_to,
        counted(view.counts["lines"], "payee line"),
    )
