"""The rule on journal lines: balanced, in one book, in an open period, above the floor; it keeps the stored totals.

A statement-level trigger, so its cost is per statement. rules.py lists the SQLSTATEs.
"""

from ledger.money import CEILING, grouped
from ledger.rules import CLOSING, GATE, filled

# NaN and infinity count as above the ceiling.
_AMOUNT = f"n.amount > 0 AND n.amount <= {CEILING} AND n.amount = round(n.amount, 2)"

# Debits and credits are added up in one pass over the statement's lines: verdict and stored totals together. `ok` says
# that a line holds rupees on one side and belongs to an entry of this very transaction, in its book, and the entry's
# date to an open period. A statement that writes one entry, the common case, is judged without grouping.
DECLARE = [("v", "record"), ("bad", "record"), ("floor", "record"), ("held", "text")]
_SUMS = """sum(CASE WHEN side = 'D' THEN amount ELSE -amount END) = 0
        AND count(*) > 1 AND min(position) = 1 AND max(position) = count(*)"""
_VERDICT = filled(
    """
IF current_setting('transaction_isolation') <> 'read committed' THEN
    RAISE EXCEPTION USING ERRCODE = '23L10', DETAIL = '{"rule": "isolation"}',
        MESSAGE = 'posting needs READ COMMITTED: an older snapshot cannot see that a period was closed';
END IF;
held := pg_advisory_xact_lock_shared($GATE);
WITH l AS MATERIALIZED (
    SELECT n.entry_id, n.position, n.account_id, n.side, n.amount,
        a.slots, a.never_negative, e.period_id, coalesce(e.reverses_id, e.corrects_id) AS linked,
        ($AMOUNT AND n.amount_currency = 'PKR' AND n.side IN ('D', 'C')
            AND a.book_id = e.book_id AND e.xid = pg_current_xact_id() AND e.recorded = now() AND p.book_id = e.book_id
            AND p.closed_at IS NULL AND e.date BETWEEN p.start AND p."end" AND (p.start = p."end") = (e.kind = '$CLOSING')
            AND u.id IS NOT NULL) IS TRUE AS ok
    FROM new_lines n
    LEFT JOIN ledger_account a ON a.id = n.account_id
    LEFT JOIN ledger_journalentry e ON e.id = n.entry_id
    LEFT JOIN ledger_period p ON p.id = e.period_id
    LEFT JOIN auth_user u ON u.id = e.recorded_by_id
), written AS (
    INSERT INTO ledger_accounttotal AS t (account_id, period_id, slot, debit, credit)
    SELECT account_id, period_id, CASE WHEN slots = 1 THEN 0 ELSE pg_backend_pid() % slots END AS slot,
        sum(CASE side WHEN 'D' THEN amount ELSE 0 END), sum(CASE side WHEN 'C' THEN amount ELSE 0 END)
    FROM l WHERE ok GROUP BY 1, 2, 3 ORDER BY 1, 2, 3
    ON CONFLICT (account_id, period_id, slot)
    DO UPDATE SET debit = t.debit + excluded.debit, credit = t.credit + excluded.credit
)
SELECT min(entry_id) = max(entry_id) AS alone, bool_and(ok) AS ok, $SUMS AS whole,
    bool_or(never_negative) AS floored, count(linked) > 0 AS linked INTO v
FROM l;
IF NOT v.alone THEN
    SELECT bool_and(whole) AS whole INTO bad FROM (SELECT $SUMS AS whole FROM new_lines GROUP BY entry_id) AS entry;
    v.whole := bad.whole;
END IF;
""",
    AMOUNT=_AMOUNT,
    GATE=GATE,
    CLOSING=CLOSING,
    SUMS=_SUMS,
)

# Only after a refusal: which entry, which line, which rule.
_EXPLAIN = filled(
    """
    SELECT * INTO bad FROM (
        SELECT n.entry_id, n.position, e.key, b.code AS book, CASE
                WHEN e.id IS NULL THEN '23L12 no such entry'
                WHEN e.xid IS DISTINCT FROM pg_current_xact_id() OR e.recorded <> now() THEN '23L12 the entry is sealed'
                WHEN ($AMOUNT) IS NOT TRUE THEN '23L14 an amount is above zero, in whole paisa and at most $CEILING'
                WHEN n.amount_currency <> 'PKR' THEN '23L14 the books are kept in rupees'
                WHEN n.side NOT IN ('D', 'C') THEN '23L14 a line is on the debit or the credit side'
                WHEN b.id IS NULL THEN '23L11 no such book'
                WHEN p.id IS NULL THEN '23L04 no period holds the date'
                WHEN p.book_id <> e.book_id THEN '23L04 the period is of another book'
                WHEN NOT e.date BETWEEN p.start AND p."end" THEN '23L04 the date lies outside the period'
                WHEN p.start = p."end" AND e.kind <> '$CLOSING' THEN '23L04 a closing period holds closing entries only'
                WHEN p.start < p."end" AND e.kind = '$CLOSING' THEN '23L04 a closing entry lies in a closing period'
                WHEN p.closed_at IS NOT NULL THEN '23L03 the period is closed'
                WHEN u.id IS NULL THEN '23L11 no such user'
                WHEN a.id IS NULL THEN '23L11 no such account'
                WHEN a.book_id <> e.book_id THEN '23L11 the account is of another book'
            END AS fault
        FROM new_lines n
        LEFT JOIN ledger_account a ON a.id = n.account_id
        LEFT JOIN ledger_journalentry e ON e.id = n.entry_id
        LEFT JOIN ledger_book b ON b.id = e.book_id
        LEFT JOIN ledger_period p ON p.id = e.period_id
        LEFT JOIN auth_user u ON u.id = e.recorded_by_id
        UNION ALL
        SELECT n.entry_id, NULL, e.key, b.code, CASE
                WHEN count(*) < 2 THEN '23L02 an entry needs two lines or more'
                WHEN min(n.position) <> 1 OR max(n.position) <> count(*) THEN '23L02 lines are not numbered from 1'
                WHEN sum(CASE WHEN n.side = 'D' THEN n.amount ELSE -n.amount END) <> 0
                    THEN '23L01 debits and credits differ'
            END
        FROM new_lines n
        LEFT JOIN ledger_journalentry e ON e.id = n.entry_id
        LEFT JOIN ledger_book b ON b.id = e.book_id
        GROUP BY n.entry_id, e.key, b.code
    ) AS found WHERE fault IS NOT NULL ORDER BY entry_id, position NULLS LAST LIMIT 1;
    RAISE EXCEPTION USING ERRCODE = left(bad.fault, 5),
        MESSAGE = format('entry %s: %s', bad.entry_id, substr(bad.fault, 7)),
        DETAIL = json_build_object('rule', substr(bad.fault, 7), 'entry', bad.entry_id, 'key', bad.key,
            'book', bad.book, 'line', bad.position)::text;
""",
    AMOUNT=_AMOUNT,
    CEILING=grouped(CEILING),
    CLOSING=CLOSING,
)

