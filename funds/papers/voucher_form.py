"""What every voucher has before anything is known about it: tints, rules, labels and the boxes people write in."""

from functools import lru_cache
from typing import Final

from funds.papers import ornament, payees
from funds.papers.fonts import SEMIBOLD
from funds.papers.ink import GREEN, GREY, HAIR, INK, PALE, TINT, Pen
from funds.papers.ornament import LEFT, RIGHT, WIDTH
from funds.papers.sheet import Form

KEY_LEFT: Final = (14.0, 53.0, 92.0, 131.0)
KEY_ROOM: Final = 36.0
QR: Final = (174.4, 46.8, 21.4)
PAY_TOP: Final = 70.0
TABLE_TOP: Final = 87.0
TABLE_BOTTOM: Final = 133.0
AMOUNT_TOP: Final = 136.0
AMOUNT_HEIGHT: Final = 21.0
AMOUNT_SPLIT: Final = 87.0
BUDGET_TOP: Final = 160.0
CHAIN_TOP: Final = 177.6
LOWER_TOP: Final = 209.0
LOWER_BOTTOM: Final = 273.0
LOWER_WIDTH: Final = 89.0
RECEIPT_LEFT: Final = RIGHT - LOWER_WIDTH
FOOT_TOP: Final = 275.8


@lru_cache(maxsize=1)
def fixed() -> Form:
    """The fixed part of page one."""
    pen = Pen()
    ornament.emblem(pen, ornament.CENTRE, 20.4, 9.6)
    _key_facts(pen)
    _payment(pen)
    payees.head(pen, TABLE_TOP)
    _amount(pen)
    _budget(pen)
    _certificate(pen)
    _pre_audit(pen)
    _receipt(pen)
    pen.line(LEFT, FOOT_TOP, RIGHT, FOOT_TOP, colour=GREEN, line=0.8)
    return Form.of("voucher", pen)


def _label(pen: Pen, x: float, y: float, text: str) -> None:
    pen.text(x, y, text, size=5.9, colour=GREY)


def _key_facts(pen: Pen) -> None:
    upper = ("Voucher no.", "Voucher date", "Sanction no.", "Sanction date")
    lower = ("Head of account", "DDO code", "Cost centre", "Vendor no.")
    for x, first, second in zip(KEY_LEFT, upper, lower, strict=True):
        _label(pen, x, 48.6, first)
        _label(pen, x, 58.4, second)
        if x > LEFT:
            pen.line(x - 1.7, 46.2, x - 1.7, 68.0)
    pen.line(LEFT, 55.6, 168.0, 55.6)
    pen.line(LEFT, 69.2, 168.0, 69.2, colour=GREEN, line=0.8)


def _payment(pen: Pen) -> None:
    _label(pen, LEFT, PAY_TOP + 3.0, "Pay to")
    _label(pen, 108, PAY_TOP + 3.0, "On account of")
    pen.line(104.5, PAY_TOP + 1.2, 104.5, PAY_TOP + 14.6)


def _amount(pen: Pen) -> None:
    pen.rectangle(LEFT, AMOUNT_TOP, WIDTH, AMOUNT_HEIGHT, fill=PALE)
    ornament.waves(pen, LEFT + 1.6, AMOUNT_TOP, WIDTH - 1.6, AMOUNT_HEIGHT, colour=(0.83, 0.89, 0.865))
    pen.rectangle(LEFT, AMOUNT_TOP, 1.6, AMOUNT_HEIGHT, fill=GREEN)
    pen.line(AMOUNT_SPLIT, AMOUNT_TOP + 2.6, AMOUNT_SPLIT, AMOUNT_TOP + AMOUNT_HEIGHT - 2.6)
    _label(pen, LEFT + 5, AMOUNT_TOP + 4.4, "Net amount payable")
    _label(pen, AMOUNT_SPLIT + 3.6, AMOUNT_TOP + 4.4, "In words")


def _budget(pen: Pen) -> None:
    pen.text(
        LEFT, BUDGET_TOP + 2.2, "Budget position before and after this voucher", face=SEMIBOLD, size=6.9, colour=GREEN
    )
    pen.text(LEFT, CHAIN_TOP + 2.4, "Chain of decisions", face=SEMIBOLD, size=6.9, colour=GREEN)
    pen.text(
        RIGHT,
        CHAIN_TOP + 2.4,
        "In order of date; the code is the start of the digest of the content each of them signed",
        size=5.9,
        colour=GREY,
        align="right",
    )


