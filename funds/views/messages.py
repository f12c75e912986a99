"""What payees were told about a request, and telling one of them anew."""

from django.contrib import messages as said
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_POST, require_safe

from beneficiaries.views.pages import actor, page_of, roles_only
from funds.messages import resending
from funds.readers import OF_REQUESTS
from funds.views.shared import see
from ledger.roles import roles_of


@require_safe
@roles_only(*OF_REQUESTS, action="see messages to payees")
def messages(http: HttpRequest, pk: int) -> HttpResponse:
    """Every message about the request, with what became of it."""
    user = actor(http)
    request, rows = resending.of_request(pk, by=user)
    page = page_of(rows, http.GET)
    may = not roles_of(user).isdisjoint(resending.RESENDERS)
    context = {
        "row": request,
        "page": page,
        "rows": [
            (row, resending.state_of(row), resending.label_of(row), may and resending.may_resend(row))
            for row in page.object_list
        ],
        "waiting": resending.not_told_yet(request),
    }
    return render(http, "funds/messages.html", context)


@require_POST
@roles_only(*resending.RESENDERS, action="send a message again")
def message_resend(http: HttpRequest, pk: int) -> HttpResponse:
    """Tells the payee anew."""
    row = resending.resend(message=pk, by=actor(http))
    said.success(http, f"{row.line.payee_name} is told anew.\nIt goes out in the background.")
    return see("messages", row.disbursement_id)
