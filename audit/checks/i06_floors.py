"""I6: no account with a floor was ever below zero, and the heads of the budget add up to its control account.

Whether each head holds what was decided about it stands in budget_heads.py.
"""

from audit.checks.base import Found, count, offenders
from audit.checks.budget_heads import QUESTIONS

_COUNT = """
    SELECT count(*) FROM ledger_journalline l JOIN ledger_account a ON a.id = l.account_id
    WHERE a.never_negative OR a.element = 'memo'
"""
# Lines in the order of their entries' numbers. Postings that ran side by side took their numbers before the floor put
# them in order, so what came in within the quarter of an hour from an entry's start may have come in before it: no
# transaction of ours lives longer.
_BELOW = """
    SELECT format('entry %%s: %%s %%s stood at %%s', entry_id, book, code, running) FROM (
        SELECT entry_id, book, code, running, sum(greatest(change, 0)) OVER (
            PARTITION BY account_id ORDER BY recorded RANGE BETWEEN CURRENT ROW AND interval '15 minutes' FOLLOWING
        ) AS beside FROM (
            SELECT moves.*, sum(change) OVER (PARTITION BY account_id ORDER BY entry_id) AS running FROM (
                SELECT a.id AS account_id, a.code, b.code AS book, l.entry_id, e.recorded,
                    sum(CASE WHEN l.side = a.normal THEN l.amount ELSE -l.amount END) AS change
                FROM ledger_journalline l JOIN ledger_account a ON a.id = l.account_id
                JOIN ledger_book b ON b.id = a.book_id JOIN ledger_journalentry e ON e.id = l.entry_id
                WHERE a.never_negative GROUP BY a.id, a.code, b.code, l.entry_id, e.recorded
            ) moves
        ) sums
    ) found WHERE running < 0 AND running + beside < 0 ORDER BY entry_id
"""
_NOW = """
    SELECT format('account %%s %%s: its lines add up to %%s', b.code, a.code, s.balance) FROM (
        SELECT l.account_id, sum(CASE WHEN l.side = a.normal THEN l.amount ELSE -l.amount END) AS balance
        FROM ledger_journalline l JOIN ledger_account a ON a.id = l.account_id
        WHERE a.never_negative GROUP BY l.account_id
    ) s JOIN ledger_account a ON a.id = s.account_id JOIN ledger_book b ON b.id = a.book_id
    WHERE s.balance < 0 ORDER BY 1
"""
_PARTS = """
    SELECT format('book %%s: budget control %%s, its parts %%s; appropriation control %%s, its parts %%s',
        code, control, parts, appropriation, allotted)
    FROM (
        SELECT b.code, coalesce(sum(v.net) FILTER (WHERE a.code = 'X90'), 0) AS control,
            -coalesce(sum(v.net) FILTER (WHERE a.code ~ '^X(05|10|20|30)(-|$)'), 0) AS parts,
            coalesce(sum(v.net) FILTER (WHERE a.code = 'X79'), 0) AS appropriation,
            -coalesce(sum(v.net) FILTER (WHERE a.code ~ '^X7[01](-|$)'), 0) AS allotted
        FROM (
            SELECT account_id, sum(CASE side WHEN 'D' THEN amount ELSE -amount END) AS net
            FROM ledger_journalline GROUP BY account_id
        ) v JOIN ledger_account a ON a.id = v.account_id JOIN ledger_book b ON b.id = a.book_id GROUP BY b.code
    ) sums WHERE control <> parts OR appropriation <> allotted ORDER BY code
"""


def floors() -> Found:
    """The history of each floor recomputed from its lines, and the budget of each book."""
    return Found(count(_COUNT), offenders((_BELOW, _NOW, _PARTS, *QUESTIONS)))
