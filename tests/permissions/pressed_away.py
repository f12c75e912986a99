"""How delegations, freezes, absences and lists of payees are pressed."""

from datetime import timedelta
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from ledger.clock import today
from tests.permissions.away_states import LEAVE
from tests.permissions.presses import Press, Sent, answered, begun

ROWS = "name,cnic,father_name,district,amount\nAsma Bibi,42201-1111111-2,Noor Ahmed,Islamabad,5000\n"
ENDED, WHY = {"remark": "Back at work"}, {"reason": "Back at work"}  # what the page calls it, and the API


BACK_ON = f"{today() + timedelta(days=LEAVE)}"


def days() -> dict[str, Any]:
    return {"starts_on": f"{today()}", "ends_on": f"{today()}", "reason": "Leave"}


def given(key: dict[str, Any]) -> dict[str, Any]:
    return days() | {"taker": key["taker"], "ceiling": "500"}


def away(key: dict[str, Any]) -> dict[str, Any]:
    return days() | {"officer": key["officers"][key["role"]]}


def another(key: dict[str, Any]) -> dict[str, Any]:
    return days() | {"officer": key["officer"]}


def frozen(fund: Any) -> dict[str, Any]:
    return days() | {"fund": fund, "what": "all", "cause": "audit"}


def listed() -> SimpleUploadedFile:
    return SimpleUploadedFile("payees.csv", ROWS.encode())


def _list_form(key: dict[str, Any]) -> Sent:
    return reverse("list_import"), {"what": "TEST:relief_grant", "file": listed(), "import": "on"}


def own(key: dict[str, Any]) -> dict[str, Any]:
    return key | {"pk": key["own"][key["role"]]}


def _back(whose: Any) -> Press:
    sent = {"back_on": BACK_ON, "reason": "Back early"}
    return (
        lambda key: (reverse("absence_end", args=[whose(key)["pk"]]), sent),
        lambda key: (f"/absences/{whose(key)['pk']}/end", sent),
    )


AWAY: dict[tuple[str, str], Press] = {
    ("delegation", "agree"): answered("delegation_agree", "/delegations/{pk}/agree"),
    ("delegation", "decline"): answered("delegation_decline", "/delegations/{pk}/decline"),
    ("delegation", "end"): answered("delegation_end", "/delegations/{pk}/end", sent=ENDED, body=WHY),
    ("freeze", "agree"): answered("freeze_agree", "/freezes/{pk}/agree"),
    ("freeze", "decline"): answered("freeze_decline", "/freezes/{pk}/decline"),
    ("freeze", "lift"): answered("freeze_lift", "/freezes/{pk}/lift", sent=ENDED, body=WHY),
    ("freeze", "lift_agree"): answered("freeze_lift_agree", "/freezes/{pk}/lift/agree"),
    ("freeze", "lift_decline"): answered("freeze_lift_decline", "/freezes/{pk}/lift/decline"),
    ("absence", "end_own"): _back(own),
    ("absence", "end_other"): _back(dict),
    ("escalation", "remind"): answered("escalation_remind", "/escalations/{pk}/remind", sent={"text": "Please decide"}),
    ("list", "waive"): answered(
        "list_waive", "/disbursements/{pk}/waive", sent={"kind": "application", "reason": "The register was seen"}
    ),
    ("free", "delegation"): begun(lambda key: (reverse("delegation_new"), given(key)), "/delegations", given),
    ("free", "absence"): begun(lambda key: (reverse("absence_new"), away(key)), "/absences", away),
    ("free", "absence_other"): begun(lambda key: (reverse("absence_new"), another(key)), "/absences", another),
    ("free", "freeze"): begun(
        lambda key: (reverse("freeze_new"), frozen(key["fund"])), "/freezes", lambda key: frozen("TEST")
    ),
    ("free", "list"): begun(
        _list_form,
        "/disbursements/import",
        lambda key: {"fund": "TEST", "kind": "relief_grant", "file": listed()},
    ),
    ("free", "sample"): begun(
        lambda key: (reverse("inspection_look", args=[key["long"]]), {"size": "3"}),
        "/disbursements/{long}/samples",
        lambda key: {"size": 3},
    ),
}
