"""The rules the database keeps, as PL/pgSQL bodies; models.py says which table carries which.

Refusals raise SQLSTATEs of class 23 ("23Lnn", integrity) with a JSON detail that posting.py turns into exceptions:
    23L01 unbalanced       23L02 too few lines, wrong positions  23L03 period closed       23L04 no period for the date
    23L05 below the floor  23L06 key used for other content      23L07 no true reversal    23L08 append-only
    23L09 frozen parent    23L10 isolation level                 23L11 no such book, account or user
    23L12 sealed: lines for an entry of another transaction
    23L13 years and periods out of order (period_rules.py)
"""

# One gate for posting (shared) and for closing periods (alone). Any number does that nobody else uses.
GATE = 7_170_001_001

# Debits and credits are added up in one pass over the statement's lines: verdict and stored totals together. `ok` says
# that a line belongs to an entry of this very transaction, in its book, and the entry's date to an open period.
LINES_DECLARE = [("v", "record"), ("bad", "record"), ("floor", "record"), ("held", "text")]
_VERDICT = """
IF current_setting('transaction_isolation') <> 'read committed' THEN
    RAISE EXCEPTION USING ERRCODE = '23L10', DETAIL = '{"rule": "isolation"}',
        MESSAGE = 'posting needs READ COMMITTED: an older snapshot cannot see that a period was closed';
END IF;
held := pg_advisory_xact_lock_shared(GATE_KEY);
WITH l AS MATERIALIZED (
    SELECT n.entry_id, n.position, n.account_id, n.amount, n.side = 'D' AS debit,
        a.slots, a.never_negative, e.period_id, e.reverses_id,
        (a.book_id = e.book_id AND e.xid = pg_current_xact_id() AND e.recorded = now() AND p.book_id = e.book_id
            AND p.closed_at IS NULL AND e.date BETWEEN p.start AND p."end" AND u.id IS NOT NULL) IS TRUE AS ok
    FROM new_lines n
    LEFT JOIN ledger_account a ON a.id = n.account_id
    LEFT JOIN ledger_journalentry e ON e.id = n.entry_id
    LEFT JOIN ledger_period p ON p.id = e.period_id
    LEFT JOIN auth_user u ON u.id = e.recorded_by_id
), written AS (
    INSERT INTO ledger_accounttotal AS t (account_id, period_id, slot, debit, credit)
    SELECT account_id, period_id, CASE WHEN slots = 1 THEN 0 ELSE pg_backend_pid() % slots END AS slot,
        coalesce(sum(amount) FILTER (WHERE debit), 0), coalesce(sum(amount) FILTER (WHERE NOT debit), 0)
    FROM l WHERE ok GROUP BY 1, 2, 3 ORDER BY 1, 2, 3
    ON CONFLICT (account_id, period_id, slot)
    DO UPDATE SET debit = t.debit + excluded.debit, credit = t.credit + excluded.credit
)
SELECT bool_and(good) AS good, bool_or(floored) AS floored, bool_or(reversal) AS reversal INTO v
FROM (
    SELECT bool_and(ok) AND sum(CASE WHEN debit THEN amount ELSE -amount END) = 0
            AND count(*) > 1 AND min(position) = 1 AND max(position) = count(*) AS good,
        bool_or(never_negative) AS floored, bool_or(reverses_id IS NOT NULL) AS reversal
    FROM l GROUP BY entry_id
) AS entry;
"""

# Only after a refusal: which entry, which line, which rule.
_EXPLAIN = """
    SELECT * INTO bad FROM (
        SELECT n.entry_id, n.position, e.key, b.code AS book, CASE
                WHEN e.id IS NULL THEN '23L12 no such entry'
                WHEN e.xid IS DISTINCT FROM pg_current_xact_id() OR e.recorded <> now() THEN '23L12 the entry is sealed'
                WHEN b.id IS NULL THEN '23L11 no such book'
                WHEN p.id IS NULL THEN '23L04 no period holds the date'
                WHEN p.book_id <> e.book_id THEN '23L04 the period is of another book'
                WHEN NOT e.date BETWEEN p.start AND p."end" THEN '23L04 the date lies outside the period'
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
"""

# A reversal repeats its original line by line with the sides changed, in the same book, not before it, and is final.
_MIRROR = """
    SELECT e.id, e.key, e.reverses_id INTO bad
    FROM (SELECT entry_id, count(*) AS lines FROM new_lines GROUP BY entry_id) AS n
    JOIN ledger_journalentry e ON e.id = n.entry_id
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
                'entry', bad.id, 'key', bad.key, 'reverses', bad.reverses_id)::text;
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
    _VERDICT.replace("GATE_KEY", str(GATE))
    + f"IF NOT v.good THEN {_EXPLAIN} END IF;\n"
    + f"IF v.reversal THEN {_MIRROR} END IF;\n"
    + f"IF v.floored THEN {_FLOORS} END IF;\n"
    + "RETURN NULL;"
)

HAS_LINES = """
IF NOT EXISTS (SELECT FROM ledger_journalline WHERE entry_id = NEW.id) THEN
    RAISE EXCEPTION USING ERRCODE = '23L02', MESSAGE = format('entry %s has no lines', NEW.id),
        DETAIL = json_build_object('rule', 'an entry needs two lines or more', 'entry', NEW.id, 'key', NEW.key)::text;
END IF;
RETURN NULL;
"""

ONLY_BY_RULE = """
RAISE EXCEPTION USING ERRCODE = '23L08',
    MESSAGE = format('%s of %s is refused: only posting writes it', TG_OP, TG_TABLE_NAME),
    DETAIL = json_build_object('rule', 'only_by_rule', 'table', TG_TABLE_NAME)::text;
