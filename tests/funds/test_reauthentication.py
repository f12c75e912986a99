"""A large sanction asks for the password again, in place, and nothing typed is lost."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.test import Client
from django.utils import timezone

from beneficiaries.models import Limit
from funds import approvals
from funds.chain import reauthentication
from funds.chain.reauthentication import PasswordNeeded
from funds.models import Decision, Disbursement, Sanction
from tests.funds.pages import as_, source, words
from tests.world import DAY, PASSWORD, World

pytestmark = pytest.mark.django_db


@pytest.fixture
def here(small_world: World) -> World:
    above(Decimal("19999.99"))
    return small_world


def above(value: Decimal) -> None:
    Limit.objects.create(code="password_above_amount", value=value, effective_from=DAY, source="House rules")


def sent(row: Disbursement, **more: str) -> dict[str, str]:
    return {"seen": row.digest, "at": "3", "decision": "approve", "approve-remarks": "Compared with the order."} | more


def test_only_a_sanction_above_the_amount_asks(here: World) -> None:
    row = here.at_sanction()  # the steps before asked nobody
    with pytest.raises(PasswordNeeded, match=r"above Rs 19,999\.99 needs your password") as refused:
        approvals.approve(disbursement=row.pk, by=here["approver"], on=DAY)
    assert (refused.value.code, refused.value.status) == ("password_needed", 403)
    small = here.at_sanction(here.draft("19999"))
    assert approvals.approve(disbursement=small.pk, by=here["approver"], on=DAY).state == "sanctioned"


def test_the_amount_of_the_day_counts(here: World) -> None:
    Limit.objects.create(
        code="password_above_amount", value=50000, effective_from=DAY + timedelta(days=1), source="House rules"
    )
    row = here.at_sanction()
    assert reauthentication.asked(row, None, on=DAY)
    assert not reauthentication.asked(row, None, on=DAY + timedelta(days=1))
    assert not reauthentication.asked(row, None, on=DAY - timedelta(days=1))


@pytest.mark.parametrize(("minutes", "asks"), [(0, False), (4, False), (6, True)])
def test_it_counts_for_five_minutes(here: World, minutes: int, asks: bool) -> None:
    row = here.at_sanction()
    given = timezone.now() - timedelta(minutes=minutes)
    assert reauthentication.asked(row, given, on=DAY) is asks


def test_returning_asks_nobody(here: World) -> None:
    row = here.at_sanction()
    why = {"ground": "other", "reason": "Look again"}
    assert approvals.return_for_correction(disbursement=row.pk, by=here["approver"], on=DAY, **why).state == "returned"


def test_the_page_asks_in_place_and_keeps_what_was_typed(here: World) -> None:
    row = here.at_sanction()
    client, url = as_(here["approver"]), f"/requests/{row.pk}/decide"
    assert 'name="approve-password"' in source(client.get(f"/requests/{row.pk}/"))
    answer = client.post(url, sent(row))
    assert answer.status_code == 422 and "what you wrote is kept" in words(answer)
    assert "Compared with the order." in source(answer).split('name="approve-remarks"')[1][:400]
    answer = client.post(url, sent(row) | {"approve-password": "not this one"})
    assert answer.status_code == 422 and "This is not your password" in words(answer)
    assert "not this one" not in source(answer) and not Sanction.objects.exists()
    assert "Compared with the order." in source(answer)
    assert client.post(url, sent(row) | {"approve-password": PASSWORD}).status_code == 303
    assert Decision.objects.get(decided_by=here["approver"]).reason == "Compared with the order."


def test_given_once_it_is_not_asked_again_for_a_while(here: World) -> None:
    first, second = here.at_sanction(), here.at_sanction()
    client = as_(here["approver"])
    client.post(f"/requests/{first.pk}/decide", sent(first) | {"approve-password": PASSWORD})
    assert 'name="approve-password"' not in source(client.get(f"/requests/{second.pk}/"))
    assert client.post(f"/requests/{second.pk}/decide", sent(second)).status_code == 303


def test_signing_in_counts(here: World) -> None:
    row, client = here.at_sanction(), Client()
    client.post("/sign-in", {"username": "approver", "password": PASSWORD})
    assert client.post(f"/requests/{row.pk}/decide", sent(row)).status_code == 303


def test_a_page_opened_in_time_and_sent_too_late_asks_then(here: World) -> None:
    row, client = here.at_sanction(), as_(here["approver"])
    given_at(client, here, minutes=4)
    assert 'name="approve-password"' not in source(client.get(f"/requests/{row.pk}/"))
    given_at(client, here, minutes=6)
    answer = client.post(f"/requests/{row.pk}/decide", sent(row))
    assert answer.status_code == 422 and 'name="approve-password"' in source(answer)
    assert "Compared with the order." in source(answer)


def given_at(client: Client, here: World, *, minutes: int, role: str = "approver") -> None:
    session = client.session
    at = timezone.now() - timedelta(minutes=minutes)
    session[reauthentication.SESSION_KEY] = [here[role].pk, at.isoformat()]
    session.save()


def test_another_users_password_does_not_count(here: World) -> None:
    row, client = here.at_sanction(), as_(here["approver"])
    given_at(client, here, minutes=0, role="verifier")
    assert client.post(f"/requests/{row.pk}/decide", sent(row)).status_code == 422


def test_five_wrong_passwords_lock_the_account(here: World) -> None:
    row, client = here.at_sanction(), as_(here["approver"])
    for _ in range(5):
        answer = client.post(f"/requests/{row.pk}/decide", sent(row) | {"approve-password": "guess"})
    assert answer.status_code == 429
    answer = client.post(f"/requests/{row.pk}/decide", sent(row) | {"approve-password": PASSWORD})
    assert answer.status_code == 429 and not Sanction.objects.exists()


def test_the_api_names_what_to_do(here: World, client: Client) -> None:
    row = here.at_sanction()
    client.force_login(here["approver"])
    url, body = f"/api/v1/disbursements/{row.pk}/decisions", {"action": "approve", "seen_digest": row.digest, "at": 3}
    answer = client.post(url, body, content_type="application/json")
    assert (answer.status_code, answer.json()["code"]) == (403, "password_needed")
    assert "Give it on its page" in answer.json()["detail"]
    given_at(client, here, minutes=1)
    assert client.post(url, body, content_type="application/json").status_code == 201
