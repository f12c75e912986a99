"""Keeps refused attempts: who asked for which change and was told no. A page of the trail and the auditor's list show them."""

import json
import logging
import re
from collections.abc import Callable
from typing import Any

from django.contrib.auth.models import User
from django.db import InterfaceError, OperationalError, transaction
from django.http import HttpRequest, HttpResponse

from audit.models import RefusedAttempt
from beneficiaries.offices.row_scope import everywhere
from funds.models import Disbursement, Instrument, Voucher
from ledger.errors import Refusal
from ledger.history import address, request_id
from ledger.roles import roles_of

log = logging.getLogger(__name__)

JSON = "application/json"
SAFE = ("GET", "HEAD", "OPTIONS", "TRACE")
REFUSED = (403, 409)  # no right to it, or not in this state; a slip in a form (422) is no attempt
_REQUEST = re.compile(r"/(?:requests|disbursements)/([0-9]{1,18})(?:/|$)")
_INSTRUMENT = re.compile(r"/instruments/([0-9]{1,18})(?:/|$)")
_VOUCHER = re.compile(r"/vouchers/([A-Za-z0-9-]{1,32})(?:/|$)")


class RefusedAttemptMiddleware:
    """Records every refused change of a signed-in person, page or API, after the refused work was rolled back.

    A refusal that says so itself (`kept`) is recorded as well when nothing was to be changed.

    A view or handler that meets the refusal itself may leave it in `request.refusal`; without it the answer's own words
    are kept. The answer reaches the person also when the database is away; then the attempt stands in the log alone.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        changing = request.method not in SAFE and response.status_code in REFUSED
        if changing or getattr(getattr(request, "refusal", None), "kept", False):
            self._keep(request, response)
        return response

    def _keep(self, request: HttpRequest, response: HttpResponse) -> None:
        code, detail = said(request, response)
        try:
            record(request, status=response.status_code, code=code, detail=detail)
        except (OperationalError, InterfaceError) as error:
            log.error(
                "A refused attempt could not be kept: %s %s, %s: %s (request %s)",
                request.method,
                request.path,
                response.status_code,
                detail,
                request_id.get(),
                exc_info=error,
            )


def said(request: HttpRequest, response: HttpResponse) -> tuple[str, str]:
    """Code and words of the refusal, from the refusal itself or else from the answer."""
    refusal = getattr(request, "refusal", None)
    if isinstance(refusal, Refusal):
        return refusal.code, refusal.detail
    if response.headers.get("Content-Type", "").startswith(JSON):
        body = _json(response.content)
        return str(body.get("code", "")), str(body.get("detail", ""))
    return ("not_allowed" if response.status_code == 403 else "wrong_state"), response.reason_phrase


def record(request: HttpRequest, *, status: int, code: str, detail: str) -> RefusedAttempt | None:
    """Writes one refused attempt in a transaction of its own; nothing for somebody who is not signed in."""
    user = getattr(request, "user", None)
    if not isinstance(user, User):
        return None
    match = request.resolver_match
    with transaction.atomic():
        return RefusedAttempt.objects.create(
            user=user,
            username=user.get_username(),
            roles=",".join(sorted(roles_of(user)))[:200],
            address=address.get()[:45],
            request_id=request_id.get()[:64],
            method=request.method or "",
            path=request.path[:300],
            action=((match.url_name if match else "") or "")[:80],
            status=status,
            code=code[:40],
            detail=detail[:2000],
            disbursement=_disbursement(request),
        )


@everywhere()
def _disbursement(request: HttpRequest) -> Disbursement | None:
    """The request that the address is about, or that the body of an API call names."""
    path = request.path
    if found := _REQUEST.search(path):
        return Disbursement.objects.filter(pk=int(found[1])).first()
    if found := _INSTRUMENT.search(path):
        instrument = Instrument.objects.filter(pk=int(found[1])).select_related("line__disbursement").first()
        return instrument.line.disbursement if instrument else None
    if found := _VOUCHER.search(path):
        voucher = Voucher.objects.filter(number=found[1]).select_related("sanction__disbursement").first()
        return voucher.sanction.disbursement if voucher else None
    named = _json(request.body).get("disbursement") if request.content_type == JSON else None
    return Disbursement.objects.filter(pk=named).first() if isinstance(named, int) and 0 < named < 2**63 else None


def _json(text: bytes) -> dict[str, Any]:
    try:
        found = json.loads(text)
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}
