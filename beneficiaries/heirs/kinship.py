"""The words for who an heir is to the deceased, pure: read from any usual spelling, written on pages and papers."""

from collections.abc import Iterable, Mapping
from enum import StrEnum

from ledger.errors import BadInput


class Kin(StrEnum):
    """Those whose shares the calculator knows; the value is the word of commands and of the API."""

    HUSBAND = "husband"
    WIFE = "wife"
    FATHER = "father"
    MOTHER = "mother"
    GRANDFATHER = "grandfather"
    PATERNAL_GRANDMOTHER = "paternal_grandmother"
    MATERNAL_GRANDMOTHER = "maternal_grandmother"
    SON = "son"
    DAUGHTER = "daughter"
    SONS_SON = "sons_son"
    SONS_DAUGHTER = "sons_daughter"
    FULL_BROTHER = "full_brother"
    FULL_SISTER = "full_sister"
    CONSANGUINE_BROTHER = "consanguine_brother"
    CONSANGUINE_SISTER = "consanguine_sister"
    UTERINE_BROTHER = "uterine_brother"
    UTERINE_SISTER = "uterine_sister"

    @property
    def label(self) -> str:
        """In plain words: son's daughter."""
        return self.value.replace("sons_", "son's ").replace("_", " ")

    @property
    def hint(self) -> str:
        """What the word means, where it needs saying."""
        return {
            Kin.HUSBAND: "widower",
            Kin.WIFE: "widow",
            Kin.GRANDFATHER: "father's father",
            Kin.PATERNAL_GRANDMOTHER: "father's mother",
            Kin.MATERNAL_GRANDMOTHER: "mother's mother",
            Kin.FULL_BROTHER: "same father and mother",
            Kin.FULL_SISTER: "same father and mother",
            Kin.CONSANGUINE_BROTHER: "same father only",
            Kin.CONSANGUINE_SISTER: "same father only",
            Kin.UTERINE_BROTHER: "same mother only",
            Kin.UTERINE_SISTER: "same mother only",
        }.get(self, "")

    @property
    def said(self) -> str:
        """As records and papers say it of an heir: the widow, not the wife, of the deceased."""
        return {Kin.HUSBAND: "widower", Kin.WIFE: "widow"}.get(self, self.label)


_OTHER_SPELLINGS = {
    "widower": Kin.HUSBAND,
    "widow": Kin.WIFE,
    "father s father": Kin.GRANDFATHER,
    "paternal grandfather": Kin.GRANDFATHER,
    "father s mother": Kin.PATERNAL_GRANDMOTHER,
    "mother s mother": Kin.MATERNAL_GRANDMOTHER,
    "son s son": Kin.SONS_SON,
    "son s daughter": Kin.SONS_DAUGHTER,
    "real brother": Kin.FULL_BROTHER,
    "real sister": Kin.FULL_SISTER,
    "half brother by the father": Kin.CONSANGUINE_BROTHER,
    "half sister by the father": Kin.CONSANGUINE_SISTER,
    "half brother by the mother": Kin.UTERINE_BROTHER,
    "half sister by the mother": Kin.UTERINE_SISTER,
}
_SPELLINGS = {kin.value.replace("_", " "): kin for kin in Kin} | _OTHER_SPELLINGS


def kin_of(text: str) -> Kin | None:
    """The kinship that a text names, or None for what the calculator does not know, such as 'sister' without which."""
    plain = "".join(char if char.isalnum() else " " for char in text.casefold())
    return _SPELLINGS.get(" ".join(plain.split()))


def read_family(text: str) -> dict[Kin, int]:
    """How many of each kinship survive, from 'wife=1,son=2'; in the order written.

    Raises: BadInput naming the word or number that cannot be read. Whether such a family can be is not asked here.
    """
    found: dict[Kin, int] = {}
    for pair in text.split(","):
        word, _, number = (part.strip() for part in pair.partition("="))
        kin = kin_of(word)
        if kin is None:
            raise _unread(f"{word[:40]!r} is no kinship known here. Known: {', '.join(Kin)}.")
        if not (number.isascii() and number.isdigit() and len(number) <= 4):
            raise _unread(f"{pair.strip()[:40]!r} has no number of people. Write it as {kin}=1.")
        if kin in found:
            raise _unread(f"{kin} is named twice. Give one number for all of them.")
        found[kin] = int(number)
    return found


def _unread(detail: str) -> BadInput:
    return BadInput(detail, fields={"heirs": detail})


def counted(people: Mapping[Kin, int]) -> str:
    """'Father', '2 daughters', 'Uterine brother and 2 uterine sisters'."""
    text = listed(kin.label if number == 1 else f"{number} {_plural(kin)}" for kin, number in people.items())
    return text[:1].upper() + text[1:]


def _plural(kin: Kin) -> str:
    return "wives" if kin is Kin.WIFE else f"{kin.label}s"


def listed(texts: Iterable[str]) -> str:
    """'a', 'a and b', 'a, b and c'."""
    *most, last = list(texts)
    return f"{', '.join(most)} and {last}" if most else last
