"""Invented papers, and files that are no papers though they look like some."""

import io
import struct
import zipfile
import zlib
from collections.abc import Callable
from functools import cache, partial
from typing import Any

from PIL import Image
from pypdf import PdfWriter
from pypdf.generic import ArrayObject, DecodedStreamObject, DictionaryObject, NameObject, NumberObject, TextStringObject
from reportlab.pdfgen.canvas import Canvas


@cache
def pdf(text: str = "Invented for tests", pages: int = 1) -> bytes:
    out = io.BytesIO()
    canvas = Canvas(out, invariant=1)
    for number in range(pages):
        canvas.drawString(72, 700, f"{text}, page {number + 1}")
        canvas.showPage()
    canvas.save()
    return out.getvalue()


@cache
def image(kind: str, size: tuple[int, int] = (40, 30), pages: int = 1) -> bytes:
    out = io.BytesIO()
    made = Image.linear_gradient("L").resize(size).convert("RGB")
    more: dict[str, Any] = {"save_all": True, "append_images": [made] * (pages - 1)} if pages > 1 else {}
    made.save(out, kind, **more)
    return out.getvalue()


def written(writer: PdfWriter) -> bytes:
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


def blank() -> PdfWriter:
    writer = PdfWriter()
    writer.add_blank_page(200, 200)
    return writer


def with_action(**entries: str) -> bytes:
    """A PDF whose opening does something."""
    writer = blank()
    action = DictionaryObject({NameObject(f"/{key}"): _value(value) for key, value in entries.items()})
    writer.root_object[NameObject("/OpenAction")] = writer._add_object(action)
    return written(writer)


def _value(text: str) -> Any:
    return NameObject(text) if text.startswith("/") else TextStringObject(text)


def scripted() -> bytes:
    """A script that runs when the document opens, kept where readers look for such: in the catalogue's names."""
    writer = blank()
    script = DictionaryObject(
        {NameObject("/S"): NameObject("/JavaScript"), NameObject("/JS"): TextStringObject("app.alert(1)")}
    )
    names = DictionaryObject({NameObject("/Names"): ArrayObject([TextStringObject("a"), writer._add_object(script)])})
    writer.root_object[NameObject("/Names")] = DictionaryObject({NameObject("/JavaScript"): names})
    return written(writer)


def carrying() -> bytes:
    writer = blank()
    writer.add_attachment("tool.exe", b"MZ")
    return written(writer)


def locked() -> bytes:
    writer = blank()
    writer.encrypt("secret")
    return written(writer)


def script_in_an_object_stream() -> bytes:
    """No name of it stands readable in the file: the action is packed, as newer PDFs pack their objects."""
    action = b"<< /S /JavaScript /JS (app.alert\\(1\\)) >>"
    packed = zlib.compress(b"5 0 " + action)
    parts = [
        b"%PDF-1.5\n",
        b"1 0 obj << /Type /Catalog /Pages 2 0 R /OpenAction 5 0 R >> endobj\n",
        b"2 0 obj << /Type /Pages /Count 1 /Kids [3 0 R] >> endobj\n",
        b"3 0 obj << /Type /Page /Parent 2 0 R /MediaBox [0 0 9 9] >> endobj\n",
        b"4 0 obj << /Type /ObjStm /N 1 /First 4 /Filter /FlateDecode /Length %d >> stream\n" % len(packed)
        + packed
        + b"\nendstream endobj\n",
    ]
    places, at = [], 0
    for part in parts:
        places.append(at)
        at += len(part)
    rows = [(0, 0, 65535), *[(1, place, 0) for place in places[1:]], (2, 4, 0), (1, at, 0)]
    table = zlib.compress(b"".join(struct.pack(">BIH", *row) for row in rows))
    parts.append(
        b"6 0 obj << /Type /XRef /Size 7 /W [1 4 2] /Root 1 0 R /Filter /FlateDecode /Length %d >> stream\n"
        % len(table)
        + table
        + b"\nendstream endobj\nstartxref\n%d\n%%%%EOF\n" % at
    )
    return b"".join(parts)


def spelled_in_numbers() -> bytes:
    """/JavaScript written as /J#61vaScript: the same name to a reader of PDFs, another to a search."""
    return with_action(S="/JavaXcript").replace(b"/JavaXcript", b"/J#61vaScript")


def unpacking(size: int) -> bytes:
    """A small PDF one of whose streams unpacks to `size` bytes of nothing."""
    writer = blank()
    packer, packed = zlib.compressobj(9), b""
    for _ in range(size // 1_000_000):
        packed += packer.compress(bytes(1_000_000))
    stream = DecodedStreamObject()
    stream.set_data(packed + packer.flush())
    stream[NameObject("/Filter")] = NameObject("/FlateDecode")
    writer._add_object(stream)
    return written(writer)


def picturing(width: int, height: int) -> bytes:
    """A PDF with an image that says it is this large."""
    writer = blank()
    stream = DecodedStreamObject()
    stream.set_data(b"x")
    stream[NameObject("/Subtype")] = NameObject("/Image")
    stream[NameObject("/Width")], stream[NameObject("/Height")] = NumberObject(width), NumberObject(height)
    writer._add_object(stream)
    return written(writer)


def packed_twice() -> bytes:
    writer = blank()
    stream = DecodedStreamObject()
    stream.set_data(zlib.compress(zlib.compress(b"x")))
    stream[NameObject("/Filter")] = ArrayObject([NameObject("/FlateDecode"), NameObject("/FlateDecode")])
    writer._add_object(stream)
    return written(writer)


def zipped(name: str = "a.txt", content: bytes = b"x") -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(name, content)
    return out.getvalue()


def with_zip_inside() -> bytes:
    """PDF and ZIP at once: the archive stands before the end of the PDF, whose last words are the archive's comment."""
    whole = pdf()
    cut = whole.rindex(b"startxref")
    archive, rest = bytearray(zipped()), whole[cut:]
    archive[-2:] = struct.pack("<H", len(rest))
    return whole[:cut] + bytes(archive) + rest


def unlisted_script() -> bytes:
    """An object that the file's own table leaves out: a reader that repairs files finds it."""
    whole = pdf()
    cut = whole.rindex(b"startxref")
    return whole[:cut] + b"99 0 obj << /S /JavaScript /JS (app.alert\\(1\\)) >> endobj\n" + whole[cut:]


def flood(width: int, height: int) -> bytes:
    """A PNG of a few bytes that says it has this many pixels."""

    def chunk(name: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))

    head = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(b"\0" * 100)) + chunk(b"IEND", b"")
    )


