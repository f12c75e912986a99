"""The door for posting in the database, as PL/pgSQL bodies: ledger_post_one writes one entry, ledger_post up to 100,000.

Both write nothing that the rules would not take from anybody. Codes that lead nowhere become 0, which the line rule
refuses, naming the line: so the good path asks nothing twice. The answer is the entry's id, negative where key and
content were there already. Closing entries are led to the closing period of their date, others to the month.
"""

from ledger.rules import CLOSING, filled

_ENTRY = (
    "book_id, period_id, date, kind, reference, memo, key, digest, reverses_id, corrects_id, reason, recorded_by_id"
)
_LINE = "entry_id, position, account_id, side, amount, amount_currency, head, party"


def _starts(kind: str, day: str) -> str:
    """The first day of the period an entry belongs to."""
    return f"CASE WHEN {kind} = '{CLOSING}' THEN {day} ELSE date_trunc('month', {day}::timestamp)::date END"


def _key_used(key: str, book: str) -> str:
    return f"""RAISE EXCEPTION USING ERRCODE = '23L06', MESSAGE = format('key %s was used for other content', {key}),
            DETAIL = json_build_object('rule', 'key', 'key', {key}, 'book', {book})::text;"""


# One text[] is much cheaper to send and to parse than seventeen arrays: book, date, kind, reference, memo, key, digest,
# who, reversed entry or '', corrected entry or '', reason; then account, side, amount, head, party of each line.
ONE_HEAD, ONE_LINE = 11, 5
ONE_SIGNATURE = "ledger_post_one(f text[]) RETURNS bigint"
ONE_DECLARE = [("number", "bigint"), ("owner", "bigint"), ("bad", "record")]
_ONE_LINE = {
    name: f"f[{ONE_HEAD - ONE_LINE + place} + {ONE_LINE} * n]"
    for place, name in enumerate(("ACCOUNT", "SIDE", "AMOUNT", "HEAD", "PARTY"), 1)
}
ONE = filled(
    """
INSERT INTO ledger_journalentry AS e ($ENTRY)
SELECT coalesce(b.id, 0), coalesce((SELECT p.id FROM ledger_period p WHERE p.book_id = b.id AND p.start = $STARTS), 0),
    f[2]::date, f[3], f[4], f[5], f[6], f[7],
    nullif(f[9], '')::bigint, nullif(f[10], '')::bigint, f[11], f[8]::bigint
FROM (SELECT) AS one LEFT JOIN ledger_book b ON b.code = f[1]
ON CONFLICT (book_id, key) DO NOTHING RETURNING e.id, e.book_id INTO number, owner;
IF number IS NULL THEN
    SELECT e.id, e.digest INTO bad FROM ledger_journalentry e
    WHERE e.book_id = coalesce((SELECT b.id FROM ledger_book b WHERE b.code = f[1]), 0) AND e.key = f[6];
    IF bad.digest <> f[7] THEN
        $KEY_USED
    END IF;
    RETURN -bad.id;
END IF;
INSERT INTO ledger_journalline ($LINE)
SELECT number, n, coalesce((SELECT a.id FROM ledger_account a WHERE a.book_id = owner AND a.code = $ACCOUNT), 0),
    $SIDE, $AMOUNT::numeric, 'PKR', $HEAD, $PARTY
FROM generate_series(1, (cardinality(f) - $HEADS) / $PLACES) AS n;
RETURN number;
""",
    ENTRY=_ENTRY,
    LINE=_LINE,
    STARTS=_starts("f[3]", "f[2]::date"),
    KEY_USED=_key_used("f[6]", "f[1]"),
    HEADS=ONE_HEAD,
    PLACES=ONE_LINE,
    **_ONE_LINE,
)

# Of many drafts each place, which is a book, a date and a kind, and each account is named once and looked up once.
# Drafts say which place is theirs by its number, lines which draft and which account.
MANY_SIGNATURE = (
    "ledger_post(books text[], dates date[], kinds text[], account_books text[], account_codes text[], by_user bigint, "
    "place int[], refs text[], memos text[], keys text[], digests text[], reversed bigint[], corrected bigint[], "
    "why text[], line_draft int[], line_position int[], line_account int[], line_side text[], line_amount numeric[], "
    "line_head text[], line_party text[]) RETURNS bigint[]"
)
MANY_DECLARE = [
    ("ids", "bigint[]"),
    ("owners", "bigint[]"),
    ("periods", "bigint[]"),
    ("accounts", "bigint[]"),
    ("written", "bigint"),
    ("bad", "record"),
]
MANY = filled(
    """
SELECT array_agg(nextval('ledger_journalentry_id_seq')) INTO ids FROM generate_series(1, cardinality(place));
SELECT array_agg(coalesce(b.id, 0) ORDER BY d.o), array_agg(coalesce(p.id, 0) ORDER BY d.o) INTO owners, periods
FROM unnest(books, dates, kinds) WITH ORDINALITY AS d(book, date, kind, o)
LEFT JOIN ledger_book b ON b.code = d.book
LEFT JOIN ledger_period p ON p.book_id = b.id AND p.start = $STARTS;
SELECT array_agg(coalesce(a.id, 0) ORDER BY d.o) INTO accounts
FROM unnest(account_books, account_codes) WITH ORDINALITY AS d(book, code, o)
LEFT JOIN ledger_book b ON b.code = d.book
LEFT JOIN ledger_account a ON a.book_id = b.id AND a.code = d.code;
INSERT INTO ledger_journalentry (id, $ENTRY)
SELECT ids[d.o], owners[d.place], periods[d.place], dates[d.place], kinds[d.place], d.ref, d.memo, d.key, d.digest,
    d.reverses, d.corrects, d.reason, by_user
FROM unnest(place, refs, memos, keys, digests, reversed, corrected, why) WITH ORDINALITY
    AS d(place, ref, memo, key, digest, reverses, corrects, reason, o)
ON CONFLICT (book_id, key) DO NOTHING;
GET DIAGNOSTICS written = ROW_COUNT;
IF written < cardinality(place) THEN
    SELECT array_agg(CASE WHEN e.id = ids[d.o] THEN e.id ELSE -e.id END ORDER BY d.o) AS ids,
        min(d.o) FILTER (WHERE e.digest IS DISTINCT FROM d.digest) AS clash INTO bad
    FROM unnest(place, keys, digests) WITH ORDINALITY AS d(place, key, digest, o)
    LEFT JOIN ledger_journalentry e ON e.book_id = owners[d.place] AND e.key = d.key;
    IF bad.clash IS NOT NULL THEN
        $KEY_USED
    END IF;
    ids := bad.ids;
END IF;
IF written > 0 THEN
    INSERT INTO ledger_journalline ($LINE)
    SELECT ids[l.draft], l.position, accounts[l.account], l.side, l.amount, 'PKR', l.head, l.party
    FROM unnest(line_draft, line_position, line_account, line_side, line_amount, line_head, line_party)
        AS l(draft, position, account, side, amount, head, party)
    WHERE ids[l.draft] > 0;
END IF;
RETURN ids;
""",
    ENTRY=_ENTRY,
    LINE=_LINE,
    STARTS=_starts("d.kind", "d.date"),
    KEY_USED=_key_used("keys[bad.clash]", "books[place[bad.clash]]"),
)
