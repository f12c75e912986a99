"""What a file is, by its content alone, and whether it is nothing but that.

`outside` looks at the bytes. `inside` parses them, and a parser may be led astray by a hostile file, so it runs in a process of
its own: this file is that program. It reads the content on stdin, its limits as JSON from the first argument, and writes
`{"facts": ...}` or `{"refused": words}`. Whatever else happens to it, its parent takes for a damaged file.
"""

import io
import json
import re
import resource
import sys
import warnings
import zipfile
import zlib
from base64 import a85decode
from binascii import unhexlify
from collections.abc import Iterator
from typing import Any, TypedDict

PDF, JPEG, PNG, TIFF = "application/pdf", "image/jpeg", "image/png", "image/tiff"
SIGNATURES = {b"%PDF-": PDF, b"\xff\xd8\xff": JPEG, b"\x89PNG\r\n\x1a\n": PNG, b"II*\x00": TIFF, b"MM\x00*": TIFF}
DECODERS = {JPEG: "JPEG", PNG: "PNG", TIFF: "TIFF"}
TAKEN = "PDF, JPEG, PNG or TIFF"
# What is sent most often instead, so that the answer can say what to do.
OTHERS: tuple[tuple[re.Pattern[bytes], str], ...] = (
    (re.compile(rb"....ftyp(hei|hev|mif)", re.DOTALL), "a photo in Apple's format. Save it as JPEG"),
    (re.compile(rb"PK\x03\x04"), "a ZIP archive or an office document. Print it to PDF"),
    (re.compile(rb"\xd0\xcf\x11\xe0"), "an old office document. Print it to PDF"),
    (re.compile(rb"(Rar!|7z\xbc\xaf|\x1f\x8b|BZh)"), "an archive. Take the paper out of it"),
    (re.compile(rb"(MZ|\x7fELF|#!)"), "a program, not a paper. Do not open it"),
    (re.compile(rb"(\xef\xbb\xbf)?\s*<"), "a web page or a drawing. Print it to PDF"),
    (re.compile(rb"(GIF8|BM|RIFF)"), "an image of another kind. Save it as PNG"),
)
_MARKUP = re.compile(rb"<\s*(script|html|svg|iframe|!doctype)[\s>/:]|<\?php", re.IGNORECASE)
_WHITE = b"\x00\t\n\x0c\r "
# The test file of the virus scanners; in two parts, so that no scanner takes this program for it.
_EICAR = rb"X5O!P%@AP[4\PZX54(P^)7CC)7}" + rb"$EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"
# Names in a PDF that make a reader do something, or carry another file.
_ACTIVE_KEYS = {
    "/JS": "a script",
    "/JavaScript": "a script",
    "/EmbeddedFiles": "another file",
    "/EmbeddedFile": "another file",
    "/EF": "another file",
    "/XFA": "a form that changes itself",
    "/RichMediaContent": "a film or drawing that moves",
}
_ACTIVE_VALUES = {
    "/JavaScript": "a script",
    "/Launch": "an order to start a program",
    "/SubmitForm": "a form that sends itself",
    "/ImportData": "a form that fetches data",
    "/GoToE": "a link into another file",
    "/Rendition": "sound or film",
    "/Movie": "a film",
    "/Sound": "sound",
    "/RichMedia": "a film or drawing that moves",
    "/FileAttachment": "another file",
    "/EmbeddedFile": "another file",
}
_VALUE_KEYS = ("/S", "/Subtype", "/Type")
_HIDDEN = re.compile(rb"/(JavaScript|EmbeddedFiles?|Launch|RichMedia)\b")
_FLATE = ("/FlateDecode", "/Fl")
_ASCII = ("/ASCII85Decode", "/A85", "/ASCIIHexDecode", "/AHx")
_CHUNK = 1 << 20


class Limits(TypedDict):
    """The most a paper may have. `pixels` of one page, `unpacked` bytes of all streams of a PDF; the rest of the child."""

    bytes: int
    pixels: int
    pages: int
    unpacked: int
    seconds: int
    memory: int


