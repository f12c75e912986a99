"""Work in the background: asking for a bundle of vouchers, looking how far it is, cancelling it, fetching the file."""

from typing import Any

from django.contrib import messages
from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from beneficiaries.views.pages import FormPage, SeeOther, actor, form_page, page_of, roles_only
from funds.budgets import visible_funds
from funds.forms.jobs import BundleForm
from funds.jobs import bundles, queue, results
from funds.jobs.worker import health
from funds.models import Job
from funds.readers import OF_REQUESTS
from funds.views.shared import counted

SEEING = "see requests and what is paid on them"


@require_http_methods(["GET", "HEAD", "POST"])
@roles_only(*OF_REQUESTS, action=SEEING)
def bundle_new(http: HttpRequest) -> HttpResponse:
    """Which vouchers; the register hands its filter over, and then says how many fit."""
    user = actor(http)
    funds = list(visible_funds(user).order_by("code"))
    form = BundleForm(http.POST if http.method == "POST" else None, funds=funds, initial=http.GET.dict())
    if form.is_bound and form.is_valid():
        made = form.call(lambda: bundles.start(form.choice(), by=user))
        if made is not None:
            messages.success(http, f"Asked for: {made}.\nIt is drawn in the background; you need not wait here.")
            return SeeOther(made.get_absolute_url())
    back = reverse("voucher_list")
    page = FormPage(
        "Bundle of vouchers",
        "Make the bundle",
        back,
        lead="Numbered copies with masked CNICs in one ZIP file, each counted as a printing. Originals are printed one by one.",
        crumbs=[("Vouchers", back)],
        facts=_fit(http, funds),
    )
    return form_page(http, form, page)


def _fit(http: HttpRequest, funds: list[Any]) -> list[tuple[str, str]]:
    """How many vouchers the register's filter holds, where it handed one over."""
    asked = BundleForm(http.GET, funds=funds)
    if http.method == "POST" or not http.GET or not asked.is_valid():
        return []
    printed, not_yet = bundles.counted(asked.choice(), by=actor(http))
    left = [("Left out, not printed yet", f"{not_yet:,}")] if not_yet else []
    return [("In the bundle", counted(printed, "voucher")), *left]


@require_safe
@roles_only(*OF_REQUESTS, action=SEEING)
def job_list(http: HttpRequest) -> HttpResponse:
    """What was asked for at the reader's office."""
    page = page_of(queue.visible_jobs(actor(http)), http.GET)
    return render(http, "funds/jobs.html", {"page": page, "health": health()})


@require_safe
@roles_only(*OF_REQUESTS, action=SEEING)
def job(http: HttpRequest, pk: int) -> HttpResponse:
    """How far one is. With script the middle of the page asks again every two seconds while it is not over."""
    user = actor(http)
    row = queue.get_job(pk, by=user)
    open_ = row.state in Job.OPEN
    context = {
        "row": row,
        "open": open_,
        "mine": row.asked_by_id == user.pk,
        "stopping": open_ and hasattr(row, "cancel"),
        "percent": 100 * row.done // row.total if row.total else 0,
        "result": getattr(row, "result", None),
        "gone": results.held_back(row),
        "stuck": open_ and health().stuck,
    }
    return render(http, "funds/job.html", context)


@require_POST
@roles_only(*OF_REQUESTS, action="cancel work in the background")
def job_cancel(http: HttpRequest, pk: int) -> HttpResponse:
    """Not wanted any more."""
    row = queue.cancel(job=pk, by=actor(http))
    messages.info(http, "Cancelled." if row.state == Job.State.CANCELLED else "It stops at the next voucher.")
    return SeeOther(row.get_absolute_url())


@require_safe
@roles_only(*OF_REQUESTS, action=SEEING)
def job_file(http: HttpRequest, pk: int) -> FileResponse:
    """The file that came of it."""
    result, stream = results.opened(pk, by=actor(http))
    return FileResponse(stream, as_attachment=True, filename=result.name, content_type="application/zip")
