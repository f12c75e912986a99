"""I9: a repeated request has the effect of one: keys are unique, and every act that moves money has its own."""

from audit.checks.base import Found, count, offenders
from audit.checks.kept_registers import QUESTIONS

_COUNT = "SELECT count(*) FROM ledger_journalentry"
_TWICE = """
    SELECT format('key %%s of book %%s: %%s entries', e.key, b.code, count(*))
    FROM ledger_journalentry e LEFT JOIN ledger_book b ON b.id = e.book_id
    GROUP BY b.code, e.book_id, e.key HAVING count(*) > 1 ORDER BY 1
"""
_REQUESTS = """
    SELECT format('key %%s: %%s requests', key, count(*)) FROM funds_disbursement
    WHERE key IS NOT NULL GROUP BY key HAVING count(*) > 1 ORDER BY 1
"""
_ACTS = """
    WITH acts AS (
        SELECT 'sanction ' || number AS act, entry_id, fund_id, 'sanction:' || number AS key FROM funds_sanction
        UNION ALL SELECT 'voucher ' || number, entry_id, fund_id, 'voucher:' || number FROM funds_voucher
        UNION ALL SELECT 'receipt ' || number, entry_id, fund_id, 'receipt:' || number FROM funds_receipt
        UNION ALL SELECT 'instrument ' || id, entry_id, fund_id, 'payment:' || line_id || ':%%' FROM funds_instrument
        UNION ALL SELECT 'allocation ' || id, entry_id, fund_id, 'allocation:%%' FROM funds_allocation
    )
    SELECT format('%%s: entry %%s has not its key', a.act, a.entry_id)
    FROM acts a JOIN funds_fund f ON f.id = a.fund_id LEFT JOIN ledger_journalentry e ON e.id = a.entry_id
    WHERE (e.book_id = f.book_id AND e.key LIKE a.key) IS NOT TRUE ORDER BY 1
"""
_RECEIPTS = """
    SELECT format('receipt %%s: its entries book %%s, it says %%s', r.number, coalesce(l.amount::text, 'nothing'), r.amount)
    FROM funds_receipt r JOIN funds_fund f ON f.id = r.fund_id CROSS JOIN (VALUES (''), (':budget')) AS k(suffix)
    LEFT JOIN ledger_journalentry e ON e.book_id = f.book_id AND e.key = 'receipt:' || r.number || k.suffix
    LEFT JOIN LATERAL (
        SELECT sum(amount) FILTER (WHERE side = 'D') AS amount FROM ledger_journalline WHERE entry_id = e.id
    ) l ON true WHERE l.amount IS DISTINCT FROM r.amount ORDER BY r.id
"""
_SANCTIONS = """
    SELECT format('%%s: its entry books %%s, it says %%s', a.act, coalesce(l.amount::text, 'nothing'), a.amount)
    FROM (
        SELECT 'sanction ' || number AS act, entry_id, amount FROM funds_sanction
        UNION ALL SELECT 'allocation ' || id, entry_id, amount FROM funds_allocation
    ) a LEFT JOIN LATERAL (
        SELECT sum(amount) FILTER (WHERE side = 'D') AS amount FROM ledger_journalline WHERE entry_id = a.entry_id
    ) l ON true WHERE l.amount IS DISTINCT FROM a.amount ORDER BY 1
"""


def keys() -> Found:
    """Every key, and every sanction, voucher, receipt, instrument and allocation with the entry it stands for; the registers of
    deposits and loans beside their accounts."""
    return Found(count(_COUNT), offenders((_TWICE, _REQUESTS, _ACTS, _RECEIPTS, _SANCTIONS, *QUESTIONS)))
