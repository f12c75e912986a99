"""What a voucher says, frozen when it is issued. Dates and codes come as text, already as they shall be read."""

from dataclasses import dataclass
from decimal import Decimal

from ledger.money import words as words_of
from ledger.urdu_words import urdu_words


class InconsistentError(ValueError):
    """The figures of a paper contradict each other; it must not be printed."""


@dataclass(frozen=True)
class Signatory:
    """One decision: `act` as "Prepared" or "Sanctioned", `on` as "10 Oct 2025", `digest` of the decision in hex."""

    act: str
    name: str
    post: str
    on: str
    digest: str


@dataclass(frozen=True)
class PayeeRow:
    """One payee line; amounts in rupees. `share` as "9/72" or empty, `instrument` as "Cheque 0047811"."""

    position: int
    name: str
    relation: str
    cnic: str
    instrument: str
    share: str
    gross: Decimal
    deducted: Decimal
    net: Decimal
    name_urdu: str = ""  # as the register has it, or nothing


@dataclass(frozen=True)
class Term:
    """A name or phrase of the paper, with its Urdu."""

    english: str
    urdu: str


@dataclass(frozen=True)
class Budget:
    """The head of account around this voucher, in rupees."""

    available: Decimal  # brought forward on 1 July and received since
    spent_before: Decimal
    committed: Decimal
    this_voucher: Decimal
    balance_after: Decimal


@dataclass(frozen=True)
class VoucherPaper:
    """Everything printed on a payment voucher, in the order of the page; amounts in rupees."""

    government: str
    ministry: str
    fund_name: str
    fund_note: str
    number: str
    date: str
    sanction_number: str
    sanction_date: str
    head_code: str
    head_name: str
    ddo_code: str
    ddo_office: str
    cost_centre: str
    cost_note: str
    vendor: str
    vendor_note: str
    pay_to: str
    pay_to_note: str
    on_account_of: str
    on_account_note: str
    rows: tuple[PayeeRow, ...]
    gross: Decimal
    deducted: Decimal
    net: Decimal
    words: str
    budget: Budget
    signatories: tuple[Signatory, ...]
    verify_url: str
    digest: str  # SHA-256 of the voucher's content, 64 hex digits
    copy: int = 0  # 0 is the original
    cancelled: str = ""  # "Cancelled 19 Oct 2025 by W. Rafiq: reason", or empty
    printed: str = ""  # "Printed 17 Oct 2025 by W. Rafiq"
    particulars: tuple[str, ...] = ()  # up to three lines at the right of the letterhead
    share_total: str = ""  # "72/72"
    apart: tuple[str, ...] = ()  # who recused or declared a conflict of interest, one sentence each
    qr_url: str = ""  # what the QR code carries; capitals make a smaller code; empty: verify_url
    language: str = "en"  # one of tongue.LANGUAGES; papers of before have none and are English
    kind: str = ""  # what is paid for, as "Diyat"
    words_urdu: str = ""  # the amount in Urdu words; empty: no Urdu was kept, so none is printed
    terms: tuple[Term, ...] = ()  # Urdu of what is named in English: ministry, fund, head, posts, acts, instruments


def check_figures(paper: VoucherPaper) -> None:
    """Refuse a voucher whose lines and totals disagree. Raises: InconsistentError."""
    if not paper.rows:
        raise InconsistentError(f"voucher {paper.number} has no payee line")
    if not paper.signatories:
        raise InconsistentError(f"voucher {paper.number} has no decision behind it")
    for row in paper.rows:
        if row.gross - row.deducted != row.net:
            raise InconsistentError(
                f"voucher {paper.number}, line {row.position}: {row.gross} less {row.deducted} is not {row.net}"
            )
    for name in ("gross", "deducted", "net"):
        total = sum((getattr(row, name) for row in paper.rows), Decimal(0))
        if total != getattr(paper, name):
            raise InconsistentError(
                f"voucher {paper.number}: the lines' {name} is {total}, the voucher says {getattr(paper, name)}"
            )


def check_words(paper: VoucherPaper) -> None:
    """Refuse a new voucher whose amount in words is not its net amount, in either language. Raises: InconsistentError.

    For the moment of issue; a reprint keeps the words it was issued with.
    """
    for said, expected in ((paper.words, words_of(paper.net)), (paper.words_urdu, urdu_words(paper.net))):
        if said != expected:
            raise InconsistentError(f"voucher {paper.number}: {paper.net} in words is {expected!r}, not {said!r}")
