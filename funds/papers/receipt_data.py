"""What a receipt says. Dates and codes come as text, already as they shall be read."""

from dataclasses import dataclass
from decimal import Decimal

from funds.papers.data import InconsistentError
from ledger.money import words as words_of


@dataclass(frozen=True)
class ReceiptPaper:
    """Everything printed on a receipt, in the order of the page; amounts in rupees."""

    government: str
    ministry: str
    fund_name: str
    fund_note: str
    particulars: tuple[str, ...]
    number: str
    date: str
    received_from: str
    kind: str
    amount: Decimal
    words: str
    on_account_of: str  # one sentence
    purpose: str  # what the giver tied it to, or empty
    reference: str
    head_code: str
    head_name: str
    parts: tuple[tuple[str, Decimal], ...]  # of one receipt that goes to two accounts; together the amount, or empty
    budget: str  # one sentence: free at once, or waits
    recorded_by: str
    recorded_post: str
    recorded_on: str
    copy: int = 0  # 0 is the original
    cancelled: str = ""  # "Cancelled 19 Oct 2025 by W. Rafiq: reason", or empty
    printed: str = ""  # "Printed 17 Oct 2025 by W. Rafiq"


def check_receipt(paper: ReceiptPaper) -> None:
    """Refuse a receipt whose words or parts contradict its amount. Raises: InconsistentError."""
    if paper.words != words_of(paper.amount):
        raise InconsistentError(f"receipt {paper.number}: {paper.amount} in words is not {paper.words!r}")
    if paper.parts and sum((amount for _, amount in paper.parts), Decimal(0)) != paper.amount:
        raise InconsistentError(f"receipt {paper.number}: its parts do not add up to {paper.amount}")
