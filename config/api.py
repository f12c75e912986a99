"""The API under /api/v1/: its routers, who may call, and how each refusal is answered. The logic is in the services."""

import logging
from typing import Any

from django.db import DataError, IntegrityError, OperationalError
from django.http import Http404, HttpRequest, HttpResponse
from ninja import NinjaAPI
from ninja.errors import HttpError, ValidationError

from audit.api import router as audit_router
from beneficiaries.api.absences import router as absences_router
from beneficiaries.api.cases import router as beneficiaries_router
from beneficiaries.api.checklist import router as checklist_router
from beneficiaries.api.diyat_values import router as diyat_values_router
from beneficiaries.api.duplicates import router as duplicates_router
from beneficiaries.api.heirs import router as heirs_router
from beneficiaries.api.limits import router as limits_router
from beneficiaries.api.orders import router as orders_router
from beneficiaries.api.owed import router as owed_router
from beneficiaries.api.papers import router as papers_router
from beneficiaries.api.people import router as people_router
from beneficiaries.api.referrals import router as referrals_router
from beneficiaries.api.screening import router as screening_router
from config.api_auth import Bearer, Session
from config.api_bodies import StrictParser
from config.api_problems import NO_ADDRESS, problem
from config.idempotency import HEADER, one_effect
from funds.api import router as funds_router
from ledger.errors import Refusal, WrongState

log = logging.getLogger(__name__)

DESCRIPTION = f"""
The same acts and the same refusals as on the pages. Amounts are rupees as text with two decimals, days are ISO dates,
moments are UTC. Lists give `items` and `next`: send `next` back as `after`. Every POST takes an `{HEADER}`
(1-200 visible ASCII characters): sent again, it is answered again and acts once. A refusal has `detail`, `code`, `fields`.
""".strip()

LOCK_TIMEOUT = "55P03"
PARAMETER = {
    "name": HEADER,
    "in": "header",
    "required": False,
    "description": "Makes the request safe to repeat.",
    "schema": {"type": "string", "minLength": 1, "maxLength": 200, "pattern": r"^[\x21-\x7e]+$"},
}


class LedgerAPI(NinjaAPI):
    """NinjaAPI whose description names the Idempotency-Key on every POST."""

    def get_openapi_schema(self, **options: Any) -> Any:
        schema = super().get_openapi_schema(**options)
        for path in schema["paths"].values():
            if "post" in path:
                path["post"].setdefault("parameters", []).append(PARAMETER)
        return schema


api = LedgerAPI(
    title="Relief Ledger",
    version="1",
    description=DESCRIPTION,
    auth=[Bearer(), Session()],
    parser=StrictParser(),
    urls_namespace="api",
)


@api.exception_handler(Refusal)
def refused(request: HttpRequest, refusal: Refusal) -> HttpResponse:
    """A service says no; the attempt is kept where it asked for a change."""
    request.refusal = refusal  # type: ignore[attr-defined]
    fields = dict(refusal.fields)
    if isinstance(refusal, WrongState) and refusal.ids:
        fields["ids"] = ", ".join(str(number) for number in refusal.ids)
    return problem(refusal.status, refusal.detail, refusal.code, fields)


@api.exception_handler(ValidationError)
def malformed(request: HttpRequest, error: ValidationError) -> HttpResponse:
    """Values of the wrong form, each named as the services name theirs: lines count from 1."""
    fields = {_place(fault["loc"]): str(fault["msg"]).removeprefix("Value error, ") for fault in error.errors}
    count = len(fields)
    detail = "1 value cannot be taken." if count == 1 else f"{count} values cannot be taken."
    return problem(422, detail, "bad_input", fields)


def _place(location: tuple[str | int, ...]) -> str:
    """("body", "data", "lines", 0, "amount") -> "lines.1.amount"."""
    parts = location[2:] if location[0] == "body" else location[1:]
    return ".".join(str(part + 1) if isinstance(part, int) else str(part)[:60] for part in parts) or "body"


@api.exception_handler(HttpError)
def http_error(request: HttpRequest, error: HttpError) -> HttpResponse:
    return problem(error.status_code, error.message)


@api.exception_handler(Http404)
def not_found(request: HttpRequest, error: Exception) -> HttpResponse:
    return problem(404, NO_ADDRESS)


@api.exception_handler(IntegrityError)
def conflict(request: HttpRequest, error: IntegrityError) -> HttpResponse:
    """A rule of the database held where no service had looked: mostly, somebody was faster."""
    log.error("The database refused %s %s", request.method, request.path, exc_info=error)
    return problem(409, "The database refused this; somebody may have been faster. Nothing was changed.", "conflict")


@api.exception_handler(DataError)
def out_of_range(request: HttpRequest, error: DataError) -> HttpResponse:
    log.error("A value reached the database that it cannot hold: %s %s", request.method, request.path, exc_info=error)
    return problem(422, "A value is out of range. Nothing was changed.", "bad_input")


@api.exception_handler(OperationalError)
def unavailable(request: HttpRequest, error: OperationalError) -> HttpResponse:
    """The database is away, or others held the rows too long; the same request may be sent again."""
    log.error("The database did not serve %s %s", request.method, request.path, exc_info=error)
    if getattr(error.__cause__, "pgcode", "") == LOCK_TIMEOUT:
        return problem(409, "The same work is in progress. Ask again in a moment.", "in_progress")
    response = problem(503, "The database does not answer. Send the same request again.", "unavailable")
    response["Retry-After"] = "10"
    return response


api.add_decorator(one_effect(api.on_exception), mode="view")
api.add_router("", people_router)
api.add_router("", duplicates_router)
api.add_router("", beneficiaries_router)
api.add_router("", limits_router)
api.add_router("", absences_router)
api.add_router("", orders_router)
api.add_router("", checklist_router)
api.add_router("", owed_router)
api.add_router("", diyat_values_router)
api.add_router("", heirs_router)
api.add_router("", papers_router)
api.add_router("", referrals_router)
api.add_router("", screening_router)
api.add_router("", funds_router)
api.add_router("", audit_router)
