"""The books of a fund over the API: accounts, entries, balances at a day; each operation calls one service."""

from typing import Annotated, Any

from django.db.models import Exists, OuterRef
from django.http import HttpRequest
from ninja import Query, Router, Schema
from pydantic import Field

from beneficiaries.views.pages import actor
from funds.models import Fund
from funds.readers import READERS, owned_fund
from ledger import balances
from ledger.account_pages import account_page
from ledger.api import AccountOut, ComparisonOut, EntryLineOut, EntryOut, LedgerPage, LedgerPaging, TrialBalanceOut
from ledger.api_types import EARLIEST, LATEST, Code, Day, Page, Paging, PathId, answers, filtered, page
from ledger.balances import account_of
from ledger.day_book import Wanted, day_page, entries_with_lines
from ledger.errors import NotFound
from ledger.models import JournalEntry, JournalLine
from ledger.roles import require_role
from ledger.walks import FIRST, Key, Turn, Way, read_turn

router = Router()

MOST_LINES = 100  # of each entry: the voucher of a list has a line for each payee
Word = Annotated[str, Field(max_length=100)]


class EntryFilter(Paging):
    fund: Code
    start: Day | None = None
    end: Day | None = None
    kind: Word | None = None
    reference: Word | None = None
    account: Code | None = None


class BookFilter(Paging):
    fund: Code


class TrialFilter(Schema):
    fund: Code
    as_at: Day | None = None


class ComparisonFilter(Schema):
    fund: Code
    first: Day
    second: Day


class LedgerFilter(LedgerPaging):
    fund: Code
    account: Code
    start: Day | None = None
    end: Day | None = None


def _book(request: HttpRequest, code: str) -> Fund:
    """The fund whose books the caller may open. Raises: NotAllowed, NotFound."""
    require_role(actor(request), *READERS, action="see the books")
    return owned_fund(code, by=actor(request))


@router.get("/accounts", response=answers(Page[AccountOut]), tags=["accounts"])
def list_accounts(request: HttpRequest, filters: Query[BookFilter]) -> Any:
    """The accounts of a fund's book."""
    return page(_book(request, filters.fund).book.accounts.all(), filters)


@router.get("/entries", response=answers(Page[EntryOut]), tags=["entries"])
def list_entries(request: HttpRequest, filters: Query[EntryFilter]) -> Any:
    """Journal entries of a fund with their lines, in the order they were recorded."""
    fund = _book(request, filters.fund)
    wanted = {
        "date__gte": filters.start,
        "date__lte": filters.end,
        "kind": filters.kind,
        "reference": filters.reference,
    }
    rows = filtered(entries_with_lines(MOST_LINES).filter(book=fund.book), **wanted)
    if filters.account:
        head = account_of(fund.book.code, filters.account)
        rows = rows.filter(Exists(JournalLine.objects.filter(entry=OuterRef("pk"), account=head)))
    return page(rows, filters)


@router.get("/day-book", response=answers(Page[EntryOut]), tags=["entries"])
def list_day_book(request: HttpRequest, filters: Query[EntryFilter]) -> Any:
    """Journal entries of a fund with their lines, in the order of their dates."""
    fund = _book(request, filters.fund)
    found = day_page(
        fund.book.code,
        start=filters.start or EARLIEST,
        end=filters.end or LATEST,
        wanted=Wanted(filters.kind or "", filters.reference or "", filters.account or ""),
        turn=Turn(Way.AFTER, Key(filters.after, 0)) if filters.after else FIRST,
        size=filters.limit,
        lines=MOST_LINES,
    )
    return {"items": found.entries, "next": found.following.entry if found.following else None}


@router.get("/entries/{entry}", response=answers(EntryOut), tags=["entries"])
def get_entry(request: HttpRequest, entry: PathId) -> Any:
    return _entry(request, entry)


@router.get("/entries/{entry}/lines", response=answers(Page[EntryLineOut]), tags=["entries"])
def list_entry_lines(request: HttpRequest, entry: PathId, paging: Query[Paging]) -> Any:
    """The lines of an entry by position; `next` is the position of the last one read."""
    rows = JournalLine.objects.select_related("account").filter(entry=_entry(request, entry))
    found = list(rows.filter(position__gt=paging.after).order_by("position")[: paging.limit + 1])
    items = found[: paging.limit]
    return {"items": items, "next": items[-1].position if len(found) > paging.limit else None}


def _entry(request: HttpRequest, entry: int) -> JournalEntry:
    """The entry with its first lines. Raises: NotAllowed, NotFound."""
    require_role(actor(request), *READERS, action="see the books")
    found: JournalEntry | None = entries_with_lines(MOST_LINES).filter(pk=entry).first()
    if found is None:
        raise NotFound(f"There is no journal entry {entry} in your office.")
    try:
        owned_fund(found.book.code, by=actor(request))
    except NotFound:
        raise NotFound(f"There is no journal entry {entry} in your office.") from None
    return found


@router.get("/trial-balance", response=answers(TrialBalanceOut), tags=["accounts"])
def trial_balance(request: HttpRequest, filters: Query[TrialFilter]) -> Any:
    """Every account of a fund with its balance at the end of a day, or of everything posted."""
    found = balances.trial_balance(_book(request, filters.fund).book.code, as_at=filters.as_at)
    return {
        "fund": found.book,
        "as_at": found.as_at,
        "accounts": list(found.rows),
        "debit_total": found.debit_total,
        "credit_total": found.credit_total,
    }


@router.get("/comparison", response=answers(ComparisonOut), tags=["accounts"])
def compare_days(request: HttpRequest, filters: Query[ComparisonFilter]) -> Any:
    """Every account of a fund at the ends of two days, the earlier one first, and what changed."""
    fund = _book(request, filters.fund)
    found = balances.compare(fund.book.code, filters.first, filters.second)
    totals = {name: getattr(found, name) for name in ("first_total", "second_total", "change_total")}
    return {"fund": found.book, "first": found.first, "second": found.second, "accounts": list(found.rows), **totals}


@router.get("/general-ledger", response=answers(LedgerPage), tags=["accounts"])
def general_ledger(request: HttpRequest, filters: Query[LedgerFilter]) -> Any:
    """An account's lines by date with the balance after each."""
    fund = _book(request, filters.fund)
    found = account_page(
        fund.book.code,
        filters.account,
        start=filters.start or EARLIEST,
        end=filters.end or LATEST,
        turn=read_turn({"after": filters.after}),
        size=filters.limit,
    )
    items = [row._asdict() | row.key._asdict() for row in found.rows]
    following = str(found.following) if found.following else None
    return {"items": items, "opening": found.brought, "closing": found.closing, "next": following}
