"""Payment runs and holds by page, API and command: the way of one run, and what a refusal looks like."""

import json
from datetime import timedelta
from io import StringIO
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import CommandError, call_command
from django.test import Client
from django.urls import reverse

from audit.trail import build
from beneficiaries.models import Limit
from beneficiaries.offices import tokens
from funds import bank_files, payment_runs
from funds.models import AccountConfirmation, Instrument, PayeeHold, PaymentRun
from ledger.clock import today
from tests.funds.bank_answers import IBANS, answered, peopled, proposed, report, sent, told, transfer
from tests.world import PASSWORD, START, World

pytestmark = pytest.mark.django_db
DAY = f"{today() + timedelta(days=1)}"
WHY = {"reason": "The court asks for it"}


@pytest.fixture
def here(small_world: World) -> World:
    peopled(small_world)
    for iban in IBANS:
        transfer(small_world, iban)
    return small_world


def client(here: World, who: str) -> Client:
    made = Client()
    made.force_login(here[who])
    return made


def api(here: World, who: str) -> dict[str, str]:
    return {"authorization": f"Bearer {tokens.issue(user=here[who], name='test', by=None)[1]}"}


def test_a_run_by_page(here: World) -> None:
    prepares, releases, reconciles = (client(here, who) for who in ("finance_officer", "ddo", "reconciler"))
    held = here.fund.disbursements.order_by("pk")[1].lines.get()
    prepares.post(reverse("hold_payee", args=[held.pk]), WHY)
    address = f"{reverse('run_new')}?fund=TEST"
    shown = prepares.get(address).content.decode()
    assert "2 payments, Rs 40,000.00" in shown and "the payee is on hold" in shown
    assert prepares.post(address, {"execution_on": "2020-01-01", "file": "pain001"}).status_code == 422
    made = prepares.post(address, {"execution_on": DAY, "file": "pain001"})
    run = PaymentRun.objects.get()
    assert (made.status_code, made["Location"], run.lines.count()) == (303, run.get_absolute_url(), 1)
    assert prepares.post(reverse("run_drop", args=[run.pk]), {}).status_code == 422
    prepares.post(reverse("run_propose", args=[run.pk]))
    assert "somebody else releases it" not in releases.get(run.get_absolute_url()).content.decode()
    assert releases.post(reverse("run_release", args=[run.pk])).status_code == 303
    file = releases.post(reverse("run_send", args=[run.pk]))
    assert file["Content-Disposition"] == f'attachment; filename="{run.number}.xml"'
    assert releases.post(reverse("run_send", args=[run.pk])).status_code == 409
    copy = releases.post(reverse("run_copy", args=[run.pk]))
    assert b"".join(copy) == b"".join(file) and "COPY-1" in copy["Content-Disposition"]
    run.refresh_from_db()
    data = SimpleUploadedFile("s.xml", report(run, [told(run.lines.get(), "RJCT", "AC04")]))
    wrong = SimpleUploadedFile("s.xml", report(run, about="OTHER"))
    answer = reconciles.post(reverse("run_answer", args=[run.pk]), {"answer-file": wrong})
    assert answer.status_code == 422 and "this run is" in answer.content.decode()
    assert reconciles.post(reverse("run_answer", args=[run.pk]), {"answer-file": data}).status_code == 303
    page = reconciles.get(run.get_absolute_url()).content.decode()
    assert "Came back" in prepares.get(address).content.decode()
    assert "AC04 Told by the bank" in page and "Returned by the bank" in page
    assert run.number in client(here, "auditor").get(reverse("run_list")).content.decode()


def test_the_password_is_asked_for_on_the_page(here: World) -> None:
    Limit.objects.create(code="password_above_amount", value=30000, effective_from=START, source="Test")
    run = proposed(here)
    releases, address = client(here, "ddo"), reverse("run_release", args=[run.pk])
    assert "Your password again" in releases.get(run.get_absolute_url()).content.decode()
    assert releases.post(address).status_code == 422
    assert releases.post(address, {"password": "wrong"}).status_code == 422
    assert releases.post(address, {"password": PASSWORD}).status_code == 303


def test_a_run_by_api(here: World) -> None:
    web, one, other = Client(), api(here, "second_ddo"), api(here, "ddo")

    def post(path: str, headers: dict[str, str], **body: object) -> tuple[int, dict[str, object]]:
        answer = web.post(f"/api/v1{path}", body, "application/json", headers=headers)
        kind = answer["Content-Type"]
        return answer.status_code, answer.json() if kind.startswith("application/json") else {"bytes": answer.content}

    status, run = post("/runs", one, fund="TEST", execution_on=DAY)
    assert (status, run["state"], run["amount"]) == (201, "draft", "0.00")
    key = run["id"]
    assert post("/runs", one, fund="TEST", execution_on=DAY, more="x")[0] == 422
    status, run = post(f"/runs/{key}/propose", one)
    assert (status, run["state"], run["amount"], run["count"]) == (200, "proposed", "40000.00", 2)
    assert post(f"/runs/{key}/release", one)[0] == 403
    status, refused = post(f"/runs/{key}/send", other)
    assert (status, refused["code"]) == (409, "wrong_state")
    assert post(f"/runs/{key}/release", other)[1]["released_by"] == "ddo"
    once = other | {"idempotency-key": "send-1"}
    files = [post(f"/runs/{key}/send", once) for _ in range(2)]
    assert files[0] == files[1] and files[0][1]["bytes"].startswith(b"<?xml")  # type: ignore[attr-defined]
    lines = web.get(f"/api/v1/runs/{key}/lines?limit=1", headers=other).json()
    assert lines["items"][0]["instrument_state"] == "issued" and lines["next"]
    row = PaymentRun.objects.get()
    upload = SimpleUploadedFile("s.xml", report(row, status="ACSC"))
    done = web.post(f"/api/v1/runs/{key}/answer", {"file": upload}, headers=other)
    assert done.json()["state"] == "answered"


