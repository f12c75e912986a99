"""Sign-in, home, search, help and health: the pages that belong to no app."""

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.contrib.auth.forms import AuthenticationForm
from django.contrib.auth.models import User
from django.contrib.auth.views import LoginView, PasswordChangeView
from django.db import OperationalError, connection
from django.db.migrations.executor import MigrationExecutor
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.templatetags.static import static
from django.urls import reverse_lazy
from django.views.decorators.http import require_http_methods, require_safe

from beneficiaries.models import Officer
from beneficiaries.private.vault import VaultError
from beneficiaries.views.pages import actor
from config import gallery
from config import search as search_index
from config.folded import lacking
from funds.chain.reauthentication import remember
from funds.views import home as homes


class SignInForm(AuthenticationForm):
    """Django's form in our words."""

    error_messages = {
        "invalid_login": (
            "This user name and password do not belong together. Capital letters count. "
            "After 5 wrong tries the account rests for 15 minutes."
        ),
        "inactive": "This account was switched off. Ask the administrator of your office.",
    }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["username"].label = "User name"
        self.fields["username"].error_messages["required"] = "Give your user name."
        self.fields["password"].error_messages["required"] = "Give your password."


class SignIn(LoginView):
    """The door; lists the practice accounts on a demonstration server only."""

    authentication_form = SignInForm
    redirect_authenticated_user = True

    def form_valid(self, form: Any) -> HttpResponse:
        answer = super().form_valid(form)
        remember(self.request, form.get_user())
        return answer

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        more = {
            "logins": demo_logins(),
            "demo_password": settings.DEMO_PASSWORD,
            "unsent": "unsent" in self.request.GET,
        }
        return super().get_context_data(**kwargs) | more


class ChangePassword(PasswordChangeView):
    """A new password, after the old one."""

    template_name = "registration/password_change.html"
    success_url = reverse_lazy("home")

    def form_valid(self, form: Any) -> HttpResponse:
        remember(self.request, form.user)
        messages.success(
            self.request, "Your password was changed.\nOther devices where you were signed in are signed out."
        )
        return super().form_valid(form)


def demo_logins() -> list[dict[str, str]]:
    """Practice accounts with post and roles, on a demonstration server; elsewhere nobody learns a user name here."""
    if not settings.DEMO:
        return []
    users = User.objects.filter(is_active=True, officer__isnull=False).select_related("officer__office")
    return [
        {
            "username": user.get_username(),
            "name": user.get_full_name(),
            "post": f"{user.officer.designation}, {user.officer.office}",
        }
        for user in users.order_by("officer__office__level", "pk")[:30]
    ]


@require_safe
@login_required
def home(request: HttpRequest) -> HttpResponse:
    """Where signing in leads."""
    return homes.home(request, actor(request))


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def search(request: HttpRequest) -> HttpResponse:
    """One box for a name, CNIC, case, voucher or cheque. It sends by POST, so that no CNIC stands in a log."""
    text = search_index.clean(request.POST.get("q") or request.GET.get("q", ""))
    if address := search_index.page_address(text):
        return redirect(address)
    groups = search_index.find(actor(request), text)
    if address := search_index.only_exact(groups):
        return redirect(address)
    return render(request, "pages/search.html", {"query_text": text, "groups": groups})


@require_safe
def help_page(request: HttpRequest, page: str) -> HttpResponse:
    """A page of plain text: help, accessibility or keyboard."""
    return render(request, f"pages/{page}.html")


@require_safe
@login_required
def components_page(request: HttpRequest) -> HttpResponse:
    """Every component with invented values, for those who build pages; on a demonstration server only. Raises: Http404."""
    if not settings.DEMO:
        raise Http404
    return render(request, "pages/components.html", gallery.examples())


@require_safe
def favicon(request: HttpRequest) -> HttpResponse:
    """Where browsers look for the mark of an answer that is no page, as a PDF in a tab of its own."""
    return redirect(static("mark.svg"))


@require_safe
def healthz(request: HttpRequest) -> HttpResponse:
    """The process answers; nothing else is asked."""
    return HttpResponse("ok\n", content_type="text/plain")


def _unapplied() -> list[str]:
    executor = MigrationExecutor(connection)
    return [str(migration) for migration, _ in executor.migration_plan(executor.loader.graph.leaf_nodes())]


@require_safe
def readyz(request: HttpRequest) -> JsonResponse:
    """Ready for users: the database answers, its schema fits this code and our keys open it. Otherwise 503 and what is not."""
    try:
        behind = lacking(connection) or _unapplied()
    except OperationalError:
        return JsonResponse({"ready": False, "database": "no answer"}, status=503)
    if behind:
        return JsonResponse({"ready": False, "database": "migrations missing", "missing": behind}, status=503)
    try:
        Officer.objects.order_by("pk").first()
    except VaultError:
        return JsonResponse({"ready": False, "database": "ok", "keys": "do not open this database"}, status=503)
    return JsonResponse({"ready": True, "database": "ok"})


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    return render(request, "400.html", status=400)


def not_allowed(request: HttpRequest, exception: Exception) -> HttpResponse:
    """403 of Django itself. Its text is shown: our own code raises it with words for the person."""
    detail = str(exception) or "Your role does not include this page."
    return render(
        request, "errors/refusal.html", {"title": "You may not do this", "detail": detail, "status": 403}, status=403
    )


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    return render(request, "404.html", status=404)


def form_expired(request: HttpRequest, reason: str = "") -> HttpResponse:
    """403 for a form whose secret does not fit: an old page, or another site's form."""
    return render(request, "403_csrf.html", status=403)
