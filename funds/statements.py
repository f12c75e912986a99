"""The annual statement of a fund on the cash basis: every figure read from the journal, and tied to the trial balance.

Cash is F-BNK less G-CHQ, so a payment counts on the day its instrument is issued. Receipts are what the source accounts
(H-..), refunds and lapsed instruments brought; payments are what left the payables, by the charge they belong to.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from django.db import connection

from beneficiaries.offices.row_scope import everywhere
from funds.budget.budget_position import total_of
from funds.models import Fund, Receipt
from funds.postings import EARLY, SOURCES
from ledger import balances
from ledger.balances import Movement, TrialBalance
from ledger.chart import fiscal_bounds, fiscal_label
from ledger.clock import today
from ledger.errors import BadInput, Refusal
from ledger.periods import SURRENDER

ZERO = Decimal("0.00")
LABELS = {code: Receipt.Kind(kind).label for kind, code in SOURCES.items()}
REFUNDS, LAPSED, TREASURY = "Refunds", "Lapsed payments written back", "Paid back into the Treasury"
SURRENDERED = "Less: lapsed and surrendered on 30 June"
GIVEN_BACK = "Less: surrendered before 30 June"
LESS = {SURRENDER: SURRENDERED, EARLY: GIVEN_BACK}
HEADS = {
    "A-REL": "Relief grants",
    "A-DIY": "Diyat, arsh and daman",
    "A-CMP": "Compensation",
    "A-FIN": "Fines paid for prisoners",
    "A-LEG": "Legal aid",
    "A-ADM": "Administration",
    "F-BAIL": "Bail deposits placed",
    "F-LOAN": "Soft loans given",
}


class StatementBroken(Refusal):
    """The figures do not tie to the trial balance; nothing is published."""

    code = "statement_broken"


@dataclass(frozen=True, slots=True)
class Item:
    """One line of the statement, in rupees: this span and the one before."""

    code: str
    label: str
    amount: Decimal
    previous: Decimal


@dataclass(frozen=True, slots=True)
class Tie:
    """A figure of the statement beside the same figure from the trial balance; `difference` must be zero."""

    figure: str
    accounts: str
    stated: Decimal
    ledger: Decimal

    @property
    def difference(self) -> Decimal:
        return self.stated - self.ledger


@dataclass(frozen=True, slots=True)
class Group:
    """People helped of one province and sex, and the rupees paid for them."""

    province: str
    sex: str
    people: int
    amount: Decimal


@dataclass(frozen=True, slots=True)
class Span:
    """The figures of one run of years, in rupees."""

    start: date
    end: date
    opening: Decimal
    receipts: dict[str, Decimal]
    payments: dict[str, Decimal]
    closing: Decimal
    original: Decimal
    final: Decimal
    committed: Decimal
    people: int

    @property
    def received(self) -> Decimal:
        return sum(self.receipts.values(), ZERO)

    @property
    def paid(self) -> Decimal:
        return sum(self.payments.values(), ZERO)


@dataclass(frozen=True, slots=True)
class Edition:
    """Which version of a closed year's statement this is, and who closed the year; `digest` is that of its figures."""

    version: int
    closed_on: date
    closed_by: str
    digest: str


@dataclass(frozen=True, slots=True)
class Statement:
    """A fund's statement for `from_year` to `to_year`, with the equally long span before it.

    `edition` is None while a year of the span is open: its figures may still change.
    """

    fund: Fund
    from_year: str
    to_year: str
    now: Span
    before: Span
    receipts: tuple[Item, ...]
    payments: tuple[Item, ...]
    months: tuple[tuple[str, Decimal], ...]
    months_before: tuple[tuple[str, Decimal], ...]
    groups: tuple[Group, ...]
    trial: TrialBalance
    ties: tuple[Tie, ...]
    bank: Decimal
    uncleared: Decimal
    unclaimed: Decimal
    edition: Edition | None = None

    @property
    def title(self) -> str:
        return self.from_year if self.from_year == self.to_year else f"{self.from_year} to {self.to_year}"


def years_between(from_year: str, to_year: str) -> int:
    """How many fiscal years the span has. Raises: BadInput for a malformed label or a span that runs backwards."""
    start, end = fiscal_bounds(from_year)[0], fiscal_bounds(to_year)[1]
    if end < start:
        detail = f"{to_year} is before {from_year}. Give the earlier year first."
        raise BadInput(detail, fields={"to": detail})
    return end.year - start.year


