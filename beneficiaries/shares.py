"""The calculator's answer as rows for pages, API and command, and beside the court's own figures; pure reads."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from beneficiaries.inheritance import Division, divide
from beneficiaries.kinship import Kin, kin_of
from ledger.errors import BadInput
from ledger.money import split


@dataclass(frozen=True, slots=True)
class Row:
    """One kinship: `share` of each person over the common divisor, rupees of each and of all of them together."""

    kin: Kin
    number: int
    share: str
    amounts: tuple[Decimal, ...] = ()

    @property
    def amount(self) -> Decimal | None:
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
    """One heir: the court's share and the aid's. None where there is none."""

    name: str
    kinship: str
    kin: Kin | None
    court: Fraction | None
    aid: Fraction | None

    @property
    def difference(self) -> Fraction | None:
        """What the court gives above (or, below zero, under) the aid's figure."""
        return None if self.court is None or self.aid is None else self.court - self.aid


@dataclass(frozen=True, slots=True)
class Aid:
    """The aid beside the court's shares. `division` is None where the aid refuses, with `refusal` saying why."""

    heirs: tuple[Compared, ...]
    division: Division | None
    refusal: str = ""

    @property
    def differs(self) -> bool:
        return any(heir.difference for heir in self.heirs)

    @property
    def agrees(self) -> bool:
        return bool(self.heirs) and all(heir.difference == 0 for heir in self.heirs)


UNKNOWN = (
    "The aid has no rule for {}. Choose the kinship from the list, as full sister; where the court orders "
    "otherwise, its figures stand alone."
)


def aid(named: Sequence[Named]) -> Aid:
    """The calculated share of each heir beside the court's, in the order in which they are named."""
    kins = [kin_of(heir.kinship) for heir in named]
    unknown = [heir.kinship for heir, kin in zip(named, kins, strict=True) if kin is None]
    family: dict[Kin, int] = {}
    for kin in kins:
        if kin is not None:
            family[kin] = family.get(kin, 0) + 1
    found, refusal = None, ""
    try:
        found = None if unknown else divide(family)
        refusal = UNKNOWN.format(", ".join(f"“{word}”" for word in dict.fromkeys(unknown))) if unknown else ""
    except BadInput as refused:
        refusal = refused.detail
    shares = {part.kin: part.share for part in found.parts} if found else {}
    heirs = tuple(
        Compared(heir.name, heir.kinship, kin, heir.share, shares.get(kin) if kin else None)
        for heir, kin in zip(named, kins, strict=True)
    )
    return Aid(heirs, found, refusal)
