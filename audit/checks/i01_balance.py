"""I1: debits equal credits in every entry and book, and what is stored agrees with the lines it was added up from."""

from audit.checks.base import Found, count, offenders, together
from ledger.balances import prove_totals

_COUNT = "SELECT count(*) FROM ledger_journalentry"

# Budget control and appropriation are memo accounts: they balance among themselves and never mix with money.
_UNBALANCED = """
    SELECT format('entry %%s: debits less credits %%s, of it on memo accounts %%s, %%s lines',
        e.id, coalesce(s.net, 0), coalesce(s.memo, 0), coalesce(s.lines, 0))
    FROM ledger_journalentry e LEFT JOIN (
        SELECT l.entry_id, count(*) AS lines, sum(CASE l.side WHEN 'D' THEN l.amount ELSE -l.amount END) AS net,
            sum(CASE l.side WHEN 'D' THEN l.amount ELSE -l.amount END) FILTER (WHERE a.element = 'memo') AS memo
        FROM ledger_journalline l JOIN ledger_account a ON a.id = l.account_id GROUP BY l.entry_id
    ) s ON s.entry_id = e.id
    WHERE s.net IS DISTINCT FROM 0 OR coalesce(s.memo, 0) <> 0 OR s.lines < 2 ORDER BY e.id
"""
# The journal's foreign keys are kept by the door alone, so their absence is looked for here.
_LOST = """
    SELECT format('line %%s of entry %%s: %%s', l.position, l.entry_id,
        CASE WHEN e.id IS NULL THEN 'the entry is gone' WHEN a.id IS NULL THEN 'the account is gone'
            ELSE 'the account is of another book' END)
    FROM ledger_journalline l LEFT JOIN ledger_journalentry e ON e.id = l.entry_id
    LEFT JOIN ledger_account a ON a.id = l.account_id
    WHERE e.id IS NULL OR a.id IS NULL OR a.book_id <> e.book_id ORDER BY l.entry_id, l.position
"""
_ORPHANS = """
    SELECT format('entry %%s: its book, month or person is not there, or the month is of another book', e.id)
    FROM ledger_journalentry e LEFT JOIN ledger_book b ON b.id = e.book_id
    LEFT JOIN ledger_period p ON p.id = e.period_id AND p.book_id = e.book_id
    LEFT JOIN auth_user u ON u.id = e.recorded_by_id
    WHERE b.id IS NULL OR p.id IS NULL OR u.id IS NULL ORDER BY e.id
"""
# From the stored totals, because that is what every trial balance is printed from.
_TRIAL = """
    SELECT format('book %%s: trial balance debits %%s, credits %%s, memo accounts apart %%s',
        b.code, sum(t.debit_paisa) * 0.01, sum(t.credit_paisa) * 0.01,
        coalesce(sum(t.debit_paisa - t.credit_paisa) FILTER (WHERE a.element = 'memo'), 0) * 0.01)
    FROM ledger_accounttotal t JOIN ledger_account a ON a.id = t.account_id JOIN ledger_book b ON b.id = a.book_id
    GROUP BY b.code
    HAVING sum(t.debit_paisa) <> sum(t.credit_paisa)
        OR coalesce(sum(t.debit_paisa - t.credit_paisa) FILTER (WHERE a.element = 'memo'), 0) <> 0 ORDER BY b.code
"""


def balance() -> Found:
    """Every entry, every book, every stored total and floor."""
    stored = [
        f"{row.book} {row.account} {row.start or 'all months'}: stored {row.kind} {row.stored}, lines {row.summed}"
        for row in prove_totals()
    ]
    return Found(count(_COUNT), offenders((_UNBALANCED, _LOST, _ORPHANS, _TRIAL)) + together([stored]))
