"""The demonstration signs with a certificate of its own that says so, and one schedule of vouchers is signed."""

from django.conf import settings
from django.contrib.auth.models import User

from config.signing import make_demonstration
from funds.models import Fund, SignedSchedule, Voucher
from funds.signing import schedules

FUND, VOUCHERS = "HRRF", 6


def certify() -> None:
    """From here on this process signs; a server started later finds the certificate by itself."""
    if settings.SIGNING is None:
        made = make_demonstration(settings.VAR_DIR)
        settings.SIGNING = made
        settings.SIGNING_ROOTS = settings.SIGNING_ROOTS or (made.chain[-1:] if made else ())


def signed_schedule() -> SignedSchedule:
    """The demonstration's schedule: of the last vouchers of a fund that wait for their payment; signed once."""
    made = SignedSchedule.objects.order_by("pk").first()
    if made is not None:
        return made
    last = Voucher.objects.filter(fund__code=FUND).latest("pk")
    ddo, fund = User.objects.get(pk=last.issued_by_id), Fund.objects.get(code=FUND)
    numbers = list(schedules.waiting(ddo, fund).order_by("-pk").values_list("number", flat=True)[:VOUCHERS])
    return schedules.sign_schedule(vouchers=numbers, by=ddo)
