"""The papers behind a request over the API: what its cases need, what is there, and what a verifier waived."""

from typing import Any

from django.http import HttpRequest
from ninja import Router, Schema

from beneficiaries.api.papers import NeedOut
from beneficiaries.views.pages import actor
from funds.disbursements import get_disbursement
from funds.requests import evidence
from ledger.api_types import PathId, answers

router = Router(tags=["papers"])


class CaseNeedOut(Schema):
    case_id: int
    case_number: str
    need: NeedOut


@router.get("/disbursements/{disbursement}/papers", response=answers(list[CaseNeedOut]))
def list_papers_of_request(request: HttpRequest, disbursement: PathId) -> Any:
    """Each paper that the cases of a request need for the sums it pays; a missing one holds up its submission."""
    return evidence.as_it_stands(get_disbursement(disbursement, by=actor(request)))
