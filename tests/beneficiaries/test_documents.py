"""Papers of a case: attached, withdrawn, waived, read again; who may, what is refused, and what stays."""

import os
import stat
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from beneficiaries import documents
from beneficiaries.casework.required_papers import checklist, missing
from beneficiaries.documents import NewPaper, PaperAltered, attach, read, waive, withdraw
from beneficiaries.models import Case, Paper, PaperKind, RequiredPaper
from beneficiaries.papers import store
from beneficiaries.papers.store import NoRoom, NotAsKept
from ledger.errors import BadInput, NotAllowed, NotFound, Refusal, WrongState
from ledger.roles import Role
from tests.beneficiaries.papers import samples
from tests.world import DAY, World


@pytest.fixture
def bare(w: World) -> Case:
    return w.bare_case()


def new(content: bytes | None = None, kind: str = "application", **more: Any) -> NewPaper:
    return NewPaper(kind, content if content is not None else samples.pdf(), "scan.pdf", **more)


def files(folder: Path) -> set[Path]:
    return {path for path in folder.rglob("*") if path.is_file()}


def test_a_paper_is_kept_under_its_hash(w: World, bare: Case, paper_store: Path) -> None:
    content = samples.pdf("Kept under its hash")
    (paper,) = attach(case=bare.pk, papers=[new(content, title="Of 3 June")], by=w["case_officer"])
    path = paper_store / paper.sha256[:2] / paper.sha256[2:4] / paper.sha256
    assert path.read_bytes() == content
    assert stat.S_IMODE(path.stat().st_mode) == 0o600 and stat.S_IMODE(path.parent.stat().st_mode) == 0o700
    assert (paper.media_type, paper.size, paper.pages, paper.file_name) == (
        "application/pdf",
        len(content),
        1,
        "scan.pdf",
    )
    assert str(paper) == "Application: Of 3 June"
    assert read(paper.pk, by=w["auditor"]) == (paper, content)


def test_the_same_file_twice_is_one_file(w: World, bare: Case, paper_store: Path) -> None:
    content = samples.pdf("Kept once")
    attach(case=bare.pk, papers=[new(content)], by=w["case_officer"])
    before = files(paper_store)
    attach(case=w.bare_case().pk, papers=[new(content)], by=w["case_officer"])
    assert files(paper_store) == before


@pytest.mark.parametrize("role", sorted(set(Role.values) - {Role.CASE_OFFICER}))
def test_only_a_case_officer_attaches_and_withdraws(w: World, bare: Case, role: str) -> None:
    paper = w.paper(bare)
    with pytest.raises(NotAllowed):
        attach(case=bare.pk, papers=[new()], by=w[role])
    with pytest.raises(NotAllowed):
        withdraw(paper=paper.pk, by=w[role], reason="Wrong file")


def test_another_offices_papers_are_not_there(w: World, bare: Case) -> None:
    paper = w.paper(bare)
    for act in (
        lambda: attach(case=bare.pk, papers=[new()], by=w["quetta"]),
        lambda: withdraw(paper=paper.pk, by=w["quetta"], reason="Wrong file"),
        lambda: read(paper.pk, by=w["quetta"]),
    ):
        with pytest.raises(NotFound):
            act()


@pytest.mark.parametrize("what", samples.BAD)
def test_what_is_no_paper_is_never_stored(w: World, bare: Case, paper_store: Path, what: str) -> None:
    before = files(paper_store)
    with pytest.raises(BadInput):
        attach(case=bare.pk, papers=[new(), new(samples.bad_file(what))], by=w["case_officer"])
    assert files(paper_store) == before and not Paper.objects.exists()


def test_bad_fields_are_named(w: World, bare: Case) -> None:
    other = w.obligation()
    for more, field in (
        ({"kind": "novel"}, "kind"),
        ({"title": "a" * 161}, "title"),
        ({"title": "a\u202eb"}, "title"),
        ({"order": other.order_id}, "order"),
        ({"obligation": other.pk}, "obligation"),
        ({"order": 0}, "order"),
    ):
        with pytest.raises(BadInput) as refused:
            attach(case=bare.pk, papers=[new(**more)], by=w["case_officer"])
        assert list(refused.value.fields) == [field]
    assert not Paper.objects.filter(case=bare).exists()


def test_a_paper_may_be_about_an_order_of_its_case(w: World) -> None:
    owed = w.obligation()
    case = owed.order.case_id
    papers = attach(
        case=case,
        papers=[new(samples.pdf("Order"), "judgment", order=owed.order_id), new(kind="other", obligation=owed.pk)],
        by=w["case_officer"],
    )
    assert [paper.order_id for paper in papers] == [owed.order_id, None]
    row = {"kind": papers[0].kind, "sha256": "0" * 64, "size": 1, "pages": 1, "added_by": w["case_officer"]}
    for wrong in ({"order": owed.order}, {"obligation": owed}):
        with pytest.raises(IntegrityError, match="another case"), transaction.atomic():
            Paper.objects.create(case=w.bare_case(), **row, **wrong)


def test_the_same_file_is_not_attached_twice(w: World, bare: Case) -> None:
    first = w.paper(bare)
    with pytest.raises(WrongState, match="already") as refused:
        w.paper(bare)
    assert refused.value.ids == (first.pk,)
    with pytest.raises(WrongState):
        attach(case=bare.pk, papers=[new(kind="other"), new(kind="other")], by=w["case_officer"])
    withdraw(paper=first.pk, by=w["case_officer"], reason="Too dark")
    assert w.paper(bare).pk != first.pk


