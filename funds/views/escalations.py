"""Steps past their days that were told to the reader, and reminding whoever holds them."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_POST, require_safe

from beneficiaries.views.pages import actor, page_of, roles_only
from funds.absence import escalations
from funds.absence.escalations import READERS
from funds.forms.away import ReminderForm
from funds.views.shared import see
from ledger.clock import today


@require_safe
@roles_only(*READERS, action="see what is overdue")
def escalation_list(http: HttpRequest) -> HttpResponse:
    """What was told to the reader first, then everything else that is overdue and told."""
    return _page(http)


def _page(http: HttpRequest, *, form: ReminderForm | None = None, at: int = 0, status: int = 200) -> HttpResponse:
    user = actor(http)
    mine = list(escalations.to_me(user))
    others = escalations.open_ones(escalations.visible_escalations(user)).exclude(pk__in=[row.pk for row in mine])
    page = page_of(others.order_by("due_on", "pk"), http.GET)
    context = {
        "mine": [
            (row, form if form and row.pk == at else ReminderForm(auto_id=f"id_{row.pk}_%s"), _late(row))
            for row in mine
        ],
        "page": page,
        "others": [(row, _late(row)) for row in page],
    }
    return render(http, "funds/escalations.html", context, status=status)


def _late(row: escalations.Escalation) -> int:
    return (today() - row.due_on).days


@require_POST
@roles_only(*READERS, action="remind")
def escalation_remind(http: HttpRequest, pk: int) -> HttpResponse:
    """Reminds whoever holds the step."""
    form = ReminderForm(http.POST, auto_id=f"id_{pk}_%s")
    if form.is_valid():
        made = form.call(lambda: escalations.remind(escalation=pk, text=form.cleaned_data["text"], by=actor(http)))
        if made is not None:
            messages.success(http, "Reminded: it stands on the request and in the daily mail of whoever may decide it.")
            return see("escalation_list")
    return _page(http, form=form, at=pk, status=form.status)
