"""The forms of the decision panel and its options, as the page shows them and as they come back."""

from collections.abc import Mapping
from typing import Any

from django.forms import BaseForm
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString

from funds.budget import budget_position
from funds.budget.budget_position import Room
from funds.chain import freezes
from funds.chain.signatures import standing
from funds.forms.decisions import ApproveForm, RecuseForm, RejectForm, ReturnForm
from funds.requests import checks, drift
from funds.requests.overview import Overview
from funds.views.shared import counted
from ledger.money import figures, words

Forms = Mapping[str, BaseForm]
NAMES = ("approve", "return", "reject", "recuse")


def made(
    view: Overview, *, asks: bool, chosen: str = "", data: Any = None, points: int | None = None
) -> dict[str, BaseForm]:
    """The four forms; the chosen one holds what was typed and is checked. `asks`: whether the password is asked for;
    `points`: how many the page shows to be read, where it has counted them."""
    if points is None and view.waiting is not None:
        room = budget_position.room_of(view.request, view.sanction)
        found = checks.all_of(view, room=room, officer=None, objection="-")
        points = checks.open_points(found)
    sent = {name: data if name == chosen else None for name in NAMES}
    return {
        "approve": ApproveForm(sent["approve"], prefix="approve", points=points or 0, password=asks),
        "return": ReturnForm(sent["return"], prefix="return", places=_places(view)),
        "reject": RejectForm(sent["reject"], prefix="reject"),
        "recuse": RecuseForm(sent["recuse"], prefix="recuse"),
    }


def _places(view: Overview) -> list[tuple[int, str]]:
    """The steps before the one that waits, as '2: Budget agreed, Sana Iqbal'."""
    if view.waiting is None:
        return []
    signed = standing(view.steps)
    before = [step for step in view.steps if step.position < view.waiting.position]
    return [
        (
            step.position,
            ", ".join([f"{step.position}: {step.act}", *(made.name for made in signed.get(step.position, []))]),
        )
        for step in before
    ]


def panel(view: Overview, forms: Forms, chosen: str, room: Room | None) -> dict[str, Any]:
    """What the decision component draws."""
    request, step = view.request, view.waiting
    assert step is not None
    objection = view.objection
    # A member of a committee may say beforehand that they stand back.
    apart = objection if step.committee is None else view.recusal_bar
    frozen = freezes.stopped(request.fund, freezes.SANCTIONS) if step.last else ""
    off = objection or frozen or _drifted(view) or (_cannot_sanction(view, room) if step.last else "")
    faults = forms.get(chosen)
    option = {
        "value": "approve",
        "label": "Sanction" if step.last else "Agree and forward",
        "help": "Commits the money and takes the next sanction number" if step.last else _forward_help(view),
        "off": off,
        "said": _said(view),
        "fields": list(forms["approve"]),
        "button": f"{'Sanction' if step.last else 'Agree to'} {figures(request.amount)}",
        "note": "A sanction is never edited; it can only be cancelled, and its number stays." if step.last else "",
    }
    back = "Signatures from there on are set aside" if step.position > 1 else "The maker corrects it"
    return {
        "url": reverse("disbursement_decide", args=[request.pk]),
        "hidden": format_html(
            '<input type="hidden" name="seen" value="{}"><input type="hidden" name="at" value="{}">'
            '<input type="hidden" name="for" value="{}">',
            request.digest,
            request.position,
            view.power.pk if view.power else "",
        ),
        "chosen": chosen,
        "faults": faults if faults is not None and faults.errors else None,
        "options": [
            option,
            _option("return", "Return for correction", forms["return"], objection, back),
            _option("reject", "Reject", forms["reject"], objection, "Ends the request; its number stays")
            | {"tone": "stop"},
            _option(
                "recuse",
                "Recuse yourself",
                forms["recuse"],
                apart,
                "For good; another officer decides",
            ),
        ],
        "as": _seat(view) if not objection else "",
        "mine": not objection,
    }


def _seat(view: Overview) -> str:
    """The post in which the viewer decides, and for whom where it is somebody else."""
    if view.officer is None:
        return ""
    own = view.officer.designation
    return f"{own}, for {view.power.giver_name}" if view.power else own


def _option(value: str, label: str, form: BaseForm, off: str, help_text: str) -> dict[str, Any]:
    return {"value": value, "label": label, "help": help_text, "off": off, "fields": list(form), "button": label}


def _drifted(view: Overview) -> str:
    return f"{drift.said(view.drifts)}. Return it to the maker." if view.drifts else ""


def _forward_help(view: Overview) -> str:
    place = view.request.position
    step = view.planned[place] if place < len(view.planned) else None
    return f"Then {view.actor(step.role, step.desk)} decides" if step else ""


def _cannot_sanction(view: Overview, room: Room | None) -> str:
    if view.officer is not None and view.beyond:
        return f"{figures(view.rolling.basis)} is above your authority, {figures(view.limit)}."
    return checks.too_little(view.request, room)


def _said(view: Overview) -> SafeString:
    """The sentence that repeats what is decided, in figures and words."""
    request, step = view.request, view.waiting
    verb = "sanctioning" if step is not None and step.last else "agreeing to"
    return format_html(
        "You are {}{} <b>{}</b> ({}) from the <b>{} Fund</b> to <b>{}</b>: {}.",
        verb,
        f", {view.power.in_words}," if view.power else "",
        figures(request.amount),
        words(request.amount).lower(),
        request.fund.code,
        request.pay_to,
        counted(view.counts["lines"], "payee line"),
    )
