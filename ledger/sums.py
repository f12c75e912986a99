"""SQL that adds up accounts from the stored totals, made of our own constants; every value is a parameter.

A total is of a whole period, so a day inside a month adds that month's lines up to it. Answers are rupees, debits less
credits. Planning costs as much as reading here, so a statement holds no part that its day cannot need; and what is looked
up first stands in sub-selects that the planner cannot turn into joins, whose size it would guess wrongly.
"""

from datetime import date, timedelta

_BOOK = "(SELECT id FROM ledger_book WHERE code = %(book)s)"
_ACCOUNTS = f"ANY(ARRAY(SELECT id FROM ledger_account WHERE book_id = {_BOOK}))"
_ACCOUNT = f"(SELECT id FROM ledger_account WHERE book_id = {_BOOK} AND code = %(account)s)"
_WHOLE_MONTHS = f'ANY(ARRAY(SELECT id FROM ledger_period WHERE book_id = {_BOOK} AND "end" <= %({{day}})s::date))'
_STARTED_MONTH = (
    f"(SELECT id FROM ledger_period WHERE book_id = {_BOOK}"
    ' AND start <= %({day})s::date AND "end" > %({day})s::date)'
)

_TOTALS = "SELECT account_id, debit, credit FROM ledger_accounttotal WHERE account_id = "
_LINES = """
    SELECT l.account_id, CASE l.side WHEN 'D' THEN l.amount ELSE 0 END, CASE l.side WHEN 'C' THEN l.amount ELSE 0 END
    FROM ledger_journalentry e JOIN ledger_journalline l ON l.entry_id = e.id
    WHERE e.date <= %({day})s::date AND e.period_id =
"""


def balance(as_at: date | None) -> str:
    """Normal side and net of the account %(account)s of the book %(book)s at the end of %(day)s, or of all posted."""
    return (
        f"SELECT normal, round(coalesce(net, 0), 2) FROM ledger_account LEFT JOIN ({_nets(as_at, one=_ACCOUNT)}) AS sums"
        f" ON account_id = id WHERE book_id = {_BOOK} AND code = %(account)s"
    )


def trial(as_at: date | None) -> str:
    """Code, name and net of every account of the book %(book)s at the end of %(day)s, or of all posted."""
    return (
        f"SELECT code, name, round(coalesce(net, 0), 2) FROM ledger_account LEFT JOIN ({_nets(as_at)}) AS sums"
        f" ON account_id = id WHERE book_id = {_BOOK} ORDER BY code"
    )


def compared(first: date, second: date) -> str:
    """Code, name and net of every account of the book %(book)s at the ends of %(first)s and of %(second)s."""
    return (
        "SELECT code, name, round(coalesce(a.net, 0), 2), round(coalesce(b.net, 0), 2) FROM ledger_account"
        f" LEFT JOIN ({_nets(first, day='first')}) AS a ON a.account_id = id"
        f" LEFT JOIN ({_nets(second, day='second')}) AS b ON b.account_id = id WHERE book_id = {_BOOK} ORDER BY code"
    )


def _nets(as_at: date | None, *, day: str = "day", one: str = "") -> str:
    """Each account's net up to `as_at`, which is the parameter `day`; only of the account `one`, if given."""
    parts = [_TOTALS + (one or _ACCOUNTS)]
    if as_at is not None:
        parts[0] += f" AND period_id = {_WHOLE_MONTHS}"
        if (as_at + timedelta(days=1)).day > 1:  # not the last day of a month
            parts.append(_LINES + _STARTED_MONTH + (f" AND l.account_id = {one}" if one else ""))
    text = " UNION ALL ".join(parts).format(day=day)
    return f"SELECT account_id, sum(debit) - sum(credit) AS net FROM ({text}) AS parts GROUP BY account_id"
