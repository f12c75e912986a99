"""One effect for one request, however often it is sent: every POST runs in one transaction with its Idempotency-Key.

The key's lock makes simultaneous repetitions wait for the first; then they find its answer. Refusals are not kept: what
was refused may be tried again with the same key.
"""

import hmac
import json
import re
from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib.auth.models import User
from django.db import DatabaseError, transaction
from django.http import HttpRequest, HttpResponse
from ninja.errors import HttpError

from beneficiaries.private.vault import keyring
from config.api_auth import identify
from config.api_bodies import read_body
from config.models import IdempotencyKey
from ledger.errors import BadInput, Refusal
from ledger.locks import hold

HEADER = "Idempotency-Key"
REPLAYED = "Idempotency-Replayed"
KIND = "answer"
KEY = re.compile(r"[\x21-\x7e]{1,200}")

Run = Callable[..., HttpResponse]


class OtherRequest(BadInput):
    """The key stands for another request of this user (422)."""

    code = "key_reused"


def one_effect(on_exception: Callable[[HttpRequest, Exception], HttpResponse]) -> Callable[[Run], Run]:
    """Decorates every operation: a POST is one transaction that stays only if the answer is good, and acts once a key."""

    def decorate(run: Run) -> Run:
        @wraps(run)
        def answer(request: HttpRequest, **values: Any) -> HttpResponse:
            try:
                if request.method != "POST":
                    return run(request, **values)
                user, key = identify(request), _key(request)
                read_body(request)
                with transaction.atomic():
                    return _once(run, request, values, user, key) if key else _kept_if_good(run, request, values)
            except (Refusal, HttpError, DatabaseError) as error:
                return on_exception(request, error)

        return answer

    return decorate


def _key(request: HttpRequest) -> str:
    """Raises: BadInput for a key that is not 1 to 200 visible ASCII characters."""
    key = request.headers.get(HEADER)
    if key is None:
        return ""
    if not KEY.fullmatch(key):
        raise BadInput(
            f"The {HEADER} cannot be used.", fields={HEADER: "Send 1 to 200 visible ASCII characters, no blanks."}
        )
    return key


def _kept_if_good(run: Run, request: HttpRequest, values: dict[str, Any]) -> HttpResponse:
    response = run(request, **values)
    if not 200 <= response.status_code < 300:
        transaction.set_rollback(True)
    return response


def _once(run: Run, request: HttpRequest, values: dict[str, Any], user: User, key: str) -> HttpResponse:
    """Waits for others with this key, then answers as before or acts. Raises: OtherRequest."""
    hold(f"idempotency:{user.pk}:{key}")
    digest = _digest(request)
    stored = IdempotencyKey.objects.filter(user=user, key=key).first()
    if stored is not None:
        return _again(stored, digest)
    response = _kept_if_good(run, request, values)
    if 200 <= response.status_code < 300:
        IdempotencyKey.objects.create(
            user=user,
            key=key,
            method=request.method or "",
            path=request.path[:2000],
            digest=digest,
            status=response.status_code,
            content_type=response["Content-Type"],
            body=keyring().seal_bytes(KIND, response.content).encode(),
        )
    return response


def _digest(request: HttpRequest) -> str:
    """The same for two requests that ask for the same; the order of names in an object says nothing.

    Keyed, because a body may name a CNIC, which could be found by trying all of them.
    """
    content = [request.method, request.get_full_path(), read_body(request)]
    return keyring().index(KIND, json.dumps(content, sort_keys=True, separators=(",", ":")))


def _again(stored: IdempotencyKey, digest: str) -> HttpResponse:
    if not hmac.compare_digest(stored.digest, digest):
        detail = f"This {HEADER} stands for another request, {stored.method} {stored.path}. Use a new one."
        raise OtherRequest(detail, fields={HEADER: detail})
    body = keyring().open_bytes(KIND, bytes(stored.body).decode())
    response = HttpResponse(body, status=stored.status, content_type=stored.content_type)
    response[REPLAYED] = "true"
    return response