def _box(pen: Pen, x: float, top: float, bottom: float, title: str, *, line: float) -> None:
    pen.rectangle(x, top, LOWER_WIDTH, 5.2, fill=TINT)
    pen.text(x + 2.2, top + 3.5, title, size=6.4, colour=INK)
    pen.frame(x, top, LOWER_WIDTH, bottom - top, colour=INK if line > 0.5 else HAIR, line=line)


def _certificate(pen: Pen) -> None:
    _box(pen, LEFT, LOWER_TOP, 230.0, "Certificate of the drawing officer", line=0.5)
    pen.text(
        LEFT + 2.2, 217.8, "Certified that this claim has not been drawn before, agrees with the sanction,", size=6.6
    )
    pen.text(LEFT + 2.2, 221.2, "and is due to the persons named.", size=6.6)
    _rule(pen, LEFT + 2.2, 227.6, LEFT + LOWER_WIDTH - 2.2, "Drawing and Disbursing Officer")


def _rule(pen: Pen, x: float, y: float, end: float, label: str, *, tab: float = 0.0) -> None:
    width = pen.text(x, y, label, size=6.3, colour=GREY)
    pen.line(x + max(width + 2, tab), y + 0.6, end, y + 0.6, colour=GREY, line=0.45)


def _pre_audit(pen: Pen) -> None:
    _box(pen, LEFT, 232.0, LOWER_BOTTOM, "For use in the accounts office (pre-audit)", line=1.0)
    labels = ("Passed for payment of Rs", "Rupees in words", "Objected to Rs / reason", "Cheque or advice no. and date")
    for number, label in enumerate(labels):
        _rule(pen, LEFT + 2.2, 242.4 + number * 6.1, LEFT + LOWER_WIDTH - 2.2, label)
    width = (LOWER_WIDTH - 4.4 - 6) / 3
    for number, officer in enumerate(("Auditor", "Assistant Accounts Officer", "Accounts Officer")):
        x = LEFT + 2.2 + number * (width + 3)
        pen.line(x, 269.0, x + width, 269.0, colour=INK, line=0.5)
        pen.text(x + width / 2, 271.6, officer, size=5.9, colour=GREY, align="centre")


def _receipt(pen: Pen) -> None:
    x = RECEIPT_LEFT
    _box(pen, x, LOWER_TOP, LOWER_BOTTOM, "Receipt of the payee", line=1.0)
    pen.text(x + 2.2, 218.2, "Received in full the net amount of this voucher:", size=6.7)
    _label(pen, x + 2.2, 223.0, "CNIC of the receiver")
    _cnic_boxes(pen, x + 2.2, 224.4)
    for number, label in enumerate(("Name", "Signature", "Date")):
        _rule(pen, x + 2.2, 238.4 + number * 9.0, x + 41, label, tab=15)
    _rule(pen, x + 2.2, 267.4, x + 64, "Identified by", tab=15)
    pen.frame(x + 44.5, 234.4, 18.5, 23.0, colour=GREY, line=0.6, dash="2 1.6")
    pen.text(x + 53.75, 246.6, "Revenue stamp", size=5.9, colour=GREY, align="centre")
    pen.frame(x + 66.3, 223.4, 20.5, 35.0, colour=GREY, line=0.6)
    ornament.ridges(pen, x + 66.3, 223.4, 20.5, 35.0)
    pen.text(x + 76.55, 261.4, "Thumb impression", size=5.9, colour=GREY, align="centre")


def _cnic_boxes(pen: Pen, x: float, top: float) -> None:
    """Thirteen boxes in the groups of a CNIC: 5, 7 and 1 digits."""
    side, gap = 4.35, 2.0
    for group in (5, 7, 1):
        for _ in range(group):
            pen.frame(x, top, side, 5.2, colour=INK, line=0.5)
            x += side
        if group > 1:
            pen.line(x + 0.5, top + 2.6, x + gap - 0.5, top + 2.6, colour=INK, line=0.6)
        x += gap
