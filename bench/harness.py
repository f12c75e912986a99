"""Takes part in a harness that several projects share, when the environment variable PEERS_DIR names its folder.

Nothing of it is kept here: its run.py is called, with our bench/joined.py as one more participant. PEERS_DSN is its scratch
server, whose role must be a superuser, and PEERS_VENVS where its environments are; see its own README.
"""

import os
import shlex
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import psycopg2

from bench.bursts import ROOT

DATABASE = "relief"
USUAL = "raw,hordak,pdf"  # of its participants, so that the run stays short
KEPT = ("|", "Peers", "Illegal", "PDF", "concurrency errors", "machine drift")  # how the lines of its tables begin


def run(say: Callable[[str], object]) -> tuple[str, str]:
    """Its tables, and what there is to say when something is missing; both empty when nobody asked for it."""
    folder = os.environ.get("PEERS_DIR", "")
    if not folder:
        return "", ""
    script = Path(folder).resolve() / "run.py"
    if not script.is_file():
        return "", "The shared harness was left out: PEERS_DIR names no folder with a run.py."
    dsn = os.environ.get("PEERS_DSN", "")
    if not dsn:
        return "", "The shared harness was left out: PEERS_DSN names no scratch server."
    say("The shared harness ...")
    only = os.environ.get("PEERS_ONLY", USUAL)
    told = {"PEERS_ONLY": only, "PEERS_EXTRA": _participant(), "PEERS_DIR": str(script.parent)}
    try:
        done = subprocess.run(
            [sys.executable, str(script)], env=os.environ | told, cwd=script.parent, stdout=subprocess.PIPE, text=True
        )
    except BaseException:
        _tidy(dsn, [*only.split(","), DATABASE])
        raise
    for line in done.stdout.splitlines():
        if "FAILED" in line:
            say(line)
    return kept(done.stdout), "" if done.returncode == 0 else f"The shared harness ended with code {done.returncode}."


def kept(printed: str) -> str:
    """Its tables without anything else it said, which may name places on this machine."""
    lines = [line.rstrip() for line in printed.splitlines()]
    return "\n".join(line for line in lines if line.startswith(KEPT) and str(ROOT) not in line)


def _participant() -> str:
    """It starts participants in its own folder, so ours is told where to find itself."""
    command = ["env", f"PYTHONPATH={ROOT}", sys.executable, "-m", "bench.joined"]
    return f"ours={shlex.join(command)}"


def _tidy(dsn: str, peers: list[str]) -> None:
    """Drops what participants that were stopped left behind."""
    raw = psycopg2.connect(dsn)
    raw.autocommit = True
    with raw.cursor() as cursor:
        for peer in peers:
            cursor.execute(f'DROP DATABASE IF EXISTS "peers_{peer.strip()}" WITH (FORCE)')
    raw.close()
