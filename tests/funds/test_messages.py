"""Payees are told of sanctions, payments and failures: once, without a name, and not where it would put them at risk."""

import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.core import mail
from django.db import transaction
from django.test import Client

from audit import trail
from beneficiaries import registry
from beneficiaries.models import Pair
from beneficiaries.people import contact, merging
from funds import approvals, payments
from funds.jobs import running, worker
from funds.messages import gateways, notices, resending, sending
from funds.messages.gateways import MailGateway, NotTaken, Turned, Unseen
from funds.models import Disbursement, Job, Message, MessageEvent, MessageText
from ledger.errors import BadInput, NotAllowed, NotFound, WrongState
from tests import world
from tests.funds.by_sql import copied, flat, no, refused, yes
from tests.funds.jobs_world import no_wait
from tests.world import World

pytestmark = pytest.mark.django_db
PHONE = "03001234567"
What = MessageEvent.What


class Gateway:
    """Keeps what it is given, after the faults it was given first."""

    repeats_safely = True

    def __init__(self) -> None:
        self.taken: list[tuple[str, str, str]] = []
        self.faults: list[Exception] = []

    def send(self, *, key: str, to: str, text: str) -> str:
        if self.faults:
            raise self.faults.pop(0)
        self.taken.append((key, to, text))
        return f"G-{len(self.taken)}"


@pytest.fixture
def gateway(monkeypatch: pytest.MonkeyPatch) -> Gateway:
    made = Gateway()
    monkeypatch.setattr(sending, "gateway", lambda: made)
    no_wait(monkeypatch)
    return made


@pytest.fixture
def here(small_world: World, gateway: Gateway) -> World:
    for row in json.loads((world.PACK / "message_texts.json").read_text())["rows"]:
        MessageText.objects.create(**row | {"effective_to": None})
    return small_world


def request_of(here: World, **given: Any) -> Disbursement:
    """A draft for one person with a telephone."""
    return here.draft(person=here.person("Zarmina Gul", **{"phone": PHONE} | given))


def told(request: Disbursement) -> list[tuple[str, str]]:
    """Occasion and state of each message, earliest first."""
    rows = resending.visible_messages(request.maker).filter(disbursement=request).order_by("pk")
    return [(row.occasion, resending.state_of(row)) for row in rows]


def only(request: Disbursement) -> Message:
    return resending.visible_messages(request.maker).get(disbursement=request)


def test_sanction_payment_and_failure_are_told_with_amount_and_number_only(here: World, gateway: Gateway) -> None:
    request = request_of(here)
    (cheque,) = here.paid(request)
    payments.fail_instrument(
        instrument=cheque.pk, state="returned", reason="Name differs", by=here["ddo"], on=world.DAY
    )
    assert gateway.taken == [], "nothing goes out before the acts are committed and a worker comes"
    worker.work(once=True)
    assert told(request) == [("sanction", "sent"), ("payment", "sent"), ("return", "sent")]
    assert {to for _, to, _ in gateway.taken} == {PHONE}
    for _, _, text in gateway.taken:
        assert "20,000.00" in text
        assert request.number in text
        assert "Zarmina" not in text
    assert only_event(request, "sanction").reference == "G-1"
    worker.work(once=True)
    assert len(gateway.taken) == 3


def only_event(request: Disbursement, occasion: str) -> MessageEvent:
    return MessageEvent.objects.filter(message__disbursement=request, message__occasion=occasion).latest("serial")


def test_language_and_stop_are_the_person_s_own(here: World, gateway: Gateway) -> None:
    english, silent, none = request_of(here), request_of(here, phone="03007654321"), request_of(here, phone="")
    contact.set_wish(person=english.lines.get().person_id, language="en", by=here["case_officer"])
    contact.set_wish(
        person=silent.lines.get().person_id, language="ur", stop="The husband reads it", by=here["verifier"]
    )
    for request in (english, silent, none):
        here.sanctioned(request)
    worker.work(once=True)
    assert [told(request) for request in (english, silent, none)] == [
        [("sanction", "sent")], [("sanction", "no_contact")], [("sanction", "no_address")],
    ]  # fmt: skip
    assert [text for _, _, text in gateway.taken] == [only(english).text]
    assert only(english).text.startswith("Rs 20,000.00 was sanctioned for you")
    assert "روپے" in only(none).text
    assert (only(silent).phone, only(none).phone) == ("", "")
    assert all(job.state == "done" for job in Job.objects.all())


