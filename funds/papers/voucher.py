"""The payment voucher: one page, and an annex for more than four payee lines or texts too long for their cell."""

from decimal import Decimal

from funds.papers import annex, ornament, payees, qr
from funds.papers.data import Budget, Signatory, VoucherPaper, check_figures
from funds.papers.fit import CODE_LEAST, LEADING, LEAST, Fitted, fit, put
from funds.papers.fonts import REGULAR, SEMIBOLD, Face
from funds.papers.ink import GREEN, GREY, HAIR, INK, POINT, RED, TINT, WHITE, Colour, Pen
from funds.papers.ornament import LEFT, RIGHT, WIDTH
from funds.papers.sheet import Page, render
from funds.papers.voucher_form import (
    AMOUNT_SPLIT,
    AMOUNT_TOP,
    BUDGET_TOP,
    CHAIN_TOP,
    FOOT_TOP,
    KEY_LEFT,
    KEY_ROOM,
    PAY_TOP,
    QR,
    RECEIPT_LEFT,
    TABLE_BOTTOM,
    TABLE_TOP,
    fixed,
)
from ledger.money import figures, grouped

LINES_ON_PAGE = 4
_ROOM_FOR_INK = 28.0  # narrower boxes of the chain have no line for a signature
_SPENT: Colour = (0.38, 0.45, 0.42)
_COMMITTED: Colour = (0.68, 0.73, 0.71)


def draw_voucher(paper: VoucherPaper) -> bytes:
    """The voucher as a PDF file. The same paper gives the same bytes, always.

    Raises: MissingGlyph if a text cannot be printed as it is; InconsistentError if lines and totals disagree.
    """
    check_figures(paper)
    first = _FirstPage(paper)
    first.draw()
    pens = [first.pen, *annex.pages(paper, first.rows_left, first.shortened)]
    pages = []
    for number, pen in enumerate(pens, start=1):
        _foot(pen, paper, number, len(pens))
        pages.append(
            Page(
                pen,
                form=fixed() if number == 1 else None,
                under=ornament.watermark(f"COPY {paper.copy}") if paper.copy else None,
                over=ornament.cancelled_mark() if paper.cancelled else None,
                bookmarks=(f"Voucher {paper.number}" if number == 1 else f"Annex, page {number}",),
            )
        )
    return render(
        pages,
        title=f"Payment voucher {paper.number}",
        subject=paper.fund_name,
        author=paper.ministry,
    )


