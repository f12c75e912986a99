"""How papers describe the payees of a request: the cause, for whom, the shares, each line."""

from collections.abc import Iterable
from dataclasses import replace
from decimal import Decimal
from typing import Protocol

from beneficiaries.identity import masked_cnic, spaced_cnic
from funds.models import Disbursement, PayeeLine
from funds.papers.data import PayeeRow
from funds.papers.voucher_words import MINOR


class HasShare(Protocol):
    """A line, or as much of one as was read."""

    @property
    def share(self) -> str: ...


def purpose(request: Disbursement, cases: int) -> str:
    """'Case MOHR-2025-00001 · Gulzar Ahmed, son of ... · FIR ...', or how many cases there are."""
    if cases > 1:
        return f"{cases} cases, each named in its line"
    case = request.lines.select_related("case__person").order_by("position")[0].case
    return " · ".join(part for part in (f"Case {case.number}", case.person.described, case.fir) if part)


def share_total(lines: Iterable[HasShare]) -> str:
    """'72/72' where every line is a share of one award, else nothing."""
    shares = [line.share.split("/") for line in lines]
    if not shares or any(len(share) != 2 for share in shares):
        return ""
    return f"{sum(int(share[0]) for share in shares)}/{shares[0][1]}"


def payee_row(line: PayeeLine, *, minor: bool) -> PayeeRow:
    """One line with its whole CNIC, or what kind of payee it is."""
    return PayeeRow(
        position=line.position,
        name=line.payee_name + (f" {MINOR.english}" if minor else ""),
        relation=line.payee_relation,
        cnic=spaced_cnic(line.cnic) or line.get_payee_kind_display(),
        instrument=line.get_method_display(),
        share=line.share,
        gross=line.amount,
        deducted=Decimal("0.00"),
        net=line.amount,
    )


def masked_row(line: PayeeLine, *, minor: bool) -> PayeeRow:
    """One line with the ends of its CNIC."""
    row = payee_row(line, minor=minor)
    return replace(row, cnic=masked_cnic(line.cnic) or row.cnic)
