"""Certificates and keys made for tests, in files and as the settings hold them."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID
from django.test import override_settings

from funds.signing.material import FileKey, Material, Private

OFFICER, ROOT = "Waqas Rafiq, DDO", "Test root"


def new_key(kind: str = "ec") -> Private:
    return ec.generate_private_key(ec.SECP256R1()) if kind == "ec" else rsa.generate_private_key(65_537, 2048)


def certificate(
    name: str,
    key: Private,
    issuer_key: Private,
    issuer: str = ROOT,
    *,
    days: int = 365,
    since: int = 1,
    use: bool = True,
    stamps: bool = False,
) -> x509.Certificate:
    """Valid from `since` days ago for `days`; it signs papers, or time stamps, or (`use` false) issues certificates."""
    now = datetime.now(UTC)
    usage = dict.fromkeys(
        ("key_encipherment", "data_encipherment", "key_agreement", "encipher_only", "decipher_only"), False
    )
    made = (
        x509.CertificateBuilder()
        .subject_name(x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)]))
        .issuer_name(x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, issuer)]))
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=since))
        .not_valid_after(now - timedelta(days=since) + timedelta(days=days))
        .add_extension(x509.BasicConstraints(ca=not use, path_length=None), critical=True)
        .add_extension(
            x509.KeyUsage(
                digital_signature=use, content_commitment=use, key_cert_sign=not use, crl_sign=not use, **usage
            ),
            critical=True,
        )
    )
    if stamps:
        made = made.add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.TIME_STAMPING]), critical=True)
    return made.sign(issuer_key, hashes.SHA256())


def material(kind: str = "ec", *, time_stamps: str = "") -> Material:
    """An officer's certificate under a root of its own."""
    root_key, key = new_key(kind), new_key(kind)
    root = certificate(ROOT, root_key, root_key, use=False)
    return Material((certificate(OFFICER, key, root_key), root), FileKey(key), time_stamps)


def private(made: Material) -> Private:
    """The key itself."""
    assert isinstance(made.key, FileKey)
    return made.key.private


def pem(*certificates: x509.Certificate) -> bytes:
    return b"".join(row.public_bytes(serialization.Encoding.PEM) for row in certificates)


def key_pem(key: Private, passphrase: str = "") -> bytes:
    sealed = serialization.BestAvailableEncryption(passphrase.encode()) if passphrase else serialization.NoEncryption()
    return key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, sealed)


def written(folder: Path, made: Material, passphrase: str = "") -> dict[str, str]:
    """The files, and the variables that name them."""
    folder.joinpath("c.pem").write_bytes(pem(*made.chain))
    folder.joinpath("k.pem").write_bytes(key_pem(private(made), passphrase))
    return {"SIGNING_CERTIFICATE": str(folder / "c.pem"), "SIGNING_KEY": str(folder / "k.pem")}


@cache
def shared() -> Material:
    """One of this process, for worlds that stand and the tests that work in them."""
    return material()


@contextmanager
def signs(made: Material) -> Iterator[None]:
    """Inside it this installation signs."""
    with override_settings(SIGNING=made, SIGNING_ROOTS=made.chain[-1:]):
        yield


@pytest.fixture
def signing() -> Iterator[Material]:
    """This installation signs."""
    made = shared()
    with signs(made):
        yield made
