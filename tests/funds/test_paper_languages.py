"""In which language a voucher is issued, what of its Urdu is frozen, and copies in another language."""

import io
import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command

from funds import vouchers
from funds.models import Language, PaperLanguage, UrduTerm, Voucher, VoucherPrint
from funds.papers.fonts import MissingGlyph
from funds.paperwork import kept_papers, paper_words
from ledger.errors import BadInput, WrongState
from tests.api.conftest import Api
from tests.funds.by_sql import accepted, copied, refused
from tests.funds.pages import as_, source, words
from tests.funds.papers.reading import whole_text
from tests.world import DAY, World

pytestmark = pytest.mark.django_db
DATED = {"effective_from": date(2020, 7, 1), "source": "Test"}


@pytest.fixture
def here(small_world: World) -> World:
    return small_world


def test_the_row_of_a_fund_goes_before_that_of_an_office_and_before_one_for_all(here: World) -> None:
    def now(on: date = DAY) -> str:
        return paper_words.language_of(here.fund, here.office, on=on)

    assert now() == Language.BOTH
    PaperLanguage.objects.create(language="en", **DATED)
    PaperLanguage.objects.create(language="both", office=here.quetta_office, **DATED)
    assert now() == Language.ENGLISH
    PaperLanguage.objects.create(language="ur", office=here.office, **DATED)
    assert now() == Language.URDU
    PaperLanguage.objects.create(language="both", fund=here.fund, **DATED)
    PaperLanguage.objects.create(language="en", fund=here.fund, effective_from=DAY, source="Test")
    assert (now(date(2025, 1, 1)), now()) == (Language.BOTH, Language.ENGLISH)


def test_language_and_urdu_are_frozen_at_issue(here: World) -> None:
    setting = PaperLanguage.objects.create(language="ur", **DATED)
    term = UrduTerm.objects.create(english="Relief grant", urdu="امدادی گرانٹ", **DATED)
    UrduTerm.objects.create(english="Prepared", urdu="تیار کنندہ", effective_to=date(2021, 6, 30), **DATED)
    voucher = here.vouchered()
    kept = voucher.snapshot
    assert (kept["language"], kept["words_urdu"]) == ("ur", "مبلغ بیس ہزار روپے صرف")
    assert {"english": "Relief grant", "urdu": "امدادی گرانٹ"} in kept["terms"]
    assert "Prepared" not in [each["english"] for each in kept["terms"]]
    assert kept_papers.digest(kept_papers.opened(kept)) == voucher.digest
    before = vouchers.render(voucher)
    setting.language, term.urdu = "en", "گرانٹ"
    setting.save()
    term.save()
    assert vouchers.render(Voucher.objects.get()) == before
    assert "مبلغ بیس ہزار روپے صرف" in whole_text(before)


def test_a_copy_may_be_in_another_language_and_the_original_may_not(here: World) -> None:
    number = here.vouchered().number
    with pytest.raises(BadInput, match="as it was issued: English and Urdu") as error:
        vouchers.print_voucher(number=number, by=here["ddo"], language="en")
    assert list(error.value.fields) == ["language"]
    assert not VoucherPrint.objects.exists()
    vouchers.print_voucher(number=number, by=here["ddo"], language="both")
    copy, paper = vouchers.print_voucher(number=number, by=here["auditor"], language="en")
    assert (copy.copy, copy.language) == (1, "en") and "مبلغ" not in whole_text(paper)
    again = whole_text(vouchers.shown_again(number, by=here["auditor"])[1])
    assert "COPY 1" in again and "مبلغ" not in again
    assert "مبلغ" in whole_text(vouchers.shown_again(number, by=here["auditor"], language="ur")[1])
    own, paper = vouchers.print_voucher(number=number, by=here["auditor"])
    assert (own.copy, own.language) == (2, "") and "مبلغ" in whole_text(paper)
    with pytest.raises(BadInput, match="not one of"):
        vouchers.print_voucher(number=number, by=here["auditor"], language="fr")


def test_a_voucher_from_before_stays_english(here: World) -> None:
    voucher = here.vouchered()
    for name in ("language", "kind", "words_urdu", "terms"):
        del voucher.snapshot[name]
    for row in voucher.snapshot["rows"]:
        del row["name_urdu"]
    assert vouchers.languages_of(voucher) == [Language.ENGLISH]
    assert "PAYMENT VOUCHER" in whole_text(vouchers.render(voucher))
    with pytest.raises(WrongState, match="before papers were kept in Urdu") as error:
        vouchers.render(voucher, language="ur")
    assert error.value.code == "no_urdu"


