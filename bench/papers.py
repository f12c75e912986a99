"""Invented vouchers to print, and the same content on a page as ReportLab's own means draw it."""

import itertools
import json
from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal
from functools import lru_cache
from pathlib import Path

import reportlab
import segno
from reportlab.graphics import renderPDF
from reportlab.graphics.barcode.qr import QrCodeWidget
from reportlab.graphics.shapes import Drawing
from reportlab.lib import colors
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle, getSampleStyleSheet
from reportlab.lib.units import mm
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import Flowable, Paragraph, SimpleDocTemplate, Spacer, Table, TableStyle

from bench.bursts import ROOT
from funds.papers.data import Budget, PayeeRow, Signatory, Term, VoucherPaper
from funds.papers.fonts import FOLDER
from ledger.money import figures, words
from ledger.urdu_words import urdu_words

_ZERO, _QR_SIDE = Decimal("0.00"), 85.0
_NAMES = ("زینب بی بی", "گلزار احمد", "محمد یعقوب", "سعدیہ نورین", "فرزانہ خالد", "رحمت بی بی", "طارق یعقوب")
_CHAIN = (
    ("Prepared", "Sadia Noreen", "Assistant (Funds)", "8 Oct 2025"),
    ("Verified", "Imran Gul", "Section Officer (Funds)", "9 Oct 2025"),
    ("Budget agreed", "Nadia Hussain", "Deputy Secretary (Finance)", "9 Oct 2025"),
    ("Sanctioned", "Farzana Khalid", "Joint Secretary", "10 Oct 2025"),
    ("Voucher issued", "Waqas Rafiq", "Drawing and Disbursing Officer", "17 Oct 2025"),
)


@lru_cache(maxsize=1)
def _terms() -> tuple[Term, ...]:
    """Those that these vouchers name, as they are kept at issue."""
    paper = sample(1)
    named = {paper.government, paper.ministry, paper.fund_name, "Relief grant", "Cheque"}
    named |= {text for by in paper.signatories for text in (by.act, by.post)}
    rows = json.loads((ROOT / "config" / "pack" / "urdu_terms.json").read_text(encoding="utf-8"))["rows"]
    return tuple(Term(row["english"], row["urdu"]) for row in rows if row["english"] in named)


def in_language(number: int, language: str) -> VoucherPaper:
    """The same voucher with its Urdu: words, names and what the pack knows; the amount takes one line of words or two."""
    paper = sample(number)
    more = Decimal(number % 97) * 101_000
    rows = tuple(
        replace(
            row, name_urdu=_NAMES[(number + row.position) % len(_NAMES)], gross=row.gross + more, net=row.net + more
        )
        for row in paper.rows
    )
    net = sum((row.net for row in rows), _ZERO)
    budget = replace(paper.budget, this_voucher=net, balance_after=Decimal(24_000_000) - net)
    return replace(
        paper,
        language=language,
        kind="Relief grant",
        rows=rows,
        gross=net,
        net=net,
        budget=budget,
        words=words(net),
        words_urdu=urdu_words(net),
        terms=_terms(),
    )


def sample(number: int) -> VoucherPaper:
    """The voucher of one relief grant to two people; number, names, amounts and codes differ from paper to paper."""
    amounts = [Decimal(10_000 + number % 5_000), Decimal(20_000 + number % 7_000)]
    net, digest = sum(amounts, _ZERO), f"{number:064x}"
    rows = tuple(
        PayeeRow(
            position=at,
            name=f"Zainab Bibi {number}-{at}",
            relation=f"daughter of Noor Ahmed {number}",
            cnic=f"90000-{number % 10_000_000:07d}-{at}",
            instrument=f"Cheque {number * 2 + at:07d}",
            share="",
            gross=amount,
            deducted=_ZERO,
            net=amount,
        )
        for at, amount in enumerate(amounts, 1)
    )
    return VoucherPaper(
        government="Government of Pakistan",
        ministry="Ministry of Human Rights",
        fund_name="Human Rights Relief Fund",
        fund_note="Assignment account, financial year 2025-26",
        number=f"BM-2025-26-{number:05d}",
        date="17 Oct 2025",
        sanction_number=f"BM/2025-26/{number:04d}",
        sanction_date="10 Oct 2025",
        head_code="A05270",
        head_name="Grants, others (example code)",
        ddo_code="4417",
        ddo_office="Ministry of Human Rights, Islamabad",
        cost_centre="IB4417",
        cost_note="Function 036101",
        vendor="30001942",
        vendor_note="Relief",
        pay_to=f"Zainab Bibi {number}-1",
        pay_to_note="Islamabad",
        on_account_of="Relief grant, torture in custody",
        on_account_note=f"Case {number}",
        rows=rows,
        gross=net,
        deducted=_ZERO,
        net=net,
        words=words(net),
        budget=Budget(Decimal(4_000_000), Decimal(740_000), _ZERO, net, Decimal(3_260_000) - net),
        signatories=tuple(Signatory(*step, digest) for step in _CHAIN),
        verify_url=f"https://relief.example/v/{digest[-16:]}",
        qr_url=f"HTTPS://RELIEF.EXAMPLE/V/{digest[-16:].upper()}",
        digest=digest,
        printed="Printed 17 Oct 2025 by W. Rafiq",
    )


