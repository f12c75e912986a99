"""The journal of a fund: an account's ledger, the day book, one entry, and their files."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.html import format_html
from django.views.decorators.http import require_safe

from beneficiaries.views.pages import actor, roles_only
from funds.books import book_tables
from funds.books.book_links import ENTRY_KINDS, kind_label, links
from funds.books.journal_view import account_url
from funds.models import Fund
from funds.readers import READERS
from funds.views.book_parts import asked_span, books, file_answer, files, fund_of, said_span, turning
from funds.views.shared import counted, with_query
from ledger.account_pages import LedgerRow, account_page, general_ledger, opening_balance
from ledger.balances import account_of
from ledger.day_book import Wanted, day_book, day_page, entries_with_lines
from ledger.errors import NotFound
from ledger.exports import FORMS
from ledger.models import JournalEntry, JournalLine, Side
from ledger.walks import read_turn

LINES, ENTRIES = 100, 50
MOST_LINES = 100  # of one entry that its page shows: the voucher of a list has a line for each payee


@dataclass(frozen=True, slots=True)
class LinkedRow:
    """A ledger line, the page of its entry, and the page its reference or payee line leads to ('' for none)."""

    row: LedgerRow
    entry_url: str
    url: str

    @property
    def kind(self) -> str:
        return kind_label(self.row.kind)


@require_safe
@roles_only(*READERS, action="see the books")
def account_ledger(request: HttpRequest, code: str, account: str) -> HttpResponse:
    """One account's lines with the balance after each, and the request or voucher each belongs to."""
    fund, (start, end) = fund_of(request, code), asked_span(request)
    page = account_page(fund.book.code, account, start=start, end=end, turn=read_turn(request.GET), size=LINES)
    side = str(Side(page.account.normal).label).lower()
    days = f"{page.rows[0].date:%-d %b %Y} to {page.rows[-1].date:%-d %b %Y}" if page.rows else ""
    context = {
        "fund": fund,
        "books": books(fund, ""),
        "page": page,
        "start": start,
        "end": end,
        "about": f"{fund.name} · {page.account.get_element_display().lower()}, normal side {side}",
        "lines": linked(fund, page.rows, request),
        "pages": turning(request, page.previous, page.following, f"{counted(len(page.rows), 'line')}, {days}"),
        "files": files("account_ledger_file", code, account, query=f"?from={start}&to={end}"),
    }
    return render(request, "funds/account_ledger.html", context)


@require_safe
@roles_only(*READERS, action="see the books")
def account_ledger_file(request: HttpRequest, code: str, account: str, fmt: str) -> HttpResponseBase:
    """All lines of the account between the days, as a file."""
    fund, (start, end) = fund_of(request, code), asked_span(request)
    book, head = fund.book.code, account_of(fund.book.code, account)
    title = f"{head.code} {head.name}, {said_span(start, end)}"

    def make() -> book_tables.Sheet:
        rows = general_ledger(book, account, start=start, end=end)
        return book_tables.ledger(rows, opening_balance(book, account, start), title)

    return file_answer(fund, f"{account}-{start}-{end}", fmt, title, make)


def linked(fund: Fund, rows: Iterable[LedgerRow], request: HttpRequest) -> list[LinkedRow]:
    """The lines with their links, the same few queries for any number of them. A line without a payee of its own, as
    that of the bank, leads to the request of its entry's other lines."""
    listed = list(rows)
    alone = {row.entry for row in listed if not row.party}
    first = (
        JournalLine.objects.filter(entry__in=alone).exclude(party="").order_by("entry", "position").distinct("entry")
    )
    others = dict(first.values_list("entry", "party"))
    everyone = [*(row.party for row in listed), *others.values()]
    found = links(fund, (row.reference for row in listed), everyone, to=actor(request))
    return [
        LinkedRow(
            row,
            reverse("journal_entry", args=[fund.code, row.entry]),
            found.of(row.reference, [row.party or others.get(row.entry, "")]),
        )
        for row in listed
    ]


@require_safe
@roles_only(*READERS, action="see the books")
def day_book_page(request: HttpRequest, code: str) -> HttpResponse:
    """All entries by date, of all kinds or one, with one reference, or with a line on one account."""
    fund, (start, end), wanted = fund_of(request, code), asked_span(request), _wanted(request)
    page = day_page(fund.book.code, start=start, end=end, wanted=wanted, turn=read_turn(request.GET), size=ENTRIES)
    entries = shown(fund, page.entries, request)
    days = f"{page.entries[0].date:%-d %b %Y} to {page.entries[-1].date:%-d %b %Y}" if page.entries else ""
    count = counted(len(entries), "entry", "entries")
    context = {
        "fund": fund,
        "books": books(fund, "day_book"),
        "start": start,
        "end": end,
        "wanted": wanted,
        "kinds": sorted(ENTRY_KINDS.items(), key=lambda kind: kind[1]),
        "accounts": fund.book.accounts.order_by("code"),
        "entries": entries,
        "journal_forms": list(FORMS),
        "pages": turning(request, page.previous, page.following, f"{count}, {days}"),
        "files": files("day_book_file", code, query=with_query(request.GET, after="", before="")),
    }
    return render(request, "funds/day_book.html", context)


