"""The certificate and key that sign papers, read and tried once at start; no database and no settings."""

from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import pairwise
from pathlib import Path
from typing import Protocol

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.x509.oid import NameOID

LEAST_RSA = 2048  # bits
CURVES = ("secp256r1", "secp384r1", "secp521r1")
Private = rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey
TRIED = b"Signed once at start, to see that key and certificate belong together"


class Unusable(ValueError):
    """The files are no key and certificate that can sign; the text says why. No secret stands in it."""


class Key(Protocol):
    """What signs, wherever the secret is."""

    def sign(self, data: bytes) -> bytes:
        """The signature over SHA-256 of the data: PKCS#1 1.5 of RSA, or ECDSA."""


@dataclass(frozen=True, slots=True)
class FileKey:
    """A key that was read from a file and stays loaded."""

    private: Private = field(repr=False)

    def sign(self, data: bytes) -> bytes:
        if isinstance(self.private, rsa.RSAPrivateKey):
            return self.private.sign(data, PKCS1v15(), hashes.SHA256())
        return self.private.sign(data, ec.ECDSA(hashes.SHA256()))


@dataclass(frozen=True, slots=True)
class Material:
    """`chain` holds the signing certificate, then its issuers up to the root."""

    chain: tuple[x509.Certificate, ...]
    key: Key = field(repr=False)
    time_stamps: str = ""  # address of a time-stamp authority, or none

    @property
    def certificate(self) -> x509.Certificate:
        return self.chain[0]

    @property
    def signer(self) -> str:
        """Whom the certificate names."""
        return common_name(self.certificate)

    @property
    def fingerprint(self) -> str:
        """SHA-256 of the certificate."""
        return self.certificate.fingerprint(hashes.SHA256()).hex()


def common_name(certificate: x509.Certificate) -> str:
    names = certificate.subject.get_attributes_for_oid(NameOID.COMMON_NAME)
    return str(names[0].value) if names else certificate.subject.rfc4514_string()


def read(certificate: Path, key: Key, *, time_stamps: str = "") -> Material:
    """Raises: Unusable where the file cannot be read, the key is not the certificate's, or the certificate is not valid now."""
    chain = certificates(certificate)
    _require_valid(chain)
    _require_pair(chain[0], key)
    return Material(chain, key, time_stamps)


def certificates(file: Path) -> tuple[x509.Certificate, ...]:
    """The certificates of a PEM file, in its order. Raises: Unusable."""
    try:
        return tuple(x509.load_pem_x509_certificates(file.read_bytes()))
    except OSError as error:
        raise Unusable(f"it cannot be read ({error.strerror})") from error
    except ValueError as error:
        raise Unusable("it holds no certificate in PEM form") from error


def file_key(file: Path, passphrase: str = "") -> FileKey:
    """Raises: Unusable."""
    try:
        found = serialization.load_pem_private_key(file.read_bytes(), passphrase.encode() or None)
    except OSError as error:
        raise Unusable(f"the key cannot be read ({error.strerror})") from error
    except (ValueError, TypeError) as error:
        raise Unusable("the key is no private key in PEM form, or its passphrase is wrong") from error
    if isinstance(found, Private):
        return FileKey(found)
    raise Unusable("the key is neither of RSA nor of an elliptic curve")


def _require_pair(certificate: x509.Certificate, key: Key) -> None:
    """The key signs once, and the certificate's public key must agree."""
    public = certificate.public_key()
    try:
        if isinstance(public, rsa.RSAPublicKey) and public.key_size >= LEAST_RSA:
            public.verify(key.sign(TRIED), TRIED, PKCS1v15(), hashes.SHA256())
        elif isinstance(public, ec.EllipticCurvePublicKey) and public.curve.name in CURVES:
            public.verify(key.sign(TRIED), TRIED, ec.ECDSA(hashes.SHA256()))
        else:
            raise Unusable(f"the key is neither RSA of {LEAST_RSA} bits or more nor on the curve P-256, P-384 or P-521")
    except InvalidSignature as error:
        raise Unusable("the key is not that of the first certificate") from error


def _require_valid(chain: tuple[x509.Certificate, ...]) -> None:
    first, now = chain[0], datetime.now(UTC)
    if not first.not_valid_before_utc <= now <= first.not_valid_after_utc:
        raise Unusable(
            f"the certificate is valid from {first.not_valid_before_utc:%-d %b %Y}"
            f" to {first.not_valid_after_utc:%-d %b %Y}, not now"
        )
    for issued, issuer in pairwise(chain):
        try:
            issued.verify_directly_issued_by(issuer)
        except (ValueError, TypeError, InvalidSignature) as error:
            raise Unusable(f"{common_name(issued)} was not issued by the certificate that follows it") from error
