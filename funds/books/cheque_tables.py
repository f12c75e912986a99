"""The cheque register as a table for files."""

from collections.abc import Iterable, Iterator

from funds.books.table_files import Cell, Sheet
from funds.cheque_books.register import Leaf

_HEADS = (
    "Leaf",
    "State",
    "Issued",
    "Payee",
    "Amount (Rs)",
    "Payable until",
    "Cleared",
    "In this state since",
    "Reason",
    "Replaced by",
    "Paper",
    "On",
    "Witness",
    "Bank's confirmation",
    "Indemnity bond",
)


def leaves(rows: Iterable[Leaf], title: str) -> Sheet:
    """One line for each leaf, used or not."""
    return Sheet("Cheques", title, _HEADS, _leaves(rows))


def _leaves(rows: Iterable[Leaf]) -> Iterator[tuple[Cell, ...]]:
    for leaf in rows:
        paid, end = leaf.cheque, leaf.end
        replaced = getattr(paid, "replaced_by", None)
        witness = end.witness.get_full_name() if end and end.witness else ""
        yield (
            leaf.number,
            leaf.word,
            paid.issued_on if paid else None,
            leaf.payee,
            leaf.amount,
            paid.expires_on if paid else None,
            leaf.cleared_on,
            paid.state_on if paid else None,
            leaf.reason,
            replaced.number if replaced else "",
            end.get_kind_display() if end else "",
            end.ended_on if end else None,
            witness,
            end.stop_reference if end else "",
            end.indemnity if end else "",
        )
