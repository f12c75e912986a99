"""What somebody without an account may ask of vouchers, and how often: by code, by number and amount, by the file itself.

A code has 96 bits and cannot be guessed. Numbers can, and so can common amounts; so all look-ups of an address count together.
"""

import hashlib
import hmac
import re
from dataclasses import dataclass
from decimal import Decimal
from ipaddress import IPv6Address, ip_address

from django.conf import settings
from django.db import connection
from django.db.models import QuerySet

from funds.models import SignedSchedule, Voucher, VoucherSignature
from funds.signing import originals
from ledger.errors import NotFound, Refusal

TOKEN = re.compile(r"[0-9A-Za-z_-]{8,32}")
NO_SUCH = "No voucher has this code. Compare the address with the paper, letter by letter."
NO_MATCH = "No voucher has this number and this amount. Compare both with the paper."
BUCKETS = 65_536  # more addresses than look vouchers up in one minute
_COUNT = """
    INSERT INTO funds_lookupcount AS c (bucket, minute, count) VALUES (%s, date_trunc('minute', now()), 1)
    ON CONFLICT (bucket) DO UPDATE SET minute = excluded.minute,
        count = CASE WHEN c.minute = excluded.minute THEN c.count + 1 ELSE 1 END
    RETURNING count
"""


class TooMany(Refusal):
    """This address asked too often (429)."""

    status = 429
    code = "too_many"


def count_look_up(address: str) -> None:
    """One look-up more of this address, counted for all servers together. Raises: TooMany."""
    with connection.cursor() as cursor:
        cursor.execute(_COUNT, [bucket_of(address)])
        (count,) = cursor.fetchone()
    if count > settings.PUBLIC_CHECKS_A_MINUTE:
        raise TooMany("Too many vouchers were looked up from where you are. Wait a minute and try again.")


def bucket_of(address: str) -> int:
    """A number that does not tell the address. Who has one address of IPv6 has the 2^64 beside it, so they count as one."""
    try:
        parsed = ip_address(address)
    except ValueError:
        parsed = None
    text = str(int(parsed) >> 64) if isinstance(parsed, IPv6Address) else address
    digest = hmac.new(settings.SECRET_KEY.encode(), f"look-up {text}".encode(), hashlib.sha256).digest()
    return int.from_bytes(digest[:4]) % BUCKETS


def by_token(token: str) -> Voucher:
    """The voucher of the code on its paper. Raises: NotFound."""
    found = _vouchers().filter(token=token.lower()).first() if TOKEN.fullmatch(token) else None
    if found is None:
        raise NotFound(NO_SUCH)
    return found


def by_number(number: str, amount: Decimal) -> Voucher:
    """The voucher of this number and net amount in rupees. Raises: NotFound, in the same words whichever is wrong."""
    found = _vouchers().filter(number=number.strip().upper(), amount=amount).first()
    if found is None:
        raise NotFound(NO_MATCH)
    return found


def _vouchers() -> QuerySet[Voucher]:
    return Voucher.objects.select_related("sanction__disbursement", "fund")


@dataclass(frozen=True, slots=True)
class FileFound:
    """What a file is: the original of a voucher or a schedule, to the byte; or a changed one of the paper `claims` names."""

    voucher: Voucher | None = None
    schedule: SignedSchedule | None = None
    claims: str = ""


def by_file(content: bytes) -> FileFound:
    """Whether a PDF is one that we signed. It is compared by its digest and searched for our words, never parsed."""
    digest = hashlib.sha256(content).hexdigest()
    own = VoucherSignature.objects.filter(sha256=digest).values_list("printing__voucher", flat=True).first()
    if own is not None:
        return FileFound(voucher=_vouchers().get(pk=own))
    schedule = SignedSchedule.objects.select_related("fund").filter(sha256=digest).first()
    if schedule is not None:
        return FileFound(schedule=schedule)
    return FileFound(claims=originals.claimed(content))