class Facts(TypedDict):
    """What a paper is; `width` and `height` in pixels of the first page of an image, None for a PDF."""

    media_type: str
    pages: int
    width: int | None
    height: int | None


class Refused(Exception):
    """The file cannot be taken; the text says what was seen and what to do."""


def outside(content: bytes, most: int) -> str:
    """The media type that the first bytes show, after everything that can be judged without parsing. Raises: Refused."""
    if not content:
        raise Refused("The file is empty. Choose the scanned paper again.")
    if len(content) > most:
        raise Refused(f"The file is larger than {most / 1_000_000:g} MB. Scan it in grey at 200 dots per inch.")
    if _EICAR in content:
        raise Refused("This is the test file of the virus scanners, not a paper.")
    media_type = next((kind for mark, kind in SIGNATURES.items() if content.startswith(mark)), "")
    if not media_type:
        said = next(
            (text for pattern, text in OTHERS if pattern.match(content)), f"no {TAKEN}. Scan the paper as one of them"
        )
        raise Refused(f"The file is {said}.")
    if zipfile.is_zipfile(io.BytesIO(content)):
        raise Refused("A ZIP archive hides in the file. Scan the paper again, or print it to PDF.")
    if _MARKUP.search(content if media_type != PDF else content[:1024]):
        raise Refused("A web page hides in the file. Scan the paper again, or print it to PDF.")
    if media_type != PDF and b"%PDF-" in content:
        raise Refused("A PDF hides in the image. Attach the PDF by itself.")
    return media_type


def inside(content: bytes, media_type: str, limits: Limits) -> Facts:
    """What the parsed file holds. Raises: Refused, and whatever a parser raises at a damaged file."""
    return _pdf(content, limits) if media_type == PDF else _image(content, media_type, limits)


def _image(content: bytes, media_type: str, limits: Limits) -> Facts:
    """Decodes every page of an image, one after the other."""
    from PIL import Image

    Image.MAX_IMAGE_PIXELS = limits["pixels"]
    warnings.simplefilter("error", Image.DecompressionBombWarning)
    try:
        with Image.open(io.BytesIO(content), formats=[DECODERS[media_type]]) as image:
            width, height = image.size
            _count_pages(pages := getattr(image, "n_frames", 1), limits)
            for page in range(pages):
                image.seek(page)
                _count_pixels(*image.size, limits)
                image.load()
    except (Image.DecompressionBombError, Image.DecompressionBombWarning):
        raise Refused(_too_many_pixels(limits)) from None
    return Facts(media_type=media_type, pages=pages, width=width, height=height)


def _too_many_pixels(limits: Limits) -> str:
    return f"A page has more than {limits['pixels'] / 1_000_000:g} million pixels. Scan it at 200 dots per inch."


def _count_pixels(width: Any, height: Any, limits: Limits) -> None:
    if int(width) * int(height) > limits["pixels"]:
        raise Refused(_too_many_pixels(limits))


def _count_pages(pages: int, limits: Limits) -> None:
    if not 1 <= pages <= limits["pages"]:
        raise Refused(f"The file has {pages} pages; a paper has 1 to {limits['pages']}. Attach it in parts.")


def _pdf(content: bytes, limits: Limits) -> Facts:
    """Reads every object of a PDF: nothing follows its end, it is not locked, it does nothing and carries no other file."""
    if not content.rstrip(_WHITE).endswith(b"%%EOF"):
        raise Refused("The PDF breaks off, or something else follows its end. Print it to PDF again.")
    if found := _HIDDEN.search(content):
        raise Refused(_does(_ACTIVE_KEYS.get(f"/{found[1].decode()}") or _ACTIVE_VALUES[f"/{found[1].decode()}"]))
    from pypdf import PdfReader
    from pypdf.generic import StreamObject

    reader = PdfReader(io.BytesIO(content))
    if reader.is_encrypted:
        raise Refused("The PDF is locked with a password. Save it without one.")
    unpacked = 0
    for found_object in _objects(reader):
        for dictionary in _dictionaries(found_object):
            _judge(dictionary, limits)
        if isinstance(found_object, StreamObject):
            unpacked += _unpacked(found_object, limits["unpacked"] - unpacked)
            if unpacked > limits["unpacked"]:
                raise Refused(
                    f"The PDF unpacks to more than {limits['unpacked'] / 1_000_000:g} MB. Scan the paper again."
                )
    _count_pages(len(reader.pages), limits)
    return Facts(media_type=PDF, pages=len(reader.pages), width=None, height=None)


