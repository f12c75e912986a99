"""The door into the journal, as PL/pgSQL: the only code in the database that writes entries, lines and totals.

Two views stand for it. What is inserted into them is judged by the rules of door_rules.py and then written; the tables
themselves take rows from nowhere else (rules.ONLY_BY_DOOR), so what stands in the journal has passed here. All of a
statement is written or nothing. The answer is the entry's id, negative where key and content were there already.

`ledger_door_pair` takes the common entry: one amount, from one account to another, so that it balances however it is
written. It goes step by step, because for one entry the planner's joins cost more than they save. `ledger_door` takes any
number of entries with any number of lines, as sets.

Closing entries are led to the closing period of their date, others to the month. Stored totals are kept with the lines.
"""

from ledger.door_rules import FAULTS, FLOOR, FLOORS, KEY_USED, LINKS, OPEN, REFUSE
from ledger.money import CEILING
from ledger.rules import CLOSING, filled

PAIR_VIEW, MANY_VIEW = "ledger_door_pair", "ledger_door"

_ENTRY = (
    "book_id, period_id, date, kind, reference, memo, key, digest, reverses_id, corrects_id, reason, recorded_by_id"
)
_LINE = "entry_id, position, account_id, side, amount, amount_currency, head, party"
_SLOT = "CASE WHEN a.slots = 1 THEN 0 ELSE pg_backend_pid() % a.slots END"
# Amounts come in whole paisa, so that no fraction and no NaN can be said; lines keep rupees.
_AMOUNT = f"($PAISA > 0 AND $PAISA <= {int(CEILING * 100)}) IS NOT TRUE"
_TOTAL = "account_id, period_id, slot, debit_paisa, credit_paisa"
_ADD = """ON CONFLICT (account_id, period_id, slot)
    DO UPDATE SET debit_paisa = t.debit_paisa + excluded.debit_paisa, credit_paisa = t.credit_paisa + excluded.credit_paisa"""


def _holds(kind: str, day: str) -> str:
    """Whether period `p` is the one an entry belongs to: by its first day, and a closing period if it is a closing entry."""
    first = f"CASE WHEN {kind} = '{CLOSING}' THEN {day} ELSE date_trunc('month', {day}::timestamp)::date END"
    return f"p.start = {first} AND (p.start = p.\"end\") = ({kind} = '{CLOSING}')"


# One text[] is much cheaper to send and to parse than twenty values: book, date, kind, reference, memo, key, digest, who,
# reversed entry or '', corrected entry or '', reason, paisa, side of the first line, and account, head, party of each line.
PAIR_COLUMNS = "NULL::text[] AS f, NULL::bigint AS id"
PAIR_DECLARE = [
    ("f", "text[] := NEW.f"),
    ("paisa", "bigint := f[12]"),
    ("amount", "numeric := paisa * 0.01"),
    ("book", "bigint"),
    ("period", "bigint"),
    ("closed", "boolean"),
    ("poster", "bigint"),
    ("first", "bigint"),
    ("second", "bigint"),
    ("first_slot", "int"),
    ("second_slot", "int"),
    ("first_guard", "text"),
    ("second_guard", "text"),
    ("number", "bigint"),
    ("draft", "bigint := 1"),
    ("fault", "bigint"),
    ("ids", "bigint[]"),
    ("bad", "record"),
    ("held", "text"),
]
_FIND = """
SELECT a.id, $SLOT, CASE WHEN a.never_negative THEN a.normal END INTO $NAME, ${NAME}_slot, ${NAME}_guard
FROM ledger_account a WHERE a.book_id = book AND a.code = $CODE;"""


def _find(name: str, code: str) -> str:
    """Looks one account of the pair up: its id, the slot of its total, and its normal side if it has a floor."""
    return filled(_FIND, NAME=name, CODE=code, SLOT=_SLOT)


def _side(line: str, side: str) -> str:
    """The amount, if this line of the pair lies on that side; f[13] says it of the first line, the second has the other."""
    first = f"f[13] = '{side}'" if line == "first" else f"f[13] <> '{side}'"
    return f"CASE WHEN {first} THEN paisa ELSE 0 END"


