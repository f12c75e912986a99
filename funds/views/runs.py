"""Payment runs: the list, choosing what goes into one, and the run with its acts."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.models import User
from django.db.models import Count, Sum
from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from beneficiaries.forms.base import PageForm
from beneficiaries.views.pages import SeeOther, actor, page_of, roles_only
from funds import bank_files, payment_runs
from funds.bank_files import Handed
from funds.budgets import visible_funds
from funds.chain import freezes, reauthentication
from funds.forms.runs import AnswerFileForm, ChooseForm, ReleaseRunForm, RunForm, WhyForm
from funds.models import BankLayout, PaymentRun
from funds.payment_runs import ANSWERERS, PREPARERS, READERS, RELEASERS
from funds.runs import choosing
from funds.views import run_page
from funds.views.shared import counted, see
from ledger.clock import today
from ledger.errors import BadInput
from ledger.ids import row_ids
from ledger.money import figures
from ledger.roles import roles_of

SHOWN = 50  # lines on the page that chooses
EXAMINED = 2_000  # lines asked what holds them back, on that page; the draft asks all of them


@require_safe
@roles_only(*READERS, action="see payment runs")
def run_list(http: HttpRequest) -> HttpResponse:
    """Every run, the latest first."""
    user = actor(http)
    page = page_of(payment_runs.visible_runs(user), http.GET)
    for row in page.object_list:
        row.look = run_page.LOOKS[row.state]
    context = {"page": page, "may_prepare": not roles_of(user).isdisjoint(PREPARERS)}
    return render(http, "funds/runs.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@roles_only(*PREPARERS, action="prepare a payment run")
def run_new(http: HttpRequest) -> HttpResponse:
    """What fits the filters of the address, what holds some of it back, and the draft of a run of the rest."""
    user = actor(http)
    filters = ChooseForm(http.GET, funds=visible_funds(user).order_by("code"))
    wanted = _wanted(filters)
    form = RunForm(http.POST or None, layouts=_layouts(), initial={"execution_on": today()})
    if form.is_bound and form.is_valid():
        if wanted is None:
            form.add_error(None, "Choose a fund first.")
        else:
            day = form.cleaned_data["execution_on"]
            format, layout = form.kind
            made = form.call(
                lambda: payment_runs.draft(wanted=wanted, execution_on=day, format=format, layout=layout, by=user)
            )
            if made is not None:
                count = made.lines.count()
                messages.success(http, f"Drafted: {made}, {counted(count, 'payment')}.\nPropose it when it is right.")
                return SeeOther(made.get_absolute_url())
    context = {"filters": filters, "form": form, "wanted": wanted} | (_fitting(wanted, user) if wanted else {})
    return render(http, "funds/run_choose.html", context, status=form.status if form.errors else 200)


def _wanted(filters: ChooseForm) -> choosing.Wanted | None:
    fund, office = filters.given("fund"), filters.given("office")
    if fund is None:
        return None
    return choosing.Wanted(
        fund,
        office=office.pk if office else None,
        kind=filters.given("kind") or "",
        request=filters.given("request") or "",
        vouchered_until=filters.given("vouchered_until"),
    )


def _layouts() -> list[BankLayout]:
    in_force = BankLayout.objects.filter(effective_from__lte=today()).exclude(effective_to__lt=today())
    return list({row.code: row for row in in_force.order_by("code", "effective_from")}.values())


def _fitting(wanted: choosing.Wanted, user: User) -> dict[str, Any]:
    rows = choosing.unpaid(wanted, by=user)
    sums = rows.order_by().aggregate(number=Count("pk"), total=Sum("amount"))
    keys = list(rows.values_list("pk", flat=True)[:EXAMINED])
    held = choosing.held_back(keys)
    return {
        "number": sums["number"],
        "total": sums["total"] or 0,
        "lines": choosing.with_failures(rows)[:SHOWN],
        "more": max(0, sums["number"] - SHOWN),
        "held": [(line, held[line.pk]) for line in rows.filter(pk__in=sorted(held)[:SHOWN])],
        "held_count": len(held),
        "examined": EXAMINED if sums["number"] > EXAMINED else 0,
        "stopped": freezes.stopped(wanted.fund, freezes.PAYMENTS),
    }


@require_safe
@roles_only(*READERS, action="see payment runs")
def run(http: HttpRequest, pk: int) -> HttpResponse:
    """One run: how far it is, its payments, and what the reader may do about it."""
    return run_page.page(http, pk)


def _act(http: HttpRequest, pk: int, name: str, form: PageForm, call: Any, said: str) -> HttpResponse:
    """Checks the form, calls the service, says what was done; a refusal comes back on the run's page."""
    payment_runs.get_run(pk, by=actor(http))
    if form.is_valid():
        made = form.call(lambda: call(form.cleaned_data))
        if made is not None:
            messages.success(http, said.format(run=made, amount=figures(made.amount)))
            return see("run", pk)
    return run_page.page(http, pk, forms={name: form}, status=form.status)


