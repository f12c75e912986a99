"""A receipt as paper: what it says, drawn from rows that never change, and its printings, each counted."""

from django.conf import settings
from django.contrib.auth.models import User
from django.db import transaction
from django.db.models import Max

from beneficiaries.offices.scope import require_office
from funds.budgets import MANAGERS
from funds.models import MoneyBack, PaymentKind, Receipt, ReceiptCancellation, ReceiptPrint
from funds.papers.receipt import draw_receipt
from funds.papers.receipt_data import ReceiptPaper
from funds.postings import SOURCES
from funds.receipts import reading
from ledger.clock import today
from ledger.errors import WrongState
from ledger.locks import hold
from ledger.models import Account
from ledger.money import words
from ledger.roles import require_role

DAY = "%-d %b %Y"
ACCOUNTS_OF: dict[str, str] = {
    Receipt.Kind.RELEASE: "Government release into the fund",
    Receipt.Kind.DONATION: "Donation to the fund",
    Receipt.Kind.REFUND: "Refund of a payment of the fund",
    Receipt.Kind.PROFIT: "Profit on deposits of the fund",
    Receipt.Kind.RECOVERY: "Recovery of a payment of an earlier year",
}


def paper_of(row: Receipt, *, copy: int = 0, printed: str = "") -> ReceiptPaper:
    """What the receipt says; a cancelled one says so."""
    fund, cancelled, back = row.fund, reading.cancellation_of(row), reading.payment_of(row)
    code = row.head or SOURCES[row.kind]
    account = Account.objects.get(book_id=fund.book_id, code=code)
    officer = getattr(row.recorded_by, "officer", None)
    return ReceiptPaper(
        government=settings.PAPER_GOVERNMENT,
        ministry=settings.PAPER_MINISTRY,
        fund_name=fund.name,
        fund_note=f"{fund.nature} · financial year {row.year.label}",
        particulars=(f"Fund {fund.code}", fund.bank_name, f"DDO {fund.ddo_code}"),
        number=row.number,
        date=row.received_on.strftime(DAY),
        received_from=row.received_from,
        kind=row.get_kind_display(),
        amount=row.amount,
        words=words(row.amount),
        on_account_of=_account_of(row, back),
        purpose=row.purpose or (f"The purposes agreed with {fund.donor}" if _tied_as_a_whole(row) else ""),
        reference=row.reference,
        head_code=account.official_code or account.code,
        head_name=account.name,
        parts=(("Of it the loan", back.principal), ("Of it the charge", back.charge)) if back and back.charge else (),
        budget=_budget(row),
        recorded_by=row.recorded_by.get_full_name(),
        recorded_post=officer.designation if officer else "",
        recorded_on=row.recorded_at.strftime(DAY),
        copy=copy,
        cancelled=mark(cancelled),
        printed=printed,
    )


def _tied_as_a_whole(row: Receipt) -> bool:
    return bool(row.fund.donor) and row.kind == Receipt.Kind.DONATION


def _account_of(row: Receipt, back: MoneyBack | None) -> str:
    if back is None:
        return ACCOUNTS_OF[row.kind]
    request = back.line.disbursement
    what = {
        PaymentKind.BAIL.value: "Bail deposit given back by the court",
        PaymentKind.LOAN.value: "Soft loan paid back",
    }.get(request.kind, "Refund" if row.kind == Receipt.Kind.REFUND else "Recovery")
    return f"{what}: voucher {request.sanction.voucher.number}, line {back.line.position}, {back.line.payee_name}"


def _budget(row: Receipt) -> str:
    if row.budget_head is not None:
        return f"Free to sanction under {row.budget_head} from this day on."
    return f"Entered in the books of fund {row.fund.code}, journal entry {row.entry_id}."


def mark(cancelled: ReceiptCancellation | None) -> str:
    """'Cancelled 19 Oct 2025 by W. Rafiq: reason', or empty."""
    if cancelled is None:
        return ""
    decision = cancelled.decision
    by = decision.decided_by.get_full_name() if decision.decided_by else ""
    return f"Cancelled {decision.decided_at:{DAY}} by {by}: {cancelled.reason}"


def render(row: Receipt, *, copy: int = 0, printed: str = "") -> bytes:
    """The paper of one printing; the same bytes every time until the receipt is cancelled."""
    return draw_receipt(paper_of(row, copy=copy, printed=printed))


@transaction.atomic
def print_receipt(*, number: str, by: User) -> tuple[ReceiptPrint, bytes]:
    """Draws one printing and counts it: the first is the original, which the office that keeps the fund hands out; each
    later one is COPY n. Raises: NotAllowed, NotFound."""
    row = reading.get_receipt(number, by=by)
    hold("receipt printings", row.pk)
    copy = _next_copy(row)
    if copy == 0:
        require_role(by, *MANAGERS, action="print the original of a receipt")
        require_office(row.fund.office, by=by, action="print the original of a receipt")
    paper = render(row, copy=copy, printed=f"Printed {today():{DAY}} by {by.get_full_name()}")
    return ReceiptPrint.objects.create(receipt=row, copy=copy, printed_by=by), paper


def shown_again(number: str, *, by: User) -> tuple[ReceiptPrint, bytes]:
    """The last printing once more, without counting it. Raises: NotAllowed, NotFound, WrongState before the first."""
    row = reading.get_receipt(number, by=by)
    last = row.prints.order_by("-copy").first()
    if last is None:
        raise WrongState(f"{number} was not printed yet. Print the original first.", ids=(row.pk,))
    return last, render(row, copy=last.copy, printed=f"Shown {today():{DAY}} to {by.get_full_name()}")


def last_copy(row: Receipt) -> int:
    """The number of the last printing, 0 before and at the original."""
    return max(_next_copy(row) - 1, 0)


def _next_copy(row: Receipt) -> int:
    last: int | None = row.prints.aggregate(last=Max("copy"))["last"]
    return 0 if last is None else last + 1
