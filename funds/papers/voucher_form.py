"""What every voucher has before anything is known about it: tints, rules, labels and the boxes people write in."""

from functools import lru_cache
from typing import Final
from unicodedata import category

from funds.papers import ornament, payees, urdu, urdu_fit
from funds.papers import voucher_words as say
from funds.papers.fit import wrap
from funds.papers.fonts import REGULAR
from funds.papers.ink import GREEN, GREY, HAIR, INK, PALE, TINT, Colour, Pen, Shaped
from funds.papers.ornament import LEFT, RIGHT, WIDTH
from funds.papers.sheet import Form
from funds.papers.tongue import BOX, HEADING, RULE, STATEMENT, Language, Tongue
from funds.papers.urdu_faces import NASKH, NASKH_BOLD, NASTALIQ
from funds.papers.voucher_words import Words
from ledger.urdu_words import ALL_WORDS as NUMBER_WORDS

KEY_LEFT: Final = (14.0, 53.0, 92.0, 131.0)
KEY_ROOM: Final = 36.0
QR: Final = (174.4, 46.8, 21.4)
PAY_TOP: Final = 70.0
PAY_ROOM: Final = 88.0
TABLE_TOP: Final = 87.0
TABLE_BOTTOM: Final = 133.0
AMOUNT_SPLIT: Final = 87.0
BUDGET_TOP: Final = 160.0
BUDGET_ROOM: Final = WIDTH / 5
SPENT: Final[Colour] = (0.38, 0.45, 0.42)
COMMITTED: Final[Colour] = (0.68, 0.73, 0.71)
BUDGET_PARTS: Final[tuple[tuple[Words, Colour | None], ...]] = (
    (say.AVAILABLE, None),
    (say.SPENT, SPENT),
    (say.COMMITTED, COMMITTED),
    (say.THIS_VOUCHER, GREEN),
    (say.BALANCE, TINT),
)
CHAIN_TOP: Final = 177.6
LOWER_TOP: Final = 209.0
LOWER_BOTTOM: Final = 273.0
LOWER_WIDTH: Final = 89.0
RECEIPT_LEFT: Final = RIGHT - LOWER_WIDTH
FOOT_TOP: Final = 275.8
_INNER: Final = LOWER_WIDTH - 4.4


def amount_box(tongue: Tongue) -> tuple[float, float]:
    """Top and height of the box of the amount: words of two languages need more of it."""
    return (134.6, 22.8) if tongue.has_urdu else (136.0, 21.0)


@lru_cache(maxsize=3)
def fixed(language: Language) -> Form:
    """The fixed part of page one."""
    tongue = Tongue(language, {})
    pen = tongue.pen()
    with pen.straight():
        ornament.emblem(pen, ornament.CENTRE, 20.4, 9.6)
    _key_facts(tongue, pen)
    _payment(tongue, pen)
    payees.head(tongue, pen, TABLE_TOP)
    _amount(tongue, pen)
    _headings(tongue, pen)
    _certificate(tongue, pen)
    _pre_audit(tongue, pen)
    _receipt(tongue, pen)
    pen.line(LEFT, FOOT_TOP, RIGHT, FOOT_TOP, colour=GREEN, line=0.8)
    return Form.of("voucher", pen)


@lru_cache(maxsize=1)
def stock() -> Shaped:
    """The glyphs of every amount in words and of every name in Naskh, which each voucher in Urdu holds."""
    forms = [form for letter in sorted(NASKH.letters) if category(letter) == "Lo" for form in _forms(letter)]
    texts = {NASTALIQ: NUMBER_WORDS, NASKH: (*NUMBER_WORDS, *forms), NASKH_BOLD: forms}
    return {
        face: {number: letters for text in said for number, letters in urdu.line(text, face).glyphs.items()}
        for face, said in texts.items()
    }


def _forms(letter: str) -> tuple[str, ...]:
    """Alone, at the beginning, in the middle and at the end of a word."""
    return letter, f"{letter}ب", f"ب{letter}ب", f"ب{letter}"


