"""Papers over HTTP: uploads as forms, one effect for one key, files, waivers; what is refused and how."""

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from audit.models import RefusedAttempt
from beneficiaries.models import Case, Paper
from beneficiaries.papers import store
from tests.api.conftest import ROOT, Api
from tests.beneficiaries.papers import samples

pytestmark = pytest.mark.once


@pytest.fixture
def bare(api: Api) -> Case:
    return api.here.bare_case()


def form(content: bytes | None = None, name: str = "scan.pdf", **more: Any) -> dict[str, Any]:
    return {
        "kind": "application",
        "file": SimpleUploadedFile(name, samples.pdf() if content is None else content),
    } | more


def path(case: Case) -> str:
    return f"/cases/{case.pk}/papers"


def test_attach_list_read_and_withdraw(api: Api, bare: Case) -> None:
    made = api.good(api.send(path(bare), form(title="Of 3 June"), as_="case_officer"))
    assert made["kind"] == "application" and made["title"] == "Of 3 June" and made["withdrawn"] is None
    assert api.good(api.get(path(bare)))["items"] == [made] == [api.good(api.get(f"/papers/{made['id']}"))]
    answer = api.get(f"/papers/{made['id']}/file")
    assert answer.content == samples.pdf() and answer["Content-Disposition"].startswith("attachment;")
    gone = api.good(api.post(f"/papers/{made['id']}/withdraw", {"reason": "Too dark"}, as_="case_officer"))
    assert gone["withdrawn"]["reason"] == "Too dark"
    codes = [row["code"] for row in api.good(api.get("/paper-kinds"))["items"]]
    assert codes == ["application", "judgment", "other", "court_receipt", "release_order", "release_certificate"]


def test_what_a_case_needs_and_a_waiver(api: Api, bare: Case) -> None:
    needs = api.good(api.get(f"/cases/{bare.pk}/required-papers"))
    assert [(need["kind"], need["state"], need["causes"]) for need in needs] == [("application", "missing", ["Relief"])]
    request = api.here.draft()
    waived = api.good(
        api.post(f"/cases/{bare.pk}/waivers", {"kind": "application", "reason": "Lost in the flood"}, as_="verifier")
    )
    assert (waived["state"], waived["waiver"]["reason"]) == ("waived", "Lost in the flood")
    assert waived["waiver"]["waived_by"] == "Verifier Khan"
    rows = api.good(api.get(f"/disbursements/{request.pk}/papers"))
    assert [(row["case_id"], row["need"]["state"]) for row in rows] == [(request.lines.get().case_id, "there")]


def test_the_same_key_attaches_once(api: Api, bare: Case) -> None:
    first = api.send(path(bare), form(), as_="case_officer", key="k1")
    again = api.send(path(bare), form(), as_="case_officer", key="k1")
    assert (first.status_code, again.status_code, again["Idempotency-Replayed"]) == (201, 201, "true")
    assert first.json() == again.json() and Paper.objects.count() == 1
    other = api.send(path(bare), form(samples.pdf("Another file")), as_="case_officer", key="k1")
    assert other.status_code == 422 and other.json()["code"] == "key_reused"
    assert api.send(path(bare), form(), as_="case_officer").status_code == 409


@pytest.mark.parametrize("what", samples.BAD)
def test_bad_files_are_422_with_words(api: Api, bare: Case, what: str) -> None:
    answer = api.send(path(bare), form(samples.bad_file(what)), as_="case_officer")
    assert answer.status_code == 422, answer.content
    assert samples.BAD[what][1] in answer.json()["fields"]["file"] and not Paper.objects.exists()


@pytest.mark.parametrize(
    ("fields", "status"),
    [
        ({"kind": "application"}, 422),
        (form(kind="novel"), 422),
        (form(kind="\0"), 422),
        (form(kind=""), 422),
        (form(order="x"), 422),
        (form(order="9" * 30), 422),
        (form(order="1"), 422),
        (form(status="accepted"), 422),
        (form(title="x" * 5000), 422),
        (form(sha256="0" * 64), 422),
        ({"kind": ["application", "judgment"], "file": SimpleUploadedFile("a.pdf", b"x")}, 422),
        ({"kind": "application", "file": [SimpleUploadedFile("a.pdf", b"x"), SimpleUploadedFile("b.pdf", b"y")]}, 422),
        ({"kind": "application", "file": "not a file"}, 422),
    ],
)
def test_bad_fields_are_refused(api: Api, bare: Case, fields: dict[str, Any], status: int) -> None:
    answer = api.send(path(bare), fields, as_="case_officer")
    assert answer.status_code == status and set(answer.json()) == {"detail", "code", "fields"}
    assert not Paper.objects.exists()


@pytest.mark.parametrize("kind", ["application/json", "application/pdf", "multipart/form-data", "text/plain"])
def test_bodies_that_are_no_form_are_refused(api: Api, bare: Case, kind: str) -> None:
    for body in (b"", b"{}", b"--X\r\n", samples.pdf()):
        answer = api.client.generic("POST", ROOT + path(bare), body, kind, headers=api.headers("case_officer"))
        assert 400 <= answer.status_code < 500 and "detail" in answer.json(), (body, answer.status_code)


def test_a_form_is_taken_nowhere_else(api: Api) -> None:
    answer = api.send("/people", {"name": "x"}, as_="case_officer")
    assert answer.status_code == 400 and answer.json()["code"] == "not_json"


def test_a_form_of_another_site_changes_nothing(api: Api, bare: Case) -> None:
    """A browser sends a form with its cookies to any site; without the token it is refused."""
    client = Client(enforce_csrf_checks=True)
    client.force_login(api.here["case_officer"])
    answer = client.post(ROOT + path(bare), form())
    assert answer.status_code == 403 and not Paper.objects.exists()


def test_another_office_finds_nothing(api: Api, bare: Case) -> None:
    paper = api.here.paper(bare)
    for address in (path(bare), f"/cases/{bare.pk}/required-papers", f"/papers/{paper.pk}", f"/papers/{paper.pk}/file"):
        assert api.get(address, as_="quetta").status_code == 404, address
    assert api.send(path(bare), form(), as_="quetta").status_code == 404
    assert api.post(f"/papers/{paper.pk}/withdraw", {"reason": "x"}, as_="quetta").status_code == 404
    assert api.get(f"/papers/{paper.pk}/file", as_="reconciler").status_code == 403


def test_a_swapped_file_is_a_kept_refusal(api: Api, bare: Case) -> None:
    paper = api.here.paper(bare, text="Swapped under the API")
    store.place(paper.sha256).write_bytes(b"%PDF-1.4 other")
    answer = api.get(f"/papers/{paper.pk}/file")
    assert answer.status_code == 409 and answer.json()["code"] == "paper_altered"
    assert RefusedAttempt.objects.get().code == "paper_altered"
