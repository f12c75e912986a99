"""What the demonstration asks for in the background: a bundle, and every message to a payee, done in this process."""

from django.contrib.auth.models import User

from funds import vouchers
from funds.jobs import bundles, worker
from funds.jobs.bundles import Choice
from funds.models import Job

BUNDLE = Choice(fund="DAD", year="2021-22")


def play() -> int:
    """Prints the originals of a year and asks for a bundle of their copies, once; and does what waits. How many jobs were done."""
    asker = User.objects.get(username="mariam")
    if not Job.objects.filter(kind=Job.Kind.BUNDLE, asked_by=asker).exists():
        for voucher in bundles.chosen(BUNDLE, by=asker).filter(prints=None):
            vouchers.print_voucher(number=voucher.number, by=voucher.issued_by)
        bundles.start(BUNDLE, by=asker)
    return worker.work(once=True)
