"""The page of one payment run, for whoever reads it; after a refusal with the form that was refused."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from beneficiaries.forms.base import PageForm
from beneficiaries.offices import persons
from beneficiaries.offices.scope import acts_for
from beneficiaries.views.pages import actor, page_of
from funds import payment_runs
from funds.chain import freezes, reauthentication
from funds.forms.runs import AnswerFileForm, ReleaseRunForm, WhyForm
from funds.models import LineStatus, PaymentRun, RunLine
from funds.rules.run_rules import REJECTED, SETTLED
from funds.runs import choosing
from funds.runs.pain002 import STATUSES
from ledger.clock import today
from ledger.roles import roles_of

State = PaymentRun.State
LOOKS = {
    State.DRAFT: "draft",
    State.PROPOSED: "with",
    State.RELEASED: "released",
    State.SENT: "issued",
    State.PARTLY: "with",
    State.ANSWERED: "checked",
    State.CANCELLED: "cancelled",
}
TOLD = 20


def asks(http: HttpRequest, row: PaymentRun) -> bool:
    """Whether releasing it needs the password now."""
    return reauthentication.asked(row, reauthentication.remembered(http, actor(http)), on=today())


def page(http: HttpRequest, pk: int, *, forms: dict[str, PageForm] | None = None, status: int = 200) -> HttpResponse:
    """Reads only; `forms` holds the one that was refused."""
    user, given = actor(http), forms or {}
    row = payment_runs.get_run(pk, by=user)
    held, keeps = roles_of(user), acts_for(row.fund.office, by=user)
    prepares = keeps and not held.isdisjoint(payment_runs.PREPARERS)
    pays = keeps and not held.isdisjoint(payment_runs.RELEASERS)
    own = not {row.drafted_by_id, row.proposed_by_id}.isdisjoint(persons.selves(user))
    lines = row.lines.select_related("line__disbursement", "instrument").order_by("position")
    if row.state != State.CANCELLED:
        lines = lines.exclude(state=RunLine.State.DROPPED)
    shown = page_of(lines, http.GET)
    _tell(list(shown.object_list))
    context = {
        "row": row,
        "look": LOOKS[State(row.state)],
        "steps": _steps(row),
        "figures": _figures(row),
        "page": shown,
        "held": _held(row),
        "forms": {
            "back": given.get("take_back") or WhyForm(prefix="back"),
            "cancel": given.get("cancel") or WhyForm(prefix="cancel"),
            "release": given.get("release") or ReleaseRunForm(password=asks(http, row)),
            "answer": given.get("answer") or AnswerFileForm(prefix="answer"),
        },
        "faults": [form for name, form in given.items() if name in ("drop", "propose")],
        "own": own,
        "stopped": freezes.stopped(row.fund, freezes.PAYMENTS) if row.state in PaymentRun.OPEN else "",
        "may_draft": prepares and row.state == State.DRAFT,
        "may_take_back": prepares and row.state == State.PROPOSED,
        "may_release": pays and row.state == State.PROPOSED and not own,
        "may_send": pays and row.state == State.RELEASED,
        "may_copy": pays and row.state in PaymentRun.AT_BANK,
        "may_cancel": (pays and row.state == State.RELEASED) or (prepares and row.state in PaymentRun.OPEN),
        "may_answer": keeps and not held.isdisjoint(payment_runs.ANSWERERS) and row.state in PaymentRun.AT_BANK,
        "downloads": row.downloads.select_related("taken_by"),
        "answers": row.status_files.select_related("taken_by"),
    }
    return render(http, "funds/run.html", context, status=status)


def _held(row: PaymentRun) -> list[tuple[Any, str]]:
    """What holds payments of an open run back by now."""
    if row.state not in PaymentRun.OPEN:
        return []
    chosen = row.lines.filter(state=RunLine.State.CHOSEN)
    found = choosing.held_back(list(chosen.values_list("line", flat=True)))
    rows = chosen.filter(line__in=sorted(found)[:TOLD]).select_related("line")
    return [(each, found[each.line_id]) for each in rows]


def _tell(rows: list[RunLine]) -> None:
    """What the bank said of each, on the rows themselves: a rejection or settlement before what it said last."""
    said: dict[int, list[LineStatus]] = {}
    for each in LineStatus.objects.filter(run_line__in=rows).order_by("pk"):
        said.setdefault(each.run_line_id, []).append(each)
    for row in rows:
        found = said.get(row.pk, [])
        last = next((each for each in found if each.status in REJECTED), None)
        last = last or next((each for each in found if each.status in SETTLED), found[-1] if found else None)
        row.said = last  # type: ignore[attr-defined]
        row.word = STATUSES[last.status] if last else ""  # type: ignore[attr-defined]


def _figures(row: PaymentRun) -> list[dict[str, Any]]:
    lines = row.lines.exclude(state=RunLine.State.DROPPED)
    sums = lines.values_list("amount", flat=True)
    count, amount = (row.count, row.amount) if row.count else (len(sums), sum(sums))
    found: list[dict[str, Any]] = [{"label": "Payments", "value": str(count)}, {"label": "In all", "value": amount}]
    if row.state in PaymentRun.AT_BANK:
        for label, codes in (("Settled, says the bank", SETTLED), ("Rejected", REJECTED)):
            number = lines.filter(statuses__status__in=codes).distinct().count()
            found.append({"label": label, "value": str(number)})
    return found


def _steps(row: PaymentRun) -> list[dict[str, Any]]:
    """Draft, proposal, release, sending, answer: what is done, whose turn it is, what is to come."""
    order = (State.DRAFT, State.PROPOSED, State.RELEASED, State.SENT, State.ANSWERED)
    place = (
        order.index(State.SENT if row.state == State.PARTLY else State(row.state))
        if row.state in (*order, State.PARTLY)
        else 0
    )
    sent = row.downloads.select_related("taken_by").first()
    told = (
        ("Drafted", row.drafted_by, row.drafted_at),
        ("Proposed", row.proposed_by, None),
        ("Released", row.released_by, row.released_at),
        ("Sent to the bank", sent.taken_by if sent else None, sent.taken_at if sent else None),
        ("Answered", None, None),
    )
    ended = row.state == State.CANCELLED
    return [
        {
            "name": name,
            "who": who.get_full_name() if who else "",
            "when": when,
            "state": "stopped" if ended and number == 4 else _mark(number, place, done=bool(who), ended=ended),
        }
        for number, (name, who, when) in enumerate(told)
    ]


def _mark(number: int, place: int, *, done: bool, ended: bool) -> str:
    if ended:
        return "done" if done else "todo"
    if number <= place:
        return "done"
    return "now" if number == place + 1 else "todo"
