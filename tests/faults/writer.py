"""`python -m tests.faults.writer NAME FOLDER`: posts receipts until FOLDER holds a file `stop`.

Each answer is on the disk (fsync) before the next request begins. A request that was cut off is sent again with its key
until it is answered, as a clerk's page would.
"""

import itertools
import os
import sys
import time
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any, TextIO

import django
from django.db import InterfaceError, OperationalError, connection

BOOK, DAY = "DRILL", date(2025, 9, 26)
LOST = (OperationalError, InterfaceError)
PATIENCE = 90  # seconds for one request


def write(name: str, folder: Path) -> None:
    from django.contrib.auth.models import User

    from ledger.models import JournalEntry
    from ledger.posting import Draft, credit, debit, post

    user = patiently(lambda: User.objects.get(username="clerk"))
    with (folder / f"{name}.answered").open("w") as answered, (folder / f"{name}.cut").open("w") as cut:
        for number in itertools.count(1):
            if (folder / "stop").exists():
                return
            amount, key = Decimal(number % 1000 + 1), f"{name}:{number}"
            lines = (debit("F-BNK", amount), credit("H-DON", amount))
            draft = Draft(BOOK, DAY, "receipt", f"R-{key}", "Donation", key, lines)
            entry = once(lambda draft=draft: post(draft, by=user)[0])
            while not entry:
                there = patiently(lambda key=key: JournalEntry.objects.filter(key=key).exists())
                record(cut, f"{key} {'written' if there else 'nothing'}")
                entry = once(lambda draft=draft: post(draft, by=user)[0])
            record(answered, f"{key} {entry} {amount}")


def once(request: Callable[[], Any]) -> Any:
    """The answer, or None when the connection was cut."""
    try:
        return request()
    except LOST:
        connection.close()
        return None


def patiently(request: Callable[[], Any]) -> Any:
    """The answer, asked for until it comes."""
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        try:
            return request()
        except LOST:
            connection.close()
            time.sleep(0.05)
    raise TimeoutError(f"no answer in {PATIENCE} s")


def record(file: TextIO, line: str) -> None:
    file.write(f"{line}\n")
    file.flush()
    os.fsync(file.fileno())


def prepare() -> None:
    """The book and its clerk."""
    from django.contrib.auth.models import User

    from ledger.chart import create_book, open_year

    clerk = User.objects.create_user("clerk")
    open_year(book=create_book(code=BOOK, name="Drill", by=clerk), label="2025-26", by=clerk)


if __name__ == "__main__":
    django.setup()
    if sys.argv[1:] == ["prepare"]:
        prepare()
    else:
        write(sys.argv[1], Path(sys.argv[2]))
