"""What an approval binds: the content of a request as one canonical text and its SHA-256."""

import hashlib
import json
from collections.abc import Iterable

from funds.models import Disbursement, PayeeLine


def canonical(request: Disbursement, lines: Iterable[PayeeLine]) -> str:
    """The content as JSON with sorted keys: who gets how much, how, from which fund, for which case. Amounts in rupees."""
    return json.dumps(
        {
            "request": request.number,
            "fund": request.fund.code,
            "kind": request.kind,
            "title": request.title,
            "pay_to": request.pay_to,
            "amount": f"{request.amount:.2f}",
            **({"salt": request.salt} if request.salt else {}),
            "lines": [
                {
                    "position": line.position,
                    "case": line.case_id,
                    "obligation": line.obligation_id,
                    "heir": line.heir_id,
                    "person": line.person_id,
                    "payee_kind": line.payee_kind,
                    "payee": line.payee_name,
                    "relation": line.payee_relation,
                    "cnic": line.cnic,
                    "method": line.method,
                    "iban": line.iban,
                    "account_title": line.account_title,
                    "share": line.share,
                    "amount": f"{line.amount:.2f}",
                }
                for line in lines
            ],
        },
        sort_keys=True,
        ensure_ascii=False,
    )


def digest(request: Disbursement) -> str:
    """SHA-256 of the content as the rows hold it now, in hex."""
    lines = request.lines.order_by("position")
    return hashlib.sha256(canonical(request, lines).encode()).hexdigest()
