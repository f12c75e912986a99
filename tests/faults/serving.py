"""The product served over HTTP on the test database, as `make run` serves it but with a thread for each client."""

import base64
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.client import HTTPConnection
from urllib.parse import urlencode

from django.conf import settings
from django.db import connection

from tests.faults.installation import ROOT

WORKERS, THREADS = 4, 8  # 32 requests at once
PATIENCE = 120


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        return int(listening.getsockname()[1])


def environment() -> dict[str, str]:
    """That of this process, with the test database and the keys that its private values were sealed with."""
    server = connection.get_connection_params()
    place = {name: str(server[name]) for name in ("host", "port", "user", "password") if server.get(name)}
    encoded = [base64.b64encode(key).decode() for key in settings.DATA_KEYS]
    return os.environ | {
        "DJANGO_SETTINGS_MODULE": "config.settings",
        "LOG_LEVEL": "ERROR",
        "DATABASE_URL": f"postgresql:///{server['dbname']}?{urlencode(place)}",
        "DATA_KEYS": ",".join(encoded),
        "DATA_INDEX_KEY": base64.b64encode(settings.DATA_INDEX_KEY).decode(),
    }


@contextmanager
def served() -> Iterator[int]:
    """The port on which it answers."""
    port = free_port()
    command = [sys.executable, "-m", "gunicorn", "config.wsgi", "--bind", f"127.0.0.1:{port}", "--no-control-socket"]
    command += ["--workers", str(WORKERS), "--threads", str(THREADS), "--timeout", "120", "--log-level", "warning"]
    running = subprocess.Popen(command, cwd=ROOT, env=environment())
    try:
        wait_until_ready(running, port)
        yield port
    finally:
        running.terminate()
        running.wait(PATIENCE)


def wait_until_ready(running: subprocess.Popen[bytes], port: int) -> None:
    deadline = time.monotonic() + PATIENCE
    while True:
        assert running.poll() is None, "the server has ended"
        try:
            asked = HTTPConnection("127.0.0.1", port, timeout=10)
            asked.request("GET", "/readyz")
            if asked.getresponse().status == 200:
                return
        except OSError:
            time.sleep(0.2)
        assert time.monotonic() < deadline, "the server does not get ready"
