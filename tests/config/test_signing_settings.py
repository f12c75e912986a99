"""What signs is read and checked at start; a bad value is refused by name and shows no secret."""

import stat
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from django.core.exceptions import ImproperlyConfigured

from config.environment import Environment
from config.signing import CERTIFICATE, FOLDER, KEY, make_demonstration, roots_of, signing_of
from funds.signing.material import Material
from tests.certificates import OFFICER, certificate, key_pem, material, new_key, pem, private, written

pytestmark = pytest.mark.once


def read(folder: Path, **values: str) -> Material | None:
    return signing_of(Environment(values, argv=["gunicorn"]), folder)


def test_nothing_is_set(tmp_path: Path) -> None:
    assert read(tmp_path) is None and roots_of(Environment({}, argv=[]), None) == ()


@pytest.mark.parametrize(("kind", "passphrase"), [("ec", ""), ("ec", "open sesame"), ("rsa", "")])
def test_certificate_and_key(tmp_path: Path, kind: str, passphrase: str) -> None:
    made = material(kind)
    values = written(tmp_path, made, passphrase) | {"SIGNING_KEY_PASSPHRASE": passphrase}
    found = read(tmp_path, **values)
    assert found and (found.signer, found.fingerprint) == (OFFICER, made.fingerprint) and "key=" not in repr(found)
    assert roots_of(Environment(values, argv=[]), found) == made.chain[-1:]


def test_roots_of_earlier_certificates(tmp_path: Path) -> None:
    made, earlier = material(), material()
    file = tmp_path / "roots.pem"
    file.write_bytes(pem(made.chain[-1], earlier.chain[-1]))
    assert roots_of(Environment({"SIGNING_TRUST": str(file)}, argv=[]), made) == (made.chain[-1], earlier.chain[-1])
    assert len(roots_of(Environment({"SIGNING_TRUST": str(file)}, argv=[]), None)) == 2


BAD = {
    "no such file": (lambda made, at: {"SIGNING_CERTIFICATE": str(at / "none.pem")}, "there is none of this name"),
    "no key": (lambda made, at: {"SIGNING_KEY": ""}, "with SIGNING_CERTIFICATE it must be set"),
    "another key": (lambda made, at: kept(at / "k.pem", key_pem(new_key())), "not that of the first certificate"),
    "no certificate": (lambda made, at: kept(at / "c.pem", b"x"), "no certificate in PEM form"),
    "no key in it": (lambda made, at: kept(at / "k.pem", b"x"), "no private key in PEM form"),
    "a wrong passphrase": (
        lambda made, at: kept(at / "k.pem", key_pem(private(made), "other"), SIGNING_KEY_PASSPHRASE="s3cret"),
        "passphrase is wrong",
    ),
    "a short key": (lambda made, at: short(at), "RSA of 2048 bits"),
    "a module without a token": (lambda made, at: {"SIGNING_PKCS11_MODULE": __file__}, "it must be set"),
    "a module that is none": (
        lambda made, at: TOKEN | {"SIGNING_PKCS11_MODULE": __file__, "SIGNING_PKCS11_PIN": "s3cret"},
        "the token does not open",
    ),
    "ended": (lambda made, at: kept(at / "c.pem", dated(made, since=9, days=3)), "not now"),
    "not begun": (lambda made, at: kept(at / "c.pem", dated(made, since=-3, days=9)), "not now"),
    "another issuer": (
        lambda made, at: kept(at / "c.pem", pem(made.chain[0], material().chain[1])),
        "was not issued by",
    ),
    "no address": (lambda made, at: {"SIGNING_TSA_URL": "tsa"}, "https://"),
}


TOKEN = {"SIGNING_PKCS11_TOKEN": "office", "SIGNING_PKCS11_KEY": "vouchers"}


def short(at: Path) -> dict[str, str]:
    """A key of RSA that is too short, and its certificate."""
    key = rsa.generate_private_key(65_537, 1024)
    kept(at / "c.pem", pem(certificate(OFFICER, key, key)))
    return kept(at / "k.pem", key_pem(key))


def kept(file: Path, content: bytes, **values: str) -> dict[str, str]:
    file.write_bytes(content)
    return values


def dated(made: Material, *, since: int, days: int) -> bytes:
    return pem(certificate(OFFICER, private(made), new_key(), since=since, days=days))


@pytest.mark.parametrize("what", BAD)
def test_what_cannot_sign_is_refused_by_name(tmp_path: Path, what: str) -> None:
    made = material()
    change, told = BAD[what]
    values = written(tmp_path, made)
    with pytest.raises(ImproperlyConfigured) as refusal:
        read(tmp_path, **values | change(made, tmp_path))
    assert told in str(refusal.value) and "SIGNING_" in str(refusal.value) and "s3cret" not in str(refusal.value)


def test_a_file_without_roots(tmp_path: Path) -> None:
    kept(tmp_path / "roots.pem", b"x")
    with pytest.raises(ImproperlyConfigured, match="SIGNING_TRUST"):
        roots_of(Environment({"SIGNING_TRUST": str(tmp_path / "roots.pem")}, argv=[]), None)


def test_the_demonstration_s_own_is_made_once_and_says_what_it_is(tmp_path: Path) -> None:
    made = make_demonstration(tmp_path)
    assert made and "DEMONSTRATION" in made.signer
    for name in (CERTIFICATE, KEY):
        assert stat.S_IMODE((tmp_path / FOLDER / name).stat().st_mode) == 0o600
    assert stat.S_IMODE((tmp_path / FOLDER).stat().st_mode) == 0o700
    again, started = make_demonstration(tmp_path), read(tmp_path)
    assert again and started and again.fingerprint == started.fingerprint == made.fingerprint
    (tmp_path / FOLDER / KEY).write_bytes(b"x")
    with pytest.raises(ImproperlyConfigured, match="Remove it"):
        read(tmp_path)
