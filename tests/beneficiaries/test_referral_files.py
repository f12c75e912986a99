"""Files of referrals: CSV and XLSX in usual and hostile forms, what would happen row by row, all or nothing, nothing twice."""

import io
import json
import zipfile
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import CommandError, call_command
from django.test import Client
from django.urls import reverse

from beneficiaries.models import Referral
from beneficiaries.referral import referral_import
from beneficiaries.referral.referral_files import MOST_BYTES, MOST_ROWS, read
from beneficiaries.referral.referral_values import COLUMNS
from ledger.errors import BadInput, NotAllowed
from tests.world import World

pytestmark = pytest.mark.once

HEAD = "kind,source,reference,name,gender,cnic,district,violation,happened_on,summary"
Browse = Callable[[str], Client]


def line(number: int, **given: str) -> list[str]:
    told = {"kind": "relief", "source": "laja", "reference": f"LAJA/{number}", "name": "Rabia Bano", "gender": "F"}
    told |= {"cnic": f"90004-{number:07d}-2", "district": "Islamabad", "violation": "torture"}
    told |= {"happened_on": "2025-06-01", "summary": "Beaten"} | given
    return [told[name] for name in HEAD.split(",")]


def table(*lines: list[str], head: str = HEAD, sign: str = ",") -> bytes:
    return "\r\n".join([head.replace(",", sign), *(sign.join(row) for row in lines), ""]).encode()


def book(*rows: list[Any], change: Callable[[Any], object] = lambda sheet: None) -> bytes:
    made = openpyxl.Workbook()
    sheet = made.active
    for row in [HEAD.split(","), *rows]:
        sheet.append(row)
    change(sheet)
    out = io.BytesIO()
    made.save(out)
    return out.getvalue()


