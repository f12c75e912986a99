"""Part of I7: nothing was sanctioned or given out while the fund was frozen, asked of the records as they are now.

A consent bears the moment its transaction began. What was recorded in the time that one transaction may wait for the other is
not asked, because either of the two may have come first; nor is the day on which a freeze was lifted.
"""

from funds.rules.freeze_rules import last_day

# How long two transactions may have waited for each other: the setting under which they run.
WAIT = "current_setting('lock_timeout')::interval"
_SCOPE = "(%(request)s::bigint IS NULL OR d.id = %(request)s::bigint)"
_RECORDED = "(entry.recorded AT TIME ZONE 'Asia/Karachi')::date"
_SIGNED = "SELECT FROM funds_approvalstep t WHERE t.id = c.step_id AND t.last"

# Each act with its own day and the day it was recorded: as in the rule of the database, neither may lie in the freeze.
IN_A_FREEZE = f"""
    SELECT format('%%s of request %%s: recorded while freeze %%s of %%s stood, %%s to %%s', x.what, d.number, f.id,
        coalesce(fund.code, 'all funds'), f.starts_on, {last_day("f")})
    FROM funds_freeze f JOIN funds_freezedecision k ON k.freeze_id = f.id AND k.outcome = 'agreed'
    LEFT JOIN funds_fund fund ON fund.id = f.fund_id
    JOIN funds_disbursement d ON f.fund_id IS NULL OR f.fund_id = d.fund_id
    CROSS JOIN LATERAL (
        SELECT 'last signature ' || c.id AS what, 'sanctions' AS kind, c.decided_on AS day, c.decided_on AS today,
            c.recorded_at AS at FROM funds_decision c
        WHERE c.disbursement_id = d.id AND c.outcome = 'approved' AND EXISTS ({_SIGNED})
        UNION ALL SELECT 'sanction ' || s.number, 'sanctions', s.sanctioned_on, {_RECORDED}, entry.recorded
        FROM funds_sanction s JOIN ledger_journalentry entry ON entry.id = s.entry_id WHERE s.disbursement_id = d.id
        UNION ALL SELECT 'voucher ' || v.number, 'payments', v.issued_on, {_RECORDED}, entry.recorded
        FROM funds_sanction s JOIN funds_voucher v ON v.sanction_id = s.id
        JOIN ledger_journalentry entry ON entry.id = v.entry_id WHERE s.disbursement_id = d.id
        UNION ALL SELECT 'instrument ' || i.number, 'payments', i.issued_on, {_RECORDED}, entry.recorded
        FROM funds_sanction s JOIN funds_voucher v ON v.sanction_id = s.id JOIN funds_instrument i ON i.voucher_id = v.id
        JOIN ledger_journalentry entry ON entry.id = i.entry_id WHERE s.disbursement_id = d.id
    ) x
    WHERE {_SCOPE} AND f.what IN ('all', x.kind) AND x.at > k.decided_at + {WAIT}
        AND (x.day BETWEEN f.starts_on AND {last_day("f")} OR x.today BETWEEN f.starts_on AND {last_day("f")})
    ORDER BY f.id, d.id, x.at
"""
