"""Voucher papers a second, each with its own content and into its own file."""

import tempfile

from bench import rows
from bench.bursts import Peer, duel
from bench.rows import Row, versus
from bench.scale import Scale

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
