"""What an officer is told of a list instead of its hundred thousand rows: totals, what stands out, what is paid twice, a sample.

Reads only, but for `look`, which records who looked at which sample. Private values are compared sealed.
"""

import hashlib
import heapq
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.contrib.auth.models import User
from django.db import connection, transaction

from beneficiaries.offices import persons
from beneficiaries.offices.row_scope import everywhere
from beneficiaries.offices.scope import officer_of
from beneficiaries.owed.months import months_after
from funds.disbursements import get_disbursement
from funds.lists import inspection_sql
from funds.lists.line_pages import lines_at
from funds.models import Disbursement, ListInspection, PayeeLine
from ledger.clock import today
from ledger.errors import BadInput, NotAllowed, WrongState
from ledger.history import trace
from ledger.money import figures
from ledger.roles import Role, require_role

INSPECTORS = (Role.VERIFIER, Role.FINANCE_OFFICER, Role.APPROVER, Role.AUDITOR)
FEWEST = 6  # lines from which a request is inspected as a list
SIZE, LARGEST_SIZE, SEEDS = 30, 500, 1_000_000
TOLD = 10
MONTHS = 12
RULE = "An amount stands out that is further from the median than five times the median distance, and than half of the median."


@dataclass(frozen=True, slots=True)
class Part:
    """What one district, way of payment or amount has of the list; rupees."""

    name: str
    number: int
    total: Decimal


@dataclass(frozen=True, slots=True)
class Group:
    """Lines that share what is usually one person's own: how many, how much, and the positions of the first."""

    name: str
    number: int
    total: Decimal
    positions: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Finding:
    """One kind of what stands out: how often, in how many lines, and the largest groups."""

    code: str
    title: str
    groups: int
    lines: int
    first: tuple[Group, ...]


@dataclass(frozen=True, slots=True)
class Inspection:
    """The whole list in one page. Amounts in rupees."""

    lines: int
    total: Decimal
    least: Decimal
    median: Decimal
    most: Decimal
    round_thousands: int
    by_district: tuple[Part, ...]
    by_method: tuple[Part, ...]
    common: tuple[Part, ...]
    outlying: int
    outliers: tuple[Group, ...]
    shared: tuple[Finding, ...]
    paid_before: Finding


def is_list(request: Disbursement) -> bool:
    """Whether the request has so many lines that it is inspected as a list."""
    return request.lines.filter(position=FEWEST).exists()


def inspect(request: Disbursement) -> Inspection:
    """Everything but the sample, in a fixed number of queries."""
    lines, total, least, median, most, rounds = _rows(inspection_sql.TOTALS, request)[0]
    if not lines:
        raise WrongState(f"{request.number} has no lines to inspect.", ids=(request.pk,))
    methods = dict(PayeeLine.Method.choices)
    outliers = _rows(inspection_sql.OUTLIERS, request, most=TOLD)
    return Inspection(
        lines=lines,
        total=total,
        least=least,
        median=median,
        most=most,
        round_thousands=rounds,
        by_district=tuple(Part(*row) for row in _rows(inspection_sql.BY_DISTRICT, request)),
        by_method=tuple(
            Part(str(methods[method]), number, amount)
            for method, number, amount in _rows(inspection_sql.BY_METHOD, request)
        ),
        common=tuple(
            Part(figures(amount), number, amount * number)
            for amount, number in _rows(inspection_sql.COMMON, request, most=5)
        ),
        outlying=outliers[0][3] if outliers else 0,
        outliers=tuple(Group(name, 1, amount, (position,)) for name, amount, position, _ in outliers),
        shared=tuple(_finding(request, code, title, sql) for code, title, sql in inspection_sql.SHARED),
        paid_before=_paid_before(request),
    )


def _finding(request: Disbursement, code: str, title: str, sql: str, **given: Any) -> Finding:
    rows = _rows(sql, request, most=TOLD, **given)
    groups, lines = rows[0][4:6] if rows else (0, 0)
    return Finding(code, title, groups, int(lines), tuple(Group(row[0], row[1], row[2], tuple(row[3])) for row in rows))


@everywhere()
def _paid_before(request: Disbursement) -> Finding:
    """Payees whom another request of the last twelve months pays, in any fund and office; the fund is told, not the number."""
    title = f"Paid by another request of the last {MONTHS} months"
    since = months_after(today(), -MONTHS)
    return _finding(request, "paid_before", title, inspection_sql.PAID_BEFORE, since=since)


def _rows(sql: str, request: Disbursement, **given: Any) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(sql, {"request": request.pk, **given})
        found: list[tuple[Any, ...]] = cursor.fetchall()
    return found


def sample(*, seed: int, size: int, lines: int) -> list[int]:
    """The positions of a random sample, the same for the same seed on every machine.

    Of the positions 1 to `lines` those `size` whose SHA-256 of "SEED:POSITION" is smallest. Pure.
    """
    drawn = heapq.nsmallest(size, range(1, lines + 1), key=lambda at: hashlib.sha256(f"{seed}:{at}".encode()).digest())
    return sorted(drawn)


def sampled(look: ListInspection) -> Sequence[PayeeLine]:
    """The lines that somebody looked at."""
    return lines_at(look.disbursement, sample(seed=look.seed, size=look.size, lines=look.lines))


@transaction.atomic
def look(*, disbursement: int, by: User, size: int = SIZE, seed: int | None = None) -> ListInspection:
    """Draws a sample, with a new seed or a given one, and records that the officer looks at it.

    Raises: NotFound, NotAllowed (another role, or the maker), BadInput naming `size` or `seed`, WrongState for a short request.
    """
    require_role(by, *INSPECTORS, action="inspect a list")
    request = get_disbursement(disbursement, by=by)
    if request.maker_id in persons.selves(by):
        raise NotAllowed("You drafted this request, so somebody else inspects it.")
    if not is_list(request):
        raise WrongState(f"{request.number} is short: read its lines.", ids=(request.pk,), code="not_a_list")
    if not 1 <= size <= LARGEST_SIZE:
        detail = f"A sample has from 1 to {LARGEST_SIZE} lines, not {size}."
        raise BadInput(detail, fields={"size": detail})
    if seed is not None and not 0 <= seed < SEEDS:
        detail = f"A seed is a whole number from 0 to {SEEDS - 1}."
        raise BadInput(detail, fields={"seed": detail})
    officer, lines = officer_of(by), request.lines.count()
    return ListInspection.objects.create(
        disbursement=request,
        submission=request.submission,
        digest=request.digest,
        seed=secrets.randbelow(SEEDS) if seed is None else seed,
        size=min(size, lines),
        lines=lines,
        inspected_by=by,
        name=by.get_full_name(),
        post=officer.designation,
        **trace(),
    )


def looks(request: Disbursement) -> list[ListInspection]:
    """Who looked at which sample, latest first."""
    return list(ListInspection.objects.filter(disbursement=request).order_by("-pk"))
