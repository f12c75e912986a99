"""Private values at rest: sealed with a key the database does not hold, and findable by a keyed index of the value.

A sealed value is one text, `e1.KEY.INDEX.BODY`. KEY names the key, so that several may be in use; INDEX is an HMAC of the
value, the same for the same value, by which rows are compared without opening them; BODY is AES-256-GCM, bound to the kind
of value and to INDEX, so that nobody without the keys can put another value under an index, or an index to another value.
"""

import base64
import binascii
import hashlib
import hmac
import os
import re
from dataclasses import dataclass
from functools import cached_property, lru_cache

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings

KEY_BYTES = 32
MARK = "e1."
_NONCE = 12
# As the database checks it: mark, key, index, and a body that holds at least a nonce and a tag.
SEALED = r"e1\.[0-9a-f]{8}\.[0-9A-Za-z_-]{43}\.[0-9A-Za-z_-]{38,}"
_SEALED = re.compile(SEALED)


class VaultError(Exception):
    """A stored value cannot be opened: its key is missing, or the text was altered. Never holds the value."""


@dataclass(frozen=True)
class Keyring:
    """The first key seals, every key opens; `index_key` makes the indexes and never changes."""

    keys: tuple[bytes, ...]
    index_key: bytes

    @cached_property
    def ciphers(self) -> dict[str, AESGCM]:
        return {key_id(key): AESGCM(key) for key in self.keys}

    @property
    def current(self) -> str:
        """The name of the key that seals."""
        return key_id(self.keys[0])

    def index(self, kind: str, value: str) -> str:
        """The same for the same value of one kind; without the key nobody can try values against it."""
        return self._index(kind, value.encode())

    def _index(self, kind: str, value: bytes) -> str:
        return _text(hmac.digest(self.index_key, kind.encode() + b":" + value, "sha256"))

    def seal(self, kind: str, value: str) -> str:
        """Another text each time, with the same index."""
        return self.seal_bytes(kind, value.encode())

    def open(self, kind: str, sealed: str) -> str:
        """Raises: VaultError."""
        return self.open_bytes(kind, sealed).decode()

    def seal_bytes(self, kind: str, value: bytes) -> str:
        index, nonce = self._index(kind, value), os.urandom(_NONCE)
        body = self.ciphers[self.current].encrypt(nonce, value, f"{kind}.{index}".encode())
        return f"{MARK}{self.current}.{index}.{_text(nonce + body)}"

    def open_bytes(self, kind: str, sealed: str) -> bytes:
        """Raises: VaultError."""
        if not _SEALED.fullmatch(sealed):
            raise VaultError(
                f"A private value ({kind}) is not sealed as it should be. It was written around the service."
            )
        _, key, index, body = sealed.split(".")
        if key not in self.ciphers:
            raise VaultError(f"A private value ({kind}) is sealed with key {key}, which is not among DATA_KEYS.")
        altered = f"A private value ({kind}, key {key}) was altered in the database."
        try:
            raw = base64.urlsafe_b64decode(body + "=" * (-len(body) % 4))
            if _text(raw) != body:  # the last letter has bits that stand for nothing
                raise VaultError(altered)
            value = self.ciphers[key].decrypt(raw[:_NONCE], raw[_NONCE:], f"{kind}.{index}".encode())
        except (InvalidTag, binascii.Error) as error:
            raise VaultError(altered) from error
        if not hmac.compare_digest(index, self._index(kind, value)):
            raise VaultError("DATA_INDEX_KEY is not the key with which this database was filled.")
        return value


def key_id(key: bytes) -> str:
    """A key's name: eight hex digits of its hash, so that a name cannot be given to another key."""
    return hashlib.sha256(b"relief-ledger data key " + key).hexdigest()[:8]


def is_sealed(text: str) -> bool:
    return text.startswith(MARK)


def keyring() -> Keyring:
    """The keys of this installation."""
    return _keyring(tuple(settings.DATA_KEYS), settings.DATA_INDEX_KEY)


@lru_cache(maxsize=4)
def _keyring(keys: tuple[bytes, ...], index_key: bytes) -> Keyring:
    return Keyring(keys, index_key)


def _text(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()
