"""The pages of lists: what a file would do and its import, a waiver for all of it, the inspection, and lines page by page."""

import re
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from funds import settling
from funds.models import Disbursement, Instrument, ListInspection
from tests.funds.pages import as_, source, words
from tests.funds.test_inspection import HEAD, listed, plain
from tests.funds.test_long_vouchers import issued
from tests.funds.test_long_vouchers import listed as sanctioned_list
from tests.world import DAY, World


@pytest.fixture
def here(small_world: World) -> World:
    return small_world


def post(here: World, content: bytes, **fields: str) -> Any:
    body = {"what": "TEST:relief_grant", "file": SimpleUploadedFile("list.csv", content)} | fields
    return as_(here["case_officer"]).post("/requests/import/", body)


def table(*rows: str) -> bytes:
    return "\n".join([HEAD, *rows]).encode()


def test_first_what_it_would_do_then_all_of_it(here: World) -> None:
    content = table(*plain(1, 3))
    shown = post(here, content, look="1")
    assert shown.status_code == 200 and not Disbursement.objects.exists()
    text = shown.content.decode()
    assert "The file can be imported" in text and "Import 3 payees" in text and "Choose the file of payees" not in text
    made = post(here, content, **{"import": "1"})
    assert (made.status_code, made["Location"]) == (303, Disbursement.objects.get().get_absolute_url())


def test_a_longer_list_is_for_the_command_and_the_page_says_so_first(here: World, settings: Any) -> None:
    settings.PAGE_LIST_ROWS = 2
    first = as_(here["case_officer"]).get("/requests/import/").content.decode()
    assert "at most 2 rows" in first and "100,000 rows is imported by the command import_disbursement" in first
    page = post(here, table(*plain(1, 3)), **{"import": "1"})
    assert page.status_code == 422 and "more than 2 rows" in page.content.decode()
    assert "import_disbursement" in page.content.decode() and not Disbursement.objects.exists()
    assert post(here, table(*plain(1, 2)), **{"import": "1"}).status_code == 303


def test_faults_are_shown_and_come_as_a_file(here: World) -> None:
    page = post(here, table(*plain(1, 2), plain(3, 1)[0].replace("Islamabad", "=Atlantis")), **{"import": "1"})
    assert page.status_code == 422 and "Row 4" in page.content.decode()
    file = as_(here["case_officer"]).post("/requests/import/errors", {"sealed": page.context["sealed"]})
    assert file["Content-Type"].startswith("text/csv") and "4,district" in file.content.decode()
    assert as_(here["case_officer"]).post("/requests/import/errors", {"sealed": "x"}).status_code == 422


def test_other_names_are_compared_on_the_page(here: World) -> None:
    here.relief_case(here.person("Zainab Bibi", cnic="6110100000012"))
    content = table("Zeenat Bibi,61101-0000001-2,Noor Ahmed,Islamabad,5000,,,")
    page = post(here, content, **{"import": "1"})
    assert page.status_code == 409 and "Registered under another name" in page.content.decode()
    code = page.context["outcome"].confirmation
    assert post(here, content, **{"import": "1", "confirmation": code}).status_code == 409, "not ticked"
    assert post(here, content, **{"import": "1", "confirmation": code, "confirmed": "on"}).status_code == 303


def test_the_template_is_read_as_it_is(here: World) -> None:
    file = as_(here["case_officer"]).get("/requests/import/template")
    page = post(here, file.content.replace(b"Quetta", b"Islamabad"), look="1")
    assert page.status_code == 200 and page.context["outcome"].rows == 1


def test_a_list_that_lacks_papers_says_them_by_kind_and_who_waives(here: World) -> None:
    file = SimpleUploadedFile("list.csv", table(*plain(1, 8)))
    body = {"what": "TEST:relief_grant", "file": file, "import": "1"}
    page = words(as_(here["case_officer"]).post("/requests/import/", body, follow=True))
    assert "A verifier waives papers for the whole list; then submit it." in page
    assert re.search("lacks papers: [A-Z][a-z ]+, 8 cases[.] ", page) and "waive a paper for the whole list" in page
    request = Disbursement.objects.get()
    given = {"kind": "application", "reason": "The list holds it"}
    assert as_(here["verifier"]).post(f"/requests/{request.pk}/waive", given).status_code == 303
    assert "there is nothing to waive" in words(as_(here["verifier"]).get(f"/requests/{request.pk}/waive"))


