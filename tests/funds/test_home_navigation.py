"""The header's sections stand on every role's home, and no page of money offers a link that is refused."""

import html
import re

import pytest
from django.test import Client

from ledger.models import JournalEntry
from ledger.roles import Role
from tests.world import World, make_user

pytestmark = pytest.mark.once

LINK = re.compile(r'<a[^>]* href="(/[^"#]*)')
SPAN = "2025-07-01&amp;to=2026-06-30"


@pytest.mark.django_db
@pytest.mark.parametrize("role", [role.value for role in Role])
def test_home_of_every_role_has_the_navigation(role: str, client: Client, small_world: World) -> None:
    client.force_login(small_world[role])
    page = client.get("/")
    assert page.status_code == 200
    assert 'aria-current="page"' in page.content.decode()


@pytest.mark.django_db
@pytest.mark.parametrize("role", [role.value for role in Role])
def test_no_link_of_a_first_page_is_refused(role: str, client: Client, small_world: World) -> None:
    small_world.submitted()
    client.force_login(small_world[role])
    links = set(re.findall(r'<a[^>]* href="(/[^"#]*)', client.get("/").content.decode()))
    assert links
    assert {link: code for link in links if (code := client.get(link).status_code) >= 400} == {}


@pytest.mark.django_db
@pytest.mark.parametrize("role", [role.value for role in Role])
def test_no_link_of_a_paid_request_is_refused(role: str, client: Client, small_world: World) -> None:
    """Its details, its money and its trail, for everybody who sees them."""
    request = small_world.paid()[0].voucher.sanction.disbursement
    client.force_login(small_world[role])
    address = request.get_absolute_url()
    pages = [client.get(page) for page in (address, f"{address}?tab=money", f"/requests/{request.pk}/trail")]
    links = {link for page in pages for link in LINK.findall(page.content.decode())}
    assert links
    assert {link: code for link in links if (code := client.get(html.unescape(link)).status_code) >= 400} == {}


@pytest.mark.django_db
def test_no_link_of_a_fund_is_refused_to_another_office(client: Client, small_world: World) -> None:
    """It asks the fund for money and sees how much is left; the books stay closed, so no page offers them."""
    small_world.paid()
    client.force_login(make_user("quetta_finance", small_world.quetta_office, Role.FINANCE_OFFICER))
    pages = [client.get("/funds/TEST/"), client.get("/statements/TEST/2025-26/")]
    links = {link for page in pages for link in LINK.findall(page.content.decode())}
    assert {page.status_code for page in pages} == {200} and "/funds/TEST/trial-balance" not in links
    assert {link: code for link in links if (code := client.get(html.unescape(link)).status_code) >= 400} == {}
    client.force_login(small_world["finance_officer"])
    assert "/funds/TEST/trial-balance" in client.get("/funds/TEST/").content.decode()


@pytest.mark.django_db
def test_who_opens_the_books_gets_from_a_request_to_its_entries(client: Client, small_world: World) -> None:
    request = small_world.paid()[0].voucher.sanction.disbursement
    entry = JournalEntry.objects.filter(kind="voucher").latest("pk")
    shown = {}
    for role in ("auditor", "case_officer"):
        client.force_login(small_world[role])
        shown[role] = client.get(f"{request.get_absolute_url()}?tab=money").content.decode()
    for link in (f'href="/funds/TEST/entries/{entry.pk}"', f'href="/funds/TEST/accounts/G-PAY?from={SPAN}'):
        assert link in shown["auditor"] and link not in shown["case_officer"]
    assert "G-PAY" in shown["case_officer"]
