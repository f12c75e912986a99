"""Sign-in, navigation, refusals and health: what every page relies on."""

from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from django.contrib.auth.models import AnonymousUser, Group, User
from django.contrib.sessions.backends.signed_cookies import SessionStore
from django.db import OperationalError, connection
from django.http import HttpResponse
from django.test import Client, RequestFactory, override_settings
from django.urls import reverse

from config import views
from config.navigation import sections_for
from config.refusals import RefusalMiddleware, unavailable_page
from ledger.errors import BadInput, NotAllowed, NotFound, Refusal, WrongState
from ledger.roles import Role
from tests import world
from tests.funds.pages import as_

pytestmark = pytest.mark.once

PASSWORD = "correct horse battery"


@pytest.fixture
def auditor(db: None) -> User:
    user = User.objects.create_user("farah.jabeen", password=PASSWORD, first_name="Farah", last_name="Jabeen")
    user.groups.add(Group.objects.get_or_create(name=Role.AUDITOR.value)[0])
    return user


@pytest.fixture
def signed_in(client: Client, auditor: User) -> Client:
    client.force_login(auditor)
    return client


def answer(error: Exception, path: str = "/requests/1/") -> HttpResponse | None:
    """What the middleware makes of an exception raised by a view."""
    request = RequestFactory().get(path)
    request.user, request.session = AnonymousUser(), SessionStore()
    request._messages = []
    return RefusalMiddleware(lambda request: HttpResponse()).process_exception(request, error)


# Refusals


@pytest.mark.parametrize(
    ("refusal", "status"),
    [
        (NotAllowed("You drafted this request, so somebody else must sanction it."), 403),
        (NotFound("There is no such request in your office."), 404),
        (WrongState("Imran Qureshi returned this at 10:29."), 409),
        (BadInput("Amount 25,00,000.00 is too much."), 422),
    ],
)
def test_each_refusal_becomes_its_page_in_its_own_words(refusal: Refusal, status: int) -> None:
    response = answer(refusal)
    assert response is not None
    assert response.status_code == status
    assert refusal.detail in response.content.decode()


def test_bad_input_names_each_field() -> None:
    response = answer(BadInput("Two things.", fields={"iban": "IBAN PK1 is too short."}))
    assert response is not None
    assert '<a href="#id_iban">IBAN PK1 is too short.</a>' in response.content.decode()


def test_words_of_a_refusal_are_escaped() -> None:
    response = answer(NotAllowed("<script>x</script>"))
    assert response is not None
    assert b"<script>x" not in response.content


def test_the_api_and_our_own_faults_are_left_alone() -> None:
    assert answer(NotAllowed("no"), path="/api/v1/people") is None
    assert answer(ValueError("a fault of ours")) is None


def test_a_lost_database_is_503_and_asks_it_nothing() -> None:
    response = answer(OperationalError("server closed the connection"))
    assert response is not None
    assert response.status_code == 503
    assert response["Retry-After"] == "10"
    assert b"cannot pay twice" in unavailable_page().content


@pytest.mark.django_db(transaction=True)
def test_a_session_that_is_lost_between_two_pages(new_connection: Callable[[], Any]) -> None:
    here = world.build()
    client = as_(here["auditor"])
    assert client.get("/cases/").status_code == 200
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        (pid,) = cursor.fetchone()
    with new_connection().cursor() as other:
        other.execute("SELECT pg_terminate_backend(%s, 10000)", [pid])
    assert client.get("/cases/").status_code == 200


