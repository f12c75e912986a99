"""A repeated request has the effect of one, however it is repeated; the answers are evidence."""

import threading
from collections import Counter
from collections.abc import Callable
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction
from django.test import Client

from beneficiaries.models import Person
from config import idempotency
from config.models import IdempotencyKey
from funds import budgets
from funds.models import Receipt, VoucherPrint
from ledger.errors import WrongState
from ledger.models import JournalEntry
from tests import world
from tests.api.conftest import ROOT, Api, person
from tests.api.test_refusals import receipt, refused

AT_ONCE = 32


def test_repeated_request_is_answered_again_and_acts_once(api: Api) -> None:
    first = api.post("/receipts", receipt(), as_="fund_manager", key="k-1")
    entries = JournalEntry.objects.count()
    again = api.post("/receipts", receipt(), as_="fund_manager", key="k-1")
    assert (first.status_code, again.status_code) == (201, 201)
    assert first.content == again.content
    assert "Idempotency-Replayed" not in first
    assert again["Idempotency-Replayed"] == "true"
    assert (Receipt.objects.count(), JournalEntry.objects.count()) == (2, entries)  # one is the world's own


def test_order_of_names_in_the_body_says_nothing(api: Api) -> None:
    api.good(api.post("/receipts", receipt(), as_="fund_manager", key="k-1"))
    turned = dict(reversed(receipt().items()))
    assert api.post("/receipts", turned, as_="fund_manager", key="k-1")["Idempotency-Replayed"] == "true"


def test_other_body_or_address_is_422(api: Api) -> None:
    api.good(api.post("/receipts", receipt(), as_="fund_manager", key="k-1"))
    refused(api.post("/receipts", receipt(amount="501.00"), as_="fund_manager", key="k-1"), 422, "key_reused")
    refused(api.post("/allocations", receipt(), as_="fund_manager", key="k-1"), 422, "key_reused")
    assert Receipt.objects.count() == 2


def test_key_belongs_to_its_user(api: Api) -> None:
    draft = api.here.draft()
    api.good(api.post(f"/disbursements/{draft.pk}/submit", as_="case_officer", key="same"))
    body = {"action": "approve", "seen_digest": api.good(api.get(f"/disbursements/{draft.pk}"))["digest"]}
    for officer in ("verifier", "finance_officer"):
        made = api.post(f"/disbursements/{draft.pk}/decisions", body, as_=officer, key="same")
        assert api.good(made) and "Idempotency-Replayed" not in made


def test_refusal_is_not_kept_and_leaves_nothing(api: Api) -> None:
    refused(api.post("/receipts", receipt(kind="refund"), as_="fund_manager", key="k-1"), 422, "bad_input")
    assert not IdempotencyKey.objects.exists()
    assert api.post("/receipts", receipt(), as_="fund_manager", key="k-1").status_code == 201


def test_work_done_before_a_refusal_is_taken_back(api: Api, monkeypatch: pytest.MonkeyPatch) -> None:
    def late(**values: Any) -> None:
        record(**values)
        raise WrongState("Too late.")

    record = budgets.record_receipt
    monkeypatch.setattr(budgets, "record_receipt", late)
    for key in ("k-1", ""):
        refused(api.post("/receipts", receipt(), as_="fund_manager", key=key), 409, "wrong_state")
        assert Receipt.objects.count() == 1


@pytest.mark.parametrize("key", ["", " ", "a b", "x" * 201, "é", "\t", "a\x7f"])
def test_key_must_be_visible_ascii(api: Api, key: str) -> None:
    headers = api.headers("fund_manager") | {"Idempotency-Key": key}
    response = api.client.post(f"{ROOT}/receipts", receipt(), "application/json", headers=headers)
    assert set(refused(response, 422, "bad_input")) == {"Idempotency-Key"}
    assert Receipt.objects.count() == 1


def test_printing_is_counted_once_and_its_paper_given_again(api: Api) -> None:
    number = api.here.vouchered().number
    first = api.post(f"/vouchers/{number}/print", as_="ddo", key="print-1")
    again = api.post(f"/vouchers/{number}/print", as_="ddo", key="print-1")
    assert first.content == again.content
    assert again["Content-Type"] == "application/pdf"
    assert VoucherPrint.objects.count() == 1


