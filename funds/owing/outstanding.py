"""What is still out of what was paid: payee lines, what came back on them, what a court kept. Reads only."""

from datetime import date
from decimal import Decimal
from typing import Any

from django.contrib.auth.models import User
from django.db.models import DateField, DecimalField, Exists, F, OuterRef, QuerySet, Subquery, Sum, Value
from django.db.models.functions import Coalesce

from beneficiaries.models.limits import Consent
from funds.models import Forfeiture, Instrument, MoneyBack, PayeeLine, ReceiptCancellation
from funds.readers import require_reader, seen
from ledger.errors import BadInput
from ledger.models import JournalEntry

NOTHING = Decimal("0.00")
_RUPEES: Any = DecimalField(max_digits=15, decimal_places=2)


def standing_returns(**on: Any) -> QuerySet[MoneyBack]:
    """What came back, without receipts that were cancelled."""
    undone = ReceiptCancellation.objects.filter(receipt=OuterRef("receipt"), decision__outcome=Consent.Outcome.AGREED)
    return MoneyBack.objects.filter(**on).exclude(Exists(undone))


def forfeitures(**on: Any) -> QuerySet[Forfeiture]:
    """What was forfeited, with a second person's consent."""
    return Forfeiture.objects.filter(decision__outcome=Consent.Outcome.AGREED, **on)


def _sum(rows: QuerySet[Any], field: str) -> Any:
    """The sum of rupees of the rows of each line, zero where there are none."""
    total = rows.order_by().values("line").annotate(total=Sum(field)).values("total")
    return Coalesce(Subquery(total, output_field=_RUPEES), Value(NOTHING), output_field=_RUPEES)


def cleared_instruments(line: Any) -> QuerySet[Instrument]:
    return Instrument.objects.filter(line=line, state=Instrument.State.CLEARED)


def charged_lines(kind: str) -> QuerySet[PayeeLine]:
    """The lines of this kind that vouchers charged, with `returned`, `forfeited`, `outstanding`, `paid_on`.

    One whose voucher was undone in its year is left out. One that never reached its payee and was cancelled in a later year stays,
    as it does in its account: `paid_on` is empty then, as it is until the bank has paid.
    """
    undone = JournalEntry.objects.filter(reverses=OuterRef("disbursement__sanction__voucher__entry"))
    cleared = cleared_instruments(OuterRef("pk")).values("state_on")[:1]
    rows = PayeeLine.objects.filter(disbursement__kind=kind, disbursement__sanction__voucher__isnull=False)
    return rows.exclude(Exists(undone)).annotate(
        returned=_sum(standing_returns(line=OuterRef("pk")), "principal"),
        forfeited=_sum(forfeitures(line=OuterRef("pk")), "amount"),
        outstanding=F("amount") - F("returned") - F("forfeited"),
        paid_on=Subquery(cleared, output_field=DateField()),
    )


def of_line(line: PayeeLine) -> Decimal:
    """Rupees of the line that neither came back nor were forfeited."""
    back = standing_returns(line=line).aggregate(total=Sum("principal"))["total"] or NOTHING
    kept = forfeitures(line=line).aggregate(total=Sum("amount"))["total"] or NOTHING
    return line.amount - back - kept


def cleared_on(line: PayeeLine) -> date | None:
    """The day the bank paid the line, or None."""
    return cleared_instruments(line).values_list("state_on", flat=True).first()


def line_of(voucher: str, position: int, *, by: User) -> PayeeLine:
    """The payee line at this place of a voucher. Raises: NotAllowed, BadInput."""
    require_reader(by)
    rows = PayeeLine.objects.select_related("disbursement__fund__book", "disbursement__fund__office", "case__person")
    rows = rows.select_related("disbursement__sanction__voucher", "disbursement__sanction__budget_head")
    rows = seen(rows, by=by, path="disbursement__office")
    row = rows.filter(disbursement__sanction__voucher__number=voucher.strip(), position=position).first()
    if row is None:
        detail = f"There is no line {position} of a voucher {voucher.strip()[:40]}. Compare both with the voucher."
        raise BadInput(detail, fields={"voucher": detail})
    return row


def court_receipt(line: PayeeLine) -> str:
    """What was recorded of the payee's receipt for the payment, or empty."""
    row = cleared_instruments(line).select_related("acknowledgement").first()
    slip = getattr(row, "acknowledgement", None)
    return f"{slip}{f', {slip.reference}' if slip.reference else ''}" if slip else ""
