"""How committees and their meetings are pressed."""

from typing import Any

from django.urls import reverse

from tests.permissions.presses import Press, Sent, answered, begun
from tests.world import DAY

SEATS = (("chair_of", "chair"), ("member_of", "member"), ("second_verifier", "secretary"))
SEAT_FORM = {f"officer_{place}": name for place, (name, _) in enumerate(SEATS)} | {
    f"part_{place}": part for place, (_, part) in enumerate(SEATS)
}
SEAT_BODY = [{"username": name, "part": part, "votes": part != "secretary"} for name, part in SEATS]
VERSION = {"quorum": 2, "reason": "Order 3"}
NEW = {"code": "MORE", "name": "One more", "office": "MOHR"}
HELD = {"held_on": f"{DAY}", "present": ["chair_of", "member_of", "approver"]}
OFF = "No room"


def _called(key: dict[str, Any]) -> Sent:
    return reverse("meeting_new", args=["SITS"]), {"day": f"{DAY}", "place": "Room"}


def _at(page: str, path: str, form: dict[str, Any], body: dict[str, Any] | None = None) -> Press:
    return (
        lambda key: (reverse(page, args=[key["pk"]]), form),
        lambda key: (path.format(**key), form if body is None else body),
    )


MEETINGS: dict[tuple[str, str], Press] = {
    ("free", "committee"): begun(
        lambda key: (reverse("committee_new"), VERSION | NEW | SEAT_FORM),
        "/committees",
        lambda key: VERSION | NEW | {"members": SEAT_BODY},
    ),
    ("free", "meeting"): begun(
        _called, "/committees/SITS/meetings", lambda key: {"day": f"{DAY}", "place": "Room", "requests": []}
    ),
    ("committee", "next"): begun(
        lambda key: (reverse("committee_version_new", args=[key["code"]]), VERSION | SEAT_FORM),
        "/committees/{code}/versions",
        lambda key: VERSION | {"members": SEAT_BODY},
    ),
    ("committee", "agree"): answered("committee_agree", "/committees/versions/{pk}/agree"),
    ("committee", "decline"): answered("committee_decline", "/committees/versions/{pk}/decline"),
    ("meeting", "agenda"): (
        lambda key: (reverse("meeting_agenda", args=[key["pk"]]), {"requests": [key["waits"]]}),
        lambda key: ("/meetings/{pk}/agenda".format(**key), {"requests": [key["waits"]]}),
    ),
    ("meeting", "record"): _at("meeting_record", "/meetings/{pk}/minutes", HELD, HELD | {"items": []}),
    ("meeting", "call_off"): _at("meeting_call_off", "/meetings/{pk}/call-off", {"off-reason": OFF}, {"reason": OFF}),
    ("meeting", "sign"): (
        lambda key: (reverse("meeting_sign", args=[key["pk"]]), {"seen": key["seen"]}),
        lambda key: ("/meetings/{pk}/sign".format(**key), {"seen": key["seen"]}),
    ),
    ("meeting", "carry_out"): _at("meeting_carry_out", "/meetings/{pk}/carry-out", {}),
}
