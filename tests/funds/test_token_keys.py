"""A key in a token: SoftHSM stands in for one where it is installed."""

import shutil
import subprocess
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from django.core.exceptions import ImproperlyConfigured

from config.environment import Environment
from config.signing import signing_of
from funds.signing import originals, pdf
from funds.signing.token import TokenKey
from ledger.errors import WrongState
from tests.beneficiaries.papers import samples
from tests.certificates import OFFICER, material, pem, written

MODULE = next((path for path in map(Path, ("/usr/lib/softhsm/libsofthsm2.so",)) if path.exists()), None)
TOOL = shutil.which("softhsm2-util")
pytestmark = [pytest.mark.once, pytest.mark.skipif(not (MODULE and TOOL), reason="SoftHSM is not installed")]
PIN, KINDS = "4711", ("ec", "rsa")


@pytest.fixture(scope="module")
def tokens(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, dict[str, str]]]:
    """The settings of two tokens with one key each, made before the library is loaded, which looks for tokens once."""
    folder, found = tmp_path_factory.mktemp("softhsm"), {}
    (folder / "softhsm2.conf").write_text(f"directories.tokendir = {folder}\nobjectstore.backend = file\n")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SOFTHSM2_CONF", str(folder / "softhsm2.conf"))
        for kind in KINDS:
            made, token = material(kind), f"office-{kind}"
            written(folder, made)
            (folder / f"{kind}.pem").write_bytes(pem(*made.chain))
            for words in (
                ["--init-token", "--free", "--label", token, "--so-pin", "0815"],
                ["--import", str(folder / "k.pem"), "--token", token, "--label", "vouchers", "--id", "01"],
            ):
                subprocess.run([str(TOOL), *words, "--pin", PIN], check=True, capture_output=True)
            found[kind] = {
                "SIGNING_CERTIFICATE": str(folder / f"{kind}.pem"),
                "SIGNING_PKCS11_MODULE": str(MODULE),
                "SIGNING_PKCS11_TOKEN": token,
                "SIGNING_PKCS11_KEY": "vouchers",
                "SIGNING_PKCS11_PIN": PIN,
            }
        yield found


@pytest.fixture(params=KINDS)
def values(request: pytest.FixtureRequest, tokens: dict[str, dict[str, str]]) -> dict[str, str]:
    return tokens[request.param]


def test_a_token_signs_and_is_bound_to_its_certificate(values: dict[str, str], tmp_path: Path) -> None:
    for name, value in (("SIGNING_PKCS11_TOKEN", "none"), ("SIGNING_PKCS11_PIN", "1"), ("SIGNING_PKCS11_KEY", "other")):
        with pytest.raises(ImproperlyConfigured, match="SIGNING_PKCS11_MODULE") as refusal:
            signing_of(Environment(values | {name: value}, argv=["gunicorn"]), tmp_path)
        assert PIN not in str(refusal.value)
    made = signing_of(Environment(values, argv=["gunicorn"]), tmp_path)
    assert made is not None and PIN not in repr(made.key)
    out = pdf.sign(samples.pdf("A paper"), made, reason="Why")
    found = pdf.check(out, made.chain[-1:], at=datetime.now(UTC))
    assert (found.fault, found.signer) == ("", OFFICER)
    other = tmp_path / "other.pem"
    other.write_bytes(pem(*material().chain))
    with pytest.raises(ImproperlyConfigured, match="SIGNING_CERTIFICATE"):
        signing_of(Environment(values | {"SIGNING_CERTIFICATE": str(other)}, argv=["gunicorn"]), tmp_path)


class Gone:
    """A key whose token was taken out."""

    key_type = None

    def sign(self, *args: object, **options: object) -> bytes:
        from pkcs11 import DeviceRemoved

        raise DeviceRemoved


def test_a_token_that_is_taken_out_signs_nothing_and_signs_again(values: dict[str, str], tmp_path: Path) -> None:
    made = signing_of(Environment(values, argv=["gunicorn"]), tmp_path)
    assert made is not None and isinstance(made.key, TokenKey)
    made.key.opened = None, Gone()
    with pytest.raises(WrongState, match="token"):
        originals.sign(samples.pdf("A paper"), made, "Why")
    assert originals.sign(samples.pdf("A paper"), made, "Why").content