def test_a_case_holds_so_many_papers(w: World, bare: Case, settings: Any) -> None:
    settings.PAPERS_PER_CASE = 2
    w.paper(bare)
    w.paper(bare, "other")
    with pytest.raises(WrongState, match="has 2 papers; more than 2"):
        w.paper(bare, "judgment")


def test_a_withdrawn_paper_stays_and_can_be_read(w: World, bare: Case) -> None:
    paper = w.paper(bare)
    row = withdraw(paper=paper.pk, by=w["case_officer"], reason="  Page 2 is missing ")
    assert row.reason == "Page 2 is missing"
    assert read(paper.pk, by=w["auditor"])[1] == samples.pdf()
    assert [need.kind.code for need in missing(bare, on=DAY)] == ["application"]
    with pytest.raises(WrongState):
        withdraw(paper=paper.pk, by=w["case_officer"], reason="Again")
    for empty in ("", "  "):
        with pytest.raises(BadInput):
            withdraw(paper=w.paper(w.bare_case()).pk, by=w["case_officer"], reason=empty)


def test_needs_are_dated_and_say_what_asks_for_them(w: World) -> None:
    case = w.obligation(kind="fine").order.case
    kind = PaperKind.objects.get(code="other")
    RequiredPaper.objects.create(
        cause="fine", kind=kind, effective_from=date(2025, 1, 1), effective_to=date(2025, 12, 31), source="Rule 12"
    )
    RequiredPaper.objects.create(cause="diyat", kind=kind, effective_from=date(2020, 1, 1), source="Rule 12")
    assert [need.reason for need in missing(case, on=DAY)] == ["required for fine: Rule 12"]
    for day in (date(2024, 12, 31), date(2026, 1, 1)):
        assert not missing(case, on=day)
    assert missing(case, on=date(2025, 1, 1)) and missing(case, on=date(2025, 12, 31))
    assert {need.kind.code: need.state for need in checklist(case, on=DAY)} == {"judgment": "there", "other": "missing"}


def test_a_verifier_waives_what_is_missing_with_a_reason(w: World, bare: Case) -> None:
    with pytest.raises(NotAllowed):
        waive(case=bare.pk, kind="application", by=w["case_officer"], reason="Lost")
    for wrong in ("", " "):
        with pytest.raises(BadInput):
            waive(case=bare.pk, kind="application", by=w["verifier"], reason=wrong)
    with pytest.raises(BadInput):
        waive(case=bare.pk, kind="novel", by=w["verifier"], reason="Lost")
    with pytest.raises(WrongState, match="Nothing asks"):
        waive(case=bare.pk, kind="other", by=w["verifier"], reason="Lost")
    made = waive(case=bare.pk, kind="application", by=w["verifier"], reason="Lost in the flood")
    assert (made.waived_by, made.reason) == (w["verifier"], "Lost in the flood")
    assert not missing(bare, on=DAY)
    with pytest.raises(WrongState, match="waived already"):
        waive(case=bare.pk, kind="application", by=w["verifier"], reason="Lost")
    w.paper(bare)
    assert [need.state for need in checklist(bare, on=DAY)] == ["there"]
    full = w.relief_case()
    with pytest.raises(WrongState, match="in already"):
        waive(case=full.pk, kind="application", by=w["verifier"], reason="Lost")


def test_a_verifier_of_another_office_waives_nothing(w: World, bare: Case) -> None:
    from tests.world import make_user

    there = make_user("quetta_verifier", w.quetta_office, Role.VERIFIER)
    with pytest.raises(NotFound):
        waive(case=bare.pk, kind="application", by=there, reason="Lost")


def test_a_swapped_or_lost_file_is_not_shown(w: World, bare: Case) -> None:
    paper = w.paper(bare, text="To be swapped")
    path = store.place(paper.sha256)
    path.write_bytes(path.read_bytes().replace(b"1 0 obj", b"1 1 obj"))  # as long as it was
    with pytest.raises(PaperAltered, match="another content") as refused:
        read(paper.pk, by=w["auditor"])
    assert refused.value.status == 409 and refused.value.kept
    with pytest.raises(PaperAltered, match="another content"):
        w.paper(w.bare_case(), text="To be swapped")
    path.unlink()
    with pytest.raises(PaperAltered, match="not there"):
        read(paper.pk, by=w["auditor"])


def test_a_file_is_whole_or_not_there(monkeypatch: pytest.MonkeyPatch, paper_store: Path) -> None:
    def full(path: Path, content: bytes) -> None:
        path.write_bytes(content[:10])
        raise OSError(28, "No space left on device")

    before = files(paper_store)
    monkeypatch.setattr(store, "_write", full)
    with pytest.raises(NoRoom) as refused:
        store.keep(b"x" * 100, "ab" * 32)
    assert refused.value.status == 507 and files(paper_store) == before
    with pytest.raises(NotAsKept):
        store.content_of("ab" * 32)


def test_the_bytes_are_on_the_disk_before_the_name(monkeypatch: pytest.MonkeyPatch) -> None:
    done: list[str] = []
    sync, rename = os.fsync, Path.replace
    monkeypatch.setattr(os, "fsync", lambda descriptor: done.append("sync") or sync(descriptor))
    monkeypatch.setattr(Path, "replace", lambda self, other: done.append("rename") or rename(self, other))
    store.keep(b"in order", "cd" * 32)
    assert done == ["sync", "rename", "sync", "sync", "sync"]


def test_a_refused_upload_leaves_no_row_and_names_its_status(w: World, bare: Case) -> None:
    with pytest.raises(Refusal) as refused:
        documents.attach(case=bare.pk, papers=[new(b"")], by=w["case_officer"])
    assert refused.value.status == 422
