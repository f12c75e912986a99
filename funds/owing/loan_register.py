"""The register of soft loans: each as it stands today. Reads only."""

from collections.abc import Iterable
from decimal import Decimal

from django.contrib.auth.models import User
from django.db.models import QuerySet

from funds.models import PayeeLine, PaymentKind
from funds.owing.bail_deposits import of_kind, searched
from funds.owing.loan_schedules import Loan, loans_of
from ledger.errors import NotFound

NOTHING = Decimal("0.00")


def visible_loans(user: User) -> QuerySet[PayeeLine]:
    """The loans of requests the user sees, with `returned`, `outstanding`, `paid_on`. Raises: NotAllowed."""
    return of_kind(PaymentKind.LOAN, user)


def loans(user: User, *, fund: str = "", text: str = "", state: str = "") -> list[Loan]:
    """Those the user sees, the longest late first. Raises: NotAllowed."""
    rows = searched(visible_loans(user), text)
    rows = rows.filter(disbursement__fund__code=fund) if fund else rows
    found = [loan for loan in loans_of(rows) if not state or loan.state == state]
    return sorted(found, key=lambda loan: (-loan.days_late, -loan.line.pk))


def get_loan(line: int, *, by: User) -> Loan:
    """Raises: NotAllowed, NotFound."""
    row = visible_loans(by).filter(pk=line).first()
    if row is None:
        raise NotFound("There is no such soft loan in your office.")
    return loans_of([row])[0]


def sums(rows: Iterable[Loan]) -> dict[str, Decimal]:
    """Rupees lent, paid back of the loans and of their charge, outstanding without charge, and late."""
    found = list(rows)
    return {
        "lent": sum((row.line.amount for row in found), NOTHING),
        "paid": sum((row.paid for row in found), NOTHING),
        "outstanding": sum((row.line.outstanding for row in found), NOTHING),  # type: ignore[attr-defined]
        "arrears": sum((row.arrears for row in found), NOTHING),
    }
