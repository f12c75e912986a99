"""The header's sections stand on every role's home; a page's own context must not hide them."""

import re

import pytest
from django.test import Client

from ledger.roles import Role
from tests.world import World

pytestmark = pytest.mark.once


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
