"""Reads what a request brings, strictly: what two programs could understand differently is refused, not guessed at."""

import hashlib
import json
import re
from collections.abc import Iterator
from typing import Any

from django.core.exceptions import RequestDataTooBig, SuspiciousOperation
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest
from django.http.multipartparser import MultiPartParserError
from django.http.request import UnreadablePostError
from django.utils.datastructures import MultiValueDict
from ninja.parser import Parser

from ledger.errors import BadInput, Refusal

# The only addresses that take a form with a file; a form from another site needs no leave to be sent, JSON does.
UPLOADS = re.compile(r"/api/v1/(?:cases/[0-9]+/papers|watch-lists|disbursements/import|runs/[0-9]+/answer)")
FORM = "multipart/form-data"
DEEPEST = 16
LONGEST_NUMBER = 20


class BadBody(Refusal):
    """The body cannot be read at all (400)."""

    status = 400
    code = "bad_body"


class TooLarge(Refusal):
    """The body is longer than any request needs (413)."""

    status = 413
    code = "too_large"


class StrictParser(Parser):
    """Gives what `read_body` has read already; query parameters are checked on the way."""

    def parse_body(self, request: HttpRequest) -> Any:
        return read_body(request)

    def parse_querydict(
        self, data: MultiValueDict[str, str], list_fields: list[str], request: HttpRequest
    ) -> dict[str, Any]:
        """Raises: BadInput for a parameter given twice, or one with characters no text has."""
        for name in data:
            if len(data.getlist(name)) > 1:
                detail = "Give it once."
                raise BadInput(f"The parameter {name[:40]!r} was given twice.", fields={name[:40]: detail})
            _check_letters(name, name[:40])
            if isinstance(text := data.getlist(name)[0], str):  # else a file
                _check_letters(text, name[:40])
        return {name: data.getlist(name)[0] for name in data}


def read_body(request: HttpRequest) -> Any:
    """The body as JSON, read once; None without one. Of an upload: its fields, and the SHA-256 of each file.

    Raises: BadBody for what is not strict JSON in UTF-8, TooLarge, BadInput for a text no column can hold.
    """
    if not hasattr(request, "json"):
        request.json = _read(request)  # type: ignore[attr-defined]
    return getattr(request, "json", None)


def _read(request: HttpRequest) -> Any:
    if request.content_type == FORM and UPLOADS.fullmatch(request.path):
        return _read_form(request)
    try:
        raw = request.body
    except RequestDataTooBig:
        raise TooLarge("The body is too long. Send the payees of a long list as a file.") from None
    except UnreadablePostError:
        raise BadBody("The body broke off before its end.") from None
    if not raw:
        return None
    if request.content_type != "application/json":
        raise BadBody("Send the body as application/json.", code="not_json")
    try:
        value = json.loads(
            raw.decode("utf-8"),
            object_pairs_hook=_once,
            parse_constant=_no_constant,
            parse_int=_int,
            parse_float=_float,
        )
    except UnicodeDecodeError:
        raise BadBody("The body is not UTF-8.") from None
    except RecursionError:
        raise BadBody("The body is nested too deeply.") from None
    except json.JSONDecodeError as error:
        raise BadBody(f"The body is not JSON: {error.msg} (line {error.lineno}, column {error.colno}).") from None
    for path, text in _texts(value, "", 0):
        _check_letters(text, path)
    return value


def _read_form(request: HttpRequest) -> Any:
    """Raises: BadBody, BadInput for a field or file given twice."""
    try:
        fields, files = request.POST, request.FILES
    except (MultiPartParserError, UnreadablePostError, SuspiciousOperation):
        raise BadBody("The form cannot be read, or broke off before its end.") from None
    hashes: dict[str, str] = {}
    for name in (*fields, *files):
        if len(fields.getlist(name)) + len(files.getlist(name)) > 1:
            raise BadInput(f"The field {name[:40]!r} was given twice.", fields={name[:40]: "Give it once."})
    for name, file in files.items():
        assert isinstance(file, UploadedFile)
        hashes[name] = _hash(file)
    return {"fields": dict(fields.items()), "files": hashes}


def _hash(file: UploadedFile) -> str:
    digest = hashlib.sha256()
    for chunk in file.chunks():
        digest.update(chunk)
    file.seek(0)
    return digest.hexdigest()


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for name, value in pairs:
        if name in found:
            raise BadBody(f"{name[:40]!r} stands twice in one object.", code="duplicate_key")
        found[name] = value
    return found


def _no_constant(name: str) -> None:
    raise BadBody(f"{name} is not a JSON value.")


def _int(text: str) -> int:
    if len(text) > LONGEST_NUMBER:
        raise BadBody(f"A number has more than {LONGEST_NUMBER} digits.")
    return int(text)


def _float(text: str) -> str:
    raise BadBody(
        f'{text[:20]} is a number with a fraction or exponent. Write amounts as text: "12000.00".', code="float"
    )


def _texts(value: Any, path: str, depth: int) -> Iterator[tuple[str, str]]:
    """Every name and text of the value with where it stands, counted from 1. Raises: BadBody beyond DEEPEST levels."""
    if depth > DEEPEST:
        raise BadBody("The body is nested too deeply.")
    if isinstance(value, str):
        yield path, value
    elif isinstance(value, dict):
        for name, item in value.items():
            yield path, name
            yield from _texts(item, f"{path}.{name}" if path else name, depth + 1)
    elif isinstance(value, list):
        for place, item in enumerate(value, 1):
            yield from _texts(item, f"{path}.{place}", depth + 1)


def _check_letters(text: str, field: str) -> None:
    if "\0" in text:
        detail = "It holds a NUL character. Type it again."
    elif any("\ud800" <= letter <= "\udfff" for letter in text):
        detail = "It holds half a letter. Type it again."
    else:
        return
    shown = field.replace("\0", "").encode("ascii", "replace").decode()[:80]
    raise BadInput("A text cannot be stored.", fields={shown: detail})
