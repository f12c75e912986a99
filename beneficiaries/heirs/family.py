"""The picture of a family: who stands where round the deceased, pure; pages draw it as boxes, screen readers hear lists."""

from collections.abc import Iterable
from dataclasses import dataclass

from beneficiaries.heirs.kinship import Kin


@dataclass(frozen=True, slots=True)
class Box:
    """One heir in the picture: name, kinship, share as text, and short notes such as 'minor'."""

    name: str
    kinship: str
    kin: Kin | None
    share: str
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Tier:
    """One row of boxes, the elder generation above. `spouses` stand at the other side of the deceased."""

    label: str
    boxes: tuple[Box, ...]
    deceased: bool = False
    spouses: tuple[Box, ...] = ()


SPOUSES = frozenset({Kin.HUSBAND, Kin.WIFE})
TIERS: tuple[tuple[str, frozenset[Kin | None]], ...] = (
    ("Grandparents", frozenset({Kin.GRANDFATHER, Kin.PATERNAL_GRANDMOTHER, Kin.MATERNAL_GRANDMOTHER})),
    ("Parents", frozenset({Kin.FATHER, Kin.MOTHER})),
    ("Brothers and sisters", frozenset(kin for kin in Kin if kin.value.endswith(("_brother", "_sister")))),
    ("Children", frozenset({Kin.SON, Kin.DAUGHTER})),
    ("Son's children", frozenset({Kin.SONS_SON, Kin.SONS_DAUGHTER})),
    ("Others, by court order", frozenset({None})),
)
OWN = "Brothers and sisters"  # the generation of the deceased


def tiers(heirs: Iterable[Box]) -> list[Tier]:
    """The rows of the picture from top to bottom; empty ones are left out, that of the deceased never."""
    known = list(heirs)
    spouses = tuple(box for box in known if box.kin in SPOUSES)
    found = []
    for label, kins in TIERS:
        boxes = tuple(box for box in known if box.kin in kins)
        own = label == OWN
        if boxes or own:
            found.append(Tier(label, boxes, own, spouses if own else ()))
    return found
