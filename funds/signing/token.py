"""A signing key that never leaves its token (PKCS#11). Needs the package python-pkcs11, which is asked for only here."""

import hashlib
from pathlib import Path
from threading import Lock
from typing import Any, cast

from funds.signing.material import Unusable


class TokenFails(Exception):
    """The token was asked to sign and did not."""


class TokenKey:
    """The private key of this label. Its session stays open, for one thread at a time; after a fault it is opened anew."""

    def __init__(self, module: Path, *, token: str, label: str, pin: str) -> None:
        try:
            import pkcs11
        except ImportError as error:
            raise Unusable("the package python-pkcs11 is not installed") from error
        self.lock, self.opened = Lock(), cast(tuple[Any, Any] | None, None)
        self.where = {"token": token, "label": label}
        self._pin, self._library = pin, pkcs11
        try:
            self.module = pkcs11.lib(str(module))
            self._open()
        except (pkcs11.PKCS11Error, RuntimeError) as error:
            raise Unusable(f"the token does not open, or holds no such key ({type(error).__name__})") from error

    def __repr__(self) -> str:
        return f"TokenKey({self.where})"

    def _open(self) -> Any:
        """A token takes the PIN once for a whole process: a further session is opened without it."""
        token = self.module.get_token(token_label=self.where["token"])
        try:
            session = token.open(user_pin=self._pin)
        except self._library.UserAlreadyLoggedIn:
            session = token.open()
        found = session.get_key(object_class=self._library.ObjectClass.PRIVATE_KEY, label=self.where["label"])
        self.opened = session, found
        return found

    def sign(self, data: bytes) -> bytes:
        """The signature over SHA-256 of the data. Raises: TokenFails."""
        from pkcs11.util.ec import encode_ecdsa_signature

        kinds, ways = self._library.KeyType, self._library.Mechanism
        with self.lock:
            try:
                key = self.opened[1] if self.opened else self._open()
                if key.key_type == kinds.RSA:
                    return bytes(key.sign(data, mechanism=ways.SHA256_RSA_PKCS))
                raw = key.sign(hashlib.sha256(data).digest(), mechanism=ways.ECDSA)
                return bytes(encode_ecdsa_signature(raw))
            except self._library.PKCS11Error as error:
                self.opened = None
                raise TokenFails(type(error).__name__) from error