def _objects(reader: Any) -> Iterator[Any]:
    """Every object the file lists, whether a page uses it or not, and the trailer."""
    from pypdf.generic import IndirectObject

    yield reader.trailer
    numbers = {(number, generation) for generation, rows in reader.xref.items() for number in rows}
    for number, generation in sorted(numbers | {(number, 0) for number in reader.xref_objStm}):
        yield reader.get_object(IndirectObject(number, generation, reader))


def _dictionaries(value: Any) -> Iterator[dict[str, Any]]:
    """The dictionaries within one object; what it only refers to is an object of its own."""
    waiting = [value]
    while waiting:
        item = waiting.pop()
        if isinstance(item, dict):
            yield item
            waiting += [item.raw_get(key) for key in item]  # type: ignore[attr-defined]
        elif isinstance(item, list):
            waiting += list.__iter__(item)


def _judge(found: Any, limits: Limits) -> None:
    for key in found:
        if what := _ACTIVE_KEYS.get(str(key)):
            raise Refused(_does(what))
    for key in _VALUE_KEYS:
        if key in found and (what := _ACTIVE_VALUES.get(str(found[key]))):
            raise Refused(_does(what))
    if str(found.get("/Subtype")) == "/Image" and "/Width" in found and "/Height" in found:
        _count_pixels(found["/Width"], found["/Height"], limits)


def _does(what: str) -> str:
    return f"The PDF holds {what}. Print it to PDF again, so that only its pages are left."


def _unpacked(stream: Any, room: int) -> int:
    """How many bytes a packed stream has unpacked, counted no further than a little beyond `room`."""
    filters = stream.get("/Filter", [])
    names = [str(name) for name in filters] if isinstance(filters, list) else [str(filters)]
    packings = [name for name in names if name not in _ASCII]
    if len(packings) > 1:
        raise Refused("The PDF holds something packed twice. Print it to PDF again.")
    if not packings or packings[0] not in _FLATE:
        return 0
    content = stream._data
    for name in names[:-1]:
        content = _without_ascii(name, content)
    size, machine = 0, zlib.decompressobj()
    while content and size <= room and not machine.eof:
        size += len(machine.decompress(content, _CHUNK))
        content = machine.unconsumed_tail
    return size


def _without_ascii(name: str, content: bytes) -> bytes:
    text = b"".join(content.split()).rstrip(b">")
    if name in ("/ASCIIHexDecode", "/AHx"):
        return unhexlify(text + b"0" * (len(text) % 2))
    return a85decode(text.removeprefix(b"<~").removesuffix(b"~"))


def _bound(limits: Limits) -> None:
    """From here on this process gets no more than its share, writes no file and leaves no core behind."""
    for kind, most in (
        (resource.RLIMIT_AS, limits["memory"]),
        (resource.RLIMIT_CPU, limits["seconds"]),
        (resource.RLIMIT_FSIZE, 0),
        (resource.RLIMIT_CORE, 0),
    ):
        resource.setrlimit(kind, (most, most))


def main() -> None:
    """One file, one answer."""
    limits: Limits = json.loads(sys.argv[1])
    content = sys.stdin.buffer.read(limits["bytes"] + 1)
    _bound(limits)
    try:
        answer: dict[str, Any] = {"facts": inside(content, outside(content, limits["bytes"]), limits)}
    except Refused as refusal:
        answer = {"refused": str(refusal)}
    sys.stdout.write(json.dumps(answer))


if __name__ == "__main__":
    main()
