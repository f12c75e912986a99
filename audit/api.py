"""The proof of the promises over the API: what `manage.py verify` does."""

from typing import Any

from django.http import HttpRequest
from ninja import Router, Schema

from audit import verify
from beneficiaries.offices.scope import office_of
from beneficiaries.views.pages import actor
from ledger.api_types import answers
from ledger.roles import Role, require_role

router = Router(tags=["verify"])


class CheckOut(Schema):
    id: str
    title: str
    state: str
    ok: bool | None
    checked: int
    offenders: list[str]
    notes: list[str]
    reason: str
    seconds: str


class VerifyOut(Schema):
    ok: bool
    at: str
    checks: list[CheckOut]


@router.get("/verify", response=answers(VerifyOut))
def run_verify(request: HttpRequest) -> Any:
    """Checks every promise against the database as it is now; for auditors and for officers of a federal office."""
    user = actor(request)
    if not office_of(user).is_federal:
        require_role(user, Role.AUDITOR, action="run verify")
    return verify.to_json(verify.verify())
