"""A signature in a duel: the same drawn voucher signed again and again, by our held key or by pyHanko's own signer."""

from datetime import UTC, datetime, timedelta
from io import BytesIO
from typing import Any

from asn1crypto import keys
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.x509.oid import NameOID
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign.fields import SigSeedSubFilter
from pyhanko.sign.signers.pdf_cms import SimpleSigner
from pyhanko.sign.signers.pdf_signer import PdfSignatureMetadata, PdfSigner

from bench.papers import sample
from bench.serving import Act, serve
from funds.papers.voucher import draw_voucher
from funds.signing import pdf
from funds.signing.material import FileKey, Material, Private

REASON = "Payment voucher BM-2025-26-00001"


def prepare(told: dict[str, Any]) -> Act:
    made, drawn = _material(told["kind"]), draw_voucher(sample(1))
    if told["by"] == "ours":
        return lambda: _must_grow(drawn, pdf.sign(drawn, made, reason=REASON))
    simple = _simple(made)
    return lambda: _must_grow(drawn, _signed(drawn, simple))


def _must_grow(drawn: bytes, signed: bytes) -> None:
    assert signed.startswith(drawn) and b"/ByteRange" in signed[len(drawn) :]


def _material(kind: str) -> Material:
    key: Private = ec.generate_private_key(ec.SECP256R1()) if kind == "ec" else rsa.generate_private_key(65_537, 2048)
    name, now = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Bench")]), datetime.now(UTC)
    usage = x509.KeyUsage(True, True, False, False, False, False, False, False, False)
    made = x509.CertificateBuilder(name, name, key.public_key(), 1, now - timedelta(days=1), now + timedelta(days=1))
    return Material((made.add_extension(usage, critical=True).sign(key, hashes.SHA256()),), FileKey(key))


def _simple(made: Material) -> SimpleSigner:
    """The signer as its documentation makes one of a key."""
    form = (serialization.Encoding.DER, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    held = pdf.signer(made)
    assert isinstance(made.key, FileKey)
    key = keys.PrivateKeyInfo.load(made.key.private.private_bytes(*form))
    return SimpleSigner(held.signing_cert, key, held.cert_registry)


def _signed(drawn: bytes, signer: SimpleSigner) -> bytes:
    said = PdfSignatureMetadata(
        field_name=pdf.FIELD, reason=REASON, md_algorithm=pdf.DIGEST, subfilter=SigSeedSubFilter.PADES
    )
    out = BytesIO()
    PdfSigner(said, signer).sign_pdf(IncrementalPdfFileWriter(BytesIO(drawn)), output=out)
    return out.getvalue()


if __name__ == "__main__":
    serve(prepare)