def test_a_minor_s_guardian_is_told_and_a_stop_of_either_holds(here: World, gateway: Gateway) -> None:
    guardian = here.person("Rehmat Bibi", phone=PHONE)
    child = here.person("Maryam Gul", is_minor=True, guardian=guardian, phone="03009999999")
    line = type("Line", (), {"person": child})()
    assert sending.told_person(line)[0] == guardian  # type: ignore[arg-type]
    contact.set_wish(person=child.pk, language="en", stop="Not at home", by=here["case_officer"])
    assert sending.told_person(line)[1].stop == "Not at home"  # type: ignore[arg-type]


def test_a_stop_holds_under_every_record_of_the_person(here: World) -> None:
    one, other = here.person("Nusrat Bibi", cnic=None), here.person("Nusrat Begum", cnic=None)
    contact.set_wish(person=other.pk, language="en", stop="At risk", by=here["case_officer"])
    pair = Pair.objects.filter(first=one, second=other).first()
    assert pair is not None, "they are alike"
    merging.merge(pair=pair.pk, keep=one.pk, reason="One card", by=here["verifier"])
    contact.set_wish(person=one.pk, language="en", by=here["case_officer"])
    assert contact.contact_of(one).stop == "At risk"


def test_wishes_are_set_by_who_looks_after_people(here: World) -> None:
    person = here.person()
    with pytest.raises(NotAllowed):
        contact.set_wish(person=person.pk, language="en", by=here["auditor"])
    with pytest.raises(NotFound):
        contact.set_wish(person=person.pk, language="en", by=here["quetta"])
    with pytest.raises(BadInput, match="Choose a language"):
        contact.set_wish(person=person.pk, language="fr", by=here["case_officer"])


def test_what_is_not_taken_is_tried_again_and_what_is_refused_is_not(here: World, gateway: Gateway) -> None:
    gateway.faults = [NotTaken("busy"), NotTaken("busy")]
    request = request_of(here)
    here.sanctioned(request)
    worker.work(once=True)
    assert [event.what for event in only(request).events.all()] == [
        "begun",
        "failed",
        "begun",
        "failed",
        "begun",
        "sent",
    ]
    assert len(gateway.taken) == 1
    gateway.faults = [Turned("no such number"), Unseen("cut off")]
    refused_, unseen = request_of(here), request_of(here)
    for row in (refused_, unseen):
        here.sanctioned(row)
    worker.work(once=True)
    assert (told(refused_), told(unseen)) == ([("sanction", "refused")], [("sanction", "unknown")])
    assert len(gateway.taken) == 1


class Killed(BaseException):
    """Ends the process."""


def test_a_call_whose_end_nobody_saw(here: World, gateway: Gateway) -> None:
    """A gateway that knows the key is asked again; another is not, because the payee would be told twice."""
    for safely, events in ((True, ["begun", "begun", "sent"]), (False, ["begun", "unknown"])):
        gateway.repeats_safely, gateway.faults = safely, [Killed()]  # type: ignore[list-item]
        request = request_of(here)
        here.sanctioned(request)
        with pytest.raises(Killed):
            worker.work(once=True)
        assert told(request) == [("sanction", "begun")]
        worker.work(once=True)
        assert [event.what for event in only(request).events.all()] == events
    assert len(gateway.taken) == 1


def test_a_stop_between_writing_and_sending_holds(here: World, gateway: Gateway) -> None:
    gateway.faults = [NotTaken("busy")]
    request = request_of(here)
    here.sanctioned(request)
    running.perform(Job.objects.latest("pk").pk)
    assert told(request) == [("sanction", "failed")]
    contact.set_wish(person=request.lines.get().person_id, language="ur", stop="At risk", by=here["case_officer"])
    worker.work(once=True)
    assert told(request) == [("sanction", "withheld")]
    assert gateway.taken == []


def test_nothing_is_told_of_what_was_rolled_back(here: World) -> None:
    request = here.at_sanction(request_of(here))
    with transaction.atomic():
        approvals.approve(disbursement=request.pk, by=here["approver"], on=world.DAY)
        transaction.set_rollback(True)
    assert not Job.objects.filter(kind="tell").exists()


