"""Releases: what of the money received may be spent from now on, and under which head; each with its order and file."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.contrib.auth.models import User
from django.db import transaction

from beneficiaries.documents import PaperAltered
from beneficiaries.identity import parse_text
from beneficiaries.inputs import take
from beneficiaries.papers import store
from beneficiaries.papers.examining import examine
from funds import postings
from funds.budget import budget_dates, heads
from funds.budget.budget_position import HeadPosition, budget
from funds.budgets import headroom, require_manager
from funds.models import BudgetHead, BudgetRelease, Fund
from funds.numbers import year_of
from ledger import balances
from ledger.clock import act_date
from ledger.errors import BadInput, NotFound, WrongState
from ledger.money import figures, parse_amount
from ledger.posting import Draft, post

QUARTERS = {1: "July to September", 2: "October to December", 3: "January to March", 4: "April to June"}


@dataclass(frozen=True, slots=True)
class Share:
    """What one order releases to one head; `head` is its code, empty where the budget is not divided."""

    head: str
    amount: Any


def quarter_of(day: date) -> int:
    """The quarter of the fiscal year that holds the day: 1 begins on 1 July."""
    return (day.month - 7) % 12 // 3 + 1


@transaction.atomic
def record_release(
    *,
    fund: Fund,
    quarter: int,
    shares: Iterable[Share],
    reference: str,
    file_number: str,
    by: User,
    on: date | None = None,
    content: bytes | None = None,
) -> list[BudgetRelease]:
    """Gives heads of the fund what it has received, in rupees, so that it may be sanctioned: one row for each head.

    `content` is the letter's file. Where a setting asks for releases, no head gets more than was allotted to it.
    Raises: NotAllowed, BadInput, WrongState: not received, after the last day; NoRoom, LedgerError.
    """
    require_manager(fund, by=by, action="record a release")
    day = act_date(on)
    _refuse_out_of_time(fund, quarter, day)
    values: dict[str, Any] = {
        "quarter": quarter,
        "reference": take("reference", parse_text, reference, maximum=80),
        "file_number": take("file_number", parse_text, file_number, maximum=60),
    }
    year = year_of(fund, day)
    heads.lock_budget(fund)
    given = _taken(fund, shares, day)
    _refuse_again(fund, [head for head, _ in given], values["reference"])
    if heads.release_needed(fund, day):
        stands = budget(fund, year.label)
        for head, amount in given:
            _within_allotted(stands.of(head), amount, year.label)
    gathered = _gathered(fund, day, by=by)
    _refuse_beyond_pool(fund, gathered, sum((amount for _, amount in given), Decimal(0)), by=by)
    drafts = _drafts(fund, given, values["reference"], day)
    values |= _kept(content)
    entries = post([*gathered, *drafts], by=by)[len(gathered) :]
    values |= {"fund": fund, "year": year, "released_on": day, "recorded_by": by}
    return [
        BudgetRelease.objects.create(budget_head=head, amount=amount, entry_id=entry, **values)
        for (head, amount), entry in zip(given, entries, strict=True)
    ]


def _refuse_out_of_time(fund: Fund, quarter: int, day: date) -> None:
    if not heads.is_released(fund, day):
        raise WrongState(f"What {fund.code} receives is free at once: it needs no release.", code="no_release_needed")
    if quarter not in QUARTERS:
        raise BadInput(
            "Choose the quarter.", fields={"quarter": f"{quarter} is not a quarter: 1 is July to September."}
        )
    budget_dates.refuse_late(fund, budget_dates.RELEASE, day)


def _refuse_beyond_pool(fund: Fund, gathered: Iterable[Draft], total: Decimal, *, by: User) -> None:
    """Raises: WrongState where less is waiting, with what joins it now."""
    waiting = balances.balance(fund.book.code, heads.pool_of(fund, by=by))
    waiting += sum(draft.lines[0].amount for draft in gathered)
    if total > waiting:
        detail = f"{fund.code} has received {figures(waiting)} that is not released, less than {figures(total)}."
        raise WrongState(f"{detail} Record the receipt first.", code="insufficient")


def _drafts(fund: Fund, given: Iterable[tuple[BudgetHead | None, Decimal]], reference: str, day: date) -> list[Draft]:
    count = fund.budgetreleases.count()
    return [
        postings.release(
            fund=fund.code, head=head, amount=amount, on=day, reference=reference, key=f"release:{fund.code}:{number}"
        )
        for number, (head, amount) in enumerate(given, count + 1)
    ]


def _taken(fund: Fund, shares: Iterable[Share], day: date) -> list[tuple[BudgetHead | None, Decimal]]:
    """The heads with their amounts, each head once. Raises: BadInput naming the share by its place."""
    found: list[tuple[BudgetHead | None, Decimal]] = []
    for number, share in enumerate(shares):
        head = heads.named(fund, share.head, on=day, field=f"shares.{number}.head")
        if any(head == other for other, _ in found):
            detail = f"{head or fund.code} is named twice. Add its amounts up."
            raise BadInput(detail, fields={f"shares.{number}.head": detail})
        found.append((head, take(f"shares.{number}.amount", parse_amount, share.amount)))
    if not found:
        raise BadInput("Say how much is released.", fields={"shares": "Say how much is released to at least one head."})
    return found


def _refuse_again(fund: Fund, given: Iterable[BudgetHead | None], reference: str) -> None:
    for head in given:
        if fund.budgetreleases.filter(reference=reference, budget_head=head).exists():
            detail = f"{reference} is recorded for {head or fund.code} already."
            raise BadInput(detail, fields={"reference": detail})


def _within_allotted(stands: HeadPosition, amount: Decimal, label: str) -> None:
    if amount > stands.to_release:
        detail = (
            f"{stands.name}: {figures(stands.revised)} is allotted for {label} and {figures(stands.released)} released, "
            f"so {figures(amount)} more is too much."
        )
        raise WrongState(f"{detail} Record a supplementary allocation first.", code="above_allotted")


def _gathered(fund: Fund, day: date, *, by: User) -> list[Draft]:
    """In a divided fund, what is free in one sum since before waits for the release as well."""
    free = headroom(fund) if heads.in_force_on(fund, day).exists() else Decimal(0)
    if not free:
        return []
    heads.pool_of(fund, by=by)
    key = f"division:{fund.code}:{fund.budgetreleases.count()}"
    return [postings.gathering(fund=fund.code, amount=free, on=day, key=key)]


def _kept(content: bytes | None) -> dict[str, str]:
    if content is None:
        return {}
    found = examine(content)
    store.keep(content, found.sha256)
    return {"file_sha256": found.sha256, "file_type": found.media_type}


def read_file(fund: Fund, pk: int) -> tuple[BudgetRelease, bytes]:
    """A release's letter, hashed again just now. Raises: NotFound, PaperAltered."""
    row = fund.budgetreleases.exclude(file_sha256="").filter(pk=pk).first()
    if row is None:
        raise NotFound("There is no file of this release.")
    try:
        return row, store.content_of(row.file_sha256)
    except store.NotAsKept as fault:
        raise PaperAltered(f"The letter {row.reference} cannot be used: {fault}. Tell the auditor.") from None
