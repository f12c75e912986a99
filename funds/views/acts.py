"""What the viewer may do on a request page now: for each act its form, its address, and why not where it is refused."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.forms import BaseForm
from django.urls import reverse

from beneficiaries.casework.releases import AFTER, standing
from beneficiaries.models import Case, ReleaseStep
from funds.chain import duties, freezes
from funds.cheque_books import leaves
from funds.forms.decisions import CancelForm
from funds.forms.payments import AcknowledgeForm, ClearForm, FailForm, InstrumentsForm, ReleaseForm, VoucherForm
from funds.lists import inspection
from funds.models import Instrument, PayeeLine
from funds.release import releases
from funds.requests import drift, evidence
from funds.requests.overview import Overview
from funds.workflow import CANCELLERS, EDITABLE, Action, State
from ledger.clock import today
from ledger.money import figures
from ledger.roles import Role

Forms = Mapping[str, BaseForm]


@dataclass(frozen=True, slots=True)
class Act:
    """One act: where it is sent, its form, and why it is not possible ('' where it is)."""

    url: str
    form: BaseForm | None = None
    off: str = ""
    rows: Sequence[Any] = ()


@dataclass(frozen=True, slots=True)
class Acts:
    """The acts that concern the viewer; None for the others. Not a dict: a template would call dict.clear."""

    maker: Act | None = None
    voucher: Act | None = None
    issue: Act | None = None
    clear: Act | None = None
    fail: Act | None = None
    acknowledge: Act | None = None
    release: Act | None = None
    close: Act | None = None
    cancel: Act | None = None


def of(view: Overview, lines: Sequence[PayeeLine], forms: Forms) -> Acts:
    """Every act that concerns the viewer; `forms` holds those that came back with errors."""
    request = view.request
    found: dict[str, Act] = {}
    if view.may(Action.SUBMIT):
        who = request.maker.get_full_name()
        off = "" if view.is_maker else f"{who} drafted this request, so only they may change or submit it."
        off = off or _papers(view)
        found["maker"] = Act(_url("disbursement_submit", view), off=off)
    if view.may(Action.VOUCHER):
        found["voucher"] = Act(_url("voucher_issue", view), forms.get("voucher") or VoucherForm(), _hands(view))
    if view.may(Action.ISSUE):
        open_lines = [line for line in lines if not _live(line)]
        cheques = sum(line.method == PayeeLine.Method.CHEQUE for line in open_lines)
        free = leaves.free_numbers(request.fund, cheques) if cheques and "issue" not in forms else ()
        form = forms.get("issue") or InstrumentsForm(lines=open_lines, free=free)
        found["issue"] = Act(_url("instrument_issue", view), form, _hands(view), open_lines)
    found |= _bank_acts(view, lines, forms)
    found |= _closing_acts(view, forms)
    if (action := _cancel(view, forms)) is not None:
        found["cancel"] = action
    return Acts(**found)


def next_line(view: Overview) -> int:
    """The position of the first line on which the viewer has something to record; 1 where there is none."""
    live, lines = Instrument.LIVE, view.request.lines.order_by("position")
    waiting = (
        (Action.ISSUE, lines.exclude(instruments__state__in=live)),
        (Action.CLEAR, lines.filter(instruments__state=Instrument.State.ISSUED)),
        (Action.ACKNOWLEDGE, lines.filter(instruments__state__in=live, instruments__acknowledgement=None)),
    )
    found = (rows.values_list("position", flat=True).first() for action, rows in waiting if view.may(action))
    return next(filter(None, found), 1)


def _papers(view: Overview) -> str:
    """Why the request cannot be submitted for want of papers; changing it stays possible."""
    papers = view.papers
    if papers.missing and view.counts["lines"] >= inspection.FEWEST:
        return evidence.said_of_list(view.request, evidence.missing_kinds(view.request, on=today()))
    return evidence.said(view.request, papers.first_missing, papers.missing) if papers.missing else ""


def _url(name: str, view: Overview) -> str:
    return reverse(name, args=[view.request.pk])


def _live(line: PayeeLine) -> Instrument | None:
    return next((paid for paid in line.payments if paid.state in Instrument.LIVE), None)  # type: ignore[attr-defined]


def _hands(view: Overview) -> str:
    refusal = duties.paying_bar(view.request, view.viewer) or freezes.stopped(view.request.fund, freezes.PAYMENTS)
    return refusal or (f"{drift.said(view.drifts)}. Cancel it, so that the money is free." if view.drifts else "")


def _bank_acts(view: Overview, lines: Sequence[PayeeLine], forms: Forms) -> dict[str, Act]:
    live = [paid for line in lines if (paid := _live(line))]
    issued = [paid for paid in live if paid.state == Instrument.State.ISSUED]
    open_receipts = [paid for paid in live if getattr(paid, "acknowledgement", None) is None]
    found = {}
    if view.may(Action.CLEAR) and issued:
        found["clear"] = Act(_url("instruments_clear", view), forms.get("clear") or ClearForm(), rows=issued)
    if view.may(Action.REOPEN) and issued:
        found["fail"] = Act("", forms.get("fail") or FailForm(), rows=issued)
    if view.may(Action.ACKNOWLEDGE) and open_receipts:
        form = forms.get("acknowledge") or AcknowledgeForm()
        found["acknowledge"] = Act(_url("instruments_acknowledge", view), form, rows=open_receipts)
    return found


def _closing_acts(view: Overview, forms: Forms) -> dict[str, Act]:
    if view.state not in (State.PAID, State.CLEARED, State.ACKNOWLEDGED) or not view.holds(Role.CASE_OFFICER):
        return {}
    found = {}
    inside = list(releases.inside_of(view.request))
    if inside:
        form = forms.get("release") or ReleaseForm(initial={"case": inside[0].pk})
        found["release"] = Act(_url("release_record", view), form, _not_proved(inside[0]), inside)
    if view.state is State.ACKNOWLEDGED:
        off = f"{inside[0].person}: record the release first." if inside else ""
        found["close"] = Act(_url("disbursement_close", view), off=off)
    return found


def _not_proved(case: Case) -> str:
    """Which record the release still waits for."""
    there = standing(case)
    lacking = next((step for step in AFTER[ReleaseStep.RELEASED] if step not in there), None)
    return f"Record the {lacking.label.lower()} first, with its paper." if lacking else ""


def _cancel(view: Overview, forms: Forms) -> Act | None:
    if not view.may(Action.CANCEL) or view.state not in CANCELLERS:
        return None
    off = ""
    if view.state in EDITABLE and not view.is_maker:
        off = f"{view.request.maker.get_full_name()} drafted this request, so only they may cancel it."
    elif view.counts["cleared"]:
        off = f"{view.counts['cleared']} of {view.counts['lines']} payments have cleared. Record a refund as a receipt instead."
    return Act(_url("disbursement_cancel", view), forms.get("cancel") or CancelForm(), off)


def cancel_word(view: Overview) -> str:
    """What the cancel button says: 'Cancel voucher DAD-2025-26-00005'."""
    if view.voucher is not None:
        return f"Cancel voucher {view.voucher.number}"
    if view.sanction is not None:
        return f"Cancel sanction {view.sanction.number}"
    return f"Cancel {view.request.number}"


def submit_word(view: Overview) -> str:
    """'Submit Rs 12,00,000.00 for approval'."""
    return f"Submit {figures(view.request.amount)} for approval"
