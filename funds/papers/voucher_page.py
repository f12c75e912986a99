"""The first page of a voucher: its facts, payees, amount, budget, decisions."""

from decimal import Decimal
from typing import Final

from funds.papers import ornament, payees, qr, urdu, urdu_fit, voucher_chain
from funds.papers import voucher_words as say
from funds.papers.cells import Cells
from funds.papers.data import Budget, VoucherPaper
from funds.papers.fit import CODE_LEAST, LEADING, LEAST, fit, put
from funds.papers.fonts import REGULAR, SEMIBOLD, Face
from funds.papers.ink import GREEN, GREY, INK, POINT, RED, WHITE, Align, Colour
from funds.papers.ornament import LEFT, RIGHT, WIDTH
from funds.papers.tongue import LABEL, Style, Tongue
from funds.papers.urdu_faces import NASKH, NASKH_BOLD, NASTALIQ
from funds.papers.voucher_form import (
    AMOUNT_SPLIT,
    BUDGET_PARTS,
    BUDGET_ROOM,
    BUDGET_TOP,
    COMMITTED,
    KEY_LEFT,
    KEY_ROOM,
    PAY_ROOM,
    PAY_TOP,
    QR,
    RECEIPT_LEFT,
    SPENT,
    TABLE_BOTTOM,
    TABLE_TOP,
    amount_box,
    budget_label,
    budget_left,
)
from funds.papers.voucher_words import Words
from ledger.money import figures, grouped

LINES_ON_PAGE = 4
_EDITION: Final = Style(SEMIBOLD, 7.0, NASKH_BOLD, 9.0, WHITE)
_WORDS_START: Final = AMOUNT_SPLIT + 3.6
_WORDS_ROOM: Final = RIGHT - 4 - _WORDS_START
_NASTALIQ_LEADING: Final = 1.8
_SMALLEST_WORDS: Final = 0.62  # of the English words that share their box with the Urdu ones: small is better than cut


def edition(paper: VoucherPaper) -> Words:
    """Original, or which copy."""
    return say.COPY.filled(paper.copy) if paper.copy else say.ORIGINAL