def test_holds_and_confirmations_by_api(here: World) -> None:
    web, one, other = Client(), api(here, "finance_officer"), api(here, "ddo")
    line = here.fund.disbursements.order_by("pk")[0].lines.get()
    path = "/api/v1/payee-holds"
    assert web.post(path, WHY, "application/json", headers=one).status_code == 422
    made = web.post(path, WHY | {"line": line.pk}, "application/json", headers=one).json()
    assert (made["payee_name"], made["person_id"], made["end"]) == (line.payee_name, line.person_id, None)
    assert web.post(f"{path}/{made['id']}/end", WHY, "application/json", headers=one).status_code == 403
    ended = web.post(f"{path}/{made['id']}/end", WHY, "application/json", headers=other).json()
    assert ended["end"]["ended_by"] == "ddo" and PayeeHold.objects.get().end.reason == WHY["reason"]
    assert len(web.get(path, headers=other).json()["items"]) == 1
    called = {"spoke_to": "Zainab Bibi", "reference": "Note 1"}
    sent_to = f"/api/v1/payee-lines/{line.pk}/confirm-account"
    assert web.post(sent_to, called, "application/json", headers=one).status_code == 201
    assert web.post(sent_to, called, "application/json", headers=one).status_code == 409
    assert AccountConfirmation.objects.get().spoke_to == "Zainab Bibi"


def test_pages_of_holds(here: World) -> None:
    places, ends = client(here, "finance_officer"), client(here, "ddo")
    person = here.fund.disbursements.order_by("pk")[0].lines.get().person
    assert person is not None
    address = reverse("hold_person", args=[person.pk])
    assert f'href="{address}"' in places.get(person.get_absolute_url()).content.decode()
    assert places.post(address, {"reason": ""}).status_code == 422
    assert places.post(address, WHY).status_code == 303
    assert places.post(address, WHY).status_code == 409
    row = PayeeHold.objects.get()
    end = reverse("hold_end", args=[row.pk])
    assert end not in places.get(reverse("hold_list")).content.decode()
    assert end in ends.get(reverse("hold_list")).content.decode()
    assert places.post(end, WHY).status_code == 403
    assert ends.post(end, WHY).status_code == 303


def test_commands(here: World, tmp_path: Path) -> None:
    def run(*args: object) -> dict[str, str]:
        out = StringIO()
        call_command(*map(str, args), "--json", stdout=out)
        found: dict[str, str] = json.loads(out.getvalue())
        return found

    made = run("payment_run", "TEST", "--by", "second_ddo", "--pays-on", DAY, "--propose")
    assert (made["state"], made["payments"]) == ("proposed", 2)
    sanction = here.fund.disbursements.order_by("pk")[0].sanction.number
    out = tmp_path / "file.xml"
    with pytest.raises(CommandError, match="No file was sent"):
        run("payment_file", sanction, "--format", "pain001", "--out", out)
    payment_runs.release(run=int(made["run"]), by=here["ddo"])
    handed = bank_files.send(run=int(made["run"]), by=here["ddo"]).stream.read()
    told_of = run("payment_file", sanction, "--format", "pain001", "--out", out)
    assert out.read_bytes() == handed and told_of["copy"].endswith("COPY-1.xml")
    assert PaymentRun.objects.get().downloads.get(copy=1).taken_by is None
    for wrong in ((sanction, "csv"), ("NONE", "pain001")):
        with pytest.raises(CommandError):
            run("payment_file", wrong[0], "--format", wrong[1], "--out", out)
    status = tmp_path / "status.xml"
    status.write_bytes(report(PaymentRun.objects.get(), status="RJCT"))
    assert run("bank_answer", made["number"], status, "--by", "reconciler")["state"] == "answered"
    assert set(Instrument.objects.values_list("state", flat=True)) == {"returned"}
    for args in (("NONE", status, "--by", "reconciler"), (made["number"], status, "--by", "nobody")):
        with pytest.raises(CommandError):
            run("bank_answer", *args)


def test_another_office_sees_neither_lines_nor_holds(here: World) -> None:
    run = sent(here)
    web = Client()
    web.force_login(here["quetta"])
    assert web.get(run.get_absolute_url()).status_code == 403
    payment = here.fund.disbursements.order_by("pk")[0].lines.get()
    client(here, "finance_officer").post(reverse("hold_payee", args=[payment.pk]), WHY)
    assert payment.payee_name not in web.get(reverse("hold_list")).content.decode()


def test_the_trail_tells_of_runs_and_holds(here: World) -> None:
    run = sent(here)
    row = run.lines.order_by("position")[0]
    answered(here, run, report(run, [told(row, "RJCT", "AC04")]))
    client(here, "finance_officer").post(reverse("hold_payee", args=[row.line_id]), WHY)
    titles = {event.title: event for event in build(row.line.disbursement_id, by=here["auditor"]).events}
    assert titles[f"Payment run {run.number} released"].who.name == "Ddo Khan"
    assert titles[f"The bank on {row.end_to_end}: rejected"].text == "AC04 Told by the bank"
    assert titles["Zainab Bibi put on hold"].text == WHY["reason"]
    page = client(here, "auditor").get(reverse("trail", args=[row.line.disbursement_id]))
    assert f"Chosen for payment run {run.number}" in page.content.decode()


def test_a_run_to_release_is_told_at_home(here: World) -> None:
    run = proposed(here)
    assert f'Payment run to release: <bdi dir="ltr">{run.number}</bdi>' in client(here, "ddo").get("/").content.decode()
    assert run.number not in client(here, "second_ddo").get("/").content.decode()
