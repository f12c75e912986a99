"""Part of I4: every sanction order says what was sanctioned, and the payees it binds are those of its request."""

from audit.checks.base import MOST, count, offenders
from funds.models import SanctionOrder
from funds.paperwork import kept_papers

_COUNT = "SELECT count(*) FROM funds_sanctionorder"
# The request's own digest against its rows is compared by I7.
_OTHER = """
    SELECT format('sanction order %%s: it does not say what was sanctioned', coalesce(s.number, o.snapshot ->> 'number'))
    FROM funds_sanctionorder o LEFT JOIN funds_sanction s ON s.disbursement_id = o.disbursement_id
    WHERE (o.snapshot ->> 'number' = s.number AND (o.snapshot ->> 'amount')::numeric = s.amount
        AND o.snapshot ->> 'content' = s.digest
        AND (o.snapshot ->> 'lines')::int = (SELECT count(*) FROM funds_payeeline l WHERE l.disbursement_id = o.disbursement_id)
        ) IS NOT TRUE ORDER BY o.id
"""


def kept_orders() -> tuple[int, tuple[str, ...]]:
    """How many orders were compared, and those that are not as they were made."""
    return count(_COUNT), offenders((_OTHER,)) + tuple(_altered())


def _altered() -> list[str]:
    found: list[str] = []
    for order in SanctionOrder.objects.order_by("pk").iterator(chunk_size=200):
        if kept_papers.digest(order.snapshot) != order.digest and len(found) <= MOST:
            found.append(f"sanction order {order.snapshot['number']}: it does not have the digest it was made with")
    return found