def _key_facts(tongue: Tongue, pen: Pen) -> None:
    upper = (say.NUMBER, say.DATE, say.SANCTION, say.SANCTION_DATE)
    lower = (say.HEAD, say.DDO, say.COST_CENTRE, say.VENDOR)
    for x, first, second in zip(KEY_LEFT, upper, lower, strict=True):
        tongue.pair(pen, x, 48.6, KEY_ROOM, first)
        tongue.pair(pen, x, 58.4, KEY_ROOM, second)
        if x > LEFT:
            pen.line(x - 1.7, 46.2, x - 1.7, 68.0)
    pen.line(LEFT, 55.6, 168.0, 55.6)
    pen.line(LEFT, 69.2, 168.0, 69.2, colour=GREEN, line=0.8)


def _payment(tongue: Tongue, pen: Pen) -> None:
    tongue.pair(pen, LEFT, PAY_TOP + 3.0, PAY_ROOM, say.PAY_TO)
    tongue.pair(pen, 108, PAY_TOP + 3.0, PAY_ROOM, say.ON_ACCOUNT_OF)
    pen.line(104.5, PAY_TOP + 1.2, 104.5, PAY_TOP + 14.6)


def _amount(tongue: Tongue, pen: Pen) -> None:
    top, height = amount_box(tongue)
    pen.rectangle(LEFT, top, WIDTH, height, fill=PALE)
    ornament.waves(pen, LEFT + 1.6, top, WIDTH - 1.6, height, colour=(0.83, 0.89, 0.865))
    pen.rectangle(LEFT, top, 1.6, height, fill=GREEN)
    pen.line(AMOUNT_SPLIT, top + 2.6, AMOUNT_SPLIT, top + height - 2.6)
    label = top + (3.6 if tongue.has_urdu else 4.4)
    tongue.pair(pen, LEFT + 5, label, AMOUNT_SPLIT - LEFT - 8, say.NET_PAYABLE)
    start = AMOUNT_SPLIT + 3.6
    tongue.pair(pen, start, label, RIGHT - 4 - start, say.IN_WORDS)


def budget_left(number: int) -> float:
    """Where a part of the budget's position begins."""
    return LEFT + number * BUDGET_ROOM + (2.0 if number else 0.0)


def budget_label(tongue: Tongue, pen: Pen, number: int) -> None:
    """What one part of the budget's position is, and its colour in the bar."""
    label, colour = BUDGET_PARTS[number]
    x = budget_left(number)
    if number:
        pen.line(x - 2.0, BUDGET_TOP + 4.2, x - 2.0, BUDGET_TOP + 11.0)
    if colour:
        pen.rectangle(x, BUDGET_TOP + 4.5, 1.5, 1.5, fill=colour)
    indent = 2.4 if colour else 0.0
    room = BUDGET_ROOM - (3.6 if number else 1.6) - indent
    tongue.pair(pen, x + indent, BUDGET_TOP + 6.0, room, label)


def _headings(tongue: Tongue, pen: Pen) -> None:
    tongue.pair(pen, LEFT, BUDGET_TOP + 2.2, WIDTH, say.BUDGET, HEADING)
    tongue.pair(pen, LEFT, CHAIN_TOP + 2.4, WIDTH, say.CHAIN, HEADING)
    if tongue.has_urdu:
        for number in range(len(BUDGET_PARTS)):
            budget_label(tongue, pen, number)
        tongue.leading(pen, ornament.CENTRE, CHAIN_TOP + 2.4, say.CHAIN_NOTE, align="centre")
    else:
        tongue.leading(pen, RIGHT, CHAIN_TOP + 2.4, say.CHAIN_NOTE, align="right")


def _box(tongue: Tongue, pen: Pen, x: float, top: float, bottom: float, title: Words, *, line: float) -> None:
    pen.rectangle(x, top, LOWER_WIDTH, 5.2, fill=TINT)
    tongue.pair(pen, x + 2.2, top + 3.5, _INNER, title, BOX)
    pen.frame(x, top, LOWER_WIDTH, bottom - top, colour=INK if line > 0.5 else HAIR, line=line)


def _more(tongue: Tongue) -> float:
    """Room in mm that the sentences of the lower boxes need where they stand in both languages."""
    return 2.2 if tongue.language == "both" else 0.0


