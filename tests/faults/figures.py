"""`python -m tests.faults.figures`: the figures of an installation as JSON, without the row numbers that a kill may skip."""

import json
import sys
from collections import Counter
from typing import Any

import django


def figures() -> dict[str, Any]:
    from beneficiaries.models import Case, Person
    from funds.models import Disbursement, Instrument, Receipt, Sanction, Voucher
    from ledger.balances import trial_balance
    from ledger.models import AccountTotal, Book, JournalEntry

    totals: Counter[str] = Counter()
    moved = AccountTotal.objects.values_list("account__book__code", "account__code", "period__start", "debit", "credit")
    for book, account, start, debit, credit in moved:
        totals[f"{book} {account} {start} debit"] += debit
        totals[f"{book} {account} {start} credit"] += credit
    entries = Counter(JournalEntry.objects.values_list("book__code", "kind", "date"))
    return {
        "trial balances": {book.code: trial_balance(book.code).rows for book in Book.objects.order_by("code")},
        "months": dict(sorted(totals.items())),
        "entries": sorted([*map(str, what), count] for what, count in entries.items()),
        "requests": rows(Disbursement, "number", "state", "title", "pay_to", "amount"),
        "sanctions": rows(Sanction, "number", "amount", "sanctioned_on"),
        "vouchers": rows(Voucher, "number", "amount", "issued_on"),
        "instruments": rows(Instrument, "number", "state", "amount", "line__payee_name"),
        "receipts": rows(Receipt, "number", "kind", "amount"),
        "people": sorted(Person.objects.values_list("name", "cnic")),
        "cases": rows(Case, "number", "kind"),
    }


def rows(model: Any, *names: str) -> list[list[Any]]:
    return sorted(map(list, model.objects.values_list(*names)), key=str)


if __name__ == "__main__":
    django.setup()
    json.dump(figures(), sys.stdout, default=str)
