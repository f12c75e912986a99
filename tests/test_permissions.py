"""Who may ask for what, address by address: the tables in tests/permissions. An address that is missing there fails the tests.

Each address is asked for by every role. GET must answer exactly the roles of its row; POST likewise, and a role outside it
is refused with 403 before anything else is looked at. An auditor reads everything and changes nothing. What each act answers
in each state is tested in tests/permissions/test_cells.py.
"""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.http import HttpResponse
from django.test import Client
from django.urls import get_resolver, reverse
from django.urls.resolvers import URLResolver

from config import refusals
from config.api import api
from ledger.roles import Role
from tests.permissions import places as permission_places
from tests.permissions.calls import API
from tests.permissions.pages import TABLE
from tests.permissions.rows import A

pytestmark = [pytest.mark.django_db, pytest.mark.once]

# Everybody's own account: signing in and out, the own password; and the mark of the site, which leads on to a file.
OWN = {"login", "logout", "password_change", "daily_mail", "favicon"}
# What an auditor may send: it records that the records were read or compared, and changes none of them.
READS_ONLY = {
    "verify",
    "search",
    "public_check",
    "public_file",
    "person_reveal",
    "line_account",
    "voucher_pdf",
    "receipt_paper",
    "inspection_look",
}
# And copies of vouchers, which are counted as its own.
READS_ONLY |= {"bundle_new", "job_cancel"}
# What an auditor may ask for, which changes nothing until another person agrees.
ASKS_ONLY = {"freeze_new", "freeze_lift"}


def addresses(resolver: Any = None, space: str = "") -> Iterator[str]:
    """The name of every address of the service, with its namespace."""
    for pattern in (resolver or get_resolver()).url_patterns:
        if isinstance(pattern, URLResolver):
            yield from addresses(pattern, f"{pattern.namespace}:" if pattern.namespace else space)
        elif pattern.name:
            yield f"{space}{pattern.name}"


places = permission_places.places


def send(client: Client, name: str, places: dict[str, tuple[Any, ...]]) -> int:
    """The status of the answer to the row's form."""
    row, values = TABLE[name], places["sent"][0]
    sent = {key.format(**values): value.format(**values) for key, value in row.sent.items()}
    return client.post(reverse(name, args=places[row.args]), sent).status_code


@pytest.fixture
def sign_in() -> Callable[[str], Client]:
    from django.contrib.auth.models import User

    def client(username: str) -> Client:
        made = Client()
        made.force_login(User.objects.get(username=username))
        return made

    return client


@pytest.fixture
def undrawn(monkeypatch: pytest.MonkeyPatch) -> None:
    """Pages that refuse are not drawn: their status is what counts here, and there are thousands of them."""
    monkeypatch.setattr(refusals, "render", lambda http, name, context, *, status: HttpResponse(status=status))


def test_every_address_is_in_the_table() -> None:
    pages = {name for name in addresses() if not name.startswith("api:")}
    assert pages - OWN - set(TABLE) == set(), "write down who may ask for these"
    assert set(TABLE) - pages == set(), "these are gone"


@pytest.mark.parametrize("role", Role)
def test_pages_answer_exactly_the_roles_of_the_table(
    role: Role, places: dict[str, tuple[Any, ...]], sign_in: Callable[[str], Client], undrawn: None
) -> None:
    client, found = sign_in(role.value), {}
    for name, row in TABLE.items():
        status = client.get(reverse(name, args=places[row.args])).status_code
        wanted = (405,) if row.get is None else (200,) if role in row.get else (403, 404)
        if status not in wanted:
            found[name] = status
    assert not found, f"{role} got {found}"


@pytest.mark.parametrize("role", Role)
def test_changes_are_refused_to_every_role_outside_the_table(
    role: Role, places: dict[str, tuple[Any, ...]], sign_in: Callable[[str], Client], undrawn: None
) -> None:
    client, found = sign_in(role.value), {}
    for name, row in TABLE.items():
        if row.post is None or role not in row.post:
            status, wanted = send(client, name, places), 405 if row.post is None else 403
            if status != wanted:
                found[name] = (status, wanted)
    assert not found, f"{role} got {found}"