class FirstPage(Cells):
    """Draws page one."""

    def __init__(self, paper: VoucherPaper, tongue: Tongue) -> None:
        super().__init__(tongue)
        self.paper = paper
        on_page = LINES_ON_PAGE if len(paper.rows) <= LINES_ON_PAGE else LINES_ON_PAGE - 1
        self.rows, self.rows_left = paper.rows[:on_page], paper.rows[on_page:]

    def draw(self) -> None:
        with self.pen.straight():
            self._letterhead()
            self._title()
        self._key_facts()
        self._payment()
        self._payees()
        self._amount()
        self._budget(self.paper.budget)
        voucher_chain.draw(self, self.paper.signatories, self.paper.apart)
        received = fit(figures(self.paper.net), SEMIBOLD, 8.2, 30, lines=1, least=CODE_LEAST)
        put(self.pen, RECEIPT_LEFT + 56.8, 218.2, 30, received, face=SEMIBOLD, align="right")

    def _letterhead(self) -> None:
        if not self.tongue.has_urdu:
            self.shortened += ornament.letterhead(self.pen, self.paper)
            return
        self.shortened += ornament.letterhead_of_two(self.pen, self.paper, self.tongue.of)

    def _title(self) -> None:
        pen, paper, tongue = self.pen, self.paper, self.tongue
        pen.rectangle(LEFT, 35.0, WIDTH, 8.6, fill=RED if paper.cancelled else GREEN)
        width = pen.text(LEFT + 4, 40.7, "PAYMENT VOUCHER", face=SEMIBOLD, size=11.2, colour=WHITE, track=0.9)
        end = RIGHT - 4
        if tongue.has_urdu:
            words = f"{say.TITLE.urdu}، {say.CANCELLED}" if paper.cancelled else say.TITLE.urdu
            title = urdu.line(words, NASTALIQ)
            end -= urdu.put(pen, end, 40.7, title, size=10.8, colour=WHITE) + 4
        if paper.cancelled:
            room = end - LEFT - width - 10
            fitted = fit(paper.cancelled, SEMIBOLD, 7.4, room)
            self.remember("Cancellation", paper.cancelled, fitted)
            top = 40.4 if len(fitted.lines) == 1 else 38.7
            put(pen, end - room, top, room, fitted, face=SEMIBOLD, colour=WHITE, align="right")
            return
        which = edition(paper)
        if tongue.urdu_leads:
            tongue.leading(pen, ornament.CENTRE, 40.6, which, _EDITION, align="centre")
            return
        pen.text(
            ornament.CENTRE,
            40.4,
            which.english.upper(),
            face=SEMIBOLD,
            size=7.0,
            colour=WHITE,
            track=0.8,
            align="centre",
        )
        if not tongue.has_urdu:
            fitted = fit(paper.number, SEMIBOLD, 9.2, 60, lines=1, least=CODE_LEAST)
            put(pen, RIGHT - 64, 40.5, 60, fitted, face=SEMIBOLD, colour=WHITE, align="right")

    def _key_facts(self) -> None:
        paper = self.paper
        upper = (
            ("Voucher no.", paper.number, 10.2),
            ("Voucher date", paper.date, 9.0),
            ("Sanction no.", paper.sanction_number, 9.0),
            ("Sanction date", paper.sanction_date, 9.0),
        )
        lower = (
            ("Head of account", paper.head_code, paper.head_name),
            ("DDO", paper.ddo_code, paper.ddo_office),
            ("Cost centre", paper.cost_centre, paper.cost_note),
            ("Vendor", paper.vendor, paper.vendor_note),
        )
        for x, (label, text, size), (code_label, code, note) in zip(KEY_LEFT, upper, lower, strict=True):
            self.cell(label, x, 53.2, KEY_ROOM, text, face=SEMIBOLD, size=size, least=CODE_LEAST)
            self.cell(code_label, x, 63.0, KEY_ROOM, code, face=SEMIBOLD, size=9.0, least=CODE_LEAST)
            self.cell(f"{code_label} name", x, 66.7, KEY_ROOM, note, size=6.2, colour=GREY, lines=2)
        qr.draw(self.pen, *QR, paper.qr_url or paper.verify_url)

    def _payment(self) -> None:
        paper = self.paper
        parts = (
            ("Pay to", 14.0, paper.pay_to, paper.pay_to_note),
            ("On account of", 108.0, paper.on_account_of, paper.on_account_note),
        )
        for label, x, text, note in parts:
            self.cell(label, x, PAY_TOP + 8.2, PAY_ROOM, text, face=SEMIBOLD, size=9.0, lines=2)
            self.cell(f"{label}, note", x, PAY_TOP + 13.3, PAY_ROOM, note, size=6.6, colour=GREY, lines=2)
        if self.tongue.urdu_leads and (known := self.tongue.of(paper.pay_to)):
            self._at_the_other_end(paper.pay_to, known)
        if self.tongue.has_urdu:
            self._beside_label(14.0, say.PAY_TO, self.tongue.of(paper.pay_to) if not self.tongue.urdu_leads else "")
            self._beside_label(108.0, say.ON_ACCOUNT_OF, self.tongue.of(paper.kind))

    def _at_the_other_end(self, text: str, known: str) -> None:
        """Who is paid in English too, for the bank: beside the Urdu, or in the annex."""
        room = PAY_ROOM - urdu.line(known, NASKH_BOLD).width_at(9.8) - 4
        fitted = fit(text, REGULAR, 7.4, max(room, 20.0), lines=2)
        self.remember("Pay to", text, fitted)
        lift = (len(fitted.lines) - 1) * fitted.size * LEADING / POINT / 2
        put(self.pen, LEFT, PAY_TOP + 8.2 - lift, PAY_ROOM, fitted, face=REGULAR, align="right")

    def _beside_label(self, x: float, label: Words, text: str) -> None:
        """An Urdu name or kind on the line of its label, after the label's Urdu."""
        if not text:
            return
        taken = urdu.line(label.urdu, LABEL.urdu).width_at(LABEL.urdu_size) + 2
        fitted = urdu_fit.fit(text, NASKH_BOLD, 8.0, 50, lines=1)
        self.remember(f"{label.english}, in Urdu", text, fitted)
        if self.tongue.urdu_leads:
            urdu_fit.put(self.pen, x + taken, PAY_TOP + 3.1, PAY_ROOM, fitted, leading=1, align="left")
        else:
            urdu_fit.put(self.pen, x, PAY_TOP + 3.1, PAY_ROOM - taken, fitted, leading=1)

    def _payees(self) -> None:
        pen, paper, tongue = self.pen, self.paper, self.tongue
        top = TABLE_TOP + payees.HEAD
        for row in self.rows:
            self.shortened += payees.line(tongue, pen, top, row)
            top += payees.ROW
        if self.rows_left:
            note = say.SEE_ANNEX.filled(len(self.rows_left))
            payees.summary(tongue, pen, top, say.FURTHER, note, payees.Sums.of(self.rows_left))
            top += payees.ROW
        foot = TABLE_BOTTOM - payees.FOOT
        payees.unused(pen, top, foot)
        label = say.TOTAL if len(paper.rows) > 1 else say.TOTAL_OF_ONE
        payees.total(tongue, pen, foot, label, paper.share_total, payees.Sums(paper.gross, paper.deducted, paper.net))
        payees.net_box(pen, TABLE_TOP, TABLE_BOTTOM)

    def _amount(self) -> None:
        pen, paper = self.pen, self.paper
        top, _ = amount_box(self.tongue)
        text = figures(paper.net)
        room = AMOUNT_SPLIT - LEFT - 8
        size = min(20.0, 20.0 * room / (SEMIBOLD.width(text, 20.0) / POINT))
        pen.text(LEFT + 5, top + 12.4, text, face=SEMIBOLD, size=size, colour=GREEN)
        note = say.DEDUCTIONS.filled(grouped(paper.gross), grouped(paper.deducted))
        if self.tongue.urdu_leads:
            self.urdu("Gross", LEFT + 5, top + 17.4, room, note.urdu, face=NASKH, size=6.5, colour=GREY)
        else:
            self.cell("Gross", LEFT + 5, top + 17.4, room, note.english, size=6.5, colour=GREY)
        if not self.tongue.has_urdu:
            self._english_words(top + 9.6, 10.4, lines=3)
        elif self.tongue.urdu_leads:
            self._urdu_words(top + 13.2, 13.4, 9.4, first_of_two=10.2)
            self._english_words(top + 19.4, 6.8, lines=2, face=REGULAR)
        else:
            self._english_words(top + 8.6, 9.4, lines=2)
            self._urdu_words(top + 18.2, 12.6, 8.6, first_of_two=16.2)

    def _english_words(self, y: float, size: float, *, lines: int, face: Face = SEMIBOLD) -> None:
        least = _SMALLEST_WORDS if self.tongue.has_urdu else LEAST
        words = fit(self.paper.words, face, size, _WORDS_ROOM, lines=lines, wrap_first=True, least=least)
        self.remember("Amount in words", self.paper.words, words)
        if self.tongue.language == "both" and len(words.lines) > 1:
            y -= 1.2
        put(self.pen, _WORDS_START, y, _WORDS_ROOM, words, face=face)

    def _urdu_words(self, y: float, size: float, smaller: float, *, first_of_two: float) -> None:
        """In one line of `size` whose baseline is y, else in two of at most `smaller`, the first of them higher."""
        text = self.paper.words_urdu
        words = urdu_fit.fit(text, NASTALIQ, size, _WORDS_ROOM, lines=1)
        if not words.whole:
            top, _ = amount_box(self.tongue)
            y = top + first_of_two
            words = urdu_fit.fit(text, NASTALIQ, smaller, _WORDS_ROOM, lines=2)
            self.remember("Amount in Urdu words", text, words)
        align: Align = "left" if self.tongue.urdu_leads else "right"
        urdu_fit.put(self.pen, _WORDS_START, y, _WORDS_ROOM, words, leading=_NASTALIQ_LEADING, align=align)

    def _budget(self, budget: Budget) -> None:
        pen = self.pen
        values = (budget.available, budget.spent_before, budget.committed, budget.this_voucher, budget.balance_after)
        for number, value in enumerate(values):
            x = budget_left(number)
            if not self.tongue.has_urdu:  # there they are part of the form
                budget_label(self.tongue, pen, number)
            shade = GREEN if BUDGET_PARTS[number][0] is say.THIS_VOUCHER else RED if value < 0 else INK
            self._figure(x, BUDGET_TOP + 10.4, BUDGET_ROOM - 4.0, value, shade)
        ornament.proportional_bar(pen, LEFT, BUDGET_TOP + 12.6, WIDTH, 2.3, _shares(budget))

    def _figure(self, x: float, y: float, room: float, value: Decimal, colour: Colour) -> None:
        text = grouped(value)
        size = min(8.2, 8.2 * room / (SEMIBOLD.width(text, 8.2) / POINT))
        self.pen.text(x, y, text, face=SEMIBOLD, size=size, colour=colour)


def _shares(budget: Budget) -> list[tuple[float, Colour]]:
    if budget.available <= 0:
        return []
    parts = ((budget.spent_before, SPENT), (budget.committed, COMMITTED), (budget.this_voucher, GREEN))
    return [(float(value / budget.available), colour) for value, colour in parts]
