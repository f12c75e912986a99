"""The noting of one request: on a page, and as the note sheet."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from beneficiaries.views.pages import actor, roles_only
from funds.disbursements import get_disbursement
from funds.paperwork import noting
from funds.readers import OF_REQUESTS
from funds.requests import filing
from funds.views.request_page import parts
from funds.views.shared import pdf_answer


@require_safe
@roles_only(*OF_REQUESTS, action="see requests and what is paid on them")
def notes(http: HttpRequest, pk: int) -> HttpResponse:
    """Every paragraph with what was changed before it."""
    request = get_disbursement(pk, by=actor(http))
    context = {
        "row": request,
        "notes": [
            (note, [(turn.what, turn.was, turn.became) for turn in note.turns]) for note in noting.notes_of(request)
        ],
        "file_number": filing.file_number(request),
        "tabs": parts(request, "noting"),
    }
    return render(http, "funds/request_notes.html", context)


@require_safe
@roles_only(*OF_REQUESTS, action="see requests and what is paid on them")
def note_sheet(http: HttpRequest, pk: int) -> HttpResponse:
    """The same as a paper."""
    request = get_disbursement(pk, by=actor(http))
    return pdf_answer(noting.note_sheet(request), f"note-sheet-{request.number}")