@pytest.mark.parametrize("name", [name for name, row in TABLE.items() if row.post])
def test_changes_are_open_to_the_roles_of_the_table(
    name: str, places: dict[str, tuple[Any, ...]], sign_in: Callable[[str], Client]
) -> None:
    """An empty form is a slip (422) or already enough (303, 200); that a role may ask is what counts here."""
    row = TABLE[name]
    for role in sorted(row.post or ()):
        with connection.cursor() as cursor:
            cursor.execute("SAVEPOINT before")
        status = send(sign_in(role.value), name, places)
        with connection.cursor() as cursor:
            cursor.execute("ROLLBACK TO before")
        # Drafting begins with a fund: an empty form names none, so it is not found.
        wanted = (404,) if name == "disbursement_new" else (200, 303, 409, 422)
        assert status in wanted, (role, status)


def test_auditor_changes_nothing() -> None:
    """By the table; that the table is true is what the tests above prove."""
    assert {name for name, row in TABLE.items() if row.post and A in row.post} == READS_ONLY | ASKS_ONLY


def test_visitors_without_an_account_reach_no_record(places: dict[str, tuple[Any, ...]]) -> None:
    public = {
        "help",
        "accessibility",
        "keyboard_keys",
        "healthz",
        "readyz",
        "logged_out",
        "public_check",
        "public_file",
        "public_voucher",
    }
    client, found = Client(), {}
    for name, row in TABLE.items():
        address = reverse(name, args=places[row.args])
        statuses = client.get(address).status_code, client.post(address).status_code
        if not all(status in (302, 403, 405) for status in statuses) and name not in public:
            found[name] = statuses
    assert found == {}


def filled(body: Any, values: dict[str, Any]) -> Any:
    """The body with its places filled; what stands for a key becomes its number."""
    if isinstance(body, dict):
        return {key: filled(value, values) for key, value in body.items()}
    if isinstance(body, list):
        return [filled(value, values) for value in body]
    return values[body[1:-1]] if isinstance(body, str) and body[:1] == "{" else body


def asked(client: Client, address: str, body: dict[str, Any]) -> Any:
    """The body as JSON, or as a form where it holds a file; a session's form brings its token."""
    if not isinstance(body.get("file"), bytes):
        return client.post(address, body, "application/json")
    return client.post(address, body | {"file": SimpleUploadedFile("scan.pdf", body["file"])})


def operations() -> set[tuple[str, str]]:
    """Path and method of everything the API takes that may change something."""
    paths = api.get_openapi_schema(path_prefix="")["paths"]
    return {
        (path, method) for path, methods in paths.items() for method in methods if method not in ("get", "parameters")
    }


def test_every_change_of_the_api_is_in_the_table() -> None:
    assert operations() == {(path, "post") for path in API}


@pytest.mark.parametrize("role", Role)
def test_api_refuses_changes_to_every_role_outside_the_table(
    role: Role, places: dict[str, tuple[Any, ...]], sign_in: Callable[[str], Client]
) -> None:
    client, found, values = sign_in(role.value), {}, places["sent"][0]
    for name, (allowed, path, body) in API.items():
        with connection.cursor() as cursor:
            cursor.execute("SAVEPOINT before")
        answer = asked(client, f"/api/v1{path.format(**values)}", filled(body, values))
        with connection.cursor() as cursor:
            cursor.execute("ROLLBACK TO before")
        # Whoever may ask may still be told 409 or 422: the small world is not set up for each act to succeed.
        if answer.status_code >= 500 or (answer.status_code == 403) == (role in allowed):
            found[name] = (answer.status_code, answer.content[:200])
    assert not found, f"{role} got {found}"
