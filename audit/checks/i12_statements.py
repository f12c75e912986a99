"""I12: the statement of every ended year, built twice and computed once more by a path of its own, straight from lines.

Of a closed year also: what was frozen is intact and still the same, and the next year begins where it ended.
"""

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from audit.checks.base import Found, ask, offenders, together
from funds import statements
from funds.books import frozen, statement_json
from funds.models import Fund
from ledger.clock import today
from ledger.errors import Refusal
from ledger.models import FiscalYear

# Cash is F-BNK less G-CHQ. What moved it is told apart by the other side of the entry, never by a stored total.
_CASH = """
    WITH moved AS (
        SELECT b.code AS book, y.label, y.start, l.entry_id, e.kind,
            sum(CASE l.side WHEN 'D' THEN l.amount ELSE -l.amount END)
                FILTER (WHERE a.code IN ('F-BNK', 'G-CHQ')) AS cash,
            sum(CASE l.side WHEN 'C' THEN l.amount ELSE -l.amount END)
                FILTER (WHERE a.code IN ('H-FUND', 'H-DON', 'H-PRO', 'H-REC')) AS sources,
            sum(CASE l.side WHEN 'C' THEN l.amount ELSE -l.amount END)
                FILTER (WHERE e.kind = 'refund' AND (a.element = 'expenditure' OR a.code IN ('F-BAIL', 'F-LOAN'))) AS refunds,
            sum(l.amount) FILTER (WHERE a.code = 'G-UNCL' AND l.side = 'C') AS lapsed
        FROM ledger_journalentry e JOIN ledger_book b ON b.id = e.book_id
        JOIN ledger_fiscalyear y ON y.book_id = e.book_id AND e.date BETWEEN y.start AND y."end"
        JOIN ledger_journalline l ON l.entry_id = e.id JOIN ledger_account a ON a.id = l.account_id
        WHERE a.element <> 'memo' AND e.kind <> 'closing' GROUP BY b.code, y.label, y.start, l.entry_id, e.kind
    ), years AS (
        SELECT book, label, start, coalesce(sum(cash), 0) AS change,
            coalesce(sum(sources), 0) + coalesce(sum(refunds), 0) + coalesce(sum(lapsed), 0) AS received
        FROM moved GROUP BY book, label, start
    )
    SELECT b.code, y.label, coalesce(sum(v.change) FILTER (WHERE v.start < y.start), 0) AS opening,
        coalesce(sum(v.received) FILTER (WHERE v.start = y.start), 0) AS received,
        coalesce(sum(v.change), 0) AS closing
    FROM ledger_fiscalyear y JOIN ledger_book b ON b.id = y.book_id
    LEFT JOIN years v ON v.book = b.code AND v.start <= y.start
    GROUP BY b.code, y.label, y.start ORDER BY b.code, y.start
"""

# After a year is closed nothing is left on the accounts that begin each year from nothing.
_NOT_EMPTIED = """
    SELECT format('account %%s %%s: %%s is left of the closed year %%s', b.code, a.code, sum(v.net), y.label)
    FROM ledger_fiscalyear y JOIN ledger_book b ON b.id = y.book_id
    JOIN ledger_account a ON a.book_id = b.id
        AND (a.element IN ('expenditure', 'receipt') OR a.code ~ '^X(30|70|71|79)(-|$)')
    JOIN LATERAL (
        SELECT CASE l.side WHEN 'D' THEN l.amount ELSE -l.amount END AS net
        FROM ledger_journalline l JOIN ledger_journalentry e ON e.id = l.entry_id
        WHERE l.account_id = a.id AND e.date <= y."end"
    ) v ON true
    WHERE y.closed_at IS NOT NULL GROUP BY b.code, a.code, y.label HAVING sum(v.net) <> 0 ORDER BY 1
"""


@dataclass(frozen=True, slots=True)
class Figures:
    """Opening, receipts, payments and closing of one fund's year, in rupees."""

    opening: Decimal
    received: Decimal
    paid: Decimal
    closing: Decimal


def independent() -> dict[tuple[str, str], Figures]:
    """The figures of every book and year from the lines alone; payments are what explains the change of cash."""
    return {
        (book, label): Figures(opening, received, opening + received - closing, closing)
        for book, label, opening, received, closing in ask(_CASH)
    }


def published() -> Found:
    """Each fund's ended years."""
    figures = independent()
    years = FiscalYear.objects.filter(end__lt=today()).order_by("book__code", "start")
    funds = {fund.book_id: fund for fund in Fund.objects.select_related("book", "office")}
    faults = []
    rows = [(funds[year.book_id], year.label) for year in years.select_related("book") if year.book_id in funds]
    for fund, label in rows:
        fault = _fault(fund, label, figures[fund.book.code, label]) or _frozen_fault(fund, label)
        if fault:
            faults.append(f"statement {fund.code} {label}: {fault}")
    return Found(len(rows), together([faults, list(offenders((_NOT_EMPTIED,)))]))


def _fault(fund: Fund, label: str, lines: Figures) -> str:
    try:
        first, second = statements.build(fund, label), statements.build(fund, label)
    except Refusal as refusal:
        return refusal.detail
    if statement_json.to_json(first) != statement_json.to_json(second):
        return "built twice, it has different figures"
    now = first.now
    stated = Figures(now.opening, now.received, now.paid, now.closing)
    if stated != lines:
        return f"stated {_said(stated)}; from the lines {_said(lines)}"
    return ""


def _frozen_fault(fund: Fund, label: str) -> str:
    rows = list(frozen.versions(fund, label))
    for row in rows:
        if not frozen.intact(row):
            return f"version {row.version} is not as it was frozen"
    closed = fund.book.years.get(label=label).closed
    if not closed:
        return ""
    if not rows:
        return "the year is closed without a statement"
    kept, now = frozen.figures_of(frozen.load(rows[0])), frozen.figures_of(statements.build(fund, label))
    return "" if _money(kept) == _money(now) else f"version {rows[0].version} has other figures than the journal"


def _money(document: dict[str, Any]) -> dict[str, Any]:
    """What the journal alone decides: people's provinces are corrected later, and accounts may get better names."""
    totals = {
        name: document[name] for name in ("opening_balance", "receipts_total", "payments_total", "closing_balance")
    }
    sections = document["sections"]
    parts = {name: [row["amount"] for row in sections[name]] for name in ("receipts", "payments", "payments_by_month")}
    return totals | parts | {"budget": sections["budget"], "cash": sections["cash"]}


def _said(figures: Figures) -> str:
    return (
        f"opening {figures.opening:.2f}, receipts {figures.received:.2f}, payments {figures.paid:.2f}, "
        f"closing {figures.closing:.2f}"
    )