@everywhere()
def build(fund: Fund, from_year: str, to_year: str | None = None) -> Statement:
    """The statement from `from_year` through `to_year` ("2021-22").

    Raises: BadInput for a bad year, StatementBroken if any figure does not tie to the trial balance.
    """
    last = to_year or from_year
    count = years_between(from_year, last)
    start, end = fiscal_bounds(from_year)[0], fiscal_bounds(last)[1]
    now = _span(fund, start, end)
    before = _span(fund, start.replace(year=start.year - count), start - timedelta(days=1))
    trial = balances.before_closing(fund.book.code, last)
    held = {row.code: row.debit - row.credit for row in trial.rows}
    statement = Statement(
        fund=fund,
        from_year=from_year,
        to_year=last,
        now=now,
        before=before,
        receipts=_items(now.receipts, before.receipts),
        payments=_items(now.payments, before.payments),
        months=_months(fund, start, end),
        months_before=_months(fund, before.start, before.end),
        groups=_groups(fund, start, end),
        trial=trial,
        ties=_ties(fund, now, trial),
        bank=held["F-BNK"],
        uncleared=-held["G-CHQ"],
        unclaimed=-held["G-UNCL"],
    )
    broken = [tie.figure for tie in statement.ties if tie.difference]
    if broken:
        raise StatementBroken(f"The statement of {fund.code} {statement.title} does not tie: {', '.join(broken)}.")
    return statement


def _span(fund: Fund, start: date, end: date) -> Span:
    code = fund.book.code
    moved = balances.movements(code, start=start, end=end)
    opening_day = start - timedelta(days=1)
    at_end = {row.code: row.credit - row.debit for row in balances.trial_balance(code, as_at=end).rows}
    at_start = {row.code: row.credit - row.debit for row in balances.trial_balance(code, as_at=opening_day).rows}
    budget = {account: -row.net for account, row in balances.turnover(code, start=start, end=end).items()}
    original = total_of(budget, "X70")
    return Span(
        start=start,
        end=end,
        opening=-(at_start["F-BNK"] + at_start["G-CHQ"]),
        receipts=_receipts(moved),
        payments=_payments(moved),
        closing=-(at_end["F-BNK"] + at_end["G-CHQ"]),
        original=original,
        final=original + total_of(budget, "X71"),
        committed=total_of(at_end, "X20"),
        people=people_helped(fund, start, end),
    )


def _receipts(moved: Iterable[Movement]) -> dict[str, Decimal]:
    totals: dict[str, Decimal] = defaultdict(lambda: ZERO)
    for row in moved:
        if row.account in LABELS:
            totals[LESS.get(row.kind, LABELS[row.account])] += row.credit - row.debit
        elif row.kind == Receipt.Kind.REFUND and row.account in HEADS:
            totals[REFUNDS] += row.credit - row.debit
        elif row.account == "G-UNCL" and row.credit:
            totals[LAPSED] += row.credit
    return {label: amount for label, amount in totals.items() if amount}


def _payments(moved: Iterable[Movement]) -> dict[str, Decimal]:
    totals: dict[str, Decimal] = defaultdict(lambda: ZERO)
    for row in moved:
        if row.account == "G-PAY" and row.kind in ("payment", "cancellation"):
            totals[row.head] += row.debit - row.credit
        elif row.account == "G-UNCL" and row.debit:
            totals[TREASURY] += row.debit
    return {head: amount for head, amount in totals.items() if amount}


def _items(now: dict[str, Decimal], before: dict[str, Decimal]) -> tuple[Item, ...]:
    order = [*LABELS.values(), REFUNDS, LAPSED, GIVEN_BACK, SURRENDERED, *HEADS, TREASURY]
    codes = sorted(set(now) | set(before), key=order.index)
    return tuple(Item(code, HEADS.get(code, code), now.get(code, ZERO), before.get(code, ZERO)) for code in codes)