def test_a_long_list_opens_where_something_is_to_be_recorded(here: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("funds.views.request_page.PAYING", 3)
    request = sanctioned_list(here, 8)
    issued(here, request)
    address, ddo = request.get_absolute_url(), as_(here["ddo"])
    for first, left in ((1, 3), (4, 3), (7, 2)):
        names = re.findall(r'name="(number-\d+)"', source(ddo.get(address)))
        wanted = request.lines.filter(position__gte=first).order_by("position").values_list("pk", flat=True)[:left]
        assert names == [f"number-{pk}" for pk in wanted]
        sent = {name: f"{9000 + first + place}" for place, name in enumerate(names)} | {"on": f"{DAY}"}
        assert ddo.post(f"{address}instruments", sent).status_code == 303
    assert "1 to 3 of 8 payees" in words(ddo.get(address))
    cleared = Instrument.objects.filter(line__position__lte=3).values_list("pk", flat=True)
    settling.clear_instruments(instruments=list(cleared), by=here["reconciler"], on=DAY)
    assert "4 to 6 of 8 payees" in words(as_(here["reconciler"]).get(address))


def test_a_verifier_waives_for_the_whole_list(here: World) -> None:
    request = listed(here, plain(1, 8))
    verifier = as_(here["verifier"])
    assert "Waive a paper for the whole list" in verifier.get(request.get_absolute_url()).content.decode()
    sent = verifier.post(f"/requests/{request.pk}/waive", {"kind": "application", "reason": "The list holds it"})
    assert sent.status_code == 303
    assert "Waive a paper for the whole list" not in verifier.get(request.get_absolute_url()).content.decode()


def test_the_inspection_page_and_its_samples(here: World) -> None:
    request = listed(here, plain(1, 8))
    verifier = as_(here["verifier"])
    assert "Inspection" in verifier.get(request.get_absolute_url()).content.decode()
    page = verifier.get(f"/requests/{request.pk}/inspection").content.decode()
    assert "Draw a sample" in page and "Nobody has drawn a sample yet" in page and "6110100000012" not in page
    sent = verifier.post(f"/requests/{request.pk}/inspection/look", {"size": "3", "seed": "4711"})
    look = ListInspection.objects.get()
    assert sent["Location"] == f"/requests/{request.pk}/inspection?look={look.pk}"
    page = verifier.get(sent["Location"]).content.decode()
    assert "Sample of 3" in page and "seed 4711" in page and "Another sample" in page and "61101-*******-2" in page
    assert verifier.post(f"/requests/{request.pk}/inspection/look", {"size": "0"}).status_code == 422
    assert "Draw a sample" not in as_(here["case_officer"]).get(f"/requests/{request.pk}/inspection").content.decode()
    other = listed(here, plain(51, 8), "b.csv")
    assert verifier.get(f"/requests/{other.pk}/inspection?look={look.pk}").status_code == 404
    assert "Inspected 3 of 8, seed 4711." in verifier.get(f"/requests/{request.pk}/notes").content.decode()


def test_lines_come_by_page_and_are_found(here: World, django_assert_max_num_queries: Any) -> None:
    request = listed(here, plain(1, 230))
    client, address = as_(here["verifier"]), request.get_absolute_url()
    first, last = client.get(address).context["lines"], client.get(f"{address}?page=3").context["lines"]
    assert [line.position for line in first] == list(range(1, 26))
    assert [line.position for line in last] == list(range(51, 76))
    assert (first.paginator.num_pages, client.get(f"{address}?page=99").context["lines"].number) == (10, 10)
    for text, positions in (("payee ab", [21]), ("130", [130]), ("nobody", [])):
        found = client.get(address, {"payee": text}).context["lines"]
        assert [line.position for line in found] == positions, text
