"""What the views share: who may open a page, lists in pages, and the one look of every form page."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import wraps
from typing import Any
from urllib.parse import urlsplit

from django.contrib.auth.decorators import login_required
from django.contrib.auth.models import User
from django.core.paginator import Page, Paginator
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import resolve

from beneficiaries.forms.base import PageForm
from ledger.roles import Role, require_role, roles_of

View = Callable[..., HttpResponseBase]
PER_PAGE = 50


def roles_only(*roles: Role, action: str) -> Callable[[View], View]:
    """The page is for signed-in users with one of these roles; others are told which roles may. The service asks again."""

    def wrap(view: View) -> View:
        @wraps(view)
        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            require_role(actor(request), *roles, action=action)
            return view(request, *args, **kwargs)

        found = login_required(guarded)
        found.roles = frozenset(roles)  # type: ignore[attr-defined]
        return found

    return wrap


def offered(address: str, *, to: User) -> str:
    """The address, or '' where no role of the user opens its page: a link that is refused is not shown."""
    view = resolve(urlsplit(address).path).func if address.startswith("/") else None
    roles: frozenset[Role] | None = getattr(view, "roles", None)
    return address if roles is None or roles_of(to) & roles else ""


def actor(request: HttpRequest) -> User:
    """The signed-in user; only behind login_required."""
    assert isinstance(request.user, User)
    return request.user


def page_of(
    rows: Any, given: Mapping[str, str], *, size: int = PER_PAGE, count: int | None = None, name: str = "page"
) -> Page:
    """The page asked for by ?page=, or another `name`, the nearest one where there is none such. `count` spares a query."""
    paginator = Paginator(rows, size)
    if count is not None:
        paginator.__dict__["count"] = count
    return paginator.get_page(given.get(name))


def sees_majority(user: User) -> bool:
    """Whether the list of what is due at majority is offered: to those who look after the heirs, and to auditors."""
    return not roles_of(user).isdisjoint({Role.CASE_OFFICER, Role.AUDITOR})


class SeeOther(HttpResponseRedirect):
    """303: the browser asks for the new page with GET, so that going back or reloading sends nothing twice."""

    status_code = 303


@dataclass(frozen=True, slots=True)
class FormPage:
    """Words and links around a form. `crumbs`: (label, address) pairs, the page's own label comes by itself."""

    title: str
    button: str
    back: str
    lead: str = ""
    crumbs: Sequence[tuple[str, str]] = ()
    facts: Sequence[Sequence[Any]] = ()
    find: str = ""
    note: Any = ""

    @property
    def trail(self) -> list[tuple[str, str]]:
        return [*self.crumbs, (self.title, "")]


def form_page(request: HttpRequest, form: PageForm, page: FormPage, **extra: Any) -> HttpResponse:
    """The page with its form; after a refusal with the refusal's status and everything that was typed."""
    if form.refusal is not None:
        request.refusal = form.refusal  # type: ignore[attr-defined]  # the record of refused attempts reads it
    status = form.status if form.is_bound and form.errors else 200
    return render(request, "beneficiaries/form.html", {"form": form, "page": page, **extra}, status=status)