# A reversal repeats its original line by line with the sides changed, in the same book, not before it, and is final.
_MIRROR = """
    SELECT e.id, e.key, b.code AS book, e.reverses_id INTO bad
    FROM (SELECT entry_id, count(*) AS lines FROM new_lines GROUP BY entry_id) AS n
    JOIN ledger_journalentry e ON e.id = n.entry_id
    JOIN ledger_book b ON b.id = e.book_id
    LEFT JOIN ledger_journalentry o ON o.id = e.reverses_id
    WHERE e.reverses_id IS NOT NULL AND (
        (o.book_id = e.book_id AND o.reverses_id IS NULL AND o.date <= e.date) IS NOT TRUE
        OR (SELECT count(*) FROM ledger_journalline x WHERE x.entry_id = o.id) <> n.lines
        OR EXISTS (
            SELECT FROM new_lines x
            LEFT JOIN ledger_journalline y ON y.entry_id = o.id AND y.position = x.position
            WHERE x.entry_id = e.id AND (x.side <> y.side
                AND (x.account_id, x.amount, x.head, x.party) = (y.account_id, y.amount, y.head, y.party)) IS NOT TRUE))
    LIMIT 1;
    IF FOUND THEN
        RAISE EXCEPTION USING ERRCODE = '23L07',
            MESSAGE = format('entry %s does not repeat entry %s with the sides changed', bad.id, bad.reverses_id),
            DETAIL = json_build_object('rule', 'a reversal repeats its original with the sides changed',
                'entry', bad.id, 'key', bad.key, 'book', bad.book, 'reverses', bad.reverses_id)::text;
    END IF;
"""

# A correction stands in for an entry of its book that this very transaction reverses; later ones would rewrite the past.
_CORRECTION = """
    SELECT e.id, e.key, b.code AS book, e.corrects_id INTO bad
    FROM (SELECT DISTINCT entry_id FROM new_lines) AS n
    JOIN ledger_journalentry e ON e.id = n.entry_id
    JOIN ledger_book b ON b.id = e.book_id
    LEFT JOIN ledger_journalentry o ON o.id = e.corrects_id
    LEFT JOIN ledger_journalentry r ON r.reverses_id = o.id
    WHERE e.corrects_id IS NOT NULL
        AND (e.reverses_id IS NULL AND o.book_id = e.book_id AND r.xid = pg_current_xact_id()) IS NOT TRUE
    LIMIT 1;
    IF FOUND THEN
        RAISE EXCEPTION USING ERRCODE = '23L07',
            MESSAGE = format('entry %s corrects entry %s, which is not reversed with it', bad.id, bad.corrects_id),
            DETAIL = json_build_object('rule', 'a correction is posted together with the reversal of what it corrects',
                'entry', bad.id, 'key', bad.key, 'book', bad.book, 'corrects', bad.corrects_id)::text;
    END IF;
"""

# One row per account, taken in account order after all totals, so that two posts never wait for each other crosswise.
# The UPDATE reads the balance again under the row lock: no race can pass it.
_FLOORS = """
    FOR floor IN
        SELECT a.id, a.code, a.name, sum(CASE WHEN n.side = a.normal THEN n.amount ELSE -n.amount END) AS change
        FROM new_lines n JOIN ledger_account a ON a.id = n.account_id
        WHERE a.never_negative GROUP BY a.id ORDER BY a.id
    LOOP
        UPDATE ledger_accountfloor SET balance = balance + floor.change
        WHERE account_id = floor.id AND balance + floor.change >= 0;
        IF NOT FOUND THEN
            SELECT balance INTO bad FROM ledger_accountfloor WHERE account_id = floor.id;
            RAISE EXCEPTION USING ERRCODE = '23L05', MESSAGE = format('account %s would go below zero', floor.code),
                DETAIL = json_build_object('rule', 'floor', 'account', floor.code, 'name', floor.name,
                    'balance', bad.balance::text, 'asked', (-floor.change)::text)::text;
        END IF;
    END LOOP;
"""
LINES = (
    _VERDICT
    + f"IF NOT (v.ok AND v.whole) THEN {_EXPLAIN} END IF;\n"
    + f"IF v.linked THEN {_MIRROR} {_CORRECTION} END IF;\n"
    + f"IF v.floored THEN {_FLOORS} END IF;\n"
    + "RETURN NULL;"
)