def register() -> None:
    """Makes the typefaces known to ReportLab, once in a process."""
    pdfmetrics.registerFont(TTFont("Noto", str(FOLDER / "NotoSans-Regular.ttf")))
    for name in ("Vera", "VeraBd"):  # ReportLab's own, as the shared harness has them
        pdfmetrics.registerFont(TTFont(name, str(Path(reportlab.__file__).parent / "fonts" / f"{name}.ttf")))


def plain(file: Path, paper: VoucherPaper, draw_code: Callable[[Canvas, str], None]) -> None:
    """The voucher's texts as a list on one A4 page, in an embedded TrueType font, with a QR code beside them."""
    canvas = Canvas(str(file), pagesize=A4, pageCompression=1)
    canvas.setTitle(f"Payment voucher {paper.number}")
    canvas.setFont("Noto", 9)
    for at, text in enumerate(_texts(paper)):
        canvas.drawString(50, 790 - 13 * at, text)
    draw_code(canvas, paper.qr_url)
    canvas.showPage()
    canvas.save()


def laid_out(file: Path, paper: VoucherPaper) -> None:
    """A voucher as ReportLab lays pages out: paragraphs and a table of eight lines, two embedded TrueType faces, the QR code as
    one path with a fixed mask."""
    base = getSampleStyleSheet()
    body = ParagraphStyle("body", parent=base["Normal"], fontName="Vera", fontSize=9)
    heading = ParagraphStyle("heading", parent=base["Title"], fontName="VeraBd", fontSize=16)
    cells: list[list[object]] = [["Account", "Description", "Debit", "Credit"]]
    for line in range(8):
        sides = [f"{100 + line}.00", ""] if line % 2 else ["", f"{101 + line}.00"]
        cells.append(
            [str(1000 + line), Paragraph(f"Line {line} of voucher {paper.number}: relief grant", body), *sides]
        )
    table = Table(cells, colWidths=[25 * mm, 85 * mm, 30 * mm, 30 * mm])
    table.setStyle(
        TableStyle(
            [
                ("FONT", (0, 0), (-1, -1), "Vera", 9),
                ("FONT", (0, 0), (-1, 0), "VeraBd", 9),
                ("GRID", (0, 0), (-1, -1), 0.25, colors.grey),
                ("ALIGN", (2, 0), (3, -1), "RIGHT"),
                ("BACKGROUND", (0, 0), (-1, 0), colors.lightgrey),
            ]
        )
    )
    said = f"Pay to {paper.pay_to}. {paper.words}. {paper.on_account_of}."
    signed = "Prepared by ____________   Approved by ____________"
    flow = [Paragraph(f"Payment voucher {paper.number}", heading), Spacer(1, 6 * mm), Paragraph(said, body)]
    flow += [Spacer(1, 4 * mm), table, Spacer(1, 8 * mm), _Code(paper.qr_url), Paragraph(signed, body)]
    SimpleDocTemplate(str(file), pagesize=A4, title="Voucher").build(flow)


class _Code(Flowable):
    """The QR code among paragraphs."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.text = text

    def wrap(self, *_: float) -> tuple[float, float]:
        return _QR_SIDE, _QR_SIDE

    def draw(self) -> None:
        self.canv.translate(-460, -50)
        path(self.canv, self.text, mask=3)


def widget(canvas: Canvas, text: str) -> None:
    """The QR code as ReportLab's own widget draws it."""
    code = QrCodeWidget(text, barLevel="M")
    left, low, right, high = code.getBounds()
    scale = (_QR_SIDE / (right - left), _QR_SIDE / (high - low))
    drawing = Drawing(_QR_SIDE, _QR_SIDE, transform=[scale[0], 0, 0, scale[1], 0, 0])
    drawing.add(code)
    renderPDF.draw(drawing, canvas, 460, 50)


def path(canvas: Canvas, text: str, mask: int | None = None) -> None:
    """The QR code from segno's matrix, all dark modules in one path: the quickest plain way we know.

    A fixed mask spares the library the trial of all eight.
    """
    rows = segno.make(text, error="m", micro=False, mask=mask).matrix
    side, squares = _QR_SIDE / len(rows), canvas.beginPath()
    for down, row in enumerate(rows):
        at = 0
        for dark, run in itertools.groupby(row):
            wide = len(list(run))
            if dark:
                squares.rect(460 + at * side, 50 + (len(rows) - 1 - down) * side, wide * side, side)
            at += wide
    canvas.drawPath(squares, stroke=0, fill=1)


def _texts(paper: VoucherPaper) -> list[str]:
    texts = [paper.government, paper.ministry, paper.fund_name, paper.fund_note, paper.number, paper.date]
    texts += [paper.sanction_number, paper.head_code, paper.head_name, paper.ddo_code, paper.ddo_office]
    texts += [paper.pay_to, paper.on_account_of, paper.on_account_note]
    texts += [f"{row.name}, {row.relation}, {row.cnic}, {row.instrument}, {figures(row.net)}" for row in paper.rows]
    texts += [figures(paper.net), paper.words, figures(paper.budget.spent_before), figures(paper.budget.balance_after)]
    texts += [f"{step.act}: {step.name}, {step.post}, {step.on} {step.digest[:12]}" for step in paper.signatories]
    return [*texts, paper.verify_url, paper.digest, paper.printed]
