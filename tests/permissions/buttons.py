"""How each act on a request is pressed: the page's form and the API's call, for any request."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.urls import reverse

from funds.models import Disbursement, Instrument
from funds.permission.table import ON_PAYMENTS, Stage
from funds.workflow import Action
from tests.permissions.states import States
from tests.world import DAY

Sent = tuple[str, dict[str, Any]]  # address, and what is sent there


@dataclass
class Press:
    """One request at one stage, with what the forms and bodies name."""

    states: States
    stage: Stage
    row: Disbursement
    payment: int = 0

    @property
    def lines(self) -> list[Any]:
        return list(self.row.lines.order_by("position"))

    def page(self, name: str, sent: dict[str, Any] | None = None, pk: int = 0) -> Sent:
        return reverse(name, args=[pk or self.row.pk]), sent or {}

    def api(self, path: str, sent: dict[str, Any] | None = None) -> Sent:
        return path, sent or {}

    def of_request(self, act: str, sent: dict[str, Any] | None = None) -> Sent:
        return self.api(f"/disbursements/{self.row.pk}/{act}", sent)


def press(states: States, action: Action, stage: Stage) -> Press:
    """The request on which the action is tried at this stage."""
    where = states.prisoners if action is Action.RELEASE else {}
    row = Disbursement.objects.get(pk=where.get(stage.key, states.requests[stage.key]))
    return Press(states, stage, row, states.payments.get(stage.key, 0))


def _revised_form(at: Press) -> Sent:
    rows = {}
    for number, line in enumerate(at.lines, 1):
        rows |= {f"lines-{number}-amount": str(line.amount), f"lines-{number}-method": line.method}
    return at.page("disbursement_edit", {"title": "Relief grants, read again", "pay_to": "As listed"} | rows)


def _revised_body(at: Press) -> Sent:
    lines = [{"case": row.case_id, "amount": str(row.amount), "person": row.person_id} for row in at.lines]
    return at.of_request("revise", {"title": "Relief grants, read again", "pay_to": "As listed", "lines": lines})


def _decision_form(decision: str, **given: Any) -> Callable[[Press], Sent]:
    """Without the hidden marks of the page, so that the answer is about role and state."""
    sent = {"decision": decision} | {f"{decision}-{name}": value for name, value in given.items()}
    return lambda at: at.page("disbursement_decide", sent | {"seen": at.row.digest})


def _decision_body(action: str, **given: Any) -> Callable[[Press], Sent]:
    return lambda at: at.of_request("decisions", {"action": action, "seen_digest": at.row.digest or "0" * 64} | given)


def _issue_form(at: Press) -> Sent:
    return at.page("instrument_issue", {f"number-{_open_line(at)}": "4711"})


def _issue_body(at: Press) -> Sent:
    return at.api("/instruments", {"disbursement": at.row.pk, "line": _open_line(at), "number": "4711"})


def _open_line(at: Press) -> int:
    """A line that has no payment, where there is one."""
    paid = set(Instrument.objects.filter(line__disbursement=at.row).values_list("line", flat=True))
    return next((line.pk for line in at.lines if line.pk not in paid), at.lines[0].pk)


def _payment(at: Press) -> int:
    """A payment of the request; where it has none, another request's, which is as good as none."""
    return at.payment or at.states.payments["paid"]


def _released(at: Press) -> dict[str, Any]:
    return {"case": at.lines[0].case_id, "reference": "Order 1"}


REASON = {"ground": "other", "reason": "Not as it should be"}
FAILED = {"state": "returned", "reason": "Name differs"}
CLEARED = {"on": str(DAY)}  # today the cheques of this world are stale
RECEIPT = {"received_by": "Zainab Bibi"}
PAGE: dict[Action, Callable[[Press], Sent]] = {
    Action.REVISE: _revised_form,
    Action.SUBMIT: lambda at: at.page("disbursement_submit"),
    Action.FORWARD: _decision_form("approve", read="on"),
    Action.RETURN: _decision_form("return", to="0", **REASON),
    Action.BACK: _decision_form("return", to="1", **REASON),
    Action.REJECT: _decision_form("reject", **REASON),
    Action.RECUSE: _decision_form("recuse", **REASON),
    Action.VOUCHER: lambda at: at.page("voucher_issue"),
    Action.ISSUE: _issue_form,
    Action.CLEAR: lambda at: at.page("instruments_clear", CLEARED | {"instrument": _payment(at)}),
    Action.REOPEN: lambda at: at.page("instrument_fail", FAILED, pk=_payment(at)),
    Action.ACKNOWLEDGE: lambda at: at.page("instruments_acknowledge", RECEIPT | {"instrument": _payment(at)}),
    Action.RELEASE: lambda at: at.page("release_record", _released(at)),
    Action.CLOSE: lambda at: at.page("disbursement_close"),
    Action.CANCEL: lambda at: at.page("disbursement_cancel", {"reason": "Withdrawn"}),
}
API: dict[Action, Callable[[Press], Sent]] = {
    Action.REVISE: _revised_body,
    Action.SUBMIT: lambda at: at.of_request("submit"),
    Action.FORWARD: _decision_body("approve"),
    Action.RETURN: _decision_body("return", **REASON),
    Action.BACK: _decision_body("return", to=1, **REASON),
    Action.REJECT: _decision_body("reject", **REASON),
    Action.RECUSE: _decision_body("recuse", **REASON),
    Action.VOUCHER: lambda at: at.api("/vouchers", {"disbursement": at.row.pk}),
    Action.ISSUE: _issue_body,
    Action.CLEAR: lambda at: at.api(f"/instruments/{at.payment}/clear", CLEARED),
    Action.REOPEN: lambda at: at.api(f"/instruments/{at.payment}/fail", FAILED),
    Action.ACKNOWLEDGE: lambda at: at.api(f"/instruments/{at.payment}/acknowledge", RECEIPT),
    Action.RELEASE: lambda at: at.of_request("release", _released(at)),
    Action.CLOSE: lambda at: at.of_request("close"),
    Action.CANCEL: lambda at: at.of_request("cancel", {"reason": "Withdrawn"}),
}


def nothing_to_press(action: Action, stage: Stage, door: str) -> bool:
    """An act on a payment where the request has none: its own address does not exist. The page's list of ticked ones does."""
    return action in ON_PAYMENTS and not stage.paid and (door == "api" or action is Action.REOPEN)
