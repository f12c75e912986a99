"""The journal as CSV: one row a line, UTF-8 with a byte-order mark so that spreadsheets read Urdu right."""

import csv
import io
from collections.abc import Iterator

from ledger.cells import plain
from ledger.exports.journal import Journal, Line

HEADS = (
    "entry",
    "date",
    "kind",
    "reference",
    "memo",
    "position",
    "account",
    "account_name",
    "debit",
    "credit",
    "head",
    "party",
    "reverses",
    "reason",
    "recorded",
    "recorded_by",
    "key",
)


def parts(journal: Journal) -> Iterator[str]:
    """The file in order; amounts in rupees with two decimals, moments in UTC."""
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    text.write("\ufeff")
    writer.writerow(HEADS)
    for line in journal.lines():
        writer.writerow(_row(line))
        yield text.getvalue()
        text.seek(0)
        text.truncate()
    yield text.getvalue()


def _row(line: Line) -> tuple[str, ...]:
    return (
        str(line.entry),
        line.date.isoformat(),
        plain(line.kind),
        plain(line.reference),
        plain(line.memo),
        str(line.position),
        plain(line.account.code),
        plain(line.account.name),
        f"{line.debit:.2f}",
        f"{line.credit:.2f}",
        plain(line.head),
        plain(line.party),
        str(line.undoes or ""),
        plain(line.reason),
        line.recorded.isoformat(timespec="microseconds"),
        plain(line.recorded_by),
        plain(line.key),
    )
