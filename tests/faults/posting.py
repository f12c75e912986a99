"""A clerk who posts receipts one after another and writes down each that the ledger confirmed; runs in its own process."""

import sys
from datetime import date
from decimal import Decimal

from django.contrib.auth.models import User

from ledger.chart import create_book, open_year
from ledger.posting import Draft, credit, debit, post

DAY = date(2025, 9, 15)


def prepare() -> None:
    clerk = User.objects.create_user("clerk")
    open_year(book=create_book(code="HRRF", name="Human Rights Relief Fund", by=clerk), label="2025-26", by=clerk)


def receipts(name: str) -> None:
    """Each call posts 20 receipts; a line on stdout names the first and last entry once they are safe."""
    clerk = User.objects.get(username="clerk")
    number = 0
    while True:
        drafts = []
        for _ in range(20):
            number += 1
            lines = (debit("F-BNK", Decimal(number)), credit("H-FUND", Decimal(number)))
            drafts.append(Draft("HRRF", DAY, "release", f"R/{number}", "A release", f"{name}/{number}", lines))
        ids = post(drafts, by=clerk)
        sys.stdout.write(f"{ids[0]} {ids[-1]}\n")
        sys.stdout.flush()
