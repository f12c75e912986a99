"""A small world without a test of its own, and signed-in browsers."""

from collections.abc import Callable

import pytest
from django.test import Client

from tests.world import World


@pytest.fixture
def w(small_world: World) -> World:
    return small_world


@pytest.fixture
def browse(w: World) -> Callable[[str], Client]:
    """A browser in which this user of the world has signed in."""

    def signed_in(username: str) -> Client:
        client = Client()
        client.force_login(w[username])
        return client

    return signed_in
