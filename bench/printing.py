"""Voucher papers a second, each with its own content and into its own file; and what a signature of one takes."""

import tempfile

from bench import rows
from bench.bursts import Peer, duel
from bench.rows import Row, versus
from bench.scale import Scale

KEYS = {"rsa": "RSA of 2048 bits", "ec": "curve P-256"}
SIMPLE = "pyHanko's own signer"
PATH, WIDGET = "canvas page, QR as one path", "canvas page, ReportLab's QR widget"


def vouchers(scale: Scale) -> list[Row]:
    """Ours against pages of ReportLab's own means."""
    with tempfile.TemporaryDirectory() as folder:
        told = {"folder": folder}
        peers = [
            Peer("ours", "bench.peers.voucher", told),
            Peer(PATH, "bench.peers.canvas", told | {"code": "path"}),
            Peer(WIDGET, "bench.peers.canvas", told | {"code": "widget"}),
        ]
        result = duel(peers, scale.rounds, scale.seconds)
    return [row for other in (PATH, WIDGET) for row in versus(result, "voucher as a PDF file", other, unit=rows.FILES)]


def signatures(scale: Scale) -> list[Row]:
    """One signature of a drawn voucher, by each kind of key, in milliseconds."""
    found: list[Row] = []
    for kind, name in KEYS.items():
        peers = [Peer(by, "bench.peers.signing", {"kind": kind, "by": by}, warm_up=5) for by in ("ours", SIMPLE)]
        result = duel(peers, scale.few + 2, scale.seconds)
        what = f"signature of a voucher, {name}"
        found += versus(result, what, SIMPLE, unit=rows.MILLISECONDS)
        found.append(rows.bound(what, rows.MILLISECONDS, 1000 / result.median("ours"), rows.SIGNATURE, held=True))
    return found
