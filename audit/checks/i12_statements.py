"""I12: the statement of every ended year, built twice and computed once more by a path of its own, straight from lines."""

from dataclasses import dataclass
from decimal import Decimal

from audit.checks.base import Found, ask, together
from funds import statements
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
        WHERE a.element <> 'memo' GROUP BY b.code, y.label, y.start, l.entry_id, e.kind
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
        fault = _fault(fund, label, figures[fund.book.code, label])
        if fault:
            faults.append(f"statement {fund.code} {label}: {fault}")
    return Found(len(rows), together([faults]))


def _fault(fund: Fund, label: str, lines: Figures) -> str:
    try:
        first, second = statements.build(fund, label), statements.build(fund, label)
    except Refusal as refusal:
        return refusal.detail
    if statements.to_json(first) != statements.to_json(second):
        return "built twice, it has different figures"
    now = first.now
    stated = Figures(now.opening, now.received, now.paid, now.closing)
    if stated != lines:
        return f"stated {_said(stated)}; from the lines {_said(lines)}"
    return ""


def _said(figures: Figures) -> str:
    return (
        f"opening {figures.opening:.2f}, receipts {figures.received:.2f}, payments {figures.paid:.2f}, "
        f"closing {figures.closing:.2f}"
    )