@require_POST
@roles_only(*PREPARERS, action="take payments out of a run")
def run_drop(http: HttpRequest, pk: int) -> HttpResponse:
    """Takes the ticked payments out of a draft."""
    lines = row_ids(http.POST.getlist("line"))
    return _act(
        http,
        pk,
        "drop",
        PageForm(http.POST),
        lambda data: payment_runs.drop_lines(run=pk, lines=lines, by=actor(http)),
        "Taken out of {run}.",
    )


@require_POST
@roles_only(*PREPARERS, action="propose a run")
def run_propose(http: HttpRequest, pk: int) -> HttpResponse:
    """The draft is bound and waits for a second person."""
    said = "Proposed: {run}, {amount}.\nA second person releases it."
    call = lambda data: payment_runs.propose(run=pk, by=actor(http))  # noqa: E731
    return _act(http, pk, "propose", PageForm(http.POST), call, said)


@require_POST
@roles_only(*PREPARERS, action="take a run back")
def run_take_back(http: HttpRequest, pk: int) -> HttpResponse:
    """A proposed run becomes a draft again."""
    call = lambda data: payment_runs.take_back(run=pk, by=actor(http), **data)  # noqa: E731
    return _act(http, pk, "take_back", WhyForm(http.POST, prefix="back"), call, "{run} is a draft again.")


@require_POST
@roles_only(*RELEASERS, action="release a run")
def run_release(http: HttpRequest, pk: int) -> HttpResponse:
    """A second person issues every payment of it, with the password again where the sum is large."""
    user = actor(http)
    row = payment_runs.get_run(pk, by=user)

    def call(data: dict[str, Any]) -> PaymentRun:
        if data.get("password"):
            reauthentication.prove(http, user, data["password"])
            reauthentication.remember(http, user)
        return payment_runs.release(run=pk, by=user, proved=reauthentication.remembered(http, user))

    form = ReleaseRunForm(http.POST, password=run_page.asks(http, row))
    said = "Released: {run}, {amount}. Every payment is issued.\nSend the file to the bank: once."
    return _act(http, pk, "release", form, call, said)


@require_POST
@roles_only(*PREPARERS, action="cancel a run")
def run_cancel(http: HttpRequest, pk: int) -> HttpResponse:
    """Ends a run that was not sent."""
    call = lambda data: payment_runs.cancel(run=pk, by=actor(http), **data)  # noqa: E731
    return _act(http, pk, "cancel", WhyForm(http.POST, prefix="cancel"), call, "Cancelled: {run}. The number stays.")


@require_POST
@roles_only(*RELEASERS, action="send a run")
def run_send(http: HttpRequest, pk: int) -> FileResponse:
    """The file for the bank, once."""
    return _file(bank_files.send(run=pk, by=actor(http)))


@require_POST
@roles_only(*RELEASERS, action="hand out a copy")
def run_copy(http: HttpRequest, pk: int) -> FileResponse:
    """The same file again, named as a copy."""
    return _file(bank_files.copy(run=pk, by=actor(http)))


def _file(handed: Handed) -> FileResponse:
    return FileResponse(handed.stream, as_attachment=True, filename=handed.name, content_type=handed.media_type)


@require_POST
@roles_only(*ANSWERERS, action="take the bank's answer")
def run_answer(http: HttpRequest, pk: int) -> HttpResponse:
    """The bank's status report, whole or not at all."""

    def call(data: dict[str, Any]) -> PaymentRun:
        try:
            return bank_files.take_answer(run=pk, stream=data["file"], by=actor(http))
        except BadInput as refusal:
            # Rows at fault have no field of their own: all of them stand with the file.
            told = "\n".join(refusal.fields.values()) or refusal.detail
            raise BadInput(refusal.detail, fields={"file": told}) from refusal

    said = "Taken: the bank's answer on {run}.\nWhat it rejected waits for another payment."
    return _act(http, pk, "answer", AnswerFileForm(http.POST, http.FILES, prefix="answer"), call, said)
