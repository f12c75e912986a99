"""Watches the whole run for full CNICs and homes where none belongs: log lines, URLs, answers to GET, API answers, exports.

It learns every CNIC and address that the run seals, so it looks for those of the test's own people and for nothing else. The
test during which one was written is the test that fails.
"""

import io
import logging
import re
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.core.handlers.base import BaseHandler
from django.core.management.base import OutputWrapper
from django.http import HttpRequest, HttpResponse
from pypdf import PdfReader

from beneficiaries.private.vault import Keyring

CANDIDATE = re.compile(r"(?<![0-9])[0-9]{5}-?[0-9]{7}-?[0-9](?![0-9])")
# What a person typed comes back to them with the words on what is wrong (422).
SHOWS = re.compile(r"/reveal$")
TYPED = 422
TELLING = 12  # letters; a shorter address may stand anywhere
PRINTED = "4220103976408"  # the sample that help texts and messages print
TEXTS = ("text/", "application/json", "application/javascript", "application/xml")
FILES = (".csv", ".json", ".xlsx", ".txt", ".beancount", ".journal", ".html", ".log")


def shows_whole(request: HttpRequest, response: Any) -> bool:
    """Whether whole values belong into the answer: a look with a reason, or the counted original of a voucher.

    An answer that is given again has no name, so it cannot tell a copy from the original.
    """
    original = request.path.endswith("/print") and "-copy-" not in response.headers.get("Content-Disposition", "")
    return request.method == "POST" and (original or SHOWS.search(request.path) is not None)


class Watch(logging.Handler):
    """The CNICs and addresses of the run, and where one of them was found since the last look."""

    def __init__(self) -> None:
        super().__init__(logging.NOTSET)
        self.known: set[str] = set()
        self.homes: set[str] = set()
        self.found: list[str] = []

    def learn(self, kind: str, value: bytes) -> None:
        if kind == "cnic" and value.decode() != PRINTED:
            self.known.add(value.decode())
        if kind == "address" and len(value) >= TELLING:
            self.homes.add(value.decode())

    def look(self, where: str, text: str) -> None:
        for match in CANDIDATE.finditer(text):
            if match[0].replace("-", "") in self.known:
                self.found.append(f"{where}: …{text[max(0, match.start() - 40) : match.end() + 20]}…")
        self.found += [f"{where}: …{home}…" for home in self.homes if home in text]

    def emit(self, record: logging.LogRecord) -> None:
        text = record.getMessage()
        if record.exc_info:
            text += logging.Formatter().formatException(record.exc_info)
        self.look(f"log line of {record.name}", text)

    def answered(self, request: HttpRequest, response: Any) -> None:
        where = f"{request.method} {request.path}"
        self.look(f"address of {where}", request.get_full_path())
        self.look(f"redirect of {where}", response.headers.get("Location", ""))
        api = request.path.startswith("/api/")
        if (request.method == "GET" or api) and response.status_code != TYPED and not shows_whole(request, response):
            self._read(f"answer to {where}", response)

    def _read(self, where: str, response: Any) -> None:
        kind = response.headers.get("Content-Type", "")
        if response.streaming:
            if hasattr(response.streaming_content, "__aiter__"):
                return
            response.streaming_content = self._passed_on(where, response.streaming_content)
        elif isinstance(response, HttpResponse):
            self.content(where, kind, response.content)

    def _passed_on(self, where: str, parts: Any) -> Iterator[bytes]:
        tail = b""
        for part in parts:
            self.look(where, (tail + bytes(part)).decode(errors="replace"))
            tail = bytes(part)[-20:]
            yield part

    def content(self, where: str, kind: str, content: bytes) -> None:
        if kind.startswith(TEXTS):
            self.look(where, content.decode(errors="replace"))
        elif content.startswith(b"PK\x03\x04"):
            with zipfile.ZipFile(io.BytesIO(content)) as book:
                for name in book.namelist():
                    self.look(f"{where}, {name}", book.read(name).decode(errors="replace"))
        elif content.startswith(b"%PDF"):
            self.look(where, "\n".join(page.extract_text() for page in PdfReader(io.BytesIO(content)).pages))

    def take(self) -> list[str]:
        found, self.found = self.found, []
        return found


def watch_the_run(patch: pytest.MonkeyPatch) -> Watch:
    """Hooks into sealing, answering, logging, what commands print, and the files they put in place."""
    watch = Watch()
    seal, answer, write, replace = Keyring.seal_bytes, BaseHandler.get_response, OutputWrapper.write, Path.replace

    def seal_bytes(self: Keyring, kind: str, value: bytes) -> str:
        watch.learn(kind, value)
        return seal(self, kind, value)

    def get_response(self: BaseHandler, request: HttpRequest) -> Any:
        response = answer(self, request)
        watch.answered(request, response)
        return response

    def written(self: OutputWrapper, msg: str = "", *args: Any, **kwargs: Any) -> None:
        watch.look("what a command printed", str(msg))
        write(self, msg, *args, **kwargs)

    def put_in_place(self: Path, target: Any) -> Path:
        path = replace(self, target)
        if path.suffix in FILES and path.stat().st_size < 5_000_000:
            kind = "text/plain" if path.suffix != ".xlsx" else ""
            watch.content(f"file {path.name}", kind, path.read_bytes())
        return path

    patch.setattr(Keyring, "seal_bytes", seal_bytes)
    patch.setattr(BaseHandler, "get_response", get_response)
    patch.setattr(OutputWrapper, "write", written)
    patch.setattr(Path, "replace", put_in_place)
    logging.getLogger().addHandler(watch)
    return watch
