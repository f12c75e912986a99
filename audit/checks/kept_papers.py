"""Part of I4: the file of every paper is there, with the content it was attached with; and no paper belongs elsewhere."""

from audit.checks.base import MOST, count, offenders
from beneficiaries.models import Paper
from beneficiaries.papers import store

_COUNT = "SELECT count(*) FROM beneficiaries_paper"
_ELSEWHERE = """
    SELECT format('paper %%s: the order or obligation it is about belongs to another case', p.id)
    FROM beneficiaries_paper p LEFT JOIN beneficiaries_courtorder o ON o.id = p.order_id
    LEFT JOIN beneficiaries_obligation b ON b.id = p.obligation_id LEFT JOIN beneficiaries_courtorder r ON r.id = b.order_id
    WHERE o.case_id <> p.case_id OR r.case_id <> p.case_id ORDER BY p.id
"""
_OF_NO_CASE = """
    SELECT format('request %%s: paper %%s of its submission %%s is of no case it pays for', d.number, s.paper_id, s.submission)
    FROM funds_submittedpaper s JOIN funds_disbursement d ON d.id = s.disbursement_id
    JOIN beneficiaries_paper p ON p.id = s.paper_id
    WHERE s.submission = d.submission AND d.state NOT IN ('draft', 'returned') AND NOT EXISTS (
        SELECT FROM funds_payeeline l WHERE l.disbursement_id = d.id AND l.case_id = p.case_id) ORDER BY d.id, p.id
"""


def kept_papers() -> tuple[int, tuple[str, ...]]:
    """How many papers were compared, and those whose file or place is not as recorded. Each file is read and hashed once."""
    return count(_COUNT), offenders((_ELSEWHERE, _OF_NO_CASE)) + tuple(_files())


def _files() -> list[str]:
    found: list[str] = []
    for sha256, size in Paper.objects.order_by("sha256").values_list("sha256", "size").distinct().iterator():
        if len(found) > MOST:
            break
        fault = _fault(sha256, size)
        if fault:
            papers = Paper.objects.filter(sha256=sha256, size=size).order_by("pk").select_related("case")
            found += [f"paper {paper.pk} of case {paper.case.number}: {fault}" for paper in papers[:MOST]]
    return found


def _fault(sha256: str, size: int) -> str:
    try:
        content = store.content_of(sha256)
    except store.NotAsKept as fault:
        return str(fault)
    return "" if len(content) == size else "its file has another length than was recorded"
