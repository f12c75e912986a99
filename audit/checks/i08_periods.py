"""I8: an entry lies in the month of its date, a closing entry in a closing period, and it was open when recorded."""

from audit.checks.base import Found, count, offenders
from ledger.rules import CLOSING

_COUNT = "SELECT count(*) FROM ledger_journalentry"
_OUTSIDE = """
    SELECT format('entry %%s: dated %%s, its month is %%s to %%s', e.id, e.date, p.start, p."end")
    FROM ledger_journalentry e JOIN ledger_period p ON p.id = e.period_id
    WHERE e.date NOT BETWEEN p.start AND p."end" OR e.book_id <> p.book_id ORDER BY e.id
"""
# Closing entries lie in the closing period of their year, and nothing else lies there.
_MISLED = """
    SELECT format('entry %%s: of kind %%s, its month is %%s to %%s', e.id, e.kind, p.start, p."end")
    FROM ledger_journalentry e JOIN ledger_period p ON p.id = e.period_id
    WHERE (p.start = p."end") <> (e.kind = %(closing)s) ORDER BY e.id
"""
# Each closing with the reopening that ended it. A posting that began while the month was closed and waited may rightly
# have been written after the reopening; none of ours waits a quarter of an hour.
_CLOSED = """
    WITH states AS (
        SELECT id, closed_at, history_date, history_id, lag(closed_at) OVER steps AS before
        FROM ledger_historicalperiod WINDOW steps AS (PARTITION BY id ORDER BY history_id)
    ), changes AS (
        SELECT id, closed_at, lead(history_date) OVER (PARTITION BY id ORDER BY history_id) AS reopened
        FROM states WHERE (closed_at IS NULL) <> (before IS NULL)
    ), closed AS (
        SELECT id, closed_at, reopened FROM changes WHERE closed_at IS NOT NULL
        UNION SELECT id, closed_at, NULL FROM ledger_period WHERE closed_at IS NOT NULL
    )
    SELECT DISTINCT format('entry %%s: recorded %%s, its month was closed %%s', e.id, e.recorded, c.closed_at)
    FROM closed c JOIN ledger_journalentry e ON e.period_id = c.id
    WHERE e.recorded > c.closed_at AND (c.reopened IS NULL OR e.recorded < c.reopened - interval '15 minutes')
"""


def periods() -> Found:
    """Every entry against its month, and against every time that month was closed."""
    return Found(count(_COUNT), offenders((_OUTSIDE, _MISLED, _CLOSED), {"closing": CLOSING}))
