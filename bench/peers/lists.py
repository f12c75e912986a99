"""One act on a list of many payees in a process of its own: seconds, and the most memory the process ever held."""

import json
import resource
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from bench.site import start


def main() -> None:
    told = json.loads(sys.argv[1])
    start()
    from bench.database import Login, django_uses

    django_uses(Login(**told["login"]))
    act = acts(Path(told["file"]))[told["act"]]
    begun = time.perf_counter()
    act()
    seconds = time.perf_counter() - begun
    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(json.dumps({"seconds": seconds, "megabytes": most}))


def acts(file: Path) -> dict[str, Callable[[], Any]]:
    """What officers do to the latest request, by name."""
    from django.contrib.auth.models import User
    from django.utils import timezone

    from funds import approvals, disbursements, issuing, vouchers
    from funds.cheque_books import books, leaves
    from funds.lists import inspection, list_import, list_waivers
    from funds.models import Disbursement, Fund, Voucher
    from funds.models.cheque_books import LARGEST

    def by(name: str) -> User:
        return User.objects.get(username=name)

    def request() -> Disbursement:
        return Disbursement.objects.order_by("-pk")[0]

    def load() -> Any:
        given = {"fund": Fund.objects.get(), "kind": "relief_grant", "by": by("case_officer")}
        return list_import.import_list(content=file.read_bytes(), file_name=file.name, **given)

    def waive() -> None:
        for kind in ("application", "cnic", "verification_report"):
            list_waivers.waive_for_list(
                disbursement=request().pk, kind=kind, by=by("verifier"), reason="The list of the district holds it"
            )

    def approve(role: str) -> Callable[[], Any]:
        return lambda: approvals.approve(disbursement=request().pk, by=by(role), proved=timezone.now())

    def issue() -> Any:
        row = request()
        lines = list(row.lines.order_by("position").values_list("pk", flat=True))
        for first in range(1, len(lines) + 1, LARGEST):  # a book holds so many leaves
            last = f"{first + LARGEST - 1:07d}"
            books.register_book(
                fund=row.fund.code, first=f"{first:07d}", last=last, received_from="Branch", by=by("fund_manager")
            )
        numbers = list(zip(lines, leaves.free_numbers(row.fund, len(lines)), strict=True))
        return issuing.issue_instruments(disbursement=row.pk, numbers=numbers, by=by("ddo"))

    return {
        "import": load,
        "waive": waive,
        "submit": lambda: disbursements.submit(disbursement=request().pk, by=by("case_officer")),
        "inspect": lambda: inspection.inspect(request()),
        "verify": approve("verifier"),
        "agree": approve("finance_officer"),
        "sanction": approve("approver"),
        "voucher": lambda: vouchers.issue_voucher(disbursement=request().pk, by=by("ddo")),
        "print": lambda: vouchers.print_voucher(number=Voucher.objects.latest("pk").number, by=by("ddo")),
        "issue": issue,
    }


if __name__ == "__main__":
    main()