def _in_order(low: str, high: str) -> str:
    """Totals first, floors last, both in the order of accounts, so that two posts never wait for each other crosswise."""
    rows = [f"({name}, period, {name}_slot, {_side(name, 'D')}, {_side(name, 'C')})" for name in (low, high)]
    totals = f"INSERT INTO ledger_accounttotal AS t ({_TOTAL})\n    VALUES {', '.join(rows)}\n    {_ADD};"
    floors = [
        f"IF {name}_guard IS NOT NULL THEN {filled(FLOOR, ACCOUNT=name, CHANGE=f'({_change(name)})')} END IF;"
        for name in (low, high)
    ]
    return "\n    ".join([totals, *floors])


def _change(name: str) -> str:
    with_it, against = ("amount", "-amount") if name == "first" else ("-amount", "amount")
    return f"CASE {name}_guard WHEN f[13] THEN {with_it} ELSE {against} END"


PAIR = filled(
    """
$OPEN
SELECT b.id INTO book FROM ledger_book b WHERE b.code = f[1];
SELECT p.id, p.closed_at IS NOT NULL INTO period, closed FROM ledger_period p WHERE p.book_id = book AND $HOLDS;
SELECT u.id INTO poster FROM auth_user u WHERE u.id = f[8]::bigint;
$FIND_FIRST
$FIND_SECOND
fault := CASE WHEN book IS NULL THEN $BOOK WHEN period IS NULL THEN $PERIOD WHEN closed THEN $CLOSED
    WHEN poster IS NULL THEN $USER WHEN (f[3] <> '' AND f[6] <> '') IS NOT TRUE THEN $NAMELESS
    WHEN coalesce(nullif(f[9], ''), nullif(f[10], '')) IS NOT NULL AND (f[11] <> '') IS NOT TRUE THEN $REASON
    WHEN $INEXACT THEN 100 + $AMOUNT WHEN (f[13] IN ('D', 'C')) IS NOT TRUE THEN 100 + $SIDE
    WHEN first IS NULL THEN 100 + $ACCOUNT WHEN second IS NULL THEN 200 + $ACCOUNT WHEN first = second THEN $PAIR END;
IF fault IS NULL THEN
    INSERT INTO ledger_journalentry AS e ($ENTRY)
    VALUES (book, period, f[2]::date, f[3], f[4], f[5], f[6], f[7], nullif(f[9], '')::bigint, nullif(f[10], '')::bigint,
        f[11], f[8]::bigint)
    ON CONFLICT (book_id, key) DO NOTHING RETURNING e.id INTO number;
END IF;
NEW.id := number;
IF number IS NULL THEN
    SELECT e.id, e.digest INTO bad FROM ledger_journalentry e WHERE e.book_id = book AND e.key = f[6];
    IF NOT FOUND THEN
        $REFUSE
    ELSIF bad.digest <> f[7] THEN
        $KEY_USED
    END IF;
    NEW.id := -bad.id;
    RETURN NEW;
END IF;
INSERT INTO ledger_journalline ($LINE)
VALUES (number, 1, first, f[13], amount, 'PKR', f[15], f[16]),
    (number, 2, second, CASE f[13] WHEN 'D' THEN 'C' ELSE 'D' END, amount, 'PKR', f[18], f[19]);
IF f[9] <> '' OR f[10] <> '' THEN
    ids := ARRAY[number];
    $LINKS
END IF;
IF first < second THEN
    $FORWARD
ELSE
    $BACKWARD
END IF;
RETURN NEW;
""",
    OPEN=OPEN,
    HOLDS=_holds("f[3]", "f[2]::date"),
    FIND_FIRST=_find("first", "f[14]"),
    FIND_SECOND=_find("second", "f[17]"),
    INEXACT=filled(_AMOUNT, PAISA="paisa"),
    ENTRY=_ENTRY,
    LINE=_LINE,
    LINKS=LINKS,
    FORWARD=_in_order("first", "second"),
    BACKWARD=_in_order("second", "first"),
    REFUSE=REFUSE,
    KEY_USED=filled(KEY_USED, KEY="f[6]"),
    **FAULTS,
)

