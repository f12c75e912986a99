"""Part of I6: each head of a budget holds what was decided about it, no more is committed than sanctioned, and none lacks its
floor. All from the lines, beside the records of allocations, releases, re-appropriations, surrenders and sanctions."""

# Allotted: by year and head, what the records say against the accounts, closing entries left out.
_ALLOTTED = """
    WITH records AS (
        SELECT fund_id, year_id, budget_head_id AS head_id, CASE kind WHEN 'reduction' THEN -amount ELSE amount END AS amount
        FROM funds_allocation
        UNION ALL SELECT fund_id, year_id, budget_head_id, -amount FROM funds_surrender
        UNION ALL SELECT r.fund_id, r.year_id, s.head_id, s.amount
        FROM funds_reappropriation r
        JOIN funds_reappropriationdecision d ON d.reappropriation_id = r.id AND d.outcome = 'agreed'
        CROSS JOIN LATERAL (VALUES (r.from_head_id, -r.amount), (r.to_head_id, r.amount)) AS s(head_id, amount)
    ), said AS (
        SELECT f.book_id, r.year_id, coalesce('-' || h.code, '') AS part, sum(r.amount) AS amount
        FROM records r JOIN funds_fund f ON f.id = r.fund_id LEFT JOIN funds_budgethead h ON h.id = r.head_id
        GROUP BY 1, 2, 3
    ), held AS (
        SELECT p.book_id, p.year_id, substr(a.code, 4) AS part,
            sum(CASE l.side WHEN 'C' THEN l.amount ELSE -l.amount END) AS amount
        FROM ledger_journalline l JOIN ledger_account a ON a.id = l.account_id
        JOIN ledger_journalentry e ON e.id = l.entry_id JOIN ledger_period p ON p.id = e.period_id
        WHERE a.code ~ '^X7[01](-|$)' AND e.kind <> 'closing' GROUP BY 1, 2, 3
    )
    SELECT format('budget %%s%%s %%s: %%s by its records, %%s in its accounts', b.code, part, y.label,
        coalesce(said.amount, 0), coalesce(held.amount, 0))
    FROM said FULL JOIN held USING (book_id, year_id, part)
    JOIN ledger_book b ON b.id = book_id JOIN ledger_fiscalyear y ON y.id = year_id
    WHERE coalesce(said.amount, 0) <> coalesce(held.amount, 0) ORDER BY 1
"""

# Committed now: sanctions without a voucher, by head. Released in all: the records of releases, by head.
_BY_HEAD = """
    WITH said AS ({said}), held AS (
        SELECT a.book_id, substr(a.code, 4) AS part, sum(CASE l.side WHEN 'C' THEN l.amount ELSE -l.amount END) AS amount
        FROM ledger_journalline l JOIN ledger_account a ON a.id = l.account_id
        JOIN ledger_journalentry e ON e.id = l.entry_id WHERE {held} GROUP BY 1, 2
    )
    SELECT format('budget %%s%%s: %%s {word} by its records, %%s in its accounts', b.code, part,
        coalesce(said.amount, 0), coalesce(held.amount, 0))
    FROM said FULL JOIN held USING (book_id, part) JOIN ledger_book b ON b.id = book_id
    WHERE coalesce(said.amount, 0) <> coalesce(held.amount, 0) ORDER BY 1
"""
_SUM = """SELECT f.book_id, coalesce('-' || h.code, '') AS part, sum(r.amount) AS amount
        FROM {rows} JOIN funds_fund f ON f.id = r.fund_id
        LEFT JOIN funds_budgethead h ON h.id = r.budget_head_id GROUP BY 1, 2"""
_COMMITTED = _BY_HEAD.format(
    said=_SUM.format(
        rows="funds_sanction r JOIN funds_disbursement d ON d.id = r.disbursement_id AND d.state = 'sanctioned'"
    ),
    held="a.code ~ '^X20(-|$)'",
    word="committed",
)
_RELEASED = _BY_HEAD.format(
    said=_SUM.format(rows="funds_budgetrelease r"),
    held="a.code ~ '^X10(-|$)' AND e.kind = 'release' AND e.reverses_id IS NULL",
    word="released",
)

_NO_FLOOR = """
    SELECT format('account %%s %%s has no floor', b.code, a.code) FROM ledger_account a JOIN ledger_book b ON b.id = a.book_id
    WHERE a.code ~ '^X(05|10|20)(-|$)' AND NOT a.never_negative ORDER BY 1
"""

QUESTIONS = (_ALLOTTED, _COMMITTED, _RELEASED, _NO_FLOOR)
