"""How the steps of complaints and the decisions on referrals are pressed."""

from typing import Any

from django.urls import reverse

from tests.permissions.presses import Press, answered

REPLY = {"outcome": "upheld", "text": "It was late"}
REASON = {"reason": "Seen"}
PERSON = {"relation": "daughter", "relative_name": "Noor Ahmed"}


def of_complaint(page: str, path: str, prefix: str, **sent: Any) -> Press:
    """One assigned to whoever presses, where there is one; the page's form says its act before each name."""

    def values(key: dict[str, Any]) -> dict[str, Any]:
        return {name: value(key) if callable(value) else value for name, value in sent.items()}

    def pk(key: dict[str, Any]) -> int:
        return key["of"].get(key["role"], key["pk"])

    return (
        lambda key: (reverse(page, args=[pk(key)]), {f"{prefix}-{name}": value for name, value in values(key).items()}),
        lambda key: (f"/complaints/{pk(key)}/{path}", values(key)),
    )


def _accepted(key: dict[str, Any]) -> dict[str, Any]:
    told = {"violation": "torture", "happened_on": "2025-06-01", "district": key["district"]}
    return PERSON | told | {"person": "new", "recommended_amount": "5000"}


RECEIVED: dict[tuple[str, str], Press] = {
    ("complaint", "assign"): of_complaint(
        "complaint_assign", "assign", "assigned", officer=lambda key: key["officer"], text="Look into it"
    ),
    ("complaint", "note"): of_complaint("complaint_note", "notes", "noted", text="Called"),
    ("complaint", "reply"): of_complaint("complaint_reply", "reply", "replied", **REPLY),
    ("complaint", "reopen"): of_complaint("complaint_reopen", "reopen", "reopened", text="A new letter"),
    ("referral", "accept"): (
        lambda key: (reverse("referral_accept", args=[key["pk"]]), _accepted(key)),
        lambda key: (f"/referrals/{key['pk']}/accept", PERSON | {"recommended_amount": "5000"}),
    ),
    ("referral", "duplicate"): (
        lambda key: (reverse("referral_duplicate", args=[key["pk"]]), REASON | {"of": key["number"]}),
        lambda key: (f"/referrals/{key['pk']}/duplicate", REASON | {"case": key["case"]}),
    ),
    ("referral", "decline"): answered("referral_decline", "/referrals/{pk}/decline", sent=REASON),
    ("referral", "reopen"): answered("referral_reopen", "/referrals/{pk}/reopen", sent=REASON),
}
