"""The papers of a case: attach, withdraw, waive, read. A file is examined before it is kept, and hashed anew when shown."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.contrib.auth.models import User
from django.db import transaction
from django.db.models import QuerySet

from beneficiaries.casework.required_papers import MISSING, checklist
from beneficiaries.casework.resting import changing
from beneficiaries.identity import parse_text
from beneficiaries.inputs import take
from beneficiaries.models import (
    Case,
    CourtOrder,
    Obligation,
    Paper,
    PaperKind,
    PaperWaiver,
    PaperWithdrawal,
    ReleaseRecord,
)
from beneficiaries.offices.scope import get_visible, visible
from beneficiaries.papers import store
from beneficiaries.papers.examining import ENDINGS, Examined, examine
from beneficiaries.papers.names import shown_name
from ledger.clock import today
from ledger.errors import BadInput, Refusal, WrongState
from ledger.history import trace
from ledger.roles import Role, require_role


class PaperAltered(Refusal):
    """The stored file is gone or is not what was attached (409). Kept as a refused attempt although nobody changed a thing."""

    status = 409
    code = "paper_altered"
    title = "This paper is not what was attached"
    kept = True


@dataclass(frozen=True, slots=True)
class NewPaper:
    """A file to attach. `kind` is a PaperKind's code; `order` or `obligation` of the same case, where it is about one."""

    kind: str
    content: bytes
    file_name: str
    title: str = ""
    order: int | None = None
    obligation: int | None = None


def visible_papers(user: User) -> QuerySet[Paper]:
    """The papers of the user's office, withdrawn ones as well, or all from a federal one."""
    rows = Paper.objects.select_related("kind", "case", "added_by", "withdrawal__withdrawn_by", "order", "obligation")
    return visible(rows, to=user, path="case__office")


def attach(*, case: int, papers: Sequence[NewPaper], by: User) -> list[Paper]:
    """Examines and keeps the files, then adds them to the case, all or none. Withdrawing one is another act.

    Raises: NotAllowed, NotFound, BadInput naming `file`, `kind`, `title`, `order` or `obligation`, WrongState for a file that is
    attached as this kind already or one too many, NoRoom, PaperAltered where the store holds it altered.
    """
    require_role(by, Role.CASE_OFFICER, action="attach a paper")
    found = get_visible(Case.objects.all(), to=by, pk=case)
    kinds = {row.code: row for row in PaperKind.objects.filter(code__in=[paper.kind for paper in papers])}
    rows = [_row(found, paper, kinds.get(paper.kind), examine(paper.content), by) for paper in papers]
    for paper, row in zip(papers, rows, strict=True):
        try:
            store.keep(paper.content, row.sha256)
        except store.NotAsKept as fault:
            raise _altered(row, fault) from None
    with transaction.atomic():
        _lock(found)
        _refuse_repeated(found, rows)
        return Paper.objects.bulk_create(rows)


def _row(case: Case, paper: NewPaper, kind: PaperKind | None, examined: Examined, by: User) -> Paper:
    if kind is None:
        detail = f"{paper.kind[:40]!r} is no kind of paper. Choose one of the list."
        raise BadInput(detail, fields={"kind": detail})
    return Paper(
        case=case,
        order=_of_case(CourtOrder.objects.filter(case=case), paper.order, "order"),
        obligation=_of_case(Obligation.objects.filter(order__case=case), paper.obligation, "obligation"),
        kind=kind,
        title=take("title", parse_text, paper.title, maximum=160) if paper.title.strip() else "",
        file_name=shown_name(paper.file_name, ENDINGS[examined.media_type]),
        sha256=examined.sha256,
        size=examined.size,
        media_type=examined.media_type,
        pages=examined.pages,
        width=examined.width,
        height=examined.height,
        added_by=by,
        **trace(),
    )


def _of_case(rows: QuerySet[Any], pk: int | None, field: str) -> Any:
    if pk is None:
        return None
    row = rows.filter(pk=pk).first()
    if row is None:
        detail = f"The case has no {field} {pk}. Choose one of the list."
        raise BadInput(detail, fields={field: detail})
    return row


def _lock(case: Case) -> None:
    """One change of a case's papers at a time; a request that is being submitted holds it too."""
    list(Case.objects.select_for_update(no_key=True).filter(pk=case.pk).values_list("pk"))


