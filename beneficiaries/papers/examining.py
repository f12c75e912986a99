"""Examines a file before it is kept: a look at its bytes, then at what is inside, by a process with little time and memory."""

import hashlib
import json
import logging
import subprocess
import sys
from collections import OrderedDict
from dataclasses import dataclass
from pathlib import Path
from threading import BoundedSemaphore, Lock

from django.conf import settings

from beneficiaries.papers import inspection
from ledger.errors import BadInput

log = logging.getLogger(__name__)

FIELD = "file"
SECONDS, MEMORY, UNPACKED = 10, 1 << 30, 300_000_000
AT_ONCE = 2  # examinations in one server process; others wait
REMEMBERED = 512
ENDINGS = {inspection.PDF: "pdf", inspection.JPEG: "jpg", inspection.PNG: "png", inspection.TIFF: "tif"}
DAMAGED = "The file is damaged, or is not what its beginning says. Scan the paper again, or print it to PDF."
TOO_LONG = f"The file could not be read within {SECONDS} seconds. Scan the paper again, or print it to PDF."

_turns = BoundedSemaphore(AT_ONCE)
_lock = Lock()
_known: OrderedDict[tuple[str, str], "Examined"] = OrderedDict()


@dataclass(frozen=True, slots=True)
class Examined:
    """A file that may be kept. `width` and `height` in pixels; None for a PDF."""

    sha256: str
    size: int
    media_type: str
    pages: int
    width: int | None
    height: int | None


def limits() -> inspection.Limits:
    """The limits of this installation; those an operator sets are in docs/settings.md."""
    return inspection.Limits(
        bytes=settings.PAPER_MEGABYTES * 1_000_000,
        pixels=settings.PAPER_MEGAPIXELS * 1_000_000,
        pages=settings.PAPER_PAGES,
        unpacked=UNPACKED,
        seconds=SECONDS,
        memory=MEMORY,
    )


def examine(content: bytes) -> Examined:
    """What the file is. The same bytes are examined once in a process. Raises: BadInput with the field `file`."""
    asked = json.dumps(limits())
    key = (hashlib.sha256(content).hexdigest(), asked)
    with _lock:
        if key in _known:
            _known.move_to_end(key)
            return _known[key]
    try:
        inspection.outside(content, limits()["bytes"])
    except inspection.Refused as refusal:
        raise _refusal(str(refusal)) from None
    found = Examined(sha256=key[0], size=len(content), **_inside(content, asked))
    with _lock:
        _known[key] = found
        if len(_known) > REMEMBERED:
            _known.popitem(last=False)
    return found


def _inside(content: bytes, asked: str) -> inspection.Facts:
    """The child's answer. That it was killed, ran out of time or memory, or fell over the file, is an answer too."""
    program = [sys.executable, "-I", "-B", str(Path(inspection.__file__)), asked]
    with _turns:
        try:
            # Our own program; the file goes in as bytes, and nothing of it into the command.
            ended = subprocess.run(  # noqa: S603
                program, input=content, capture_output=True, timeout=2 * SECONDS, env={}, check=False
            )
        except subprocess.TimeoutExpired:
            raise _refusal(TOO_LONG) from None
    if ended.returncode:
        log.warning(
            "A file could not be examined (%s): %s", ended.returncode, ended.stderr[-2000:].decode(errors="replace")
        )
        raise _refusal(TOO_LONG if ended.returncode < 0 else DAMAGED)
    answer = json.loads(ended.stdout)
    if "refused" in answer:
        raise _refusal(answer["refused"])
    facts: inspection.Facts = answer["facts"]
    return facts


def _refusal(text: str) -> BadInput:
    return BadInput(text, fields={FIELD: text})