class _FirstPage:
    """Draws page one and remembers which texts had to be cut."""

    def __init__(self, paper: VoucherPaper) -> None:
        self.paper = paper
        self.pen = Pen()
        self.shortened: list[tuple[str, str]] = []
        on_page = LINES_ON_PAGE if len(paper.rows) <= LINES_ON_PAGE else LINES_ON_PAGE - 1
        self.rows, self.rows_left = paper.rows[:on_page], paper.rows[on_page:]

    def draw(self) -> None:
        self.shortened += ornament.letterhead(self.pen, self.paper)
        self._title()
        self._key_facts()
        self._payment()
        self._payees()
        self._amount()
        self._budget(self.paper.budget)
        self._chain(self.paper.signatories)
        received = fit(figures(self.paper.net), SEMIBOLD, 8.2, 30, lines=1, least=CODE_LEAST)
        put(self.pen, RECEIPT_LEFT + 56.8, 218.2, 30, received, face=SEMIBOLD, align="right")

    def _cell(
        self,
        label: str,
        x: float,
        y: float,
        width: float,
        text: str,
        *,
        face: Face = REGULAR,
        size: float,
        colour: Colour = INK,
        lines: int = 1,
        least: float = LEAST,
    ) -> None:
        """Write one value; two lines share the place of one, half above and half below."""
        fitted = fit(text, face, size, width, lines=lines, least=least)
        self._remember(label, text, fitted)
        lift = (len(fitted.lines) - 1) * fitted.size * LEADING / POINT / 2
        put(self.pen, x, y - lift, width, fitted, face=face, colour=colour)

    def _remember(self, label: str, text: str, fitted: Fitted) -> None:
        if not fitted.whole:
            self.shortened.append((label, text))

    def _title(self) -> None:
        pen, paper = self.pen, self.paper
        pen.rectangle(LEFT, 35.0, WIDTH, 8.6, fill=RED if paper.cancelled else GREEN)
        width = pen.text(LEFT + 4, 40.7, "PAYMENT VOUCHER", face=SEMIBOLD, size=11.2, colour=WHITE, track=0.9)
        if paper.cancelled:
            room = WIDTH - width - 14
            fitted = fit(paper.cancelled, SEMIBOLD, 7.4, room)
            self._remember("Cancellation", paper.cancelled, fitted)
            top = 40.4 if len(fitted.lines) == 1 else 38.7
            put(pen, RIGHT - 4 - room, top, room, fitted, face=SEMIBOLD, colour=WHITE, align="right")
            return
        pen.text(
            ornament.CENTRE,
            40.4,
            _edition(paper).upper(),
            face=SEMIBOLD,
            size=7.0,
            colour=WHITE,
            track=0.8,
            align="centre",
        )
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
            self._cell(label, x, 53.2, KEY_ROOM, text, face=SEMIBOLD, size=size, least=CODE_LEAST)
            self._cell(code_label, x, 63.0, KEY_ROOM, code, face=SEMIBOLD, size=9.0, least=CODE_LEAST)
            self._cell(f"{code_label} name", x, 66.7, KEY_ROOM, note, size=6.2, colour=GREY, lines=2)
        qr.draw(self.pen, *QR, paper.qr_url or paper.verify_url)

    def _payment(self) -> None:
        paper = self.paper
        parts = (
            ("Pay to", 14.0, 88.0, paper.pay_to, paper.pay_to_note),
            ("On account of", 108.0, 88.0, paper.on_account_of, paper.on_account_note),
        )
        for label, x, width, text, note in parts:
            self._cell(label, x, PAY_TOP + 8.2, width, text, face=SEMIBOLD, size=9.0, lines=2)
            self._cell(f"{label}, note", x, PAY_TOP + 13.3, width, note, size=6.6, colour=GREY, lines=2)

    def _payees(self) -> None:
        pen, paper = self.pen, self.paper
        top = TABLE_TOP + payees.HEAD
        for row in self.rows:
            self.shortened += payees.line(pen, top, row)
            top += payees.ROW
        if self.rows_left:
            note = f"See annex, {len(self.rows_left)} lines; their sum is carried from there"
            payees.summary(pen, top, "Further payees", note, payees.Sums.of(self.rows_left))
            top += payees.ROW
        foot = TABLE_BOTTOM - payees.FOOT
        payees.unused(pen, top, foot)
        label = "Total of payee lines" if len(paper.rows) > 1 else "Total of one payee line"
        payees.total(pen, foot, label, paper.share_total, payees.Sums(paper.gross, paper.deducted, paper.net))
        payees.net_box(pen, TABLE_TOP, TABLE_BOTTOM)

    def _amount(self) -> None:
        pen, paper = self.pen, self.paper
        text = figures(paper.net)
        room = AMOUNT_SPLIT - LEFT - 8
        size = min(20.0, 20.0 * room / (SEMIBOLD.width(text, 20.0) / POINT))
        pen.text(LEFT + 5, AMOUNT_TOP + 12.4, text, face=SEMIBOLD, size=size, colour=GREEN)
        note = f"Gross {grouped(paper.gross)}   less deductions {grouped(paper.deducted)}"
        self._cell("Gross", LEFT + 5, AMOUNT_TOP + 17.4, room, note, size=6.5, colour=GREY)
        width = RIGHT - 4 - AMOUNT_SPLIT - 3.6
        words = fit(paper.words, SEMIBOLD, 10.4, width, lines=3, wrap_first=True)
        self._remember("Amount in words", paper.words, words)
        put(pen, AMOUNT_SPLIT + 3.6, AMOUNT_TOP + 9.6, width, words, face=SEMIBOLD)

    def _budget(self, budget: Budget) -> None:
        pen = self.pen
        width = WIDTH / 5
        parts = (
            ("Available this year", budget.available, None),
            ("Spent before", budget.spent_before, _SPENT),
            ("Committed", budget.committed, _COMMITTED),
            ("This voucher", budget.this_voucher, GREEN),
            ("Balance after", budget.balance_after, TINT),
        )
        for number, (label, value, colour) in enumerate(parts):
            x = LEFT + number * width + (2.0 if number else 0.0)
            if number:
                pen.line(x - 2.0, BUDGET_TOP + 4.2, x - 2.0, BUDGET_TOP + 11.0)
            if colour:
                pen.rectangle(x, BUDGET_TOP + 4.5, 1.5, 1.5, fill=colour)
            pen.text(x + (2.4 if colour else 0.0), BUDGET_TOP + 6.0, label, size=5.9, colour=GREY)
            shade = GREEN if label == "This voucher" else RED if value < 0 else INK
            self._figure(x, BUDGET_TOP + 10.4, width - 4.0, value, shade)
        ornament.proportional_bar(pen, LEFT, BUDGET_TOP + 12.6, WIDTH, 2.3, _shares(budget))

    def _figure(self, x: float, y: float, room: float, value: Decimal, colour: Colour) -> None:
        text = grouped(value)
        size = min(8.2, 8.2 * room / (SEMIBOLD.width(text, 8.2) / POINT))
        self.pen.text(x, y, text, face=SEMIBOLD, size=size, colour=colour)

    def _chain(self, signatories: tuple[Signatory, ...]) -> None:
        count = len(signatories)
        gap = 2.4 if count <= 5 else 1.8
        width = (WIDTH - gap * (count - 1)) / count
        for number, signatory in enumerate(signatories):
            x = LEFT + number * (width + gap)
            if number:
                self.pen.line(x - gap, CHAIN_TOP + 7.1, x, CHAIN_TOP + 7.1, colour=GREEN, line=1.2)
            self._decision(x, width, number + 1, signatory)
        if self.paper.apart:
            text = f"Stood apart. {'; '.join(self.paper.apart)}."
            self._cell("Stood apart", LEFT, CHAIN_TOP + 30.7, WIDTH, text, size=5.9, colour=GREY)

    def _decision(self, x: float, width: float, number: int, by: Signatory) -> None:
        pen, top, inner = self.pen, CHAIN_TOP + 4.4, width - 4.0
        pen.rectangle(x, top, width, 5.2, fill=TINT)
        pen.frame(x, top, width, 24.2, colour=HAIR, line=0.5)
        pen.disc(x + 3.2, top + 2.6, 1.75, fill=GREEN)
        pen.text(x + 3.2, top + 3.35, str(number), face=SEMIBOLD, size=5.9, colour=WHITE, align="centre")
        self._cell(f"Decision {number}", x + 6.2, top + 3.5, width - 7.4, by.act, size=6.6)
        x += 2.0
        name = fit(by.name, SEMIBOLD, 7.6, inner, wrap_first=True)
        post = fit(by.post, REGULAR, 6.1, inner, wrap_first=True)
        self._remember(f"Decision {number}, name", by.name, name)
        self._remember(f"Decision {number}, post", by.post, post)
        y = put(pen, x, top + 8.5, inner, name, face=SEMIBOLD)
        y = put(pen, x, y + 2.9, inner, post, face=REGULAR, colour=GREY) if by.post else y
        code = by.digest[:12]
        if inner < _ROOM_FOR_INK:
            self._cell(f"Decision {number}, date", x, y + 2.8, inner, by.on, size=6.1, colour=GREY)
            self._cell(f"Decision {number}, code", x, y + 5.4, inner, code, size=5.8, colour=GREY)
            return
        self._cell(f"Decision {number}, date", x, y + 3.0, inner, f"{by.on}  ·  {code}", size=6.1, colour=GREY)
        pen.line(x, top + 22.6, x + inner, top + 22.6, colour=GREY, line=0.5)


