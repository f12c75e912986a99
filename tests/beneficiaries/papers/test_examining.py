"""What is taken as a paper and what is refused, and with which words; nothing that is refused reaches the store."""

import pytest
from hypothesis import given
from hypothesis import settings as limits
from hypothesis import strategies as st

from beneficiaries.papers import examining, inspection
from beneficiaries.papers.examining import examine
from beneficiaries.papers.names import LONGEST, shown_name
from ledger.errors import BadInput
from tests.beneficiaries.papers import samples

pytestmark = pytest.mark.once


@pytest.mark.parametrize(
    ("content", "kind", "pages", "size"),
    [
        (samples.pdf(), inspection.PDF, 1, (None, None)),
        (samples.pdf(pages=200), inspection.PDF, 200, (None, None)),
        (samples.pdf() + b"\r\n\0", inspection.PDF, 1, (None, None)),
        (samples.image("JPEG"), inspection.JPEG, 1, (40, 30)),
        (samples.image("PNG", (3, 900)), inspection.PNG, 1, (3, 900)),
        (samples.image("TIFF", pages=3), inspection.TIFF, 3, (40, 30)),
        (samples.image("JPEG") + b"\0\0camera's own words", inspection.JPEG, 1, (40, 30)),
    ],
    ids=["pdf", "200 pages", "blanks behind", "jpeg", "png", "tiff of 3", "jpeg with a trailer"],
)
def test_papers_are_taken(content: bytes, kind: str, pages: int, size: tuple[int | None, int | None]) -> None:
    found = examine(content)
    assert (found.media_type, found.pages, (found.width, found.height)) == (kind, pages, size)
    assert found.size == len(content) and len(found.sha256) == 64


@pytest.mark.parametrize("what", samples.BAD)
def test_what_is_no_paper_is_refused_in_words(what: str) -> None:
    content, word = samples.bad_file(what), samples.BAD[what][1]
    with pytest.raises(BadInput) as refused:
        examine(content)
    assert word in refused.value.fields["file"], refused.value.fields
    assert refused.value.status == 422


def test_exactly_the_most_bytes_are_taken() -> None:
    """One byte more is not; see the list above."""
    room = 10_000_000 - len(samples.pdf())
    assert examine(samples.pdf() + b" " * room).size == 10_000_000


def test_an_image_of_exactly_the_most_pixels(settings: object) -> None:
    settings.PAPER_MEGAPIXELS = 1  # type: ignore[attr-defined]
    assert examine(samples.image("PNG", (1000, 1000))).width == 1000
    with pytest.raises(BadInput, match="1 million pixels"):
        examine(samples.image("PNG", (1000, 1001)))


def test_the_same_bytes_are_examined_once(monkeypatch: pytest.MonkeyPatch) -> None:
    first = examine(samples.pdf("Only once"))
    monkeypatch.setattr(examining, "_inside", lambda *given: pytest.fail("examined again"))
    assert examine(samples.pdf("Only once")) == first


def test_a_parser_that_runs_on_is_ended(monkeypatch: pytest.MonkeyPatch, tmp_path: object) -> None:
    program = tmp_path / "endless.py"  # type: ignore[operator]
    program.write_text("while True:\n    pass\n")
    monkeypatch.setattr(inspection, "__file__", str(program))
    monkeypatch.setattr(examining, "SECONDS", 0.2)
    with pytest.raises(BadInput, match="could not be read within"):
        examine(samples.pdf("Endless"))


def test_the_child_has_little_memory_and_writes_no_file(monkeypatch: pytest.MonkeyPatch, tmp_path: object) -> None:
    """The bounds hold in the process itself: a megabyte more than allowed, or a byte of a file, ends it."""
    source = (examining.Path(inspection.__file__)).read_text()
    for act in ("bytearray(2 << 30)", f"open({str(tmp_path / 'x')!r}, 'w').write('x' * 9999)"):  # type: ignore[operator]
        program = tmp_path / "greedy.py"  # type: ignore[operator]
        program.write_text(source.replace("    _bound(limits)\n", f"    _bound(limits)\n    {act}\n"))
        monkeypatch.setattr(inspection, "__file__", str(program))
        with pytest.raises(BadInput):
            examine(samples.pdf(f"Greedy {act}"))
    assert not (tmp_path / "x").exists() or not (tmp_path / "x").stat().st_size  # type: ignore[operator]


@limits(max_examples=60)
@given(st.binary(max_size=300), st.sampled_from(sorted(inspection.SIGNATURES)))
def test_any_bytes_are_judged(content: bytes, mark: bytes) -> None:
    """The look from outside never falls over."""
    for given_bytes in (content, mark + content):
        try:
            assert inspection.outside(given_bytes, 10_000) in inspection.SIGNATURES.values()
        except inspection.Refused as refused:
            assert str(refused)


@pytest.mark.parametrize(
    ("given_name", "shown"),
    [
        ("scan 3.pdf", "scan 3.pdf"),
        ("../../etc/passwd", "passwd.pdf"),
        ("..\\..\\win.ini", "win.pdf"),
        ("/etc/shadow", "shadow.pdf"),
        ("invoice.pdf.exe", "invoice.pdf"),
        ("Order 12.2025.jpg", "Order 12.2025.pdf"),
        ("a\0b.pdf", "ab.pdf"),
        ("\u202egnp.exe", "gnp.pdf"),
        ("x\r\nSet-Cookie: a=1.pdf", "xSet-Cookie: a=1.pdf"),
        (".pdf", "paper.pdf"),
        ("", "paper.pdf"),
        ("...", "paper.pdf"),
        ("فیصلہ.pdf", "فیصلہ.pdf"),
        ("a" * 300 + ".pdf", "a" * LONGEST + ".pdf"),
    ],
)
def test_names_are_made_harmless(given_name: str, shown: str) -> None:
    assert shown_name(given_name, "pdf") == shown


@given(st.text(max_size=400))
def test_no_name_is_a_path(given_name: str) -> None:
    shown = shown_name(given_name, "pdf")
    assert not set(shown) & set("/\\\0\r\n\u202e\u200f") and 5 <= len(shown) <= LONGEST + 4 and shown.endswith(".pdf")
