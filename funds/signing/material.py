"""The certificate and key that sign papers, read from files once at start; no database and no settings."""

from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import pairwise
from pathlib import Path

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.x509.oid import NameOID

LEAST_RSA = 2048  # bits
CURVES = ("secp256r1", "secp384r1", "secp521r1")
Key = rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey


class Unusable(ValueError):
    """The files are no key and certificate that can sign; the text says why. No secret stands in it."""


@dataclass(frozen=True, slots=True)
class Material:
    """`chain` holds the signing certificate, then its issuers up to the root."""

    chain: tuple[x509.Certificate, ...]
    key: Key = field(repr=False, compare=False)
    time_stamps: str = ""  # address of a time-stamp authority, or none
    demonstration: bool = False

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


def read(
    certificate: Path, key: Path, *, passphrase: str = "", time_stamps: str = "", demonstration: bool = False
) -> Material:
    """Raises: Unusable where a file cannot be read, the key is not the certificate's, or the certificate is not valid now."""
    chain, held = certificates(certificate), _key(key, passphrase)
    _require_pair(chain, held)
    return Material(chain, held, time_stamps, demonstration)


def certificates(file: Path) -> tuple[x509.Certificate, ...]:
    """The certificates of a PEM file, in its order. Raises: Unusable."""
    try:
        return tuple(x509.load_pem_x509_certificates(file.read_bytes()))
    except OSError as error:
        raise Unusable(f"it cannot be read ({error.strerror})") from error
    except ValueError as error:
        raise Unusable("it holds no certificate in PEM form") from error


def _key(file: Path, passphrase: str) -> Key:
    try:
        found = serialization.load_pem_private_key(file.read_bytes(), passphrase.encode() or None)
    except OSError as error:
        raise Unusable(f"the key cannot be read ({error.strerror})") from error
    except (ValueError, TypeError) as error:
        raise Unusable("the key is no private key in PEM form, or its passphrase is wrong") from error
    if isinstance(found, rsa.RSAPrivateKey) and found.key_size >= LEAST_RSA:
        return found
    if isinstance(found, ec.EllipticCurvePrivateKey) and found.curve.name in CURVES:
        return found
    raise Unusable(f"the key is neither RSA of {LEAST_RSA} bits or more nor on the curve P-256, P-384 or P-521")


def _require_pair(chain: tuple[x509.Certificate, ...], key: Key) -> None:
    first, now = chain[0], datetime.now(UTC)
    if first.public_key() != key.public_key():
        raise Unusable("the key is not that of the first certificate")
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
