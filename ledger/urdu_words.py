"""Rupees in Urdu words, from the same amount as the English ones in `money`. Pure.

One spelling is printed for each number; where lists differ, the choice is that of most of eight published lists, checked
against Unicode CLDR (`common/rbnf/ur.xml`), and is the Ministry's to confirm.
"""

from decimal import Decimal
from typing import Final

from ledger.money import rupees_and_paisa

UNDER_HUNDRED: Final = (
    "صفر", "ایک", "دو", "تین", "چار", "پانچ", "چھ", "سات", "آٹھ", "نو",
    "دس", "گیارہ", "بارہ", "تیرہ", "چودہ", "پندرہ", "سولہ", "سترہ", "اٹھارہ", "انیس",
    "بیس", "اکیس", "بائیس", "تئیس", "چوبیس", "پچیس", "چھبیس", "ستائیس", "اٹھائیس", "انتیس",
    "تیس", "اکتیس", "بتیس", "تینتیس", "چونتیس", "پینتیس", "چھتیس", "سینتیس", "اڑتیس", "انتالیس",
    "چالیس", "اکتالیس", "بیالیس", "تینتالیس", "چوالیس", "پینتالیس", "چھیالیس", "سینتالیس", "اڑتالیس", "انچاس",
    "پچاس", "اکیاون", "باون", "ترپن", "چون", "پچپن", "چھپن", "ستاون", "اٹھاون", "انسٹھ",
    "ساٹھ", "اکسٹھ", "باسٹھ", "تریسٹھ", "چونسٹھ", "پینسٹھ", "چھیاسٹھ", "سڑسٹھ", "اڑسٹھ", "انہتر",
    "ستر", "اکہتر", "بہتر", "تہتر", "چوہتر", "پچھتر", "چھہتر", "ستتر", "اٹھہتر", "اناسی",
    "اسی", "اکیاسی", "بیاسی", "تراسی", "چوراسی", "پچاسی", "چھیاسی", "ستاسی", "اٹھاسی", "نواسی",
    "نوے", "اکیانوے", "بانوے", "ترانوے", "چورانوے", "پچانوے", "چھیانوے", "ستانوے", "اٹھانوے", "ننانوے",
)  # fmt: skip
SCALES: Final = (
    (10**11, "کھرب"),
    (10**9, "ارب"),
    (10**7, "کروڑ"),
    (10**5, "لاکھ"),
    (10**3, "ہزار"),
    (10**2, "سو"),
)

_BEFORE, _AND, _ONLY = "مبلغ", "اور", "صرف"
_RUPEE, _RUPEES, _PAISA, _PAISE = "روپیہ", "روپے", "پیسہ", "پیسے"
ALL_WORDS: Final = (
    *UNDER_HUNDRED,
    *(name for _, name in SCALES),
    _BEFORE,
    _AND,
    _ONLY,
    _RUPEE,
    _RUPEES,
    _PAISA,
    _PAISE,
)
"""Every word that an amount is made of."""


def urdu_words(amount: Decimal | int) -> str:
    """As cheques say it: "مبلغ بارہ لاکھ روپے صرف", with paisa "مبلغ ایک روپیہ اور پچاس پیسے صرف".

    Groups follow each other without اور; 100 and 1,000 carry ایک; one is روپیہ and پیسہ, any other number روپے and پیسے.
    Raises AmountError for what `money.words` refuses: below zero, above CEILING (99 کھرب and what follows), no whole paisa.
    """
    whole, paisa = rupees_and_paisa(amount)
    parts = [_BEFORE, _spoken(whole), _RUPEE if whole == 1 else _RUPEES]
    if paisa:
        parts += [_AND, _spoken(paisa), _PAISA if paisa == 1 else _PAISE]
    return " ".join([*parts, _ONLY])


def _spoken(number: int) -> str:
    if number < 100:
        return UNDER_HUNDRED[number]
    scale, name = next(row for row in SCALES if number >= row[0])
    count, rest = divmod(number, scale)
    return f"{_spoken(count)} {name}" + (f" {_spoken(rest)}" if rest else "")
