"""Part of I4: every signed original and schedule is there as it was handed out, and its signature holds over its record."""

from audit.checks.base import MOST
from funds.models import SignedSchedule, VoucherSignature
from funds.signing import originals


def kept_signatures() -> tuple[int, tuple[str, ...]]:
    """How many signed files were read and checked, and those that are not as they were signed."""
    checked, found = 0, list[str]()
    own = VoucherSignature.objects.select_related("printing__voucher").defer("printing__voucher__snapshot")
    for row in own.order_by("pk").iterator(chunk_size=200):
        checked += 1
        voucher = row.printing.voucher
        finding = originals.finding(row, originals.said_of(voucher))
        if not finding.good and len(found) <= MOST:
            found.append(f"voucher {voucher.number}: the signed original does not hold: {finding.fault}")
    for schedule in SignedSchedule.objects.order_by("pk").iterator(chunk_size=200):
        checked += 1
        finding = originals.schedule_finding(schedule)
        if not finding.good and len(found) <= MOST:
            found.append(f"schedule {schedule.number}: it does not hold: {finding.fault}")
    return checked, tuple(found)