def test_without_a_text_in_force_the_notice_fails_and_says_so(here: World, gateway: Gateway) -> None:
    MessageText.objects.update(effective_to=date(2024, 1, 1), effective_from=date(2020, 1, 1))
    here.sanctioned(request_of(here))
    worker.work(once=True)
    job = Job.objects.latest("pk")
    assert (job.state, job.words) == ("failed", "No text for “Sanctioned” is in force. Load the pack.")


def test_the_trail_counts_what_payees_were_told(here: World) -> None:
    request = here.sanctioned(request_of(here))
    worker.work(once=True)
    (event,) = [event for event in trail.build(request.pk, by=here["auditor"]).events if "Payees told" in event.title]
    assert (event.title, event.text, event.who.name) == ("Payees told: sanctioned", "1 sent.", "Approver Khan")


# Told anew by a person


@pytest.fixture
def lost(here: World, gateway: Gateway) -> Disbursement:
    """A request whose payee could not be told: the gateway refused the number."""
    gateway.faults = [Turned("no such number")]
    request = here.sanctioned(request_of(here))
    worker.work(once=True)
    return request


def test_told_anew_goes_to_the_telephone_that_is_on_record_now(
    here: World, gateway: Gateway, lost: Disbursement
) -> None:
    first = only(lost)
    registry.correct_person(person=first.person_id, phone="03111111111", reason="New SIM", by=here["case_officer"])
    assert resending.state_of(resending.resend(message=first.pk, by=here["case_officer"])) == "again"
    assert resending.not_told_yet(lost) == 1
    with pytest.raises(WrongState, match="told anew"):
        resending.resend(message=first.pk, by=here["ddo"])
    worker.work(once=True)
    assert told(lost) == [("sanction", "again"), ("sanction", "sent")]
    assert [to for _, to, _ in gateway.taken] == ["03111111111"]
    second = resending.visible_messages(here["ddo"]).latest("pk")
    with pytest.raises(WrongState, match="not one to send again: sent"):
        resending.resend(message=second.pk, by=here["ddo"])


def test_nobody_is_told_anew_who_may_not_or_cannot_be(here: World, lost: Disbursement) -> None:
    message = only(lost)
    for user, error in (("auditor", NotAllowed), ("quetta", NotFound)):
        with pytest.raises(error):
            resending.resend(message=message.pk, by=here[user])
    contact.set_wish(person=message.person_id, language="ur", stop="At risk", by=here["case_officer"])
    with pytest.raises(WrongState, match="At risk"):
        resending.resend(message=message.pk, by=here["ddo"])
    contact.set_wish(person=message.person_id, language="ur", by=here["case_officer"])
    registry.correct_person(person=message.person_id, phone="", reason="Lost", by=here["case_officer"])
    with pytest.raises(WrongState, match="No telephone"):
        resending.resend(message=message.pk, by=here["ddo"])


def test_page_and_api_show_what_was_told_with_the_number_masked(here: World, lost: Disbursement) -> None:
    client = Client()
    client.force_login(here["ddo"])
    page = client.get(f"/requests/{lost.pk}/messages").content.decode()
    assert "0300 ****567" in page
    assert PHONE not in page
    assert "no such number" in page
    assert "Send again" in page
    (row,) = client.get(f"/api/v1/disbursements/{lost.pk}/messages").json()["items"]
    assert (row["state"], row["phone"], row["events"][-1]["words"]) == ("refused", "0300 ****567", "no such number")
    assert client.post(f"/messages/{only(lost).pk}/resend").status_code == 303
    assert client.post(f"/messages/{only(lost).pk}/resend").status_code == 409
    assert client.post(f"/api/v1/messages/{only(lost).pk}/resend", {}, "application/json").status_code == 409
    client.force_login(here["auditor"])
    assert "Send again" not in client.get(f"/requests/{lost.pk}/messages").content.decode()


def test_the_page_of_a_person_says_and_sets_how_they_are_told(here: World) -> None:
    person, client = here.person(), Client()
    client.force_login(here["case_officer"])
    assert "In Urdu" in client.get(person.get_absolute_url()).content.decode()
    sent = {"language": "en", "stop": "At risk"}
    assert client.post(f"/people/{person.pk}/contact", sent).status_code == 303
    assert "None, do not contact: At risk" in client.get(person.get_absolute_url()).content.decode()
    answer = client.post(f"/api/v1/people/{person.pk}/contact", {"language": "ur"}, "application/json")
    assert (answer.status_code, answer.json()["stop"]) == (201, "")


