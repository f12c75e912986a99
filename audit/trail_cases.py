"""What was recorded of the cases behind a request beside their facts: payments by others, instalments, loans, reasons, permits."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from audit.events import Event, Kind, said_origin
from audit.records import Records, actor_of
from beneficiaries.models import CeilingPermit, HelpReason, InstalmentPlan, LoanTerms, PriorPayment, PriorPaymentStruck
from ledger.money import figures


def case_events(found: Records) -> Iterable[Event]:
    """One event for each row."""
    for row in found.case_acts:
        title, text, on = _told(row)
        decided = isinstance(row, HelpReason | CeilingPermit)
        yield Event(
            at=row.recorded_at,
            on=on,
            title=title,
            who=found.who(actor_of(row)),
            kinds=frozenset({Kind.DECISION if decided else Kind.CHANGE}),
            text=text,
            origin=said_origin(getattr(row, "address", ""), getattr(row, "request_id", "")),
            icon="exclamation-triangle-fill" if decided else "file-earmark-text",
            tone="amber" if decided else "blue",
        )


def _told(row: Any) -> tuple[str, str, date | None]:
    """Title, text and the day of the act where that is known."""
    match row:
        case HelpReason():
            return "Other help explained", f"Helped again: {row.reason}", None
        case CeilingPermit():
            return f"Permitted above the ceiling: {figures(row.up_to)}", f"Reason: {row.reason}", None
        case PriorPayment():
            receipt = f", receipt {row.receipt}" if row.receipt else ""
            return f"Paid by others: {figures(row.amount)}", f"By {row.payer}{receipt}", row.paid_on
        case PriorPaymentStruck():
            return f"Payment by others struck out: {figures(row.payment.amount)}", f"Reason: {row.reason}", None
        case InstalmentPlan():
            return f"Instalments recorded: {figures(row.total)}", row.reference, row.decided_on
        case LoanTerms():
            return f"Soft loan recorded: {figures(row.amount)}", row.reference, row.agreed_on
    raise TypeError(f"{row!r} is no act on a case")