def test_repetition_of_a_revoked_token_is_refused(api: Api) -> None:
    api.good(api.post("/receipts", receipt(), as_="fund_manager", key="k-1"))
    api.user("fund_manager").api_tokens.update(revoked_at="2026-01-01T00:00Z")
    refused(api.post("/receipts", receipt(), as_="fund_manager", key="k-1"), 401, "unauthorized")


def test_effect_and_key_are_written_together_or_not_at_all(api: Api, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(**values: Any) -> None:
        raise DatabaseError("the disk is full")

    api.secret("fund_manager")
    monkeypatch.setattr(IdempotencyKey.objects, "create", fail)
    api.client.raise_request_exception = False
    assert api.post("/receipts", receipt(), as_="fund_manager", key="k-1").status_code >= 500
    assert Receipt.objects.count() == 1


@pytest.mark.parametrize(
    "statement", ["UPDATE config_idempotencykey SET status = 500", "DELETE FROM config_idempotencykey"]
)
def test_answers_are_never_changed(api: Api, statement: str) -> None:
    api.good(api.post("/receipts", receipt(), as_="fund_manager", key="k-1"))
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)


def test_work_in_progress_is_409_and_may_be_asked_again(api: Api, new_connection: Callable[[], Any]) -> None:
    raw = new_connection()
    name = f"idempotency:{api.user('fund_manager').pk}:k-1"
    with raw.cursor() as other:
        other.execute("SELECT pg_advisory_xact_lock(hashtext(%s), 0)", [name])
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL lock_timeout = '100ms'")
    refused(api.post("/receipts", receipt(), as_="fund_manager", key="k-1"), 409, "in_progress")
    assert Receipt.objects.count() == 1
    raw.rollback()
    assert api.post("/receipts", receipt(), as_="fund_manager", key="k-1").status_code == 201


def all_at_once(api: Api, keys: list[str]) -> list[Any]:
    """The same person registered with each of these keys, every request in a thread of its own.

    Without a CNIC nothing but the key tells one registration from a repetition of it.
    """
    headers, body = api.headers("case_officer"), person(api, cnic=None, name="Only Once")
    start = threading.Barrier(len(keys))
    answers: list[Any] = []

    def send(key: str) -> None:
        try:
            start.wait(60)
            sent = headers | ({"Idempotency-Key": key} if key else {})
            answers.append(Client().post(f"{ROOT}/people", body, "application/json", headers=sent))
        finally:
            connection.close()

    threads = [threading.Thread(target=send, args=[key]) for key in keys]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(120)
    assert len(answers) == len(keys)
    return answers


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_32_at_once_with_one_key_act_once() -> None:
    answers = all_at_once(Api(world.build()), ["one"] * AT_ONCE)
    assert {answer.status_code for answer in answers} == {201}
    assert len({answer.content for answer in answers}) == 1
    assert Counter("Idempotency-Replayed" in answer for answer in answers) == {True: AT_ONCE - 1, False: 1}
    assert Person.objects.filter(name="Only Once").count() == 1
    assert IdempotencyKey.objects.count() == 1


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_control_without_a_key_each_acts() -> None:
    answers = all_at_once(Api(world.build()), [""] * 8)
    assert {answer.status_code for answer in answers} == {201}
    assert Person.objects.filter(name="Only Once").count() == 8


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_without_the_lock_the_table_still_lets_only_one_stay(monkeypatch: pytest.MonkeyPatch) -> None:
    """Second line: everybody finds no answer yet and acts, and the unique key takes all but one back."""
    looked = threading.Barrier(8)
    monkeypatch.setattr(idempotency, "hold", lambda name: None)
    monkeypatch.setattr(idempotency, "_kept_if_good", _after(looked, idempotency._kept_if_good))
    answers = all_at_once(Api(world.build()), ["one"] * 8)
    assert Counter(answer.status_code for answer in answers) == {201: 1, 409: 7}
    assert Person.objects.filter(name="Only Once").count() == 1


def _after(looked: threading.Barrier, act: Callable[..., Any]) -> Callable[..., Any]:
    def wait(*args: Any) -> Any:
        looked.wait(60)
        return act(*args)

    return wait
