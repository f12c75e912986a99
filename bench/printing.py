"""Voucher papers a second, each with its own content and into its own file; the memory of workers who print many; and what a
signature of one takes."""

import json
import subprocess
import sys
import tempfile

from bench import rows
from bench.bursts import ROOT, Peer, duel
from bench.rows import Row, bound, versus
from bench.scale import Scale

KEYS = {"rsa": "RSA of 2048 bits", "ec": "curve P-256"}
SIMPLE = "pyHanko's own signer"
PATH, WIDGET = "canvas page, QR as one path", "canvas page, ReportLab's QR widget"
LAID_OUT = "laid-out page, two TrueType faces, QR as one path"
BOTH, URDU = "in English and Urdu", "led by Urdu"
WORKERS = 2


def vouchers(scale: Scale) -> list[Row]:
    """Ours in each language against pages of ReportLab's own means, then many by two workers at once."""
    with tempfile.TemporaryDirectory() as folder:
        told = {"folder": folder}
        peers = [
            Peer("ours", "bench.peers.voucher", told | {"language": "en"}),
            Peer(BOTH, "bench.peers.voucher", told | {"language": "both"}),
            Peer(URDU, "bench.peers.voucher", told | {"language": "ur"}),
            Peer(PATH, "bench.peers.canvas", told | {"code": "path"}),
            Peer(WIDGET, "bench.peers.canvas", told | {"code": "widget"}),
            Peer(LAID_OUT, "bench.peers.laid_out", told),
        ]
        result = duel(peers, scale.rounds, scale.seconds)
    found = [
        row
        for other in (PATH, WIDGET, LAID_OUT)
        for row in versus(result, "voucher as a PDF file", other, unit=rows.FILES)
    ]
    for name in (BOTH, URDU):
        what = f"voucher {name}"
        found += versus(result, what, PATH, ours=name, unit=rows.FILES)
        found += versus(result, what, LAID_OUT, ours=name, unit=rows.FILES, at_least=rows.PAPER_FLOOR)
    return found + _many(scale)


def _many(scale: Scale) -> list[Row]:
    """All of them by workers at once: how long it takes, and the memory of the larger one."""
    each = scale.printed // WORKERS
    workers = [
        subprocess.Popen(
            [sys.executable, "-m", "bench.peers.stack", json.dumps({"first": n * each, "end": (n + 1) * each})],
            cwd=ROOT,
            stdout=subprocess.PIPE,
            text=True,
        )
        for n in range(WORKERS)
    ]
    answers = [worker.communicate()[0] for worker in workers]
    if any(worker.returncode for worker in workers):
        raise RuntimeError("A worker that draws vouchers failed.")
    found = [json.loads(answer) for answer in answers]
    name = f"{scale.printed:,} vouchers {BOTH} by {WORKERS} workers"
    most = max(each["megabytes"] for each in found)
    seconds = max(each["seconds"] for each in found)
    return [
        bound(f"{name}, memory of the larger", "MB", most, rows.MEGABYTES_PRINTING, held=True),
        bound(name, "s", seconds, rows.SECONDS_PRINTING, held=False),
    ]


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
