"""An administrator looks after users: nothing that tells of a request is shown to one, by no page, call or search."""

from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client

from ledger.roles import Role
from tests.permissions.places import places

__all__ = ["places"]
pytestmark = [pytest.mark.django_db, pytest.mark.once]

CALLS = (
    "/disbursements",
    "/disbursements/{draft}",
    "/disbursements/{draft}/lines",
    "/disbursements/{draft}/decisions",
    "/disbursements/{draft}/notes",
    "/disbursements/{draft}/note-sheet",
    "/decisions",
    "/sanctions",
    "/sanctions/{sanction}/paper",
    "/vouchers",
    "/vouchers/{voucher}",
    "/vouchers/{voucher}/pdf",
    "/vouchers/{voucher}/prints",
    "/vouchers/{signed}/signature",
    "/vouchers/missing",
    "/schedules",
    "/schedules/{schedule}",
    "/schedules/{schedule}/lines",
    "/schedules/{schedule}/pdf",
    "/instruments",
    "/instruments/{instrument}",
    "/diary",
    "/dispatch",
)


@pytest.fixture
def as_() -> Callable[[str], Client]:
    def client(username: str) -> Client:
        made = Client()
        made.force_login(User.objects.get(username=username))
        return made

    return client


@pytest.mark.parametrize(("role", "status"), [(Role.ADMINISTRATOR, 403), (Role.AUDITOR, 200)])
def test_calls_that_tell_of_requests(
    role: Role, status: int, places: dict[str, tuple[Any, ...]], as_: Callable[[str], Client]
) -> None:
    client, named = as_(role), places["sent"][0]
    told = {path: client.get(f"/api/v1{path.format(**named)}").status_code for path in CALLS}
    assert {path: found for path, found in told.items() if found != status} == {}


def test_an_administrators_first_page_and_search_tell_of_none(
    places: dict[str, tuple[Any, ...]], as_: Callable[[str], Client]
) -> None:
    client, voucher = as_(Role.ADMINISTRATOR), places["sent"][0]["voucher"]
    assert "TEST/" not in client.get("/").content.decode()
    assert f"Voucher {voucher}" not in client.post("/search/", {"q": voucher}).content.decode()
