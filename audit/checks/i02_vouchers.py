"""I2: every voucher exists once, with the amount, payees, bank details and approvals it was issued with."""

from audit.checks.base import MOST, Found, count, offenders, together
from funds.models import Voucher
from funds.vouchers import verify_digest

_SCOPE = "(%(request)s::bigint IS NULL OR d.id = %(request)s::bigint)"
_VOUCHERS = """funds_voucher v JOIN funds_sanction s ON s.id = v.sanction_id
    JOIN funds_disbursement d ON d.id = s.disbursement_id JOIN funds_fund f ON f.id = v.fund_id"""
_INSTRUMENTS = """funds_instrument i JOIN funds_payeeline p ON p.id = i.line_id
    JOIN funds_disbursement d ON d.id = p.disbursement_id JOIN funds_fund f ON f.id = i.fund_id
    JOIN funds_voucher v ON v.id = i.voucher_id JOIN funds_sanction s ON s.id = v.sanction_id"""

_COUNT = f"""
    SELECT (SELECT count(*) FROM {_VOUCHERS} WHERE {_SCOPE}) + (SELECT count(*) FROM {_INSTRUMENTS} WHERE {_SCOPE})
"""
_AMOUNTS = f"""
    SELECT format('voucher %%s: amount %%s, sanction %%s, request %%s, lines %%s',
        v.number, v.amount, s.amount, d.amount, p.amount)
    FROM {_VOUCHERS} LEFT JOIN (
        SELECT disbursement_id, sum(amount) AS amount FROM funds_payeeline
        WHERE %(request)s::bigint IS NULL OR disbursement_id = %(request)s::bigint GROUP BY 1
    ) p ON p.disbursement_id = d.id
    WHERE {_SCOPE} AND (v.amount IS DISTINCT FROM s.amount OR v.amount IS DISTINCT FROM d.amount
        OR v.amount IS DISTINCT FROM p.amount OR v.fund_id <> d.fund_id OR s.digest <> d.digest) ORDER BY v.id
"""
_ENTRIES = f"""
    SELECT format('voucher %%s: %%s', w.number, CASE WHEN e.id IS NULL THEN 'no entry ' || w.key
        ELSE format('entry %%s does not book its amount %%s', e.id, w.amount) END)
    FROM (
        SELECT v.id, v.number, v.amount, f.book_id, k.entry_id, k.key FROM {_VOUCHERS}
        CROSS JOIN LATERAL (VALUES (v.entry_id, 'voucher:' || v.number),
            (NULL, 'voucher:' || v.number || ':budget')) AS k(entry_id, key) WHERE {_SCOPE}
    ) w
    LEFT JOIN ledger_journalentry e ON e.book_id = w.book_id AND e.key = w.key
    LEFT JOIN LATERAL (
        SELECT sum(l.amount) FILTER (WHERE l.side = 'D') AS debit FROM ledger_journalline l WHERE l.entry_id = e.id
    ) l ON true
    WHERE e.id IS NULL OR e.id <> coalesce(w.entry_id, e.id) OR e.kind <> 'voucher' OR e.reference <> w.number
        OR l.debit IS DISTINCT FROM w.amount ORDER BY w.id
"""
_PAYABLES = f"""
    SELECT format('voucher %%s: payee line %%s has %%s, the journal %%s', v.number, p.id, p.amount,
        coalesce(g.amount::text, 'nothing'))
    FROM {_VOUCHERS} JOIN funds_payeeline p ON p.disbursement_id = d.id LEFT JOIN LATERAL (
        SELECT l.amount FROM ledger_journalline l JOIN ledger_account a ON a.id = l.account_id
        WHERE l.entry_id = v.entry_id AND a.code = 'G-PAY' AND l.side = 'C' AND l.party = 'line:' || p.id
    ) g ON true WHERE {_SCOPE} AND p.amount IS DISTINCT FROM g.amount ORDER BY v.id, p.id
"""
# The paper writes a minor's name with a mark, and a payee without CNIC by its kind; CNICs compare by their index. Of many
# payees it keeps their number and the digest of what was sanctioned; `_altered` compares that with the lines.
_PAPER = rf"""
    SELECT format('voucher %%s: its paper and the payee lines do not say the same', v.number)
    FROM {_VOUCHERS}
    LEFT JOIN LATERAL (
        SELECT jsonb_agg(jsonb_build_array(l.position, l.amount::numeric(15, 2)::text, l.payee_name,
            split_part(l.cnic, '.', 3)) ORDER BY l.position) AS rows
        FROM funds_payeeline l WHERE l.disbursement_id = d.id AND v.snapshot -> 'listed' IS NULL
    ) kept ON true
    LEFT JOIN LATERAL (
        SELECT jsonb_agg(jsonb_build_array((r ->> 'position')::int, (r ->> 'net')::numeric(15, 2)::text,
            regexp_replace(r ->> 'name', ' \(minor\)$', ''), split_part(r ->> 'cnic', '.', 3))
            ORDER BY (r ->> 'position')::int) AS rows
        FROM jsonb_array_elements(v.snapshot -> 'rows') AS r
    ) said ON true
    LEFT JOIN LATERAL (
        SELECT count(*) AS lines FROM funds_payeeline l WHERE l.disbursement_id = d.id AND v.snapshot -> 'listed' IS NOT NULL
    ) many ON true
    WHERE {_SCOPE} AND (kept.rows IS DISTINCT FROM said.rows OR v.snapshot ->> 'number' <> v.number
        OR (v.snapshot #>> '{{listed,content}}' <> s.digest OR (v.snapshot #>> '{{listed,count}}')::int <> many.lines)
        OR v.snapshot ->> 'sanction_number' <> s.number OR (v.snapshot ->> 'net')::numeric <> v.amount) ORDER BY v.id
"""
# The first signatory prepared the request, the last one issued the voucher; those between them are the chain.
_SIGNED = f"""
    SELECT format('voucher %%s: the approvals on its paper are not those recorded', v.number)
    FROM {_VOUCHERS}
    LEFT JOIN LATERAL (
        SELECT jsonb_agg(jsonb_build_array(t.act, c.name, c.post, c.digest) ORDER BY t.position) AS rows
        FROM funds_decision c JOIN funds_approvalstep t ON t.id = c.step_id
        WHERE c.disbursement_id = d.id AND c.submission = d.submission AND c.outcome = 'approved'
    ) kept ON true
    LEFT JOIN LATERAL (
        SELECT jsonb_agg(jsonb_build_array(g.x ->> 'act', g.x ->> 'name', g.x ->> 'post', g.x ->> 'digest')
            ORDER BY g.n) AS rows
        FROM jsonb_array_elements(v.snapshot -> 'signatories') WITH ORDINALITY AS g(x, n)
        WHERE g.n > 1 AND g.n < jsonb_array_length(v.snapshot -> 'signatories')
    ) said ON true
    WHERE {_SCOPE} AND kept.rows IS DISTINCT FROM said.rows ORDER BY v.id
"""
_PAYS_ITS_LINE = f"""
    SELECT format('instrument %%s (%%s %%s): amount, way, fund or voucher are not those of payee line %%s',
        i.id, i.method, i.number, p.id)
    FROM {_INSTRUMENTS} WHERE {_SCOPE} AND (i.amount <> p.amount OR i.method <> p.method OR i.fund_id <> d.fund_id
        OR s.disbursement_id <> d.id) ORDER BY i.id
"""
# Issued: Dr G-PAY / Cr G-CHQ of its line. Cleared: an entry of its own. Failed: the issue undone, or parked unclaimed.
_BOOKED = f"""
    SELECT format('instrument %%s (%%s, %%s): the journal says otherwise, see entry %%s',
        i.id, i.number, i.state, i.entry_id)
    FROM {_INSTRUMENTS}
    LEFT JOIN ledger_journalentry e ON e.id = i.entry_id AND e.book_id = f.book_id AND e.kind = 'payment'
        AND e.reference = i.number AND e.memo = p.payee_name
    LEFT JOIN LATERAL (
        SELECT sum(l.amount) FILTER (WHERE l.side = 'D' AND a.code = 'G-PAY') AS owed,
            sum(l.amount) FILTER (WHERE l.side = 'C' AND a.code = 'G-CHQ') AS drawn
        FROM ledger_journalline l JOIN ledger_account a ON a.id = l.account_id
        WHERE l.entry_id = e.id AND l.party = 'line:' || i.line_id
    ) b ON true
    LEFT JOIN ledger_journalentry c ON c.book_id = f.book_id AND c.key = 'clearing:' || i.id
    LEFT JOIN LATERAL (
        SELECT sum(l.amount) FILTER (WHERE l.side = 'D') AS paid FROM ledger_journalline l WHERE l.entry_id = c.id
    ) k ON true
    LEFT JOIN ledger_journalentry u ON u.book_id = f.book_id AND u.key = 'unclaimed:' || i.id
    LEFT JOIN ledger_journalentry r ON r.book_id = f.book_id AND r.key = 'reversal:' || i.entry_id
    WHERE {_SCOPE} AND (b.owed IS DISTINCT FROM i.amount OR b.drawn IS DISTINCT FROM i.amount
        OR (i.state = 'cleared') <> (c.id IS NOT NULL) OR (c.id IS NOT NULL AND k.paid IS DISTINCT FROM i.amount)
        OR (i.state IN ('returned', 'stale', 'stopped')) <> (u.id IS NOT NULL OR r.id IS NOT NULL)) ORDER BY i.id
"""
_ONE_LIVE = f"""
    SELECT format('payee line %%s of request %%s: %%s live instruments', p.id, d.number, count(i.id))
    FROM funds_payeeline p JOIN funds_disbursement d ON d.id = p.disbursement_id
    LEFT JOIN funds_instrument i ON i.line_id = p.id AND i.state IN ('issued', 'cleared')
    WHERE {_SCOPE} GROUP BY p.id, d.number, d.state
    HAVING count(i.id) > 1 OR (d.state IN ('paid', 'cleared', 'acknowledged', 'closed')) AND count(i.id) <> 1
        OR d.state NOT IN ('vouchered', 'paid', 'cleared', 'acknowledged', 'closed') AND count(i.id) > 0 ORDER BY p.id
"""
# What the state of a request claims, there must be; a cancelled request keeps its voucher, undone in the journal or with
# every line's money parked for the Treasury already.
_STATES = f"""
    SELECT format('request %%s: it is %%s and its voucher %%s', d.number, d.state, CASE WHEN v.id IS NULL
        THEN 'is missing' WHEN u.undone THEN v.number || ' is undone' ELSE v.number || ' stands' END)
    FROM funds_disbursement d JOIN funds_fund f ON f.id = d.fund_id
    LEFT JOIN funds_sanction s ON s.disbursement_id = d.id LEFT JOIN funds_voucher v ON v.sanction_id = s.id
    LEFT JOIN funds_cancellation c ON c.disbursement_id = d.id
    LEFT JOIN LATERAL (SELECT EXISTS (
        SELECT FROM ledger_journalentry e WHERE e.book_id = f.book_id
        AND e.key IN ('reversal:' || v.entry_id, 'cancellation:' || v.number)
    ) AS undone) u ON true
    LEFT JOIN LATERAL (SELECT NOT EXISTS (
        SELECT FROM funds_payeeline p WHERE p.disbursement_id = d.id AND NOT EXISTS (
            SELECT FROM funds_instrument i JOIN ledger_journalentry e
                ON e.book_id = f.book_id AND e.key = 'unclaimed:' || i.id WHERE i.line_id = p.id)
    ) AS parked) w ON v.id IS NOT NULL
    WHERE {_SCOPE} AND CASE
        WHEN d.state IN ('vouchered', 'paid', 'cleared', 'acknowledged', 'closed') THEN v.id IS NULL OR u.undone
        WHEN d.state = 'cancelled' THEN c.id IS NULL OR (c.stage IN ('vouchered', 'paid')) <> (v.id IS NOT NULL)
            OR (v.id IS NOT NULL AND NOT u.undone AND NOT w.parked)
        ELSE v.id IS NOT NULL END ORDER BY d.id
"""
QUESTIONS = (_AMOUNTS, _ENTRIES, _PAYABLES, _PAPER, _SIGNED, _PAYS_ITS_LINE, _BOOKED, _ONE_LIVE, _STATES)


def vouchers(request: int | None = None) -> Found:
    """Vouchers and instruments against sanctions, payee lines, papers and journal; of one request or of all."""
    values = {"request": request}
    return Found(count(_COUNT, values), offenders(QUESTIONS, values) + together([_altered(request)]))


def _altered(request: int | None) -> list[str]:
    """Vouchers whose frozen paper no longer has the digest it was issued with."""
    rows = Voucher.objects.only("number", "snapshot", "digest")
    if request is not None:
        rows = rows.filter(sanction__disbursement_id=request)
    found: list[str] = []
    for voucher in rows.iterator(chunk_size=200):
        if not verify_digest(voucher) and len(found) <= MOST:
            found.append(f"voucher {voucher.number}: its frozen paper does not have the digest it was issued with")
    return found
