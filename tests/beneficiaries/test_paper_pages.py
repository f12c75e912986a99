"""Pages of papers through the whole stack: attach, save, withdraw, waive; hostile files and names; headers of a file."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from audit.models import RefusedAttempt
from beneficiaries.models import Case, Paper, PaperWaiver
from beneficiaries.papers import store
from tests.beneficiaries.papers import samples
from tests.world import World

pytestmark = pytest.mark.once

Browse = Callable[[str], Client]


@pytest.fixture
def bare(w: World) -> Case:
    return w.bare_case()


def text(answer: Any) -> str:
    return answer.content.decode()


def sent(client: Client, case: Case, content: bytes, name: str = "scan.pdf", **more: Any) -> Any:
    fields = {"kind": "application", "file": SimpleUploadedFile(name, content)} | more
    return client.post(reverse("paper_new", args=[case.pk]), fields)


def test_from_missing_to_in(w: World, browse: Browse, bare: Case) -> None:
    client = browse("case_officer")
    page = text(client.get(bare.get_absolute_url()))
    assert "1 missing" in page and "No paper is attached" not in page
    form = reverse("paper_new", args=[bare.pk])
    assert page.count(f"{form}?kind=application") == 1  # the checklist says how many, the panel which
    assert "1 required paper is missing" in page
    page = text(client.get(f"{form}?kind=application"))
    assert 'enctype="multipart/form-data"' in page and '<option value="application" selected>' in page
    answer = sent(client, bare, samples.pdf(), title="Of 3 June")
    assert (answer.status_code, answer["Location"]) == (303, bare.get_absolute_url())
    page = text(client.get(answer["Location"]))
    paper = Paper.objects.get()
    assert "Every required paper is in." in page and "Of 3 June" in page and "PDF, 1 page" in page
    assert reverse("paper_file", args=[paper.pk]) in page and reverse("paper_withdraw", args=[paper.pk]) in page


def test_a_new_case_leads_to_its_missing_paper_and_the_last_paper_to_asking(w: World, browse: Browse) -> None:
    client, person = browse("case_officer"), w.person()
    sent_form = {"violation": "torture", "happened_on": "2025-06-01", "referral": "helpline"}
    more = {"recommended_amount": "20000", "district": person.district_id}
    made = client.post(reverse("relief_case_new", args=[person.pk]), sent_form | more)
    case = Case.objects.latest("pk")
    form = reverse("paper_new", args=[case.pk])
    assert f'href="{form}?kind=application">Next: Application' in text(client.get(made["Location"]))
    page = text(client.get(sent(client, case, samples.pdf())["Location"]))
    assert f'href="{reverse("disbursement_new")}?case={case.pk}">Next: Ask for money' in page


def test_a_paper_may_be_about_a_court_order(w: World, browse: Browse) -> None:
    owed = w.obligation()
    client = browse("case_officer")
    case = owed.order.case
    assert f'value="order:{owed.order_id}"' in text(client.get(reverse("paper_new", args=[case.pk])))
    for about, found in ((f"order:{owed.order_id}", (owed.order_id, None)), (f"obligation:{owed.pk}", (None, owed.pk))):
        assert sent(client, case, samples.pdf(about), kind="judgment", about=about).status_code == 303
        paper = Paper.objects.latest("pk")
        assert (paper.order_id, paper.obligation_id) == found
    for about in ("order:0", "order:x", "x", "order:99999999999999999999"):
        assert sent(client, case, samples.pdf("Wrong"), kind="judgment", about=about).status_code == 422


@pytest.mark.parametrize("what", samples.BAD)
def test_no_bad_file_is_a_fault_or_is_kept(w: World, browse: Browse, bare: Case, paper_store: Path, what: str) -> None:
    before = sorted(paper_store.rglob("*"))
    answer = sent(browse("case_officer"), bare, samples.bad_file(what))
    assert answer.status_code == 422 and samples.BAD[what][1] in text(answer)
    assert sorted(paper_store.rglob("*")) == before and not Paper.objects.exists()


NAMES = [
    "../../etc/passwd", "..\\..\\win.ini", "/etc/shadow.pdf", "C:\\x.pdf", "a\u202egnp.pdf", "invoice.pdf.exe", "a.jpg", "x" * 300,
    "فیصلہ.pdf", ".htaccess", "<script>alert(1)</script>.pdf", '"; filename="evil.html', "%2e%2e%2fx.pdf", "CON", "-rf",
]  # fmt: skip


@pytest.mark.parametrize("name", NAMES)
def test_hostile_names_are_only_words(w: World, browse: Browse, bare: Case, paper_store: Path, name: str) -> None:
    client = browse("case_officer")
    assert sent(client, bare, samples.pdf(f"Named {name}"), name).status_code == 303
    paper = Paper.objects.get()
    assert not set(paper.file_name) & set("/\\\0\u202e\u200b") and paper.file_name.endswith(".pdf")
    assert {path.name for path in paper_store.rglob("*") if path.is_file()} >= {paper.sha256}
    page = text(client.get(bare.get_absolute_url()))
    assert "<script>alert" not in page
    disposition = client.get(reverse("paper_file", args=[paper.pk]))["Content-Disposition"]
    assert disposition == f'attachment; filename="{bare.number}-application-{paper.pk}.pdf"'


def raw(client: Client, url: str, head: bytes, content: bytes) -> Any:
    body = b"--X\r\n" + head + b"\r\n\r\n" + content + b"\r\n--X--\r\n"
    return client.generic("POST", url, body, "multipart/form-data; boundary=X")


@pytest.mark.parametrize(
    "head",
    [
        b'Content-Disposition: form-data; name="file"; filename="a\0b.pdf"',
        b'Content-Disposition: form-data; name="file"; filename="a\r\nX: 1.pdf"',
        b'Content-Disposition: form-data; name="file"; filename="' + b"x" * 5000 + b'.pdf"',
        b'Content-Disposition: form-data; name="file"; filename=""',
        b'Content-Disposition: form-data; name="file"; filename="\xff\xfe.pdf"',
        b"Content-Disposition: form-data",
        b"",
        b'Content-Disposition: form-data; name="file"; filename="a.pdf"\r\nContent-Transfer-Encoding: base64',
    ],
)
def test_malformed_forms_are_answered_4xx(w: World, browse: Browse, bare: Case, head: bytes) -> None:
    url = reverse("paper_new", args=[bare.pk])
    assert 400 <= raw(browse("case_officer"), url, head, samples.pdf()).status_code < 500
    assert not Paper.objects.exists()


def test_a_body_beyond_any_paper_is_refused_before_it_is_read(w: World, browse: Browse, bare: Case) -> None:
    client, url = browse("case_officer"), reverse("paper_new", args=[bare.pk])
    for length in ("21000001", "9" * 30, "-1", "x"):
        answer = client.generic("POST", url, b"", "multipart/form-data; boundary=X", CONTENT_LENGTH=length)
        assert answer.status_code == 413 and "at most 10 MB" in text(answer), length
    answer = client.generic(
        "POST", f"/api/v1/cases/{bare.pk}/papers", b"", "application/pdf", CONTENT_LENGTH="21000001"
    )
    assert answer.status_code == 413 and answer.json()["code"] == "too_large"
    assert client.get(url).status_code == 200


def test_a_file_is_saved_with_safe_headers(w: World, browse: Browse, bare: Case) -> None:
    content = samples.image("PNG")
    sent(browse("case_officer"), bare, content, "photo.pdf")
    paper = Paper.objects.get()
    assert paper.file_name == "photo.png"
    answer = browse("auditor").get(reverse("paper_file", args=[paper.pk]), headers={"Range": "bytes=0-3"})
    assert (answer.status_code, answer.content) == (200, content)
    assert {name: answer[name] for name in ("Content-Type", "X-Content-Type-Options", "Cache-Control")} == {
        "Content-Type": "image/png",
        "X-Content-Type-Options": "nosniff",
        "Cache-Control": "no-store",
    }
    assert answer["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert answer["Content-Disposition"].startswith("attachment;")


def test_another_office_finds_no_paper(w: World, browse: Browse, bare: Case) -> None:
    paper = w.paper(bare)
    client = browse("quetta")
    for name, pk in (("paper_file", paper.pk), ("paper_withdraw", paper.pk), ("paper_new", bare.pk)):
        assert client.get(reverse(name, args=[pk])).status_code == 404, name
    assert sent(client, bare, samples.pdf("Other")).status_code == 404
    assert client.post(reverse("paper_withdraw", args=[paper.pk]), {"reason": "x"}).status_code == 404


def test_a_swapped_file_is_refused_and_the_attempt_kept(w: World, browse: Browse, bare: Case) -> None:
    paper = w.paper(bare, text="Swapped under a page")
    path = store.place(paper.sha256)
    path.write_bytes(samples.pdf("Another"))
    answer = browse("verifier").get(reverse("paper_file", args=[paper.pk]))
    assert answer.status_code == 409 and "This paper is not what was attached" in text(answer)
    assert b"%PDF" not in answer.content
    row = RefusedAttempt.objects.get()
    assert (row.code, row.status, row.user, row.action) == ("paper_altered", 409, w["verifier"], "paper_file")
    assert "another content" in row.detail
    path.write_bytes(samples.pdf("Swapped under a page"))
    assert browse("verifier").get(reverse("paper_file", args=[paper.pk])).status_code == 200
    assert RefusedAttempt.objects.count() == 1


def test_withdraw_keeps_the_paper_in_the_list(w: World, browse: Browse, bare: Case) -> None:
    paper, client = w.paper(bare), browse("case_officer")
    url = reverse("paper_withdraw", args=[paper.pk])
    assert "Reason is empty" in text(client.post(url, {"reason": ""}))
    assert client.post(url, {"reason": "Of another person"}).status_code == 303
    page = text(client.get(bare.get_absolute_url()))
    assert "Withdrawn" in page and "Of another person" in page and "1 missing" in page
    assert client.get(reverse("paper_file", args=[paper.pk])).status_code == 200
    assert client.post(url, {"reason": "Again"}).status_code == 409


def test_waive_on_the_page(w: World, browse: Browse, bare: Case) -> None:
    verifier, url = browse("verifier"), reverse("paper_waive", args=[bare.pk])
    assert url in text(verifier.get(bare.get_absolute_url()))
    assert url not in text(browse("case_officer").get(bare.get_absolute_url()))
    for wrong in ({"kind": "application"}, {"reason": "Lost"}, {"kind": "other", "reason": "Lost"}):
        assert verifier.post(url, wrong).status_code == 422
    assert not PaperWaiver.objects.exists()
    assert verifier.post(url, {"kind": "application", "reason": "Lost in the flood"}).status_code == 303
    page = text(browse("auditor").get(bare.get_absolute_url()))
    assert "Waived" in page and "Lost in the flood" in page and "Verifier Khan" in page
