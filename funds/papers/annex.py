"""Annex pages of a voucher: payee lines that did not fit on page one, and the full wording of texts that were cut."""

from typing import Final

from funds.papers import payees, urdu_fit
from funds.papers import voucher_words as say
from funds.papers.data import PayeeRow, VoucherPaper
from funds.papers.fit import CODE_LEAST, LEADING, fit, put, wrap
from funds.papers.fonts import REGULAR, SEMIBOLD
from funds.papers.ink import GREEN, GREY, HAIR, INK, POINT, RED, WHITE, Pen
from funds.papers.ornament import LEFT, RIGHT, WIDTH
from funds.papers.payees import Sums
from funds.papers.tongue import Style, Tongue
from funds.papers.urdu import Line
from funds.papers.urdu import put as put_urdu
from funds.papers.urdu_faces import NASKH, NASKH_BOLD
from funds.papers.voucher_words import Words

_TOP: Final = 30.0
_BOTTOM: Final = 272.0
_SIZE: Final = 7.2
_URDU_SIZE: Final = 8.2
_NOTE: Final = Style(SEMIBOLD, 7.4, NASKH_BOLD, 8.2, GREEN)


class _Annex:
    """A growing list of pages and the place on the last one."""

    def __init__(self, tongue: Tongue, paper: VoucherPaper) -> None:
        self.tongue = tongue
        self.paper = paper
        self.pens: list[Pen] = []
        self.y = _BOTTOM

    @property
    def pen(self) -> Pen:
        return self.pens[-1]

    def new_page(self, title: Words) -> None:
        """Begin a page with the repeated heading."""
        paper, pen = self.paper, self.tongue.pen()
        if self.pens:
            self.pen.settle()
        self.pens.append(pen)
        fund = fit(paper.fund_name, SEMIBOLD, 8.0, 110, lines=1)
        put(pen, LEFT, 13.6, 110, fund, face=SEMIBOLD, colour=GREEN)
        facts = f"Sanction {paper.sanction_number} of {paper.sanction_date}  ·  voucher date {paper.date}"
        put(
            pen,
            RIGHT - 68,
            13.6,
            68,
            fit(facts, REGULAR, 6.6, 68, lines=1, least=CODE_LEAST),
            face=REGULAR,
            colour=GREY,
            align="right",
        )
        pen.rectangle(LEFT, 16.6, WIDTH, 8.0, fill=RED if paper.cancelled else GREEN)
        if self.tongue.urdu_leads:
            words = urdu_fit.fit(f"{say.ANNEX.urdu} · {title.urdu}", NASKH_BOLD, 10.0, 92, lines=1)
            urdu_fit.put(pen, LEFT + 4, 21.9, 92, words, leading=1, colour=WHITE, align="left")
        else:
            heading = f"ANNEX  ·  {title.english}"
            pen.text(LEFT + 4, 21.9, heading, face=SEMIBOLD, size=9.4, colour=WHITE, track=0.4)
        state = "CANCELLED  ·  " if paper.cancelled else f"COPY {paper.copy}  ·  " if paper.copy else ""
        number = fit(f"{state}{paper.number}", SEMIBOLD, 9.2, 80, lines=1, least=CODE_LEAST)
        put(pen, RIGHT - 84, 21.9, 80, number, face=SEMIBOLD, colour=WHITE, align="right")
        self.y = _TOP


def pages(
    tongue: Tongue, paper: VoucherPaper, rows: tuple[PayeeRow, ...], shortened: list[tuple[str, str]]
) -> list[Pen]:
    """The annex pages, without their foot; none if page one holds everything."""
    annex = _Annex(tongue, paper)
    cut = list(shortened)
    if rows:
        cut += _payee_lines(annex, rows)
    if cut:
        _full_texts(annex, cut)
    return annex.pens


def _payee_lines(annex: _Annex, rows: tuple[PayeeRow, ...]) -> list[tuple[str, str]]:
    shortened: list[tuple[str, str]] = []
    done = annex.paper.rows[: len(annex.paper.rows) - len(rows)]
    carried = Sums.of(done)
    place = 0
    while place < len(rows):
        page = rows[place : place + _capacity(len(rows) - place)]
        shortened += _table(
            annex,
            page,
            carried,
            carried_from=say.FROM_FIRST if place == 0 else say.FROM_BEFORE,
            last=place + len(page) == len(rows),
        )
        carried = _plus(carried, Sums.of(page))
        place += len(page)
    return shortened


def _capacity(left: int) -> int:
    """How many of the lines left go on one page, keeping room for the carried rows."""
    room = _BOTTOM - _TOP - payees.HEAD - 2 * payees.FOOT
    return min(left, int(room / payees.ROW))


def _plus(one: Sums, other: Sums) -> Sums:
    return Sums(one.gross + other.gross, one.deducted + other.deducted, one.net + other.net)


def _table(
    annex: _Annex, rows: tuple[PayeeRow, ...], carried: Sums, *, carried_from: Words, last: bool
) -> list[tuple[str, str]]:
    shortened: list[tuple[str, str]] = []
    annex.new_page(say.ANNEX_LINES.filled(rows[0].position, rows[-1].position))
    tongue, pen, top = annex.tongue, annex.pen, annex.y
    payees.head(tongue, pen, top)
    y = top + payees.HEAD
    payees.summary(tongue, pen, y, carried_from, None, carried, height=payees.FOOT)
    y += payees.FOOT
    for row in rows:
        shortened += payees.line(tongue, pen, y, row)
        y += payees.ROW
    totals = _plus(carried, Sums.of(rows))
    label = say.TOTAL_OF_ALL.filled(len(annex.paper.rows)) if last else say.TO_NEXT
    payees.total(tongue, pen, y, label, annex.paper.share_total if last else "", totals)
    annex.y = y + payees.FOOT
    payees.net_box(pen, top, annex.y)
    return shortened


def _full_texts(annex: _Annex, cut: list[tuple[str, str]]) -> None:
    """Each cut text in full, over as many pages as it needs."""
    if annex.y + 24 > _BOTTOM:
        annex.new_page(say.ANNEX_TEXTS)
    else:
        annex.y += 8
        annex.tongue.leading(annex.pen, LEFT, annex.y, say.IN_FULL, _NOTE)
    annex.y += 3
    for label, text in cut:
        if any(letter in NASKH.letters and letter != " " for letter in text):
            lines: list[str | Line] = [*urdu_fit.wrap(text, NASKH, _URDU_SIZE, WIDTH - 42).lines]
            step = _URDU_SIZE * 1.5 / POINT
        else:
            lines, step = [*wrap(text, REGULAR, _SIZE, WIDTH - 42).lines], _SIZE * LEADING / POINT
        if annex.y + 4.2 + step > _BOTTOM:
            annex.new_page(say.ANNEX_TEXTS)
        annex.pen.line(LEFT, annex.y, RIGHT, annex.y, colour=HAIR)
        annex.y += 3.9
        annex.pen.text(LEFT, annex.y, label, size=6.2, colour=GREY)
        for line in lines:
            if annex.y > _BOTTOM:
                annex.new_page(say.ANNEX_TEXTS)
                annex.y += 3.9
            if isinstance(line, str):
                annex.pen.text(LEFT + 42, annex.y, line, size=_SIZE, colour=INK)
            else:
                put_urdu(annex.pen, LEFT + 42, annex.y, line, size=_URDU_SIZE, align="left")
            annex.y += step
        annex.y -= step - 2.2
