"""The papers of the demonstration's cases: one invented sheet that all share."""

from collections.abc import Collection
from functools import cache
from io import BytesIO

from reportlab.lib.pagesizes import A4
from reportlab.pdfgen.canvas import Canvas

from beneficiaries import documents
from beneficiaries.documents import NewPaper
from beneficiaries.models import Case
from config.demo.stage import Stage
from ledger.roles import Role


def attach(stage: Stage, case: Case, causes: Collection[str], *, lacks: str = "") -> None:
    """Puts the papers that these causes ask for into the case, all but `lacks`; by whoever opened it."""
    codes = dict.fromkeys(code for cause in causes for code in stage.papers.get(cause, ()) if code != lacks)
    papers = [NewPaper(code, sheet(), f"{code}.pdf") for code in codes]
    documents.attach(case=case.pk, papers=papers, by=case.created_by)


def waive(stage: Stage, case: Case, kind: str, reason: str) -> None:
    """The verifier lets the case go on without the paper."""
    by = stage.officer(Role.VERIFIER, case.office.code)
    documents.waive(case=case.pk, kind=kind, by=by, reason=reason)


@cache
def sheet() -> bytes:
    """A page that says it stands for a scanned paper and is invented."""
    out = BytesIO()
    canvas = Canvas(out, pagesize=A4, invariant=1)
    canvas.setTitle("A paper for practice")
    canvas.setFont("Helvetica-Bold", 16)
    canvas.drawString(72, 750, "A paper for practice")
    canvas.setFont("Helvetica", 11)
    canvas.drawString(72, 725, "This sheet stands for a scanned paper of a case; everything about it is invented.")
    canvas.rect(72, 420, 451, 280)
    canvas.save()
    return out.getvalue()
