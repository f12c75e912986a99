"""The calculator's answer as rows for pages, API and command, and beside the court's own figures; pure reads."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from beneficiaries.heirs.kinship import Kin, kin_of, listed
from beneficiaries.inheritance import Division, divide
from ledger.errors import BadInput
from ledger.money import split


@dataclass(frozen=True, slots=True)
class Row:
    """One kinship: `share` of each person over the common divisor, `amounts` the rupees of each; none without an award."""

    kin: Kin
    number: int
    share: str
    amounts: tuple[Decimal, ...] = ()

    @property
    def amount(self) -> Decimal | None:
        """What each person takes; where a rupee over makes their amounts differ, the least of them."""
        return min(self.amounts, default=None)

    @property
    def total(self) -> Decimal | None:
        """What all of this kinship take together."""
        return sum(self.amounts, Decimal("0.00")) if self.amounts else None


def rows(found: Division, award: Decimal | None = None) -> list[Row]:
    """One row a kinship; an award is split among the people in their order, the sum exactly the award."""
    amounts = split(award, found.people()) if award is not None else []
    made, at = [], 0
    for part in found.parts:
        made.append(Row(part.kin, part.number, found.written(part.share), tuple(amounts[at : at + part.number])))
        at += part.number
    return made


@dataclass(frozen=True, slots=True)
class Named:
    """An heir as the court or the officer named him; `share` is the court's, None while nothing is written."""

    name: str
    kinship: str
    share: Fraction | None = None


@dataclass(frozen=True, slots=True)
class Compared:
    """One heir: the court's share and the aid's; None where there is none. `rupees`: the difference in the award."""

    name: str
    kinship: str
    kin: Kin | None
    court: Fraction | None
    aid: Fraction | None
    rupees: Decimal | None = None

    @property
    def difference(self) -> Fraction | None:
        """What the court gives above (or, below zero, under) the aid's figure."""
        return None if self.court is None or self.aid is None else self.court - self.aid

    @property
    def said(self) -> str:
        """The difference in words: 'none', '1/72 more', '1/72 less'."""
        gap = self.difference
        return "" if gap is None else f"{abs(gap)} {'more' if gap > 0 else 'less'}" if gap else "none"


@dataclass(frozen=True, slots=True)
class Aid:
    """The aid beside the court's shares. `division` is None where the aid refuses, with `refusal` saying why."""

    heirs: tuple[Compared, ...]
    division: Division | None
    refusal: str = ""

    @property
    def differing(self) -> int:
        """For how many heirs the court's share is another."""
        return sum(1 for heir in self.heirs if heir.difference)

    @property
    def in_rupees(self) -> bool:
        """Whether a difference can be told in rupees: only where the court's shares make the whole."""
        return any(heir.rupees for heir in self.heirs)

    @property
    def agrees(self) -> bool:
        return bool(self.heirs) and all(heir.difference == 0 for heir in self.heirs)

    def written(self, share: Fraction | None) -> str:
        """The share over the aid's divisor where that is exact, else reduced; empty for none."""
        if share is None:
            return ""
        exact = self.division and self.division.divisor % share.denominator == 0
        return self.division.written(share) if self.division and exact else str(share)


UNKNOWN = (
    "The aid has no rule for {}. Choose a kinship of the list where it fits, as full sister. Where the court names "
    "others, its figures stand alone."
)


def aid(named: Sequence[Named], *, award: Decimal | None = None) -> Aid:
    """The calculated share of each heir beside the court's, in the order in which they are named.

    With the court's shares whole, the difference is also told in rupees of `award`.
    """
    kins = [kin_of(heir.kinship) for heir in named]
    found, refusal = _divided(named, kins)
    of_kin = {part.kin: part.share for part in found.parts} if found else {}
    aids = [of_kin.get(kin) if kin else None for kin in kins]
    gaps = _gaps([heir.share for heir in named], aids, award)
    heirs = tuple(
        Compared(heir.name, heir.kinship, kin, heir.share, share, gap)
        for heir, kin, share, gap in zip(named, kins, aids, gaps, strict=True)
    )
    return Aid(heirs, found, refusal)


def _divided(named: Sequence[Named], kins: Sequence[Kin | None]) -> tuple[Division | None, str]:
    """The division of this family, or why there is none."""
    unknown = [heir.kinship for heir, kin in zip(named, kins, strict=True) if kin is None]
    if unknown:
        return None, UNKNOWN.format(listed(f"“{word}”" for word in dict.fromkeys(unknown)))
    try:
        return divide(Counter(kin for kin in kins if kin)), ""
    except BadInput as refused:
        return None, refused.detail


def _gaps(
    court: Sequence[Fraction | None], aids: Sequence[Fraction | None], award: Decimal | None
) -> list[Decimal | None]:
    whole, ours = [share for share in court if share is not None], [share for share in aids if share is not None]
    if award is None or len(whole) < len(court) or len(ours) < len(aids) or sum(whole) != 1 or sum(ours) != 1:
        return [None] * len(court)
    return [given - reckoned for given, reckoned in zip(split(award, whole), split(award, ours), strict=True)]
