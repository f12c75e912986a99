"""How papers describe the payees of a request: the cause, for whom, the shares, each line."""

from collections.abc import Iterable, Sequence
from datetime import date
from decimal import Decimal
from typing import Protocol

from beneficiaries.identity import spaced_cnic
from beneficiaries.majority import minor_on
from funds.models import PayeeLine
from funds.papers.data import PayeeRow


class HasShare(Protocol):
    """A line, or as much of one as was read."""

    @property
    def share(self) -> str: ...


def cause(lines: Sequence[PayeeLine]) -> str:
    """'Case MOHR-2025-00001 · Gulzar Ahmed, son of ... · FIR ...', or how many cases there are."""
    if len({line.case_id for line in lines}) > 1:
        return f"{len({line.case_id for line in lines})} cases, each named in its line"
    case = lines[0].case
    return " · ".join(part for part in (f"Case {case.number}", case.person.described, case.fir) if part)


def pay_to_note(lines: Sequence[PayeeLine]) -> str:
    """Whose money it is that somebody else receives."""
    owed = {line.obligation.owed_to for line in lines if line.obligation is not None and line.obligation.owed_to}
    return f"for {owed.pop()}" if len(owed) == 1 else "as named in the lines"


def share_total(lines: Iterable[HasShare]) -> str:
    """'72/72' where every line is a share of one award, else nothing."""
    shares = [line.share.split("/") for line in lines]
    if not shares or any(len(share) != 2 for share in shares):
        return ""
    return f"{sum(int(share[0]) for share in shares)}/{shares[0][1]}"


def is_minor(line: PayeeLine, day: date) -> bool:
    """Whether the payee is a person who was not of age on that day."""
    return line.person is not None and minor_on(line.person, day)


def payee_row(line: PayeeLine, *, minor: bool) -> PayeeRow:
    """One line with its whole CNIC, or what kind of payee it is."""
    return PayeeRow(
        position=line.position,
        name=line.payee_name + (" (minor)" if minor else ""),
        relation=line.payee_relation,
        cnic=spaced_cnic(line.cnic) or line.get_payee_kind_display(),
        instrument=line.get_method_display(),
        share=line.share,
        gross=line.amount,
        deducted=Decimal("0.00"),
        net=line.amount,
    )
