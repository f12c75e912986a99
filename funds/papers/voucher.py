"""The payment voucher in English, Urdu or both: one page, and an annex for many payee lines or texts too long for their cell."""

from typing import Final

from funds.papers import annex, ornament, urdu
from funds.papers import voucher_words as say
from funds.papers.data import InconsistentError, VoucherPaper, check_figures
from funds.papers.fit import CODE_LEAST, fit, put
from funds.papers.fonts import REGULAR, SEMIBOLD
from funds.papers.ink import GREEN, GREY, Pen
from funds.papers.ornament import LEFT, RIGHT
from funds.papers.sheet import Page, render
from funds.papers.tongue import LANGUAGES, Style, Tongue
from funds.papers.urdu_faces import NASKH, NASKH_BOLD
from funds.papers.voucher_form import FOOT_TOP, fixed, stock
from funds.papers.voucher_page import FirstPage, edition

_VERIFY: Final = Style(SEMIBOLD, 7.0, NASKH_BOLD, 7.6)
_NOTE: Final = Style(REGULAR, 6.1, NASKH, 6.9, GREY)


def draw_voucher(paper: VoucherPaper) -> bytes:
    """The voucher as a PDF file in its language. The same paper gives the same bytes, always.

    Raises: MissingGlyph if a text cannot be printed as it is; InconsistentError if lines and totals disagree, or where Urdu is
    asked of a paper that has none.
    """
    check_figures(paper)
    tongue = _tongue(paper)
    first = FirstPage(paper, tongue)
    first.draw()
    pens = [first.pen, *annex.pages(tongue, paper, first.rows_left, first.shortened)]
    pages = []
    for number, pen in enumerate(pens, start=1):
        _foot(tongue, pen, paper, number, len(pens))
        pages.append(
            Page(
                pen,
                form=fixed(tongue.language) if number == 1 else None,
                under=_watermark(tongue, paper) if paper.copy else None,
                over=ornament.cancelled_mark() if paper.cancelled else None,
                bookmarks=(f"Voucher {paper.number}" if number == 1 else f"Annex, page {number}",),
            )
        )
    return render(
        pages,
        title=f"Payment voucher {paper.number}",
        subject=paper.fund_name,
        author=paper.ministry,
        stock=stock() if tongue.has_urdu else None,
    )


def _tongue(paper: VoucherPaper) -> Tongue:
    language = next((each for each in LANGUAGES if each == paper.language), None)
    if language is None:
        raise InconsistentError(f"voucher {paper.number} is in {paper.language!r}, which is none of {LANGUAGES}")
    if language != "en" and not paper.words_urdu:
        raise InconsistentError(f"voucher {paper.number} keeps no Urdu words, so it is printed in English only")
    return Tongue(language, {term.english: term.urdu for term in paper.terms})


def _watermark(tongue: Tongue, paper: VoucherPaper) -> Pen:
    if tongue.urdu_leads:
        return ornament.urdu_watermark(say.COPY.filled(paper.copy).urdu)
    return ornament.watermark(f"COPY {paper.copy}")


def _foot(tongue: Tongue, pen: Pen, paper: VoucherPaper, number: int, count: int) -> None:
    """Address to type by hand, full digest, page x of y, who printed when."""
    if number > 1:
        pen.line(LEFT, FOOT_TOP, RIGHT, FOOT_TOP, colour=GREEN, line=0.8)
    room = 120.0
    label = tongue.leading(pen, LEFT, FOOT_TOP + 3.9, say.VERIFY, _VERIFY) + 1.6
    url = fit(paper.verify_url, SEMIBOLD, 7.0, room - label, lines=1, least=CODE_LEAST)
    put(pen, LEFT + label, FOOT_TOP + 3.9, room - label, url, face=SEMIBOLD)
    digest, told = ornament.digest_groups(paper.digest), (FOOT_TOP + 7.4, FOOT_TOP + 10.8)
    printed = f"{paper.printed}  ·  {edition(paper).english.lower()}" if paper.printed else edition(paper).english
    if tongue.urdu_leads:
        label = tongue.leading(pen, LEFT, told[0], say.DIGEST, _NOTE) + 1.6
        pen.text(LEFT + label, told[0], digest, size=6.1, colour=GREY)
        tongue.leading(pen, LEFT, told[1], say.FORMS, _NOTE)
    else:
        for line, note in enumerate((f"{say.DIGEST.english}  {digest}", say.FORMS.english)):
            fitted = fit(note, REGULAR, 6.1, 128, lines=1)
            put(pen, LEFT, FOOT_TOP + 7.4 + 3.3 * line, 128, fitted, face=REGULAR, colour=GREY)
    page = say.PAGE.filled(number, count)
    place = paper.number if tongue.urdu_leads else f"{paper.number}  ·  {page.english}"
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
        fit(printed, REGULAR, 6.1, 50, lines=1, least=CODE_LEAST)
        if tongue.has_urdu
        else fit(printed, REGULAR, 6.1, 50),
        face=REGULAR,
        colour=GREY,
        align="right",
    )
    if tongue.has_urdu:
        scan = f"{page.urdu} · {say.SCAN}" if tongue.urdu_leads else say.SCAN
        urdu.put(pen, RIGHT, FOOT_TOP + 10.9, urdu.line(scan, NASKH), size=6.9, colour=GREY)
