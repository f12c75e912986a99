"""Part of I9: what came back and what was forfeited has its entries, once; the registers of deposits and loans hold what their
accounts hold; and no more came back on a payment than was paid on it."""

from funds.rules.receipt_rules import cancelled, forfeited, returned

# A voucher undone in its year charges nothing; every other one does, whatever became of its payment.
_CHARGED = (
    """d.kind = {kind} AND NOT EXISTS (SELECT FROM ledger_journalentry back WHERE back.reverses_id = v.entry_id)"""
)
_FROM = """funds_payeeline l JOIN funds_disbursement d ON d.id = l.disbursement_id
    JOIN funds_sanction s ON s.disbursement_id = d.id JOIN funds_voucher v ON v.sanction_id = s.id"""
_TIES = f"""
    SELECT format('%%s of %%s: its register adds up to %%s, the account holds %%s', x.account, f.code, x.register, x.held)
    FROM funds_fund f CROSS JOIN (VALUES ('bail_deposit', 'F-BAIL'), ('soft_loan', 'F-LOAN')) AS k(kind, account)
    CROSS JOIN LATERAL (
        SELECT k.account, (
            SELECT coalesce(sum(l.amount - {returned("l.id")} - {forfeited("l.id")}), 0) FROM {_FROM}
            WHERE d.fund_id = f.id AND {_CHARGED.format(kind="k.kind")}
        ) AS register, (
            SELECT coalesce(sum(CASE j.side WHEN 'D' THEN j.amount ELSE -j.amount END), 0)
            FROM ledger_journalline j JOIN ledger_account a ON a.id = j.account_id
            WHERE a.book_id = f.book_id AND a.code = k.account
        ) AS held
    ) x WHERE x.register <> x.held ORDER BY 1
"""
_MORE = f"""
    SELECT format('line %%s: %%s was paid, %%s came back and %%s was forfeited', l.id, l.amount, x.back, x.kept)
    FROM funds_payeeline l CROSS JOIN LATERAL (SELECT {returned("l.id")} AS back, {forfeited("l.id")} AS kept) x
    WHERE EXISTS (SELECT FROM funds_moneyback b WHERE b.line_id = l.id) AND x.back + x.kept > l.amount ORDER BY l.id
"""
_UNDONE = f"""
    SELECT format('receipt %%s: cancelled, and an entry of it is not undone', r.number)
    FROM funds_receipt r JOIN funds_fund f ON f.id = r.fund_id
    WHERE {cancelled("r.id")} AND 2 <> (
        SELECT count(*) FROM ledger_journalentry e JOIN ledger_journalentry back ON back.reverses_id = e.id
        WHERE e.book_id = f.book_id AND e.key IN ('receipt:' || r.number, 'receipt:' || r.number || ':budget')
    ) ORDER BY r.id
"""
_FORFEITED = """
    SELECT format('forfeiture %%s: its entry books %%s, it says %%s', f.id, coalesce(x.amount::text, 'nothing'), f.amount)
    FROM funds_forfeiture f JOIN funds_forfeituredecision y ON y.forfeiture_id = f.id AND y.outcome = 'agreed'
    LEFT JOIN LATERAL (
        SELECT sum(j.amount) AS amount FROM ledger_journalline j JOIN ledger_account a ON a.id = j.account_id
        WHERE j.entry_id = y.entry_id AND j.side = 'C' AND a.code = 'F-BAIL'
    ) x ON true WHERE x.amount IS DISTINCT FROM f.amount ORDER BY f.id
"""
QUESTIONS = (_TIES, _MORE, _UNDONE, _FORFEITED)