_PAID = """
    FROM ledger_journalline l JOIN ledger_journalentry e ON e.id = l.entry_id
    JOIN ledger_account a ON a.id = l.account_id JOIN ledger_period p ON p.id = e.period_id
    WHERE p.book_id = %(book)s AND p.start >= %(start)s AND p."end" <= %(end)s
      AND a.code = 'G-PAY' AND e.kind = 'payment'
"""
_HELPED = f"""
    WITH paid AS (
        SELECT l.party, sum(CASE l.side WHEN 'D' THEN l.amount ELSE -l.amount END) AS amount {_PAID}
        GROUP BY l.party HAVING sum(CASE l.side WHEN 'D' THEN l.amount ELSE -l.amount END) > 0
    )
    SELECT c.person_id, sum(paid.amount) AS amount FROM paid
    JOIN funds_payeeline line ON line.id = substr(paid.party, 6)::bigint
    JOIN beneficiaries_case c ON c.id = line.case_id GROUP BY c.person_id
"""  # noqa: S608


def people_helped(fund: Fund, start: date, end: date) -> int:
    """How many people's cases money was paid for: a victim, or a prisoner whose heirs' diyat was paid, counts once."""
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT count(*) FROM ({_HELPED}) helped", _where(fund, start, end))  # noqa: S608
        return int(cursor.fetchone()[0])


def _where(fund: Fund, start: date, end: date) -> dict[str, int | date]:
    return {"book": fund.book_id, "start": start, "end": end}


def _groups(fund: Fund, start: date, end: date) -> tuple[Group, ...]:
    """The people helped, by province and sex."""
    sql = f"""SELECT province.name, person.gender, count(*), sum(helped.amount) FROM ({_HELPED}) helped
        JOIN beneficiaries_person person ON person.id = helped.person_id
        JOIN beneficiaries_province province ON province.id = person.province_id
        GROUP BY province.name, person.gender ORDER BY province.name, person.gender"""  # noqa: S608
    with connection.cursor() as cursor:
        cursor.execute(sql, _where(fund, start, end))
        return tuple(Group(*row) for row in cursor.fetchall())


def _months(fund: Fund, start: date, end: date) -> tuple[tuple[str, Decimal], ...]:
    """(month as "2021-09", rupees paid), every month of the span."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT p.start, sum(CASE l.side WHEN 'D' THEN l.amount ELSE -l.amount END) {_PAID} GROUP BY p.start",
            _where(fund, start, end),
        )
        paid = {f"{month:%Y-%m}": amount for month, amount in cursor.fetchall()}
    first = start.year * 12 + start.month - 1
    months = [divmod(first + step, 12) for step in range((end.year * 12 + end.month) - first)]
    labels = [f"{year}-{month + 1:02d}" for year, month in months]
    return tuple((label, paid.get(label, ZERO)) for label in labels)


def _ties(fund: Fund, now: Span, trial: TrialBalance) -> tuple[Tie, ...]:
    """Each headline figure beside what the trial balances say, by another path than the statement took."""
    code = fund.book.code
    after = {row.code: row.debit - row.credit for row in trial.rows}
    opening = balances.trial_balance(code, as_at=now.start - timedelta(days=1))
    first = {row.code: row.debit - row.credit for row in opening.rows}
    moved = {account: row.net for account, row in balances.turnover(code, start=now.start, end=now.end).items()}
    charged = sum((moved[account] for account in HEADS), ZERO)
    sources = -sum((moved[account] for account in LABELS), ZERO)
    lapsed = now.receipts.get(LAPSED, ZERO)
    parts = sum((total_of(after, base) for base in ("X05", "X10", "X20", "X30")), ZERO)
    refunds, treasury = now.receipts.get(REFUNDS, ZERO), now.payments.get(TREASURY, ZERO)
    return (
        Tie("Opening cash", "F-BNK, G-CHQ", now.opening, first["F-BNK"] + first["G-CHQ"]),
        Tie("Receipts", "H-FUND, H-DON, H-PRO, H-REC, refunds", now.received, sources + refunds + lapsed),
        Tie("Payments", "A-.., F-BAIL, F-LOAN, G-PAY", now.paid, charged + refunds + moved["G-PAY"] + treasury),
        Tie("Closing cash", "F-BNK, G-CHQ", now.closing, now.opening + now.received - now.paid),
        Tie("Outstanding commitments", "X20", now.committed, -total_of(after, "X20")),
        Tie("Budget control", "X90 = X05 + X10 + X20 + X30", after["X90"], -parts),
        Tie("Trial balance", "all accounts", trial.debit_total, trial.credit_total),
    )


def published_years(fund: Fund) -> list[str]:
    """The fund's years up to today, latest first."""
    today_label = fiscal_label(today())
    labels = fund.book.years.order_by("-start").values_list("label", flat=True)
    return [label for label in labels if label <= today_label]
