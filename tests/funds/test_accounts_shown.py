"""A payee's whole IBAN: asked for with a reason, recorded, and told in the trail; never in a form or an address."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from audit.trail import build
from beneficiaries.models import Disclosure
from funds.requests.accounts_shown import reveal_account
from ledger.errors import BadInput, NotAllowed, NotFound, WrongState
from tests import world

pytestmark = [pytest.mark.django_db, pytest.mark.once]
IBAN, SPACED, MASKED = "PK66HABB0000000000000002", "PK66 HABB 0000 0000 0000 0002", "PK** HABB **** 0002"


@pytest.fixture
def here() -> world.World:
    return world.build()


@pytest.fixture
def browse(here: world.World) -> Callable[[str], Client]:
    def signed_in(role: str) -> Client:
        client = Client()
        client.force_login(here[role])
        return client

    return signed_in


def test_account_is_shown_with_a_reason_and_a_trace(here: world.World) -> None:
    request = here.transfer(IBAN)
    line = request.lines.get()
    asked: dict[str, Any] = {"disbursement": request.pk, "line": line.pk, "reason": "Cheque leaf seen"}
    assert reveal_account(**asked, by=here["ddo"]) == IBAN
    look = Disclosure.objects.get()
    assert (look.line, look.shown_to, look.subject) == (
        line.pk, here["ddo"], f"{line.payee_name}, {request.number} line 1",
    )  # fmt: skip
    event = next(event for event in build(request.pk, by=here["auditor"]).events if event.title.startswith("Shown"))
    assert (event.who.id, event.text) == (here["ddo"].pk, "Reason: Cheque leaf seen")
    with pytest.raises(BadInput):
        reveal_account(**asked | {"reason": " "}, by=here["ddo"])
    with pytest.raises(NotAllowed):
        reveal_account(**asked, by=here["approver"])
    with pytest.raises(NotFound):
        reveal_account(**asked, by=here["quetta"])
    with pytest.raises(NotFound):
        reveal_account(**asked | {"disbursement": here.draft().pk}, by=here["ddo"])
    cheque = here.draft()
    with pytest.raises(WrongState, match="is not paid into an account"):
        reveal_account(disbursement=cheque.pk, line=cheque.lines.get().pk, reason="Look", by=here["ddo"])
    assert Disclosure.objects.count() == 1


def test_page_masks_until_asked(here: world.World, browse: Callable[[str], Client]) -> None:
    request = here.transfer(IBAN)
    address = reverse("line_account", args=[request.pk, request.lines.get().pk])
    client = browse("ddo")
    assert address in client.get(request.get_absolute_url()).content.decode()
    page = client.get(address).content.decode()
    assert MASKED in page and SPACED not in page and "Nobody has looked" in page
    assert client.post(address, {"reason": ""}).status_code == 422
    shown = client.post(address, {"reason": "Cheque leaf seen"}).content.decode()
    assert SPACED in shown and "Cheque leaf seen" in shown
    assert SPACED not in client.get(address).content.decode()
    auditors = browse("auditor").get(reverse("shown_values"), {"q": "leaf"}).content.decode()
    assert "IBAN of Zainab Bibi" in auditors and "Cheque leaf seen" in auditors and IBAN not in auditors


def test_changing_a_draft_keeps_the_account_that_is_not_shown(
    here: world.World, browse: Callable[[str], Client]
) -> None:
    request = here.transfer(IBAN)
    client, address = browse("case_officer"), reverse("disbursement_edit", args=[request.pk])
    page = client.get(address)
    assert IBAN not in page.content.decode() and f"Empty keeps {MASKED}" in page.content.decode()
    head = page.context["entry"].head.initial
    form = {"title": head["title"], "pay_to": head["pay_to"], "reason": "Amount", "lines-1-amount": "15000",
            "lines-1-method": "transfer", "lines-1-iban": ""}  # fmt: skip
    for name, value in page.context["entry"].__dict__.items():
        if name == "causes":
            form["case"] = [cause.key for cause in value]
    answer = client.post(address, form)
    assert answer.status_code == 303, answer.content.decode()[:3000]
    line = request.lines.get()
    assert (line.iban, line.amount) == (IBAN, 15000)
