"""A time-stamp authority of our own, over HTTP: its stamp is in the signature and is checked; a bad answer signs nothing."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, HTTPServer
from threading import Thread

import pytest
from asn1crypto import keys, tsp
from asn1crypto import x509 as asn1
from cryptography import x509
from cryptography.hazmat.primitives import serialization
from pyhanko.sign.timestamps import DummyTimeStamper

from funds.signing import pdf
from tests.beneficiaries.papers import samples
from tests.certificates import certificate, material, new_key

pytestmark = pytest.mark.once
DER = serialization.Encoding.DER
ROOT_KEY, KEY = new_key("rsa"), new_key("rsa")
ROOT = certificate("Root of time", ROOT_KEY, ROOT_KEY, "Root of time", use=False)
STAMPER = certificate("Time", KEY, ROOT_KEY, "Root of time", stamps=True)
PLAIN = (DER, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())


def granted(asked: bytes) -> bytes:
    authority = DummyTimeStamper(
        asn1.Certificate.load(STAMPER.public_bytes(DER)), keys.PrivateKeyInfo.load(KEY.private_bytes(*PLAIN))
    )
    return authority.request_tsa_response(tsp.TimeStampReq.load(asked)).dump()


def refused(asked: bytes) -> bytes:
    return tsp.TimeStampResp({"status": tsp.PKIStatusInfo({"status": tsp.PKIStatus("rejection")})}).dump()


@contextmanager
def authority(answer: Callable[[bytes], bytes]) -> Iterator[str]:
    """Its address."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = answer(self.rfile.read(int(self.headers["Content-Length"])))
            self.send_response(200)
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *args: object) -> None:
            """Quiet."""

    with HTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}/"
        server.shutdown()
        thread.join()


def checked(out: bytes, *roots: x509.Certificate) -> pdf.Finding:
    return pdf.check(out, roots, at=datetime.now(UTC))


def test_the_stamp_is_there_and_holds() -> None:
    with authority(granted) as address:
        made = material(time_stamps=address)
        out = pdf.sign(samples.pdf("A paper"), made, reason="Why")
    found = checked(out, made.chain[-1], ROOT)
    assert (found.fault, found.stamped) == ("", True)
    assert checked(out, made.chain[-1]).fault == "its time stamp does not hold"


@pytest.mark.parametrize("answer", [refused, lambda asked: b"<html>", lambda asked: b""])
def test_a_bad_answer_signs_nothing(answer: Callable[[bytes], bytes]) -> None:
    with authority(answer) as address, pytest.raises(pdf.NoTimeStamp):
        pdf.sign(samples.pdf("A paper"), material(time_stamps=address), reason="Why")
