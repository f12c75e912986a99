"""One PDF file: pages and shared forms as operators, written by a ReportLab canvas; equal input gives equal bytes."""

import io
import zlib
from dataclasses import dataclass, field
from functools import cached_property
from operator import attrgetter
from typing import Final

from reportlab import rl_config
from reportlab.pdfbase.pdfdoc import PDFArray, PDFDictionary, PDFDocument, PDFName, PDFStream
from reportlab.pdfgen.canvas import Canvas

from funds.papers.fonts import Written, embed, font_resources
from funds.papers.ink import PAGE_HEIGHT, PAGE_WIDTH, POINT, Pen, Shaped, gather

# ReportLab would write pages as text that survives mail of the 1990s: a third of our time and a fifth of the size.
rl_config.useA85 = 0

_SIZE: Final = (PAGE_WIDTH * POINT, PAGE_HEIGHT * POINT)


@dataclass(frozen=True)
class Form:
    """Operators that are the same on every paper of a kind, deflated once in a process and drawn by name."""

    name: str
    content: bytes
    shaped_in: Shaped = field(default_factory=dict)

    @classmethod
    def of(cls, name: str, pen: Pen) -> "Form":
        """Freeze what a pen has drawn."""
        return cls(name, zlib.compress("\n".join(pen.operators).encode("ascii"), 9), dict(pen.shaped_in))

    @cached_property
    def written(self) -> bytes:
        """The object as it stands in each file."""
        entries = {
            "Type": PDFName("XObject"),
            "Subtype": PDFName("Form"),
            "BBox": PDFArray([0, 0, *_SIZE]),
            "Resources": font_resources(),
            "Filter": PDFName("FlateDecode"),
        }
        content: bytes = PDFStream(PDFDictionary(entries), self.content).format(PDFDocument(invariant=1))
        return content


@dataclass
class Page:
    """What is drawn under, as and over the fixed form of one page, and its entries in the reader's outline."""

    pen: Pen
    form: Form | None = None
    under: Pen | None = None
    over: Pen | None = None
    bookmarks: tuple[str, ...] = ()

    def layers(self) -> tuple[Pen | Form | None, ...]:
        """From the lowest to the uppermost."""
        return self.under, self.form, self.pen, self.over


def render(
    pages: list[Page],
    *,
    title: str,
    subject: str,
    author: str,
    stock: Shaped | None = None,
    size: tuple[float, float] = (PAGE_WIDTH, PAGE_HEIGHT),
) -> bytes:
    """The finished file. No date, machine name or random number goes in: two runs are identical to the byte.

    `stock` are glyphs that every paper of a kind holds, so that its faces are cut once and not for each paper; where one of them
    serves two letters, it stands for what the stock says. `size` in millimetres where the paper is smaller than A4; pens measure
    from the top all the same.
    """
    out = io.BytesIO()
    width, height = size
    below = f"1 0 0 1 0 {(height - PAGE_HEIGHT) * POINT:.2f} cm\n" if height != PAGE_HEIGHT else ""
    canvas = Canvas(out, pagesize=(width * POINT, height * POINT), invariant=1, pageCompression=1, lang="en-PK")
    canvas.setTitle(title)
    canvas.setSubject(subject)
    canvas.setAuthor(author)
    canvas.setCreator("Relief Ledger")
    shaped: Shaped = {face: {} for face in stock or {}}
    for drawn in [layer for page in pages for layer in page.layers() if layer]:
        gather(shaped, drawn.shaped_in)
    always = stock or {}
    embed(canvas, [face.cut(shaped[face], always.get(face, {})) for face in sorted(shaped, key=attrgetter("key"))])
    for number, page in enumerate(pages):
        if page.bookmarks:
            canvas.bookmarkPage(f"p{number}")
        for bookmark in page.bookmarks:
            canvas.addOutlineEntry(bookmark, f"p{number}")
        for layer in page.layers():
            _draw(canvas, layer, below)
        canvas.showPage()
    canvas.save()
    return out.getvalue()


def _draw(canvas: Canvas, layer: Pen | Form | None, below: str) -> None:
    if isinstance(layer, Form):
        _define(canvas, layer)
        canvas.doForm(layer.name)
    elif layer is not None:
        canvas.addLiteral("q\n" + below + "\n".join(layer.operators) + "\nQ")


def _define(canvas: Canvas, form: Form) -> None:
    if not canvas.hasForm(form.name):
        canvas._doc.addForm(form.name, Written(form.written))
