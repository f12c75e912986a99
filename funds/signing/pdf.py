"""PAdES signatures: put on a finished PDF, and checked. Bytes in, bytes or findings out; no database.

The signed file begins with exactly the bytes that were drawn. The key is held loaded: pyHanko's own signer reads it anew, and
checks it, for each signature.
"""

from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from io import BytesIO
from typing import Any

from asn1crypto import x509 as asn1
from cryptography import x509
from cryptography.hazmat.primitives import serialization
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.misc import PdfError
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign import fields
from pyhanko.sign.general import SigningError, UnacceptableSignerError
from pyhanko.sign.signers.pdf_cms import Signer
from pyhanko.sign.signers.pdf_signer import PdfSignatureMetadata, PdfSigner
from pyhanko.sign.timestamps import TimestampRequestError
from pyhanko.sign.validation import KeyUsageConstraints, SignatureCoverageLevel, validate_pdf_signature
from pyhanko.sign.validation.errors import SignatureValidationError
from pyhanko_certvalidator import ValidationContext
from pyhanko_certvalidator.registry import SimpleCertificateStore

from funds.signing.material import Key, Material
from funds.signing.time_stamps import HttpTimeStamper

FIELD, DIGEST = "Signature", "sha256"
RESERVED = 8192  # bytes for a signature; so that no draft of one is made to measure it
RESERVED_STAMPED = 24_576  # with a time stamp, whose authority sends its own certificates along
USAGE = KeyUsageConstraints(key_usage={"digital_signature", "non_repudiation"}, match_all_key_usages=False)


class NoTimeStamp(Exception):
    """The time-stamp authority did not answer, or refused."""


@dataclass(frozen=True, slots=True)
class Finding:
    """What is found in a signed file. `reason` is the text that was signed with it, `fault` empty where all is well."""

    signer: str
    fingerprint: str
    reason: str
    stamped: bool
    fault: str

    @property
    def good(self) -> bool:
        return not self.fault


class HeldKey(Signer):
    """Signs with a key that stays loaded."""

    def __init__(self, chain: tuple[asn1.Certificate, ...], key: Key) -> None:
        issuers = SimpleCertificateStore()
        issuers.register_multiple(chain[1:])
        super().__init__(signing_cert=chain[0], cert_registry=issuers)
        self.key = key

    async def async_sign_raw(self, data: bytes, digest_algorithm: str, dry_run: bool = False) -> bytes:
        return self.key.sign(data)


@lru_cache(maxsize=4)
def signer(material: Material) -> HeldKey:
    """Made once for each certificate."""
    return HeldKey(_translated(material.chain), material.key)


def _translated(certificates: tuple[x509.Certificate, ...]) -> tuple[asn1.Certificate, ...]:
    return tuple(asn1.Certificate.load(row.public_bytes(serialization.Encoding.DER)) for row in certificates)


def sign(content: bytes, material: Material, *, reason: str) -> bytes:
    """The PDF with one invisible signature over all of it. `reason` says what is signed and stands in the file as text.

    Raises: NoTimeStamp.
    """
    said = PdfSignatureMetadata(
        field_name=FIELD, reason=reason, md_algorithm=DIGEST, subfilter=fields.SigSeedSubFilter.PADES
    )
    stamps = HttpTimeStamper(material.time_stamps) if material.time_stamps else None
    out = BytesIO()
    try:
        PdfSigner(said, signer(material), timestamper=stamps).sign_pdf(
            IncrementalPdfFileWriter(BytesIO(content)),
            bytes_reserved=RESERVED_STAMPED if stamps else RESERVED,
            output=out,
        )
    except (OSError, TimestampRequestError) as error:
        raise NoTimeStamp(str(error)) from error
    return out.getvalue()


def check(content: bytes, roots: tuple[x509.Certificate, ...], *, at: datetime) -> Finding:
    """Whether a file of ours still carries the one signature over all of it, by a certificate trusted at that moment.

    Only for bytes whose digest we know: a stranger's file is not parsed here. Revocation is not asked for.
    """
    if not roots:
        return Finding("", "", "", False, "no root certificate is set, so its signature cannot be checked")
    try:
        return _found(content, roots, at)
    except (PdfError, SigningError, SignatureValidationError, UnacceptableSignerError, ValueError) as error:
        return Finding("", "", "", False, f"its signature cannot be read ({type(error).__name__})")


def _found(content: bytes, roots: tuple[x509.Certificate, ...], at: datetime) -> Finding:
    held: list[Any] = PdfFileReader(BytesIO(content)).embedded_signatures
    if len(held) != 1:
        return Finding("", "", "", False, f"it carries {len(held)} signatures, not one")
    (signature,) = held
    trusted = _translated(roots)
    seen = ValidationContext(trust_roots=trusted, moment=at, allow_fetching=False)
    status = validate_pdf_signature(signature, seen, key_usage_settings=USAGE, skip_diff=True)
    certificate: asn1.Certificate = signature.signer_cert
    faults = {
        "it was changed after it was signed": not status.intact,
        "its signature is not that of its certificate": not status.valid,
        "its signature does not cover the whole file": status.coverage is not SignatureCoverageLevel.ENTIRE_FILE,
        "its certificate was not trusted when it was signed": not status.trusted,
    }
    stamp = status.timestamp_validity
    faults["its time stamp does not hold"] = stamp is not None and not (stamp.intact and stamp.valid and stamp.trusted)
    return Finding(
        signer=certificate.subject.native.get("common_name", certificate.subject.human_friendly),
        fingerprint=certificate.sha256.hex(),
        reason=str(signature.sig_object.get("/Reason", "")),
        stamped=stamp is not None,
        fault=next((text for text, wrong in faults.items() if wrong), ""),
    )
