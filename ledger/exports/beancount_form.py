"""The journal for beancount 2 and 3. Debits are above zero; at the end stands what our stored totals say of each account.

Nothing is inferred and no difference tolerated: the checker must arrive at our balances to the paisa.
"""

from collections.abc import Iterator
from datetime import date, timedelta

from ledger.exports.journal import Journal, Line
from ledger.exports.names import account_names
from ledger.models import CURRENCY

NO_YEAR = date(1970, 1, 1)  # the accounts of a book without a year were opened on some day
_ESCAPES = str.maketrans({"\\": "\\\\", '"': '\\"', "\n": "\\n", "\r": "\\r", "\t": "\\t"})


def parts(journal: Journal) -> Iterator[str]:
    """The file in order."""
    names = account_names(journal.accounts)
    yield from _opening(journal, names)
    entry = 0
    for line in journal.lines():
        if line.entry != entry:
            entry = line.entry
            yield _transaction(line)
        yield _posting(line, names[line.account.pk])
    if journal.tally.last_day:
        yield f"\n; What the stored totals say after entry {entry}.\n"
        day = journal.tally.last_day + timedelta(days=1)
        for account, amount in journal.balances():
            yield f"{day} balance {names[account.pk]}  {amount:.2f} ~ 0 {CURRENCY}\n"


def quoted(text: str) -> str:
    """A string of beancount's, on one line."""
    return f'"{text.translate(_ESCAPES)}"'


def _opening(journal: Journal, names: dict[int, str]) -> Iterator[str]:
    book, opened = journal.book, journal.opened or NO_YEAR
    yield f'option "title" {quoted(str(book))}\n'
    yield f'option "operating_currency" "{CURRENCY}"\n'
    yield 'option "tolerance_multiplier" "0"\n\n'
    yield f"{opened} commodity {CURRENCY}\n"
    for account in journal.accounts:
        yield f"{opened} open {names[account.pk]} {CURRENCY}\n"
        yield _meta("  ", "name", account.name)


def _transaction(line: Line) -> str:
    pair = line.undoes or (line.entry if line.undone_by else None)
    link = f" ^reversal-of-{pair}" if pair else ""
    text = f"\n{line.date} * {quoted(line.memo)}{link}\n  entry: {line.entry}\n"
    if line.undoes:
        text += f"  reverses: {line.undoes}\n"
    text += _meta("  ", "reason", line.reason) + _meta("  ", "kind", line.kind)
    text += _meta("  ", "reference", line.reference) + _meta("  ", "key", line.key)
    return text + (
        f'  recorded: "{line.recorded.isoformat(timespec="microseconds")}"\n  recorded-by: {quoted(line.recorded_by)}\n'
    )


def _posting(line: Line, name: str) -> str:
    amount = f"  {name}  {line.amount:.2f} {CURRENCY}\n"
    return amount + _meta("    ", "head", line.head) + _meta("    ", "party", line.party)


def _meta(indent: str, name: str, text: str) -> str:
    """A line of metadata, or nothing for an empty text."""
    return f"{indent}{name}: {quoted(text)}\n" if text else ""