EICAR = rb"X5O!P%@AP[4\PZX54(P^)7CC)7}" + rb"$EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"
SVG = b'<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'
HTML = b"<!DOCTYPE html><script>alert(1)</script>"


def bad_file(what: str) -> bytes:
    content = BAD[what][0]
    return content if isinstance(content, bytes) else content()


# Files that must never be kept, by what is wrong, each with a word of the answer. The slow ones are made when asked for.
BAD: dict[str, tuple[bytes | Callable[[], bytes], str]] = {
    "empty": (b"", "empty"),
    "a blank": (b" ", "no PDF"),
    "NUL": (b"\0" * 100, "no PDF"),
    "text": (b"hello", "no PDF"),
    "a zip": (zipped(), "ZIP archive"),
    "a nested zip": (zipped("b.zip", zipped()), "ZIP archive"),
    "a zip of ten gigabytes of nothing": (partial(zipped, "zeros", bytes(10_000_000)), "ZIP archive"),
    "a program": (b"MZ\x90\0" + bytes(100), "program"),
    "a script of the shell": (b"#!/bin/sh\nrm -rf /\n", "program"),
    "an old office document": (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(100), "office document"),
    "a tar": (b"a.txt" + bytes(600), "no PDF"),
    "a gzip": (b"\x1f\x8b\x08" + bytes(20), "archive"),
    "an SVG with a script": (SVG, "web page"),
    "a web page": (HTML, "web page"),
    "a photo of Apple": (b"\0\0\0\x18ftypheic" + bytes(50), "Save it as JPEG"),
    "a GIF": (b"GIF89a" + bytes(50), "Save it as PNG"),
    "EICAR": (EICAR, "virus scanners"),
    "EICAR in a PDF": (pdf().replace(b"%%EOF", EICAR + b"\n%%EOF"), "virus scanners"),
    "a PDF not from the first byte": (b"\n" + pdf(), "no PDF"),
    "a web page before a PDF": (HTML + pdf(), "web page"),
    "a web page in a PDF's head": (pdf().replace(b"\n", b"\n%" + HTML + b"\n", 1), "web page"),
    "a web page after a PDF": (pdf() + HTML, "follows its end"),
    "a PDF with a zip behind": (pdf() + zipped(), "ZIP archive"),
    "a PDF that is a zip too": (with_zip_inside(), "ZIP archive"),
    "a JPEG with a zip behind": (image("JPEG") + zipped(), "ZIP archive"),
    "a PNG with a web page behind": (image("PNG") + HTML, "web page"),
    "a JPEG with PHP in it": (image("JPEG") + b"<?php system($_GET[0]);", "web page"),
    "a PNG with a PDF behind": (image("PNG") + pdf(), "PDF hides"),
    "half a PDF": (pdf()[:300], "breaks off"),
    "only the head of a PDF": (b"%PDF-1.7\n%%EOF", "damaged"),
    "a PDF of noise": (b"%PDF-1.7\n" + bytes(range(256)) * 40 + b"\n%%EOF", "damaged"),
    "half a JPEG": (image("JPEG", (400, 300))[:900], "damaged"),
    "half a PNG": (image("PNG")[:60], "damaged"),
    "a TIFF of noise": (b"II*\0" + b"\x08\0\0\0" + b"\xff" * 50, "damaged"),
    "a PDF without pages": (written(PdfWriter()), "0 pages"),
    "a PDF with a script": (scripted(), "a script"),
    "a script in an object stream": (script_in_an_object_stream(), "a script"),
    "a script spelled in numbers": (spelled_in_numbers(), "a script"),
    "a script no table lists": (unlisted_script(), "a script"),
    "a PDF that starts a program": (with_action(S="/Launch", F="calc.exe"), "start a program"),
    "a form that sends itself": (with_action(S="/SubmitForm", F="http://x"), "sends itself"),
    "a PDF with a file in it": (carrying(), "another file"),
    "a locked PDF": (locked(), "password"),
    "a PDF packed twice": (packed_twice(), "packed twice"),
    "a PDF that unpacks to 400 MB": (partial(unpacking, 400_000_000), "unpacks to more than 300 MB"),
    "a PDF with an image too large": (picturing(50_000, 50_000), "million pixels"),
    "a flood of pixels": (flood(50_000, 50_000), "million pixels"),
    "a strip of pixels": (flood(2_000_000, 26), "million pixels"),
    "201 pages": (partial(pdf, pages=201), "201 pages"),
    "a PDF too large": (lambda: pdf() + bytes(10_000_001 - len(pdf())), "larger than 10 MB"),
}
