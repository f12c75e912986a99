"""Keeps files under the SHA-256 of their content, outside whatever the web server serves.

The same content is one file, however often it comes. A file is whole or not there: it is written beside its place, forced to
the disk and then renamed. Nothing here is ever changed or removed.
"""

import errno
import hashlib
import os
import secrets
from pathlib import Path

from django.conf import settings

from ledger.errors import Refusal

FULL = (errno.ENOSPC, errno.EDQUOT)


class NoRoom(Refusal):
    """The disk that holds the papers is full (507)."""

    status = 507
    code = "no_room"


class NotAsKept(Exception):
    """The file is gone, or its content is not the one it is named by; the text says which."""


def place(sha256: str) -> Path:
    """Where the file of this content is, or would be."""
    return Path(settings.PAPER_STORE) / sha256[:2] / sha256[2:4] / sha256


def keep(content: bytes, sha256: str) -> None:
    """Puts the content into the store, on the disk for good when this returns. Raises: NoRoom, NotAsKept."""
    path = place(sha256)
    if path.is_file():
        content_of(sha256)
        return
    draft = path.with_name(f".{sha256}.{secrets.token_hex(8)}")
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        _write(draft, content)
        draft.replace(path)
        _settle(path.parent)
    except OSError as error:
        draft.unlink(missing_ok=True)
        if error.errno in FULL:
            raise NoRoom("There is no room for more papers on the server. Tell the administrator.") from error
        raise


def _write(path: Path, content: bytes) -> None:
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, 0o600)
    with os.fdopen(descriptor, "wb") as stream:
        stream.write(content)
        stream.flush()
        os.fsync(stream.fileno())


def _settle(directory: Path) -> None:
    """Forces the names in a directory, and its own name in those above it, to the disk."""
    for path in (directory, directory.parent, directory.parent.parent):
        descriptor = os.open(path, os.O_RDONLY | os.O_DIRECTORY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


def content_of(sha256: str) -> bytes:
    """The content, hashed again on the way. Raises: NotAsKept."""
    try:
        content = place(sha256).read_bytes()
    except FileNotFoundError:
        raise NotAsKept("its file is not there") from None
    if hashlib.sha256(content).hexdigest() != sha256:
        raise NotAsKept("its file has another content than was attached")
    return content