@pytest.mark.django_db
def test_a_database_that_is_away_is_said_by_every_page(signed_in: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    """Also by what stands before the view and asks it first."""

    def away(*_: object) -> None:
        raise OperationalError("connection refused")

    monkeypatch.setattr(connection, "close", lambda: None)
    monkeypatch.setattr("beneficiaries.offices.scope.officer_of", away)
    monkeypatch.setattr("beneficiaries.views.cases.actor", away)
    assert signed_in.get("/cases/").status_code == 503


def test_unknown_address_is_told_in_words(signed_in: Client) -> None:
    response = signed_in.get("/no/such/page")
    assert response.status_code == 404
    assert "There is no such page or record" in response.content.decode()


def test_a_form_from_an_old_page_is_refused_in_words(db: None) -> None:
    response = Client(enforce_csrf_checks=True).post(reverse("login"), {"username": "a", "password": "b"})
    assert response.status_code == 403
    assert "This page was open too long" in response.content.decode()


@pytest.mark.parametrize(
    ("referer", "back"),
    [
        ("http://testserver/requests/7/?tab=money#x", "/requests/7/?tab=money"),
        ("https://other.example/x", "/"),
        ("", "/"),
    ],
)
def test_a_form_sent_after_the_session_ended_leads_back_to_its_page(
    client: Client, db: None, referer: str, back: str
) -> None:
    response = client.post("/requests/7/decide", {}, headers={"referer": referer} if referer else {})
    assert response.status_code == 302
    door = urlsplit(response["Location"])
    assert (door.path, parse_qs(door.query)["next"]) == (reverse("login"), [back])
    assert "What you sent was not recorded" in client.get(response["Location"]).content.decode()
    assert "What you sent was not recorded" not in client.get(client.get("/requests/7/")["Location"]).content.decode()


def test_an_address_of_a_button_is_explained_to_who_visits_it(signed_in: Client) -> None:
    response = signed_in.get("/requests/7/decide")
    assert (response.status_code, response["Allow"]) == (405, "POST")
    assert "This address belongs to a button" in response.content.decode()


# Sign-in


def test_signing_in_and_out(client: Client, auditor: User) -> None:
    response = client.post(reverse("login"), {"username": auditor.username, "password": PASSWORD}, follow=True)
    assert response.redirect_chain == [("/", 302)]
    assert "Farah Jabeen" in response.content.decode()
    assert client.get(reverse("logout")).status_code == 405
    assert "You are signed out" in client.post(reverse("logout"), follow=True).content.decode()
    assert client.get("/").status_code == 302


def test_wrong_password_is_told_on_top_and_counts_towards_the_rest(client: Client, auditor: User) -> None:
    for _ in range(4):
        response = client.post(reverse("login"), {"username": auditor.username, "password": "wrong"})
        assert "do not belong together" in response.content.decode()
    response = client.post(reverse("login"), {"username": auditor.username, "password": "wrong"})
    assert response.status_code == 429
    assert "This account rests for 15 minutes" in response.content.decode()
    assert client.post(reverse("login"), {"username": auditor.username, "password": PASSWORD}).status_code == 429


@pytest.mark.parametrize("demo", [True, False])
def test_practice_accounts_are_listed_on_a_demonstration_server_only(
    client: Client, office_user: User, demo: bool
) -> None:
    with override_settings(DEMO=demo):
        page = client.get(reverse("login")).content.decode()
        footer = "Practice data" in page
    assert (office_user.username in page) is demo
    assert footer is demo


@pytest.fixture
def office_user(auditor: User) -> User:
    from beneficiaries.models import Office, Officer

    office = Office.objects.create(code="T-UI", name="Federal ministry", level="federal")
    Officer.objects.create(user=auditor, office=office, designation="Director audit", cnic="9000100000019")
    return auditor


def test_header_shows_name_and_post(signed_in: Client, office_user: User) -> None:
    page = signed_in.get("/").content.decode()
    assert "Farah Jabeen" in page
    assert "Director audit" in page


def test_password_change_keeps_the_session(signed_in: Client) -> None:
    new = "another horse battery"
    data = {"old_password": PASSWORD, "new_password1": new, "new_password2": new}
    response = signed_in.post(reverse("password_change"), data, follow=True)
    assert "Your password was changed." in response.content.decode()


@pytest.mark.parametrize("name", ["home", "search", "components", "password_change"])
def test_pages_ask_for_sign_in(client: Client, db: None, name: str) -> None:
    response = client.get(reverse(name))
    assert response.status_code == 302
    assert response["Location"].startswith(reverse("login"))


@pytest.mark.parametrize("name", ["help", "accessibility", "keyboard_keys", "login", "logged_out"])
def test_open_pages_need_no_sign_in(client: Client, db: None, name: str) -> None:
    assert client.get(reverse(name)).status_code == 200


# Every page


@pytest.mark.parametrize("name", ["home", "search", "help"])
def test_pages_stay_in_no_cache_and_carry_the_policy(signed_in: Client, name: str) -> None:
    response = signed_in.get(reverse(name))
    assert "no-store" in response["Cache-Control"]
    assert "unsafe" not in response["Content-Security-Policy"]


def test_component_page_is_for_demonstration_servers(signed_in: Client) -> None:
    with override_settings(DEMO=True):
        assert signed_in.get(reverse("components")).status_code == 200
    with override_settings(DEMO=False):
        assert signed_in.get(reverse("components")).status_code == 404


def test_search_shows_what_was_asked_escaped(signed_in: Client, office_user: User) -> None:
    page = signed_in.get(reverse("search"), {"q": '"><script>x'}).content.decode()
    assert "<script>x" not in page
    assert "&quot;&gt;&lt;script&gt;x" in page


# Navigation


def links(user: User, path: str) -> list[tuple[str, bool]]:
    return [(link.label, link.current) for link in sections_for(user, path, waiting=7)]


def with_role(role: Role | None) -> User:
    user = User(username="x", is_active=True)
    user._roles = frozenset({role} if role else ())  # type: ignore[attr-defined]
    return user


def test_each_role_sees_only_its_sections() -> None:
    def labels(role: Role | None) -> list[str]:
        return [label for label, _ in links(with_role(role), "/")]

    work = ["Home", "Requests", "People and cases", "Checks", "Payments", "Funds", "Statements", "Audit"]
    assert labels(Role.AUDITOR) == work
    assert {"Requests", "People and cases", "Payments", "Funds", "Statements", "Audit"}.isdisjoint(
        labels(Role.ADMINISTRATOR)
    )
    assert labels(None) == ["Home"]
    assert "Payments" not in labels(Role.CASE_OFFICER)


def test_the_section_of_the_page_is_marked_and_only_that() -> None:
    marked = [label for label, current in links(with_role(Role.AUDITOR), "/funds/DAD/") if current]
    assert marked == ["Funds"]
    assert [label for label, current in links(with_role(Role.AUDITOR), "/") if current] == ["Home"]
    assert not [label for label, current in links(with_role(Role.AUDITOR), "/help/") if current]


# Health


def test_healthz_answers_without_the_database(
    client: Client, django_assert_num_queries: Callable[[int], object], db: None
) -> None:
    with django_assert_num_queries(0):
        response = client.get("/healthz")
    assert (response.status_code, response.content) == (200, b"ok\n")


def test_readyz_tells_whether_the_schema_fits(client: Client, db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    assert client.get("/readyz").json() == {"ready": True, "database": "ok"}
    monkeypatch.setattr(views.MigrationExecutor, "migration_plan", lambda self, targets: [("funds.0009_later", False)])
    response = client.get("/readyz")
    assert response.status_code == 503
    assert response.json()["missing"] == ["funds.0009_later"]


def test_readyz_says_503_without_a_database(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    def gone(_: object) -> None:
        raise OperationalError("connection refused")

    monkeypatch.setattr(views, "lacking", gone)
    assert client.get("/readyz").status_code == 503
    assert connection.alias == "default"