def _shares(budget: Budget) -> list[tuple[float, Colour]]:
    if budget.available <= 0:
        return []
    parts = ((budget.spent_before, _SPENT), (budget.committed, _COMMITTED), (budget.this_voucher, GREEN))
    return [(float(value / budget.available), colour) for value, colour in parts]


def _edition(paper: VoucherPaper) -> str:
    return f"Copy {paper.copy}" if paper.copy else "Original"


def _foot(pen: Pen, paper: VoucherPaper, number: int, count: int) -> None:
    """Address to type by hand, full digest, page x of y, who printed when."""
    if number > 1:
        pen.line(LEFT, FOOT_TOP, RIGHT, FOOT_TOP, colour=GREEN, line=0.8)
    room = 120.0
    label = pen.text(LEFT, FOOT_TOP + 3.9, "Verify at", face=SEMIBOLD, size=7.0) + 1.6
    url = fit(paper.verify_url, SEMIBOLD, 7.0, room - label, lines=1, least=CODE_LEAST)
    put(pen, LEFT + label, FOOT_TOP + 3.9, room - label, url, face=SEMIBOLD)
    digest = f"Document digest  {ornament.digest_groups(paper.digest)}"
    notes = (
        digest,
        "Fields follow claim voucher 4B and budget review 4AA of the accounting manual. "
        "Any change to a figure makes the digest fail.",
    )
    place = f"{paper.number}  ·  page {number} of {count}"
    printed = f"{paper.printed}  ·  {_edition(paper).lower()}" if paper.printed else _edition(paper)
    for line, note in enumerate(notes):
        put(
            pen,
            LEFT,
            FOOT_TOP + 7.4 + 3.3 * line,
            128,
            fit(note, REGULAR, 6.1, 128, lines=1),
            face=REGULAR,
            colour=GREY,
        )
    put(
        pen,
        RIGHT - 58,
        FOOT_TOP + 3.9,
        58,
        fit(place, SEMIBOLD, 7.0, 58, lines=1, least=CODE_LEAST),
        face=SEMIBOLD,
        align="right",
    )
    put(
        pen,
        RIGHT - 50,
        FOOT_TOP + 7.4,
        50,
        fit(printed, REGULAR, 6.1, 50, lines=2),
        face=REGULAR,
        colour=GREY,
        align="right",
    )