@require_safe
@roles_only(*READERS, action="see the books")
def day_book_file(request: HttpRequest, code: str, fmt: str) -> HttpResponseBase:
    """All entries that fit, as a file: one row a line."""
    fund, (start, end), wanted = fund_of(request, code), asked_span(request), _wanted(request)
    book, title = fund.book.code, f"Day book, {said_span(start, end)}"
    if wanted.account:
        account_of(book, wanted.account)
    narrowed = [kind_label(wanted.kind) if wanted.kind else "", wanted.reference, wanted.account]
    heading = ", ".join([title, *filter(None, narrowed)])

    def make() -> book_tables.Sheet:
        return book_tables.day_book(day_book(book, start=start, end=end, wanted=wanted), title)

    return file_answer(fund, f"day-book-{start}-{end}", fmt, heading, make)


def _wanted(request: HttpRequest) -> Wanted:
    given = {name: request.GET.get(name, "").replace("\0", "").strip()[:100] for name in Wanted.__slots__}
    return Wanted(**given)


@require_safe
@roles_only(*READERS, action="see the books")
def journal_entry(request: HttpRequest, code: str, pk: int) -> HttpResponse:
    """One entry: its lines, who recorded it and when, what it reverses and what reverses it."""
    fund = fund_of(request, code)
    entry = _entry(fund, pk, most=MOST_LINES)
    (view,) = shown(fund, [entry], request)
    undone = JournalEntry.objects.filter(reverses=entry).first()
    context = {
        "fund": fund,
        "books": books(fund, ""),
        "entry": entry,
        "view": view,
        "undone": undone,
        "undone_url": reverse("journal_entry", args=[code, undone.pk]) if undone else "",
        "undoes_url": reverse("journal_entry", args=[code, entry.reverses_id]) if entry.reverses_id else "",
        "files": files("journal_entry_file", code, pk),
    }
    return render(request, "funds/journal_entry.html", context)


@require_safe
@roles_only(*READERS, action="see the books")
def journal_entry_file(request: HttpRequest, code: str, pk: int, fmt: str) -> HttpResponseBase:
    """The entry as a file: one row a line."""
    fund = fund_of(request, code)
    entry, title = _entry(fund, pk), f"Journal entry {pk}"
    return file_answer(fund, f"entry-{pk}", fmt, title, lambda: book_tables.day_book([entry], title))


def _entry(fund: Fund, pk: int, *, most: int | None = None) -> JournalEntry:
    found: JournalEntry | None = entries_with_lines(most).filter(book=fund.book_id, pk=pk).first()
    if found is None:
        raise NotFound(f"There is no journal entry {pk} in the books of {fund.code}.")
    return found


def shown(fund: Fund, entries: Iterable[JournalEntry], request: HttpRequest) -> list[dict[str, Any]]:
    """The entries as the pages show them, with their links; the same few queries for any number of them."""
    listed = list(entries)
    parties = {entry.pk: [line.party for line in entry.lines.all()] for entry in listed}
    more = {entry.pk: entry.number - len(parties[entry.pk]) for entry in listed}  # type: ignore[attr-defined]
    everyone = (party for row in parties.values() for party in row)
    found = links(fund, (entry.reference for entry in listed), everyone, to=actor(request))
    return [
        {
            "entry": entry,
            "title": f"Reversal: {kind_label(entry.kind)}" if entry.reverses_id else kind_label(entry.kind),
            "address": reverse("journal_entry", args=[fund.code, entry.pk]),
            "url": found.of(entry.reference, parties[entry.pk]),
            "by": entry.recorded_by.get_full_name() or entry.recorded_by.get_username(),
            "lines": [_line(fund, entry, line) for line in entry.lines.all()],
            "more": more[entry.pk],
            "rows": len(parties[entry.pk]) + bool(more[entry.pk]),
        }
        for entry in listed
    ]


def _line(fund: Fund, entry: JournalEntry, line: JournalLine) -> dict[str, Any]:
    debit, credit = book_tables.sides_of(line)
    address = account_url(fund.code, entry, line)
    account = format_html('<a href="{}">{} {}</a>', address, line.account.code, line.account.name)
    return {"account": account, "debit": debit, "credit": credit, "head": line.head, "party": line.party}
