"""The chain of decisions on a voucher: who did what when, and a line for ink."""

from typing import Final

from funds.papers import urdu_fit
from funds.papers.cells import Cells
from funds.papers.data import Signatory
from funds.papers.fit import fit, put
from funds.papers.fonts import REGULAR, SEMIBOLD
from funds.papers.ink import GREEN, GREY, HAIR, TINT, WHITE
from funds.papers.ornament import LEFT, WIDTH
from funds.papers.tongue import Style
from funds.papers.urdu_faces import NASKH
from funds.papers.voucher_form import CHAIN_TOP
from funds.papers.voucher_words import Words

_ROOM_FOR_INK: Final = 28.0  # narrower boxes have no line for a signature
_ACT: Final = Style(REGULAR, 6.6, NASKH, 7.6)


def draw(page: Cells, signatories: tuple[Signatory, ...], apart: tuple[str, ...]) -> None:
    """A box for each decision, joined by a line, and who stood apart."""
    count = len(signatories)
    gap = 2.4 if count <= 5 else 1.8
    width = (WIDTH - gap * (count - 1)) / count
    for number, signatory in enumerate(signatories):
        x = LEFT + number * (width + gap)
        if number:
            page.pen.line(x - gap, CHAIN_TOP + 7.1, x, CHAIN_TOP + 7.1, colour=GREEN, line=1.2)
        _decision(page, x, width, number + 1, signatory)
    if apart:
        text = f"Stood apart. {'; '.join(apart)}."
        page.cell("Stood apart", LEFT, CHAIN_TOP + 30.7, WIDTH, text, size=5.9, colour=GREY)


def _decision(page: Cells, x: float, width: float, number: int, by: Signatory) -> None:
    pen, top, inner = page.pen, CHAIN_TOP + 4.4, width - 4.0
    pen.rectangle(x, top, width, 5.2, fill=TINT)
    pen.frame(x, top, width, 24.2, colour=HAIR, line=0.5)
    pen.disc(x + 3.2, top + 2.6, 1.75, fill=GREEN)
    pen.text(x + 3.2, top + 3.35, str(number), face=SEMIBOLD, size=5.9, colour=WHITE, align="centre")
    _act(page, number, x + 6.2, top + 3.5, width - 7.4, by.act)
    x += 2.0
    name = fit(by.name, SEMIBOLD, 7.6, inner, wrap_first=True)
    page.remember(f"Decision {number}, name", by.name, name)
    y = put(pen, x, top + 8.5, inner, name, face=SEMIBOLD)
    y = _post(page, number, x, y + 2.9, inner, by.post) if by.post else y
    code = by.digest[:12]
    if inner < _ROOM_FOR_INK:
        page.cell(f"Decision {number}, date", x, y + 2.8, inner, by.on, size=6.1, colour=GREY)
        page.cell(f"Decision {number}, code", x, y + 5.4, inner, code, size=5.8, colour=GREY)
        return
    if page.tongue.urdu_leads:
        page.cell(f"Decision {number}, date", x, y + 3.0, inner, by.on, size=6.1, colour=GREY)
        pen.text(x + inner, y + 3.0, code, size=5.9, colour=GREY, align="right")
    else:
        page.cell(f"Decision {number}, date", x, y + 3.0, inner, f"{by.on}  ·  {code}", size=6.1, colour=GREY)
    pen.line(x, top + 22.6, x + inner, top + 22.6, colour=GREY, line=0.5)


def _act(page: Cells, number: int, x: float, y: float, room: float, act: str) -> None:
    if known := page.tongue.of(act):
        page.tongue.pair(page.pen, x, y, room, Words(act, known), _ACT)
    else:
        page.cell(f"Decision {number}", x, y, room, act, size=6.6)


def _post(page: Cells, number: int, x: float, y: float, room: float, post: str) -> float:
    """Returns where its last line stands."""
    known = page.tongue.of(post) if page.tongue.urdu_leads else ""
    label = f"Decision {number}, post"
    if known:
        words = urdu_fit.fit(known, NASKH, 6.9, room, wrap_first=True)
        page.remember(label, known, words)
        return urdu_fit.put(page.pen, x, y, room, words, leading=1.4, colour=GREY, align="left")
    fitted = fit(post, REGULAR, 6.1, room, wrap_first=True)
    page.remember(label, post, fitted)
    return put(page.pen, x, y, room, fitted, face=REGULAR, colour=GREY)
