"""What signs papers, from the environment: a certificate, and its key in a file or a token; none means that nothing is signed."""

import os
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from django.core.exceptions import ImproperlyConfigured

from config.environment import Environment
from funds.signing.material import Key, Material, Unusable, certificates, file_key, read
from funds.signing.token import TokenKey

FOLDER = "signing"  # below RELIEF_VAR
CERTIFICATE, KEY = "demonstration-certificate.pem", "demonstration-key.pem"
DEMONSTRATION = "DEMONSTRATION ONLY, not an officer"
YEARS = 10
ACCEPTED = (
    "a PEM file of the signing certificate and then its issuers, the root last, valid now and of the key that is set"
)


def signing_of(env: Environment, var_dir: Path) -> Material | None:
    """The material, or None where papers are not signed. Raises: ImproperlyConfigured naming the variable."""
    certificate = env.file("SIGNING_CERTIFICATE")
    stamps = env.url("SIGNING_TSA_URL", "") if env.given("SIGNING_TSA_URL") else ""
    if certificate is None:
        return demonstration(var_dir)
    key = _key(env)
    try:
        return read(certificate, key, time_stamps=stamps)
    except Unusable as fault:
        env.refuse("SIGNING_CERTIFICATE", f"{ACCEPTED}; {fault}")


def _key(env: Environment) -> Key:
    """From a token where its module is named, else from a file."""
    module = env.file("SIGNING_PKCS11_MODULE")
    try:
        if module is None:
            file = env.file("SIGNING_KEY", needed_with="SIGNING_CERTIFICATE")
            assert file is not None
            return file_key(file, env.text("SIGNING_KEY_PASSPHRASE"))
        names = {"token": "SIGNING_PKCS11_TOKEN", "label": "SIGNING_PKCS11_KEY", "pin": "SIGNING_PKCS11_PIN"}
        for name in names.values():
            if not env.given(name):
                env.refuse(name, "a text; with SIGNING_PKCS11_MODULE it must be set")
        return TokenKey(module, **{part: env.text(name) for part, name in names.items()})
    except Unusable as fault:
        env.refuse("SIGNING_PKCS11_MODULE" if module else "SIGNING_KEY", f"a key that signs; {fault}")


def roots_of(env: Environment, material: Material | None) -> tuple[x509.Certificate, ...]:
    """Whom a check trusts: the roots of SIGNING_TRUST, those of earlier certificates among them, or the present one's.

    Raises: ImproperlyConfigured.
    """
    trust = env.file("SIGNING_TRUST")
    if trust is None:
        return material.chain[-1:] if material else ()
    try:
        return certificates(trust)
    except Unusable as fault:
        env.refuse("SIGNING_TRUST", f"a PEM file of the roots that signatures are checked against; {fault}")


def demonstration(var_dir: Path) -> Material | None:
    """What `manage.py demo` made, if it did. Raises: ImproperlyConfigured."""
    folder = var_dir / FOLDER
    if not (folder / CERTIFICATE).is_file():
        return None
    try:
        return read(folder / CERTIFICATE, file_key(folder / KEY))
    except Unusable as fault:
        raise ImproperlyConfigured(
            f"{folder} holds no usable demonstration certificate: {fault}. Remove it."
        ) from fault


def make_demonstration(var_dir: Path) -> Material | None:
    """A root and a certificate that say what they are, made once. The root's key is thrown away."""
    folder = var_dir / FOLDER
    if not (folder / CERTIFICATE).is_file():
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        root_key, key = ec.generate_private_key(ec.SECP256R1()), ec.generate_private_key(ec.SECP256R1())
        root = certify("Relief Ledger root, DEMONSTRATION ONLY", root_key, root_key)
        officer = certify(DEMONSTRATION, key, root_key, issuer=root)
        plain = serialization.NoEncryption()
        pem = key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, plain)
        _write(folder / KEY, pem)
        _write(folder / CERTIFICATE, b"".join(row.public_bytes(serialization.Encoding.PEM) for row in (officer, root)))
    return demonstration(var_dir)


def certify(
    name: str,
    key: ec.EllipticCurvePrivateKey,
    issuer_key: ec.EllipticCurvePrivateKey,
    *,
    issuer: x509.Certificate | None = None,
) -> x509.Certificate:
    """A certificate of this name; without an issuer a root."""
    now = datetime.now(UTC).replace(microsecond=0)
    own = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    usage = x509.KeyUsage(
        digital_signature=issuer is not None,
        content_commitment=issuer is not None,
        key_cert_sign=issuer is None,
        crl_sign=issuer is None,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        encipher_only=False,
        decipher_only=False,
    )
    return (
        x509.CertificateBuilder()
        .subject_name(own)
        .issuer_name(issuer.subject if issuer else own)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(hours=1))
        .not_valid_after(now + timedelta(days=365 * YEARS))
        .add_extension(x509.BasicConstraints(ca=issuer is None, path_length=None), critical=True)
        .add_extension(usage, critical=True)
        .sign(issuer_key, hashes.SHA256())
    )


def _write(path: Path, content: bytes) -> None:
    """Readable by its owner alone, and whole or not there."""
    draft = path.with_suffix(".new")
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as stream:
        stream.write(content)
    draft.replace(path)
