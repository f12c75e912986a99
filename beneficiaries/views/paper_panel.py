"""What the case page says of papers: the checklist, every paper, and the viewer's acts."""

from typing import Any

from django.contrib.auth.models import User
from django.template.defaultfilters import filesizeformat
from django.urls import reverse
from django.utils.timezone import localtime

from beneficiaries.casework.required_papers import MISSING, Need
from beneficiaries.documents import visible_papers
from beneficiaries.models import Case, Paper
from ledger.roles import Role, roles_of


def panel(case: Case, needs: list[Need], *, by: User) -> dict[str, Any]:
    """What the case page shows: the papers it `needs`, every paper, and the viewer's acts."""
    roles, url = roles_of(by), reverse("paper_new", args=[case.pk])
    return {
        "needs": [_need(need, f"{url}?kind={need.kind.code}" if Role.CASE_OFFICER in roles else "") for need in needs],
        "rows": [_row(paper) for paper in visible_papers(by).filter(case=case)],
        "lacking": sum(need.state == MISSING for need in needs),
        "may_attach": Role.CASE_OFFICER in roles,
        "may_waive": Role.VERIFIER in roles and any(need.state == MISSING for need in needs),
    }


def _need(need: Need, url: str) -> dict[str, Any]:
    """One line of the checklist; the address, where there is one, leads to attaching what is missing."""
    row: dict[str, Any] = {"name": need.kind.name, "state": "warn", "word": "Missing"}
    row["detail"] = f"Required for {_causes(need)}"
    if need.papers:
        last = need.papers[-1]
        told = f"{last.added_by.get_full_name()}, {localtime(last.recorded_at):%-d %b %Y}"
        return row | {"state": "checked", "word": "In", "url": last.get_absolute_url(), "detail": told}
    if need.waiver:
        by = f"{need.waiver.waived_by.get_full_name()}, {localtime(need.waiver.recorded_at):%-d %b %Y}"
        return row | {"state": "waived", "word": "Waived", "detail": f"{by}: {need.waiver.reason}"}
    return row | {"url": url, "name": f"Attach: {need.kind.name}" if url else need.kind.name}


def _causes(need: Need) -> str:
    return ", ".join(need.causes).lower()


def _row(paper: Paper) -> dict[str, Any]:
    pages = f"{paper.pages} page{'' if paper.pages == 1 else 's'}"
    size = f"{paper.width} × {paper.height} pixels" if paper.width else pages
    return {
        "paper": paper,
        "what": f"{paper.get_media_type_display()}, {size}, {filesizeformat(paper.size)}",
        "gone": getattr(paper, "withdrawal", None),
    }
