"""Reading accounts from the stored totals, as PL/pgSQL: the database keeps the plans, which took longer than the reading.

A total is of a whole period, so a day inside a month adds that month's lines up to it; that part is left out of the
statement where the day does not need it. No day: everything posted. Answers are rupees, debits less credits; an account
that is not there has no normal side. What is looked up first stands in sub-selects that the planner cannot turn into joins,
whose size it would guess wrongly.
"""

from ledger.rules import filled

BALANCE_SIGNATURE = "ledger_balance(book text, account text, day date, OUT normal text, OUT net numeric)"
TRIAL_SIGNATURE = "ledger_trial(book text, day date) RETURNS TABLE (code text, name text, net numeric)"
BALANCE_DECLARE = [("owner", "bigint"), ("one", "bigint")]
TRIAL_DECLARE = [("owner", "bigint"), ("accounts", "bigint[]")]

_WHOLE_MONTHS = """AND t.period_id = ANY(ARRAY(
        SELECT p.id FROM ledger_period p WHERE p.book_id = owner AND p."end" <= day))"""
_TOTALS = """
    SELECT t.account_id, sum(t.debit_paisa - t.credit_paisa) * 0.01 AS net
    FROM ledger_accounttotal t WHERE t.account_id = $WHICH $MONTHS GROUP BY t.account_id"""
_STARTED_MONTH = """
    SELECT l.account_id, sum(CASE l.side WHEN 'D' THEN l.amount ELSE -l.amount END)
    FROM ledger_journalentry e JOIN ledger_journalline l ON l.entry_id = e.id
    WHERE e.date <= day AND e.period_id =
        (SELECT p.id FROM ledger_period p WHERE p.book_id = owner AND p.start <= day AND p."end" > day) $OF_ACCOUNT
    GROUP BY l.account_id"""
_BOTH = "SELECT s.account_id, sum(s.net) AS net FROM ($TOTALS UNION ALL $LINES) AS s GROUP BY s.account_id"


def _by_day(answer: str, which: str, of_account: str) -> str:
    """`answer` with the nets of everything posted, of whole months, or of whole months and the days of one begun."""
    posted, months = (filled(_TOTALS, WHICH=which, MONTHS=asked) for asked in ("", _WHOLE_MONTHS))
    begun = filled(_BOTH, TOTALS=months, LINES=filled(_STARTED_MONTH, OF_ACCOUNT=of_account))
    everything, whole, part = (filled(answer, NETS=nets) for nets in (posted, months, begun))
    return f"""
IF day IS NULL THEN {everything}
ELSIF extract(day FROM day + 1) = 1 THEN {whole}
ELSE {part}
END IF;
"""


BALANCE = """
SELECT a.book_id, a.id, a.normal INTO owner, one, normal
FROM ledger_account a WHERE a.book_id = (SELECT b.id FROM ledger_book b WHERE b.code = book) AND a.code = account;
IF one IS NULL THEN
    RETURN;
END IF;
""" + _by_day(
    "net := round(coalesce((SELECT n.net FROM ($NETS) AS n), 0), 2);",
    "one",
    "AND l.account_id = one",
)
TRIAL = """
SELECT b.id INTO owner FROM ledger_book b WHERE b.code = book;
accounts := ARRAY(SELECT a.id FROM ledger_account a WHERE a.book_id = owner);
""" + _by_day(
    """RETURN QUERY SELECT a.code::text, a.name::text, round(coalesce(n.net, 0), 2)
    FROM ledger_account a LEFT JOIN ($NETS) AS n ON n.account_id = a.id WHERE a.book_id = owner ORDER BY a.code;""",
    "ANY(accounts)",
    "",
)
