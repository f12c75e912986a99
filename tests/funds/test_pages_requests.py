"""The main job by clicking: every page and form from a case to a closed request, as the officer of each step."""

import re

import pytest
from django.contrib.auth.models import User
from django.test import Client

from funds.models import Disbursement, Instrument, Voucher
from tests import world
from tests.world import World

pytestmark = pytest.mark.django_db


@pytest.fixture
def here() -> World:
    return world.build()


def as_(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def hidden(page: str) -> dict[str, list[str]]:
    """The hidden fields of a page, as a browser would send them back."""
    found: dict[str, list[str]] = {}
    for tag in re.findall(r'<input type="hidden"[^>]*>', page):
        name, value = re.search(r'name="([^"]+)"', tag), re.search(r'value="([^"]*)"', tag)
        if name and value:
            found.setdefault(name[1], []).append(value[1])
    return found


def text_of(answer: object) -> str:
    return answer.content.decode()


def test_from_case_to_closed_by_clicking(here: World) -> None:
    obligation = here.obligation()
    here.four_heirs(obligation)
    maker = as_(here["case_officer"])
    case = obligation.order.case
    first = text_of(maker.get(f"/requests/new/?case={case.pk}"))
    assert "TEST:diyat" in first and "TEST:fine" not in first
    second = text_of(maker.get(f"/requests/new/?case={case.pk}&what=TEST:diyat&pick=o{obligation.pk}&go=1"))
    assert "9/72" in second and "5,66,667.00" in second
    answer = maker.post(
        "/requests/new/",
        hidden(second)
        | {
            "title": "Balance of diyat",
            "pay_to": "Sessions Judge",
            "total": "12,00,000",
            **{f"lines-{n}-method": "cheque" for n in (1, 2, 3)},
            "lines-4-method": "certificate",
        },
    )
    assert answer.status_code == 303, text_of(answer)
    request = Disbursement.objects.get()
    page = answer["Location"]
    assert maker.post(f"{page}submit").status_code == 303
    for role in ("verifier", "finance_officer", "approver"):
        client = as_(here[role])
        shown = text_of(client.get(page))
        assert "Your decision is next." in shown
        sent = {"decision": "approve", "seen": hidden(shown)["seen"][0], "approve-read": "on"}
        assert client.post(f"{page}decide", sent).status_code == 303
    ddo = as_(here["ddo"])
    assert ddo.post(f"{page}voucher").status_code == 303
    voucher = Voucher.objects.get()
    assert voucher.number in text_of(ddo.get(page))
    printed = ddo.post(f"/vouchers/{voucher.number}/pdf")
    assert printed["Content-Type"] == "application/pdf" and printed.content.startswith(b"%PDF")
    numbers = {f"number-{line.pk}": f"0047{line.position}" for line in request.lines.all()}
    assert ddo.post(f"{page}instruments", numbers).status_code == 303
    ticked = {"instrument": [str(pk) for pk in Instrument.objects.values_list("pk", flat=True)]}
    assert as_(here["reconciler"]).post(f"{page}clear", ticked).status_code == 303
    receipt = ticked | {"received_by": "Sessions Judge", "reference": "R 12"}
    assert maker.post(f"{page}receipts", receipt).status_code == 303
    assert "record the release first" in text_of(maker.get(page))
    assert maker.post(f"{page}release", {"case": case.pk, "reference": "Order 12, certificate 3"}).status_code == 303
    assert maker.post(f"{page}close").status_code == 303
    request.refresh_from_db()
    assert request.state == "closed"
    money = text_of(maker.get(f"{page}?tab=money"))
    assert money.count("Cleared by the bank") == 4