def repacked(content: bytes, name: str, text: bytes) -> bytes:
    """The workbook with one part added or replaced."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for part in old.namelist():
            if part != name:
                new.writestr(part, old.read(part))
        new.writestr(name, text)
    return out.getvalue()


def test_usual_forms_say_the_same() -> None:
    rows = [line(1), line(2, name="Zainab, Bibi")]
    plain = table(rows[0], [*line(2)[:3], '"Zainab, Bibi"', *line(2)[4:]])
    dated = [[*rows[0][:8], datetime(2025, 6, 1), rows[0][9]], rows[1]]
    forms = [
        plain,
        b"\xef\xbb\xbf" + plain,
        plain.decode().encode("utf-16"),
        plain.replace(b"\r\n", b"\n"),
        table(rows[0], rows[1], sign=";"),
        table(rows[0], rows[1], sign="\t"),
        b"\r\n" + plain + b",,,\r\n\r\n",
        book(*rows),
        book(*dated),
    ]
    for content in forms:
        found = read(content)
        assert [row.texts["name"] for row in found] == ["Rabia Bano", "Zainab, Bibi"], content[:80]
        assert found[0].texts["happened_on"] == "2025-06-01" and not found[0].wrong


def test_urdu_heads_and_numbers_of_a_spreadsheet() -> None:
    urdu = ",".join(COLUMNS[name] for name in HEAD.split(","))
    assert read(table(line(1), head=urdu))[0].texts["reference"] == "LAJA/1"
    arabic = urdu.replace("ی", "ي").replace("ک", "ك")
    assert read(table(line(1), head=arabic))[0].texts["district"] == "Islamabad"
    row: list[Any] = line(1)
    row[5] = 4220103976418
    assert read(book(row))[0].texts["cnic"] == "4220103976418"
    row[5] = 4220103976418.0
    assert read(book(row))[0].texts["cnic"] == "4220103976418"


EMPTY_BOOK = book()
BAD = {
    "empty": (b"", "empty"),
    "blanks": (b" \r\n ", "empty"),
    "head only": (table(), "no row of data"),
    "no rows in a book": (EMPTY_BOOK, "no row of data"),
    "cp1256": (table(line(1)).replace(b"Rabia", "رابعہ".encode("cp1256", "replace")), "CSV UTF-8"),
    "latin": (b"\xe9" + table(line(1)), "CSV UTF-8"),
    "nul": (b"a\0b" + table(line(1)), "NUL"),
    "utf-16 without mark": (table(line(1)).decode().encode("utf-16-le"), "NUL"),
    "pdf": (b"%PDF-1.4 x", "not known"),
    "injected column": (table([*line(1), "accepted"], head=f"{HEAD},state"), "“state”"),
    "column twice": (table([*line(1), "x"], head=f"{HEAD},name"), "stands twice"),
    "column twice in two languages": (table([*line(1), "x"], head=f"{HEAD},نام"), "stands twice"),
    "column missing": (table(line(1)[:2], head="kind,source"), "missing"),
    "column without a head": (table([*line(1), "x"], head=f"{HEAD},,x"), "not known"),
    "open quote": (table([*line(1)[:9], '"open']), "quote"),
    "too large": (b"x" * (MOST_BYTES + 1), "bytes"),
    "too many rows": (table(*[line(number) for number in range(MOST_ROWS + 1)]), "rows"),
    "zip": (repacked(EMPTY_BOOK, "x.txt", b"x")[:60], "damaged"),
    "other zip": (b"PK\x03\x04" + b"\0" * 40, "damaged"),
    "entity": (repacked(EMPTY_BOOK, "xl/sharedStrings.xml", b'<!DOCTYPE x [<!ENTITY a "b">]><x/>'), "entities"),
    "macros": (repacked(EMPTY_BOOK, "xl/vbaProject.bin", b"x"), "macros"),
    "links": (repacked(EMPTY_BOOK, "xl/externalLinks/externalLink1.xml", b"<x/>"), "macros or links"),
    "bomb": (repacked(EMPTY_BOOK, "xl/media/zeros.bin", b"\0" * 41_000_000), "unpacks to more"),
    "broken sheet": (repacked(EMPTY_BOOK, "xl/worksheets/sheet1.xml", b"<worksheet><sheetData><row>"), "damaged"),
    "no workbook": (repacked(EMPTY_BOOK, "xl/workbook.xml", b"<x/>"), "damaged"),
}  # fmt: skip


@pytest.mark.parametrize("what", BAD)
def test_what_cannot_be_read_is_refused_with_what_to_do(what: str) -> None:
    content, words = BAD[what]
    with pytest.raises(BadInput) as refused:
        read(content)
    assert words in refused.value.fields["file"], refused.value.fields


def test_rows_name_what_is_wrong_in_them(w: World) -> None:
    ragged = [*line(3), "x", "y"]
    content = table(line(1), line(2, name="=1+1"), ragged, line(4, gender="Q"), line(5, summary="y" * 3000))
    found = referral_import.look(content, by=w["case_officer"])
    assert {row.number: sorted(row.wrong) for row in found.lines if row.wrong} == {
        3: ["name"],
        4: ["row"],
        5: ["gender"],
        6: ["summary"],
    }
    assert (found.new, found.wrong) == (1, 4)
    with pytest.raises(BadInput, match=r"4 rows are wrong\. Nothing was imported") as refused:
        referral_import.apply(content, by=w["case_officer"])
    assert "row 5, gender" in refused.value.fields
    assert not Referral.objects.exists()


@pytest.mark.parametrize("cell", ["=SUM(A1)", "=cmd|' /C calc'!A0", "＝1", "@x", True, 12.5, " =1"])
def test_formulas_and_odd_cells_are_refused(cell: Any) -> None:
    row: list[Any] = line(1)
    row[3] = cell
    assert "name" in read(book(row))[0].wrong


def test_a_million_empty_cells_cost_nothing() -> None:
    def far(sheet: Any) -> None:
        sheet.cell(row=900_000, column=3, value="x")

    with pytest.raises(BadInput, match="empty ones counted"):
        read(book(line(1), change=far))


def test_all_or_nothing_and_nothing_twice(w: World) -> None:
    by = w["case_officer"]
    content = table(line(1), line(2), line(2))
    looked = referral_import.look(content, by=by)
    assert (looked.new, looked.there, looked.applied) == (2, 1, False) and not Referral.objects.exists()
    assert referral_import.apply(content, by=by).new == 2
    again = referral_import.apply(content, by=by)
    assert (again.new, again.there, Referral.objects.count()) == (0, 3, 2)
    more = table(line(1, name="Rabia Begum"), line(3), line(4), line(4, gender="X"))
    judged = referral_import.look(more, by=by)
    assert [row.state for row in judged.lines] == ["wrong", "new", "new", "wrong"]
    assert "was used before" in judged.lines[0].wrong["reference"]
    assert "stands in row 4" in judged.lines[3].wrong["reference"]
    made = Referral.objects.get(reference="LAJA/1")
    assert (made.way, made.created_by, made.office) == ("file", by, w.office)
    with pytest.raises(NotAllowed):
        referral_import.look(content, by=w["verifier"])


def run(capsys: pytest.CaptureFixture[str], *words: str) -> tuple[int, str]:
    try:
        call_command("import_referrals", *words)
        code = 0
    except CommandError as error:
        code = error.returncode
    return code, capsys.readouterr().out


def test_the_command(w: World, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "list.csv"
    path.write_bytes(table(line(1), line(2)))
    base = (str(path), "--by", "case_officer")
    assert run(capsys, *base) == (0, "2 would be imported, 0 there already, 0 wrong.\n")
    assert not Referral.objects.exists()
    code, out = run(capsys, *base, "--apply", "--json")
    assert code == 0 and json.loads(out)["applied"] is True and json.loads(out)["new"] == 2
    assert run(capsys, *base, "--apply")[1] == "0 imported, 2 there already, 0 wrong.\n"
    path.write_bytes(table(line(3), line(4, gender="Q")))
    code, out = run(capsys, *base, "--apply")
    assert code == 1 and "row 3, gender" in out and Referral.objects.count() == 2
    for wrong in (
        (str(path), "--by", "nobody"),
        (str(tmp_path), "--by", "case_officer"),
        (str(path), "--by", "verifier"),
    ):
        assert run(capsys, *wrong)[0] == 1


def text(answer: Any) -> str:
    return answer.content.decode()


def sent(client: Client, content: bytes, name: str = "list.csv") -> Any:
    return client.post(reverse("referral_import"), {"file": SimpleUploadedFile(name, content)})


def sealed(page: str) -> str:
    return page.split('name="sealed" value="', 1)[1].split('"', 1)[0]


def test_the_page_shows_first_and_then_imports(w: World, browse: Browse) -> None:
    client = browse("case_officer")
    assert "fir_year" in text(client.get(reverse("referral_import")))
    template = client.get(reverse("referral_template"))
    assert template.content.decode("utf-8-sig").strip().split(",") == list(COLUMNS)
    page = text(sent(client, table(line(1), line(2))))
    assert "2 new, 0 here already, 0 wrong" in page and "Import 2 referrals" in page and not Referral.objects.exists()
    answer = client.post(reverse("referral_import"), {"sealed": sealed(page)})
    assert (answer.status_code, answer["Location"]) == (303, reverse("referrals"))
    assert Referral.objects.count() == 2 and "LAJA/1" in text(client.get(answer["Location"]))
    again = text(sent(client, table(line(1), line(2))))
    assert "There is nothing new in this file" in again and "sealed" not in again
    wrong = text(sent(client, table(line(3), line(4, gender="Q"))))
    assert "Nothing can be imported yet" in wrong and "gender:" in wrong and "sealed" not in wrong
    for value in ("", "x", sealed(page)[:-4] + "AAAA"):
        assert client.post(reverse("referral_import"), {"sealed": value}).status_code == 422
    assert client.post(reverse("referral_import")).status_code == 422


@pytest.mark.parametrize("what", BAD)
def test_no_bad_file_is_a_fault_on_the_page(w: World, browse: Browse, what: str) -> None:
    answer = sent(browse("case_officer"), BAD[what][0])
    assert answer.status_code == 422 and not Referral.objects.exists()


def test_a_reference_used_meanwhile_is_told(w: World, browse: Browse) -> None:
    client = browse("case_officer")
    page = text(sent(client, table(line(1), line(2))))
    referral_import.apply(table(line(2, name="Rabia Begum")), by=w["case_officer"])
    answer = client.post(reverse("referral_import"), {"sealed": sealed(page)})
    assert answer.status_code == 422 and "was used before with another content" in text(answer)
    assert Referral.objects.count() == 1