def test_the_database_keeps_the_original_in_its_language(here: World) -> None:
    voucher = here.vouchered()
    vouchers.print_voucher(number=voucher.number, by=here["ddo"])
    row = VoucherPrint.objects.get()
    accepted(*_flat(copied(row, copy=1, language="ur")))
    refused("23514", *_flat(copied(row, copy=1, language="fr")))
    other = here.vouchered()
    accepted(*_flat(copied(row, voucher_id=other.pk)))
    refused("23514", *_flat(copied(row, voucher_id=other.pk, language="ur")))


def _flat(statement: tuple[str, list[object]]) -> tuple[Any, ...]:
    return statement[0], *statement[1]


def test_urdu_names_are_those_that_were_there_at_the_sanction(here: World) -> None:
    first, second = here.draft(), here.draft()
    people = [row.lines.get().person for row in (first, second)]
    for person in people:
        _rename(person, "زینب بی بی")
    here.sanctioned(first)
    here.sanctioned(second)
    _rename(people[1], "شبانہ بی بی")
    papers = [vouchers.issue_voucher(disbursement=row.pk, by=here["ddo"], on=DAY) for row in (first, second)]
    assert [paper.snapshot["rows"][0]["name_urdu"] for paper in papers] == ["زینب بی بی", ""]
    text = whole_text(vouchers.render(papers[0]))
    assert "زینب بی بی" in text
    assert {"english": papers[0].snapshot["pay_to"], "urdu": "زینب بی بی"} in papers[0].snapshot["terms"]


def _rename(person: Any, name: str) -> None:
    person.name_urdu = name
    person.save(update_fields=["name_urdu"])


def test_an_urdu_name_that_no_font_has_is_refused_before_a_number_is_taken(here: World) -> None:
    row = here.draft()
    _rename(row.lines.get().person, "زینب\u200cبی")
    here.sanctioned(row)
    with pytest.raises(MissingGlyph) as error:
        vouchers.issue_voucher(disbursement=row.pk, by=here["ddo"], on=DAY)
    assert error.value.status == 422 and "U+200C" in str(error.value)
    assert not Voucher.objects.exists()
    _rename(row.lines.get().person, "زینب بی")  # what was put right later is not what was signed: it is left out
    voucher = vouchers.issue_voucher(disbursement=row.pk, by=here["ddo"], on=DAY)
    assert (voucher.serial, voucher.snapshot["rows"][0]["name_urdu"]) == (1, "")


def test_the_page_offers_languages_for_a_copy_only(here: World) -> None:
    voucher = here.vouchered()
    url, pdf = voucher.get_absolute_url(), f"{voucher.get_absolute_url()}pdf"
    ddo = as_(here["ddo"])
    assert "Language of the copy" not in words(ddo.get(url)) and "In English and Urdu." in words(ddo.get(url))
    assert ddo.post(pdf, {"language": "ur"}).status_code == 422
    assert ddo.post(pdf).status_code == 200
    page = ddo.get(url)
    assert "Language of the copy" in words(page) and 'value="ur"' in source(page)
    assert "مبلغ" in whole_text(ddo.post(pdf, {"language": "ur"}).content)
    assert "Copy 1, Urdu" in words(ddo.get(url))
    shown = ddo.get(pdf, {"language": "en"})
    assert shown.status_code == 200 and "مبلغ" not in whole_text(shown.content)
    assert voucher.prints.count() == 2


def test_the_api_and_the_command_take_a_language(here: World, tmp_path: Path) -> None:
    api, number = Api(here), here.vouchered().number
    assert api.post(f"/vouchers/{number}/print", as_="ddo").status_code == 200
    path = f"/vouchers/{number}/print?language=en"
    first = api.post(path, as_="auditor", key="copy-in-english")
    assert first.status_code == 200 and "مبلغ" not in whole_text(first.content)
    assert api.post(path, as_="auditor", key="copy-in-english").content == first.content
    other = api.post(f"/vouchers/{number}/print?language=ur", as_="auditor", key="copy-in-english")
    assert (other.status_code, other.json()["code"]) == (422, "key_reused")
    assert VoucherPrint.objects.count() == 2
    assert "مبلغ" in whole_text(api.get(f"/vouchers/{number}/pdf", language="ur").content)
    assert api.get(f"/vouchers/{number}/pdf", language="fr").status_code == 422
    out = tmp_path / "v.pdf"
    call_command("voucher", number, "--out", str(out), "--language", "ur", "--json", stdout=(said := io.StringIO()))
    assert json.loads(said.getvalue())["number"] == number
    assert "مبلغ بیس ہزار روپے صرف" in whole_text(out.read_bytes())
