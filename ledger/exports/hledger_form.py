"""The journal for hledger. Debits are above zero; at the end stands what our stored totals say of each account.

hledger has no quotes. What would end a text early there is written as in an address, %2C for a comma, and so can be read back.
"""

import re
from collections.abc import Iterator
from datetime import date, timedelta

from ledger.exports.journal import Journal, Line
from ledger.exports.names import account_names
from ledger.models import CURRENCY

_CONTROL = r"\x00-\x1f\x7f-\x9f\u2028\u2029"
_READ_BACK = (
    r"%(?=[0-9A-Fa-f]{2})|^\s|\s\Z"  # a sign that would be taken for ours; blanks at the ends are dropped there
)
_IN_CODE = re.compile(rf"{_READ_BACK}|[{_CONTROL})]")
_IN_DESCRIPTION = re.compile(rf"{_READ_BACK}|[{_CONTROL};]")
_IN_TAG = re.compile(rf"{_READ_BACK}|[{_CONTROL},\[\]]")  # dates in brackets would move a posting to another day


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
        yield from _assertions(journal, names, journal.tally.last_day + timedelta(days=1))


def escaped(text: str, what: re.Pattern[str]) -> str:
    """The text with each match of `what` written as %XX of its bytes."""
    return what.sub(lambda found: "".join(f"%{byte:02X}" for byte in found[0].encode()), text)


def _opening(journal: Journal, names: dict[int, str]) -> Iterator[str]:
    yield f"; {escaped(str(journal.book), _IN_DESCRIPTION)}\n\n"
    yield f"commodity 1000.00 {CURRENCY}\n\n"
    for account in journal.accounts:
        yield f"account {names[account.pk]}\n" + _tag("name", account.name)


def _transaction(line: Line) -> str:
    code, memo = escaped(line.reference, _IN_CODE), escaped(line.memo, _IN_DESCRIPTION)
    text = f"\n{line.date} * ({code}) {memo}\n    ; entry:{line.entry}\n"
    if line.undoes:
        text += f"    ; reverses:{line.undoes}\n"
    if line.undone_by:
        text += f"    ; reversed-by:{line.undone_by}\n"
    text += _tag("reason", line.reason) + _tag("kind", line.kind) + _tag("key", line.key)
    recorded = line.recorded.isoformat(timespec="microseconds")
    return text + f"    ; recorded:{recorded}\n" + _tag("recorded-by", line.recorded_by)


def _posting(line: Line, name: str) -> str:
    amount = f"    {name}  {line.amount:.2f} {CURRENCY}\n"
    return amount + _tag("head", line.head) + _tag("party", line.party)


def _tag(name: str, text: str) -> str:
    """A tag in a comment of its own, or nothing for an empty text."""
    return f"    ; {name}:{escaped(text, _IN_TAG)}\n" if text else ""


def _assertions(journal: Journal, names: dict[int, str], day: date) -> Iterator[str]:
    """Nothing is moved: each posting only says what the account must hold, in this currency and no other."""
    yield f"\n{day} * () What the stored totals say after entry {journal.tally.entry}\n"
    for account, amount in journal.balances():
        yield f"    {names[account.pk]}  0.00 {CURRENCY} == {amount:.2f} {CURRENCY}\n"
