"""The header's sections stand on every role's home; a page's own context must not hide them."""

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