# Of many drafts each place, which is a book, a date and a kind, and each account is named once and looked up once.
# Drafts say which place is theirs by its number, lines which draft and which account.
MANY_GIVEN = {
    "books": "text[]",
    "dates": "date[]",
    "kinds": "text[]",
    "account_books": "text[]",
    "account_codes": "text[]",
    "by_user": "bigint",
    "place": "int[]",
    "refs": "text[]",
    "memos": "text[]",
    "keys": "text[]",
    "digests": "text[]",
    "reversed": "bigint[]",
    "corrected": "bigint[]",
    "why": "text[]",
    "line_draft": "int[]",
    "line_position": "int[]",
    "line_account": "int[]",
    "line_side": "text[]",
    "line_paisa": "bigint[]",
    "line_head": "text[]",
    "line_party": "text[]",
}
MANY_NAMES = tuple(MANY_GIVEN)
MANY_COLUMNS = ", ".join(f"NULL::{kind} AS {name}" for name, kind in {**MANY_GIVEN, "ids": "bigint[]"}.items())
MANY_DECLARE = [
    # Counted from 1 however they came, for their elements are found by number.
    ("place", "int[] := NEW.place[:]"),
    ("dates", "date[] := NEW.dates[:]"),
    ("kinds", "text[] := NEW.kinds[:]"),
    ("ids", "bigint[]"),
    ("owners", "bigint[]"),
    ("periods", "bigint[]"),
    ("place_faults", "int[]"),
    ("accounts", "bigint[]"),
    ("holders", "bigint[]"),
    ("slots", "int[]"),
    ("guarded", "boolean"),
    ("written", "bigint"),
    ("judged", "bigint"),
    ("draft", "bigint"),
    ("fault", "bigint"),
    ("below", "record"),
    ("bad", "record"),
    ("held", "text"),
]
# A fault of a draft is told apart by what is added: its number in the upper half, so that the least one is the first one.
MANY = filled(
    """
$OPEN
SELECT array_agg(nextval('ledger_journalentry_id_seq')) INTO ids FROM generate_series(1, cardinality(place));
SELECT array_agg(coalesce(b.id, 0) ORDER BY d.o), array_agg(coalesce(p.id, 0) ORDER BY d.o), array_agg(CASE
        WHEN b.id IS NULL THEN $BOOK WHEN p.id IS NULL THEN $PERIOD WHEN p.closed_at IS NOT NULL THEN $CLOSED
        WHEN u.id IS NULL THEN $USER WHEN d.kind = '' THEN $NAMELESS ELSE 0 END ORDER BY d.o)
INTO owners, periods, place_faults
FROM unnest(NEW.books, dates, kinds) WITH ORDINALITY AS d(book, date, kind, o)
LEFT JOIN ledger_book b ON b.code = d.book
LEFT JOIN ledger_period p ON p.book_id = b.id AND $HOLDS
LEFT JOIN auth_user u ON u.id = NEW.by_user;
SELECT array_agg(coalesce(a.id, 0) ORDER BY d.o), array_agg(b.id ORDER BY d.o), array_agg($SLOT ORDER BY d.o),
    bool_or(a.never_negative) INTO accounts, holders, slots, guarded
FROM unnest(NEW.account_books, NEW.account_codes) WITH ORDINALITY AS d(book, code, o)
LEFT JOIN ledger_book b ON b.code = d.book
LEFT JOIN ledger_account a ON a.book_id = b.id AND a.code = d.code;
INSERT INTO ledger_journalentry (id, $ENTRY)
SELECT ids[d.o], owners[d.place], periods[d.place], dates[d.place], kinds[d.place], d.ref, d.memo, d.key, d.digest,
    d.reverses, d.corrects, d.reason, NEW.by_user
FROM (SELECT generate_series(1, cardinality(place)) AS o, unnest(place) AS place, unnest(NEW.refs) AS ref,
    unnest(NEW.memos) AS memo, unnest(NEW.keys) AS key, unnest(NEW.digests) AS digest, unnest(NEW.reversed) AS reverses,
    unnest(NEW.corrected) AS corrects, unnest(NEW.why) AS reason) AS d
ON CONFLICT (book_id, key) DO NOTHING;
GET DIAGNOSTICS written = ROW_COUNT;
IF written < cardinality(place) THEN
    SELECT array_agg(CASE WHEN e.id = ids[d.o] THEN e.id ELSE -e.id END ORDER BY d.o) AS ids,
        min(d.o) FILTER (WHERE e.digest IS DISTINCT FROM d.digest) AS draft INTO bad
    FROM unnest(place, NEW.keys, NEW.digests) WITH ORDINALITY AS d(place, key, digest, o)
    LEFT JOIN ledger_journalentry e ON e.book_id = owners[d.place] AND e.key = d.key;
    draft := bad.draft;
    IF draft IS NOT NULL THEN
        $KEY_USED
    END IF;
    ids := bad.ids;
END IF;
WITH x AS MATERIALIZED (
    SELECT x.*, accounts[x.account] AS account_id, slots[x.account] AS slot, periods[place[x.draft]] AS period,
        coalesce(CASE WHEN ids[x.draft] IS NULL THEN $STRAY END, nullif(place_faults[place[x.draft]], 0), x.position * 100 + CASE
            WHEN $INEXACT THEN $AMOUNT WHEN (x.side IN ('D', 'C')) IS NOT TRUE THEN $SIDE
            WHEN (accounts[x.account] > 0) IS NOT TRUE THEN $ACCOUNT
            WHEN holders[x.account] <> owners[place[x.draft]] THEN $FOREIGN END) AS fault
    FROM (SELECT unnest(NEW.line_draft) AS draft, unnest(NEW.line_position) AS position, unnest(NEW.line_account) AS account,
        unnest(NEW.line_side) AS side, unnest(NEW.line_paisa) AS paisa, unnest(NEW.line_head) AS head,
        unnest(NEW.line_party) AS party) AS x
    WHERE (ids[x.draft] > 0) IS NOT FALSE
), lines AS (
    INSERT INTO ledger_journalline ($LINE)
    SELECT ids[x.draft], x.position, x.account_id, x.side, x.paisa * 0.01, 'PKR', x.head, x.party FROM x WHERE x.fault IS NULL
), totals AS (
    INSERT INTO ledger_accounttotal AS t ($TOTAL)
    SELECT x.account_id, x.period, x.slot, sum(CASE x.side WHEN 'D' THEN x.paisa ELSE 0 END),
        sum(CASE x.side WHEN 'C' THEN x.paisa ELSE 0 END)
    FROM x WHERE x.fault IS NULL GROUP BY 1, 2, 3 ORDER BY 1, 2, 3
    $ADD
)
SELECT count(*), min(coalesce(e.draft, 0)::bigint << 32 | e.fault) INTO judged, fault FROM (
    SELECT x.draft, coalesce(min(x.fault), CASE WHEN count(*) < 2 THEN $SHORT
            WHEN min(x.position) <> 1 OR max(x.position) <> count(*) THEN $POSITIONS
            WHEN sum(CASE x.side WHEN 'D' THEN x.paisa ELSE -x.paisa END) <> 0 THEN $UNBALANCED END) AS fault
    FROM x GROUP BY x.draft
) AS e;
IF fault IS NULL THEN
    SELECT min(d.o::bigint << 32 | CASE WHEN d.key = '' THEN $NAMELESS
            WHEN d.reason = '' AND coalesce(d.reverses, d.corrects) IS NOT NULL THEN $REASON
            WHEN judged < written AND NOT d.o = ANY(NEW.line_draft) THEN $SHORT END) INTO fault
    FROM (SELECT generate_series(1, cardinality(place)) AS o, unnest(NEW.keys) AS key, unnest(NEW.reversed) AS reverses,
        unnest(NEW.corrected) AS corrects, unnest(NEW.why) AS reason) AS d
    WHERE ids[d.o] > 0;
END IF;
IF fault IS NOT NULL THEN
    draft := fault >> 32;
    fault := fault & 4294967295;
    $REFUSE
END IF;
IF cardinality(array_remove(NEW.reversed || NEW.corrected, NULL)) > 0 THEN $LINKS END IF;
IF guarded THEN $FLOORS END IF;
NEW.ids := ids;
RETURN NEW;
""",
    OPEN=OPEN,
    HOLDS=_holds("d.kind", "d.date"),
    SLOT=_SLOT,
    INEXACT=filled(_AMOUNT, PAISA="x.paisa"),
    ENTRY=_ENTRY,
    LINE=_LINE,
    TOTAL=_TOTAL,
    ADD=_ADD,
    LINKS=LINKS,
    FLOORS=FLOORS,
    REFUSE=REFUSE,
    KEY_USED=filled(KEY_USED, KEY="NEW.keys[draft]"),
    **FAULTS,
)