# Gateways


def test_the_file_gateway_writes_a_message_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(settings, "MESSAGE_OUTBOX", tmp_path / "outbox")
    out = gateways.gateway()
    for _ in range(2):
        assert out.send(key="7-3", to=PHONE, text="حوالہ") == "7-3.txt"
    (path,) = (tmp_path / "outbox").iterdir()
    assert path.read_text(encoding="utf-8") == f"{PHONE}\nحوالہ\n"
    assert path.stat().st_mode & 0o777 == 0o600
    monkeypatch.setattr(settings, "MESSAGE_OUTBOX", path)
    with pytest.raises(NotTaken):
        out.send(key="7-4", to=PHONE, text="x")


def test_the_mail_gateway_takes_the_way_of_an_operator(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(settings, "MESSAGE_MAIL_DOMAIN", "sms.example")
    assert MailGateway().send(key="7-3", to=PHONE, text="x") == "<7-3@sms.example>"
    assert mail.outbox[0].to == [f"{PHONE}@sms.example"]
    assert mail.outbox[0].extra_headers["Message-ID"] == "<7-3@sms.example>"


# What the database refuses by itself


def test_sql_writes_no_message_but_one_that_is_due(here: World) -> None:
    request, other = here.sanctioned(request_of(here)), here.sanctioned(request_of(here))
    worker.work(once=True)
    job = running.take(queued_again(request).pk)
    assert job is not None
    row, strange = only(request), only(other)
    row.job, row.key = job, "x"
    row.made_at = now()
    yes(row)
    for change in (
        {"line_id": strange.line_id},
        {"disbursement_id": strange.disbursement_id},
        {"person_id": strange.person_id},
        {"job_id": strange.job_id},
        {"made_at": "2025-01-01T00:00:00Z"},
    ):
        no("23FD5", row, **change)
    registry.correct_person(person=row.person_id, phone="03111111111", reason="New SIM", by=here["case_officer"])
    no("23FD5", row)
    row.phone = "03111111111"
    yes(row)
    contact.set_wish(person=row.person_id, language="ur", stop="At risk", by=here["case_officer"])
    no("23FD5", row)
    contact.set_wish(person=row.person_id, language="ur", by=here["case_officer"])
    yes(row)
    no("23514", row, unsent="no_address")
    no("23514", row, phone="")
    no("23514", row, occasion="payment")
    running.unlock(job)


def queued_again(request: Disbursement) -> Job:
    """A second notice of the same sanction, as a program gone wrong would queue it."""
    notices.sanctioned(request, by=request.maker)
    return Job.objects.latest("pk")


def now() -> Any:
    return Job.objects.latest("pk").asked_at


def test_sql_lets_nothing_become_of_a_message_out_of_order(here: World, lost: Disbursement) -> None:
    message = only(lost)

    def event(what: str, **changes: Any) -> tuple[Any, ...]:
        row = MessageEvent(message=message, serial=3, what=what, at=now())
        return flat(copied(row, **{"by_id": here["ddo"].pk if what == "again" else None} | changes))

    for what in ("begun", "sent", "failed", "refused", "unknown", "withheld"):
        refused("23FD6", *event(what))
    refused("23FD6", *event("again", serial=4))
    refused("23FD6", *event("again", by_id=None))
    refused("23FD6", *event("again", at="2025-01-01T00:00:00Z"))
    resending.resend(message=message.pk, by=here["ddo"])
    refused("23FD6", *event("begun", serial=4))
    worker.work(once=True)
    arrived = resending.visible_messages(here["ddo"]).latest("pk")
    assert resending.state_of(arrived) == "sent"
    for what in ("begun", "sent", "again"):
        refused("23FD6", *event(what, message_id=arrived.pk))
    nobody = request_of(here, phone="")
    here.sanctioned(nobody)
    worker.work(once=True)
    silent = only(nobody)
    refused("23FD6", *event("begun", serial=1, message_id=silent.pk))
    sending.note(silent, What.AGAIN, by=here["ddo"])
