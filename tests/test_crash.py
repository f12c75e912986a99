"""The short form of the crash drill (tests/faults): one kill -9 of the whole server under writers at work."""

import pytest

from tests.faults.crash import crash
from tests.faults.installation import chance, installation

pytestmark = pytest.mark.once


def test_kill_9_of_the_server_loses_nothing_and_doubles_nothing() -> None:
    with installation("gate", "auth", "ledger") as made:
        crash(made, chance(), rounds=1, writers=3)
