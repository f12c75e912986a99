"""The journal entries of one request, from sanction to clearing, for its Money tab."""

from decimal import Decimal
from typing import Any

from django.db.models import Count, Prefetch, Q
from django.urls import reverse
from django.utils.html import format_html

from funds.models import Instrument
from funds.readers import opens_books
from funds.requests.overview import Overview
from ledger.chart import fiscal_bounds, fiscal_label
from ledger.models import JournalEntry, JournalLine, Side

KINDS = {
    "sanction": "Sanction: budget committed",
    "voucher": "Voucher",
    "payment": "Instrument issued",
    "clearing": "Cleared by the bank",
    "unclaimed": "Unclaimed after the year",
    "treasury": "Unclaimed, to the Treasury",
    "cancellation": "Cancelled after the year",
}
LIMIT = 300
LINES = 100  # of one entry that a page shows: the voucher of a list has a line for each payee


def entries(view: Overview) -> list[dict[str, Any]]:
    """Every posted entry of the request in order: title, when, by, reference, reason, lines with links to the account."""
    found = _found(view)
    fund = view.request.fund
    books = opens_books(fund, by=view.viewer)
    return [
        {
            "title": f"Reversed: {_title(entry)}" if entry.reverses_id else _title(entry),
            "date": entry.date,
            "recorded": entry.recorded,
            "by": entry.recorded_by.get_full_name(),
            "reference": entry.reference,
            "memo": entry.memo,
            "reason": entry.reason,
            "reversed": entry.reverses_id is not None,
            "number": entry.pk,
            "url": reverse("journal_entry", args=[fund.code, entry.pk]) if books else "",
            "lines": [_line(line, account_url(fund.code, entry, line) if books else "") for line in entry.lines.all()],
            "more": max(entry.number - LINES, 0),
        }
        for entry in found
    ]


def _title(entry: JournalEntry) -> str:
    title = KINDS.get(entry.kind, entry.kind.replace("_", " ").capitalize())
    return f"{title}, budget spent" if entry.key.endswith(":budget") and entry.kind == "voucher" else title


def account_url(fund: str, entry: JournalEntry, line: JournalLine) -> str:
    """The ledger of the line's account in the fiscal year of its entry."""
    start, end = fiscal_bounds(fiscal_label(entry.date))
    return f"{reverse('account_ledger', args=[fund, line.account.code])}?from={start}&to={end}"


def _line(line: JournalLine, address: str) -> dict[str, Any]:
    account, amount = line.account, rupees_of(line)
    text = f"{account.code} {account.name}"
    return {
        "account": format_html('<a href="{}">{}</a>', address, text) if address else text,
        "debit": amount if line.side == Side.DEBIT else None,
        "credit": amount if line.side == Side.CREDIT else None,
    }


def rupees_of(line: JournalLine) -> Decimal:
    """The line's amount without its currency, which is always the book's."""
    amount: Any = line.amount
    return Decimal(amount.amount)


def _found(view: Overview) -> list[Any]:
    """Entries, each with the `number` of its lines.

    By the keys posting gave them, so that no other request's entry can slip in; then what reverses them.
    """
    if view.sanction is None:
        return []
    keys = [f"sanction:{view.sanction.number}"]
    paid: list[tuple[int, int]] = []
    if view.voucher is not None:
        for stem in ("voucher", "cancellation"):
            keys += [f"{stem}:{view.voucher.number}", f"{stem}:{view.voucher.number}:budget"]
        rows = Instrument.objects.filter(voucher=view.voucher).order_by("pk")
        paid = list(rows.values_list("pk", "entry_id")[:LIMIT])
        keys += [f"{stem}:{pk}" for pk, _ in paid for stem in ("clearing", "unclaimed")]
    lines = JournalLine.objects.select_related("account").filter(position__lte=LINES).order_by("position")
    rows_of = JournalEntry.objects.select_related("recorded_by").prefetch_related(Prefetch("lines", queryset=lines))
    rows_of = rows_of.annotate(number=Count("lines"))
    own = list(rows_of.filter(Q(key__in=keys) | Q(pk__in=[entry for _, entry in paid]), book=view.request.fund.book_id))
    undone = list(rows_of.filter(reverses__in=[entry.pk for entry in own]))
    return sorted([*own, *undone], key=lambda entry: entry.pk)
