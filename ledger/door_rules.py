"""What the door into the journal (door.py) asks of an entry, and what it answers when the answer is no.

rules.py lists the SQLSTATEs. A fault is a number: 1 to 99 says which rule, hundreds which line. Its DETAIL is a JSON object
that names rule, draft (from 1) and line (from 1), which refusals.py turns into exceptions.
"""

from ledger.money import CEILING, grouped
from ledger.rules import GATE, filled

_FAULTS = {
    "BOOK": ("23L11", "no such book"),
    "PERIOD": ("23L04", "no period holds the date"),
    "CLOSED": ("23L03", "the period is closed"),
    "USER": ("23L11", "no such user"),
    "NAMELESS": ("23L15", "an entry has a kind and a key"),
    "REASON": ("23L15", "a reversal or a correction says why"),
    "AMOUNT": ("23L14", f"an amount is above zero, in whole paisa and at most {grouped(CEILING)}"),
    "SIDE": ("23L14", "a line is on the debit or the credit side"),
    "ACCOUNT": ("23L11", "no such account"),
    "FOREIGN": ("23L11", "the account is of another book"),
    "PAIR": ("23L02", "an amount moves from one account to another"),
    "STRAY": ("23L12", "a line belongs to an entry that is posted with it"),
    "SHORT": ("23L02", "an entry needs two lines or more"),
    "POSITIONS": ("23L02", "lines are not numbered from 1"),
    "UNBALANCED": ("23L01", "debits and credits differ"),
}
# Their numbers, by the names the bodies use.
FAULTS = {name: number for number, name in enumerate(_FAULTS, 1)}

# An older snapshot would not see that a period was closed. The gate is shared by all who post, and closing takes it alone;
# as an assignment it costs no query, and each query after it sees what was committed before.
OPEN = filled(
    """
IF current_setting('transaction_isolation') <> 'read committed' THEN
    RAISE EXCEPTION USING ERRCODE = '23L10', DETAIL = '{"rule": "isolation"}',
        MESSAGE = 'posting needs READ COMMITTED: an older snapshot cannot see that a period was closed';
END IF;
held := pg_advisory_xact_lock_shared($GATE);
""",
    GATE=GATE,
)


def _array(texts: list[str]) -> str:
    return "ARRAY[" + ", ".join(f"'{text}'" for text in texts) + "]"


# Of `fault` in the entry number `draft`.
REFUSE = filled(
    """RAISE EXCEPTION USING ERRCODE = ($STATES)[fault % 100],
        MESSAGE = format('entry %s%s: %s', draft, ', line ' || nullif(fault / 100, 0), ($TEXTS)[fault % 100]),
        DETAIL = json_build_object('rule', ($TEXTS)[fault % 100], 'draft', draft, 'line', nullif(fault / 100, 0))::text;""",
    STATES=_array([state for state, _ in _FAULTS.values()]),
    TEXTS=_array([text for _, text in _FAULTS.values()]),
)

KEY_USED = """RAISE EXCEPTION USING ERRCODE = '23L06', MESSAGE = format('key %s was used for other content', $KEY),
            DETAIL = json_build_object('rule', 'key', 'key', $KEY, 'draft', draft)::text;"""

# A reversal repeats its original line by line with the sides changed, in the same book, not before it, and is final.
_MIRROR = """
    SELECT e.id, e.reverses_id, w.draft INTO bad
    FROM unnest(ids) WITH ORDINALITY AS w(id, draft)
    JOIN ledger_journalentry e ON e.id = w.id
    LEFT JOIN ledger_journalentry o ON o.id = e.reverses_id
    WHERE e.reverses_id IS NOT NULL AND (
        (o.book_id = e.book_id AND o.reverses_id IS NULL AND o.date <= e.date) IS NOT TRUE
        OR (SELECT count(*) FROM ledger_journalline x WHERE x.entry_id = o.id)
            <> (SELECT count(*) FROM ledger_journalline x WHERE x.entry_id = e.id)
        OR EXISTS (
            SELECT FROM ledger_journalline x
            LEFT JOIN ledger_journalline y ON y.entry_id = o.id AND y.position = x.position
            WHERE x.entry_id = e.id AND (x.side <> y.side
                AND (x.account_id, x.amount, x.head, x.party) = (y.account_id, y.amount, y.head, y.party)) IS NOT TRUE))
    ORDER BY w.draft LIMIT 1;
    IF FOUND THEN
        RAISE EXCEPTION USING ERRCODE = '23L07',
            MESSAGE = format('entry %s does not repeat entry %s with the sides changed', bad.draft, bad.reverses_id),
            DETAIL = json_build_object('rule', 'a reversal repeats its original with the sides changed',
                'draft', bad.draft, 'reverses', bad.reverses_id)::text;
    END IF;
"""

# A correction stands in for an entry of its book that this very transaction reverses; later ones would rewrite the past.
_CORRECTION = """
    SELECT e.id, e.corrects_id, w.draft INTO bad
    FROM unnest(ids) WITH ORDINALITY AS w(id, draft)
    JOIN ledger_journalentry e ON e.id = w.id
    LEFT JOIN ledger_journalentry o ON o.id = e.corrects_id
    LEFT JOIN ledger_journalentry r ON r.reverses_id = o.id
    WHERE e.corrects_id IS NOT NULL
        AND (e.reverses_id IS NULL AND o.book_id = e.book_id AND r.xid = pg_current_xact_id()) IS NOT TRUE
    ORDER BY w.draft LIMIT 1;
    IF FOUND THEN
        RAISE EXCEPTION USING ERRCODE = '23L07',
            MESSAGE = format('entry %s corrects entry %s, which is not reversed with it', bad.draft, bad.corrects_id),
            DETAIL = json_build_object('rule', 'a correction is posted together with the reversal of what it corrects',
                'draft', bad.draft, 'corrects', bad.corrects_id)::text;
    END IF;
"""
LINKS = _MIRROR + _CORRECTION

# One row per account. The UPDATE reads the balance again under the row lock: no race can pass it.
FLOOR = """
        UPDATE ledger_accountfloor SET balance = balance + $CHANGE
        WHERE account_id = $ACCOUNT AND balance + $CHANGE >= 0;
        IF NOT FOUND THEN
            SELECT a.code, a.name, f.balance INTO bad
            FROM ledger_account a JOIN ledger_accountfloor f ON f.account_id = a.id WHERE a.id = $ACCOUNT;
            RAISE EXCEPTION USING ERRCODE = '23L05', MESSAGE = format('account %s would go below zero', bad.code),
                DETAIL = json_build_object('rule', 'floor', 'account', bad.code, 'name', bad.name,
                    'balance', bad.balance::text, 'asked', (-$CHANGE)::text)::text;
        END IF;
"""
FLOORS = filled(
    """
    FOR below IN
        SELECT a.id, sum(CASE WHEN x.side = a.normal THEN x.amount ELSE -x.amount END) AS change
        FROM ledger_journalline x JOIN ledger_account a ON a.id = x.account_id
        WHERE x.entry_id = ANY(ids) AND a.never_negative GROUP BY a.id ORDER BY a.id
    LOOP
        $FLOOR
    END LOOP;
""",
    FLOOR=filled(FLOOR, ACCOUNT="below.id", CHANGE="below.change"),
)
