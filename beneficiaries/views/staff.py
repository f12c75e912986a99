"""Users and their posts, for the administrator."""

from django.contrib import messages
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.timezone import localtime
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from beneficiaries.forms.staff import NewOfficerForm, PostForm, ReasonForm, StaffFilter
from beneficiaries.identity import masked_cnic, masked_iban
from beneficiaries.models import Officer
from beneficiaries.offices import limits
from beneficiaries.offices import staff as service
from beneficiaries.people.changes import officer_changes
from beneficiaries.views.pages import FormPage, SeeOther, actor, form_page, page_of, roles_only
from ledger.clock import today
from ledger.roles import Role

ADMINISTRATION = {"action": "see the users"}


@require_safe
@roles_only(Role.ADMINISTRATOR, **ADMINISTRATION)
def staff(request: HttpRequest) -> HttpResponse:
    """Every account the administrator looks after."""
    filters = StaffFilter(request.GET)
    rows = service.visible_officers(actor(request)).order_by("office__name", "user__last_name", "pk")
    if text := filters.given("q"):
        rows = rows.filter(
            Q(user__username__icontains=text) | Q(user__first_name__icontains=text) | Q(user__last_name__icontains=text)
        )
    if office := filters.given("office"):
        rows = rows.filter(office=office)
    if role := filters.given("role"):
        rows = rows.filter(user__groups__name=role)
    if state := filters.given("state"):
        rows = rows.filter(user__is_active=state == "open")
    page = page_of(rows, request.GET)
    found = limits.limits_of(list(page), on=today())
    listed = [(officer, service.roles_named(officer.user), found.get(officer.pk)) for officer in page]
    return render(request, "beneficiaries/staff.html", {"filters": filters, "page": page, "listed": listed})


@require_safe
@roles_only(Role.ADMINISTRATOR, **ADMINISTRATION)
def officer(request: HttpRequest, pk: int) -> HttpResponse:
    """One user: post, roles, limit, account, history."""
    return _officer_page(request, service.get_officer(pk, by=actor(request)))


def _officer_page(
    request: HttpRequest, row: Officer, *, form: ReasonForm | None = None, status: int = 200
) -> HttpResponse:
    user, roles = row.user, service.roles_named(row.user)
    context = {
        "officer": row,
        "facts": [
            ("User name", user.get_username()),
            ("Office", str(row.office)),
            ("Designation", f"{row.designation}, BPS {row.grade}"),
            ("Roles", ", ".join(str(role.label) for role in roles) or "none"),
            (
                "Limit for one sanction",
                limits.words(limits.row_of(row, on=today())),
                reverse("officer_limits", args=[row.pk]),
            ),
            ("CNIC", masked_cnic(row.cnic)),
            ("Salary account", masked_iban(row.iban)),
            ("Registered", f"{localtime(user.date_joined):%-d %b %Y}"),
            ("Last sign-in", f"{localtime(user.last_login):%-d %b %Y, %H:%M}" if user.last_login else "never"),
        ],
        "changes": officer_changes(row),
        "form": form or ReasonForm(),
        "own": row.user_id == actor(request).pk,
    }
    return render(request, "beneficiaries/officer.html", context, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
@roles_only(Role.ADMINISTRATOR, action="register a user")
def officer_new(request: HttpRequest) -> HttpResponse:
    """Register a user; the first password is shown once, on the answer itself."""
    user = actor(request)
    page = FormPage("Register a user", "Register user", reverse("staff"), crumbs=[("Users", reverse("staff"))],
                    lead="The first password is made for you and shown once.", note=_pairs())  # fmt: skip
    form = NewOfficerForm(request.POST or None, user=user)
    if form.is_bound and form.is_valid():
        password = service.new_password()
        made = form.call(lambda: service.create_officer(**form.cleaned_data, password=password, by=user))
        if made is not None:
            return _password_page(request, made, password, f"User {made.user.get_username()} registered")
    return form_page(request, form, page)


@require_http_methods(["GET", "HEAD", "POST"])
@roles_only(Role.ADMINISTRATOR, action="change a user")
def officer_edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Another post or other roles."""
    user, row = actor(request), service.get_officer(pk, by=actor(request))
    home = reverse("officer", args=[pk])
    page = FormPage(f"Change {row.user.get_full_name()}", "Save change", home, note=_pairs(),
                    crumbs=[("Users", reverse("staff")), (row.user.get_full_name(), home)])  # fmt: skip
    initial = {
        "office": row.office_id,
        "designation": row.designation,
        "grade": row.grade,
        "roles": [role.value for role in service.roles_named(row.user)],
    }
    form = PostForm(request.POST, user=user) if request.method == "POST" else PostForm(user=user, initial=initial)
    if form.is_bound and form.is_valid():
        made = form.call(lambda: service.change_officer(officer=pk, **form.cleaned_data, by=user))
        if made is not None:
            messages.success(request, f"Changed: {made}.\nIt counts from the next page this user opens.")
            return SeeOther(home)
    return form_page(request, form, page)


@require_POST
@roles_only(Role.ADMINISTRATOR, action="close an account")
def officer_close(request: HttpRequest, pk: int) -> HttpResponse:
    """No sign-in any more; what the user did stays."""
    form, row = ReasonForm(request.POST), service.get_officer(pk, by=actor(request))
    made = None
    if form.is_valid():
        reason = form.cleaned_data["reason"]
        made = form.call(lambda: service.deactivate(officer=pk, reason=reason, by=actor(request)))
    if made is not None:
        messages.success(
            request, f"Account closed: {row.user.get_full_name()}.\nAll sessions ended; nothing was deleted."
        )
        return SeeOther(reverse("officer", args=[pk]))
    return _officer_page(request, row, form=form, status=form.status)


@require_POST
@roles_only(Role.ADMINISTRATOR, action="open an account")
def officer_open(request: HttpRequest, pk: int) -> HttpResponse:
    """Open a closed account again, with a new password shown once."""
    return _with_password(request, pk, service.reactivate, "Account opened again")


@require_POST
@roles_only(Role.ADMINISTRATOR, action="reset a password")
def officer_password(request: HttpRequest, pk: int) -> HttpResponse:
    """A new password, shown once; sessions with the old one end."""
    return _with_password(request, pk, service.reset_password, "Password reset")


def _with_password(request: HttpRequest, pk: int, act: object, title: str) -> HttpResponse:
    form, row = ReasonForm(request.POST), service.get_officer(pk, by=actor(request))
    password = service.new_password()
    if form.is_valid():
        values = {"officer": pk, "password": password, "reason": form.cleaned_data["reason"], "by": actor(request)}
        made = form.call(lambda: act(**values))  # type: ignore[operator]
        if made is not None:
            return _password_page(request, made, password, title)
    return _officer_page(request, row, form=form, status=form.status)


def _password_page(request: HttpRequest, row: Officer, password: str, title: str) -> HttpResponse:
    # Not a message and not a redirect: either would keep the password in a cookie or a session.
    return render(request, "beneficiaries/password.html", {"officer": row, "password": password, "title": title})


def _pairs() -> list[str]:
    """The pairs of roles that are refused, in words."""
    return [str(pair) for pair in service.register()]