"""

NEVER_REMOVED = """
RAISE EXCEPTION USING ERRCODE = '23L09',
    MESSAGE = format('%s of %s is refused: entries refer to it for good', TG_OP, TG_TABLE_NAME),
    DETAIL = json_build_object('rule', 'never_removed', 'table', TG_TABLE_NAME)::text;
"""

FROZEN = """
RAISE EXCEPTION USING ERRCODE = '23L09',
    MESSAGE = format('%s %s: what entries rely on is never changed', TG_TABLE_NAME, OLD.id),
    DETAIL = json_build_object('rule', 'frozen', 'table', TG_TABLE_NAME, 'id', OLD.id)::text;
"""

NEW_FLOOR = """
INSERT INTO ledger_accountfloor (account_id, balance) VALUES (NEW.id, 0);
RETURN NULL;
"""

# The door for posting: one call writes one entry or 100,000. Drafts come as arrays, lines name their draft by number.
# Codes that lead nowhere become 0, which the line rule refuses, naming the line: so the good path asks nothing twice.
# Answer: the entries' ids in order, negative where key and content were there already.
POST_SIGNATURE = (
    "ledger_post(books text[], dates date[], kinds text[], refs text[], memos text[], keys text[], digests text[], "
    "by_user bigint, reversed bigint, why text, line_draft int[], line_position int[], line_account text[], "
    "line_side text[], line_amount numeric[], line_head text[], line_party text[]) RETURNS bigint[]"
)
POST_DECLARE = [
    ("n", "int := cardinality(books)"),
    ("ids", "bigint[]"),
    ("owners", "bigint[]"),
    ("written", "bigint"),
    ("found_id", "bigint"),
    ("owner", "bigint"),
    ("bad", "record"),
]
POST = """
IF n = 1 THEN
    INSERT INTO ledger_journalentry AS e
        (book_id, period_id, date, kind, reference, memo, key, digest, reverses_id, reason, recorded_by_id)
    SELECT coalesce(b.id, 0), coalesce(p.id, 0), dates[1], kinds[1], refs[1], memos[1], keys[1], digests[1],
        reversed, why, by_user
    FROM (SELECT) AS one
    LEFT JOIN ledger_book b ON b.code = books[1]
    LEFT JOIN ledger_period p ON p.book_id = b.id AND p.start = date_trunc('month', dates[1]::timestamp)::date
    ON CONFLICT (book_id, key) DO NOTHING RETURNING e.id, e.book_id INTO found_id, owner;
    GET DIAGNOSTICS written = ROW_COUNT;
    ids := ARRAY[found_id];
    owners := ARRAY[owner];
ELSE
    SELECT array_agg(nextval('ledger_journalentry_id_seq')) INTO ids FROM generate_series(1, n);
    SELECT array_agg(coalesce(b.id, 0) ORDER BY d.o) INTO owners
    FROM unnest(books) WITH ORDINALITY AS d(code, o) LEFT JOIN ledger_book b ON b.code = d.code;
    INSERT INTO ledger_journalentry
        (id, book_id, period_id, date, kind, reference, memo, key, digest, reverses_id, reason, recorded_by_id)
    SELECT ids[d.o], owners[d.o], coalesce(p.id, 0), d.date, d.kind, d.ref, d.memo, d.key, d.digest,
        reversed, why, by_user
    FROM unnest(dates, kinds, refs, memos, keys, digests) WITH ORDINALITY AS d(date, kind, ref, memo, key, digest, o)
    LEFT JOIN ledger_period p ON p.book_id = owners[d.o] AND p.start = date_trunc('month', d.date::timestamp)::date
    ORDER BY d.o
    ON CONFLICT (book_id, key) DO NOTHING;
    GET DIAGNOSTICS written = ROW_COUNT;
END IF;
IF written < n THEN
    SELECT array_agg(CASE WHEN e.id = ids[d.o] THEN e.id ELSE -e.id END ORDER BY d.o) AS ids,
        min(d.o) FILTER (WHERE e.digest IS DISTINCT FROM d.digest) AS clash INTO bad
    FROM unnest(books, keys, digests) WITH ORDINALITY AS d(code, key, digest, o)
    LEFT JOIN ledger_book b ON b.code = d.code
    LEFT JOIN ledger_journalentry e ON e.book_id = coalesce(b.id, 0) AND e.key = d.key;
    IF bad.clash IS NOT NULL THEN
        RAISE EXCEPTION USING ERRCODE = '23L06', MESSAGE = format('key %s was used for other content', keys[bad.clash]),
            DETAIL = json_build_object('rule', 'key', 'key', keys[bad.clash], 'book', books[bad.clash])::text;
    END IF;
    ids := bad.ids;
    SELECT array_agg(coalesce(b.id, 0) ORDER BY d.o) INTO owners
    FROM unnest(books) WITH ORDINALITY AS d(code, o) LEFT JOIN ledger_book b ON b.code = d.code;
END IF;
IF written > 0 THEN
    INSERT INTO ledger_journalline (entry_id, position, account_id, side, amount, amount_currency, head, party)
    SELECT ids[l.draft], l.position, coalesce(a.id, 0), l.side, l.amount, 'PKR', l.head, l.party
    FROM unnest(line_draft, line_position, line_account, line_side, line_amount, line_head, line_party)
        AS l(draft, position, account, side, amount, head, party)
    LEFT JOIN ledger_account a ON a.book_id = owners[l.draft] AND a.code = l.account
    WHERE ids[l.draft] > 0;
END IF;
RETURN ids;
"""