def _refuse_repeated(case: Case, rows: Sequence[Paper]) -> None:
    """Raises: WrongState."""
    there = {(kind, sha256): pk for pk, kind, sha256 in standing(case).values_list("pk", "kind_id", "sha256")}
    for row in rows:
        pk = there.get((row.kind_id, row.sha256), 0)
        if (row.kind_id, row.sha256) in there:
            detail = f"This file is attached to {case.number} as “{row.kind}” already. Nothing was added."
            raise WrongState(detail, ids=(pk,) if pk else (), code="duplicate")
        there[row.kind_id, row.sha256] = 0
    if len(there) > settings.PAPERS_PER_CASE:
        most = settings.PAPERS_PER_CASE
        detail = f"{case.number} has {len(there) - len(rows)} papers; more than {most} are not kept in one case."
        raise WrongState(detail, code="too_many")


def standing(case: Case) -> QuerySet[Paper]:
    """The papers of the case that count."""
    return Paper.objects.filter(case=case, withdrawal=None)


@transaction.atomic
def withdraw(*, paper: int, by: User, reason: str) -> PaperWithdrawal:
    """A paper no longer counts; it stays in the list and can be read. Raises: NotFound, NotAllowed, BadInput, WrongState."""
    require_role(by, Role.CASE_OFFICER, action="withdraw a paper")
    found = get_visible(Paper.objects.select_related("case", "kind"), to=by, path="case__office", pk=paper)
    why = take("reason", parse_text, reason, maximum=500)
    with changing(by=by, reason=f"“{found}” withdrawn: {why}", cases=[found.case_id]):
        return _withdraw(found, why, by=by)


def _withdraw(found: Paper, why: str, *, by: User) -> PaperWithdrawal:
    _lock(found.case)
    if PaperWithdrawal.objects.filter(paper=found).exists():
        raise WrongState(f"“{found}” is withdrawn already.", ids=(found.pk,), code="already_withdrawn")
    proved = ReleaseRecord.objects.filter(paper=found, withdrawal=None).first()
    if proved is not None:
        raise WrongState(f"“{proved}” rests on it. Withdraw that record first.", ids=(proved.pk,), code="in_use")
    return PaperWithdrawal.objects.create(paper=found, reason=why, withdrawn_by=by, **trace())


@transaction.atomic
def waive(*, case: int, kind: str, by: User, reason: str) -> PaperWaiver:
    """A verifier lets a case go on without one required paper that is not there.

    Raises: NotFound, NotAllowed, BadInput, WrongState if it is there or waived already, or nothing asks for it.
    """
    require_role(by, Role.VERIFIER, action="waive a paper")
    found = get_visible(Case.objects.all(), to=by, pk=case)
    why = take("reason", parse_text, reason, maximum=500)
    wanted = PaperKind.objects.filter(code=kind).first()
    if wanted is None:
        detail = f"{kind[:40]!r} is no kind of paper. Choose one of the list."
        raise BadInput(detail, fields={"kind": detail})
    _lock(found)
    need = next((row for row in checklist(found, on=today()) if row.kind == wanted), None)
    if need is None:
        raise WrongState(f"Nothing asks {found.number} for “{wanted}”.", ids=(found.pk,), code="not_required")
    if need.state != MISSING:
        word = "waived already" if need.waiver else "in already"
        raise WrongState(f"“{wanted}” of {found.number} is {word}.", ids=(found.pk,), code="not_missing")
    return PaperWaiver.objects.create(case=found, kind=wanted, reason=why, waived_by=by, **trace())


def read(pk: int, *, by: User) -> tuple[Paper, bytes]:
    """A paper with its content, hashed again just now; withdrawn ones as well. Raises: NotFound, PaperAltered."""
    paper = get_visible(visible_papers(by), to=by, path="case__office", pk=pk)
    try:
        return paper, store.content_of(paper.sha256)
    except store.NotAsKept as fault:
        raise _altered(paper, fault) from None


def _altered(paper: Paper, fault: store.NotAsKept) -> PaperAltered:
    which = f"“{paper}” of {paper.case.number} (file {paper.sha256[:12]})"
    return PaperAltered(f"{which} cannot be used: {fault}. This is recorded; tell the auditor.")