def _certificate(tongue: Tongue, pen: Pen) -> None:
    more = _more(tongue)
    _box(tongue, pen, LEFT, LOWER_TOP, 230.0 + more, say.CERTIFICATE, line=0.5)
    left = LEFT + 2.2
    if tongue.urdu_leads:
        lines = urdu_fit.fit(say.CERTIFIED.urdu, NASKH, 7.8, _INNER, lines=2)
        urdu_fit.put(pen, left, 218.0, _INNER, lines, leading=1.6, align="left")
    else:
        for number, text in enumerate(wrap(say.CERTIFIED.english, REGULAR, 6.6, _INNER).lines):
            pen.text(left, 217.8 - more * 0.2 + number * 3.4, text, size=6.6)
    if tongue.language == "both":
        lines = urdu_fit.wrap(say.CERTIFIED.urdu, NASKH, 7.2, _INNER)
        urdu_fit.put(pen, left, 224.4, _INNER, lines, leading=1.35)
    _rule(tongue, pen, left, 227.6 + more, LEFT + LOWER_WIDTH - 2.2, say.DRAWING_OFFICER)


def _rule(tongue: Tongue, pen: Pen, x: float, y: float, end: float, label: Words, *, tab: float = 0.0) -> None:
    width = tongue.leading(pen, x, y, label, RULE)
    pen.line(x + max(width + 2, tab), y + 0.6, end, y + 0.6, colour=GREY, line=0.45)


def _pre_audit(tongue: Tongue, pen: Pen) -> None:
    more = _more(tongue)
    _box(tongue, pen, LEFT, 232.0 + more, LOWER_BOTTOM, say.PRE_AUDIT, line=1.0)
    for number, label in enumerate((say.PASSED, say.RUPEES_IN_WORDS, say.OBJECTED, say.CHEQUE)):
        _rule(tongue, pen, LEFT + 2.2, 242.4 + more * 0.7 + number * 6.1, LEFT + LOWER_WIDTH - 2.2, label)
    width = (_INNER - 6) / 3
    for number, officer in enumerate(say.OFFICERS):
        x = LEFT + 2.2 + number * (width + 3)
        pen.line(x, 269.0, x + width, 269.0, colour=INK, line=0.5)
        tongue.leading(pen, x + width / 2, 271.6, officer, align="centre")


def _receipt(tongue: Tongue, pen: Pen) -> None:
    x = RECEIPT_LEFT
    _box(tongue, pen, x, LOWER_TOP, LOWER_BOTTOM, say.RECEIPT, line=1.0)
    tongue.leading(pen, x + 2.2, 218.2, say.RECEIVED, STATEMENT)
    more = _more(tongue)
    if more:
        drawn = urdu.line(say.RECEIVED.urdu, NASKH)
        urdu.put(pen, x + LOWER_WIDTH - 2.2, 222.0, drawn, size=7.6)
    tongue.pair(pen, x + 2.2, 223.0 + more, _CNIC_WIDTH, say.RECEIVER)
    _cnic_boxes(pen, x + 2.2, 224.4 + more)
    for number, label in enumerate((say.NAME, say.SIGNATURE, say.SIGNED_ON)):
        _rule(tongue, pen, x + 2.2, 238.4 + number * 9.0, x + 41, label, tab=15)
    _rule(tongue, pen, x + 2.2, 267.4, x + 64, say.IDENTIFIED, tab=15)
    pen.frame(x + 44.5, 234.4, 18.5, 23.0, colour=GREY, line=0.6, dash="2 1.6")
    tongue.stacked(pen, x + 53.75, 246.6, say.STAMP)
    pen.frame(x + 66.3, 223.4 + more, 20.5, 35.0, colour=GREY, line=0.6)
    ornament.ridges(pen, x + 66.3, 223.4 + more, 20.5, 35.0)
    tongue.stacked(pen, x + 76.55, 261.4 + more, say.THUMB)


_SIDE, _GAP = 4.35, 2.0
_GROUPS: Final = (5, 7, 1)
_CNIC_WIDTH: Final = 13 * _SIDE + 2 * _GAP


def _cnic_boxes(pen: Pen, x: float, top: float) -> None:
    """Thirteen boxes in the groups of a CNIC, 5, 7 and 1 digits, which run to the right in both languages."""
    x, align = pen.side(x, "left")
    x = x if align == "left" else x - _CNIC_WIDTH
    with pen.straight():
        for group in _GROUPS:
            for _ in range(group):
                pen.frame(x, top, _SIDE, 5.2, colour=INK, line=0.5)
                x += _SIDE
            if group > 1:
                pen.line(x + 0.5, top + 2.6, x + _GAP - 0.5, top + 2.6, colour=INK, line=0.6)
            x += _GAP
