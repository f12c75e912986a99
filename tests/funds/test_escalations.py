"""What waits past its days is told once, to whom the setting names; it gives no power. Who is away, and who acts, is shown."""

import json
from datetime import date, timedelta
from io import StringIO
from typing import Any

import pytest
from django.core import mail
from django.core.management import CommandError, call_command
from django.db import connection

from beneficiaries.offices import absences, mail_settings
from funds import approvals
from funds.absence import delegations, digest, empty_desks, escalations
from funds.models import ApprovalStep, DigestSent, Escalation, EscalationSetting
from funds.requests import overview
from ledger.clock import today
from ledger.errors import BadInput, NotAllowed, NotFound, WrongState
from ledger.roles import Role
from tests import world
from tests.funds.test_rules import accepted, copied, refused
from tests.world import World

pytestmark = pytest.mark.django_db
SOON = today() + timedelta(days=4)


@pytest.fixture
def here(small_world: World) -> World:
    return small_world


def again(here: World, name: str) -> Any:
    return type(here[name]).objects.get(pk=here[name].pk)


def command(name: str, *args: str) -> str:
    out = StringIO()
    call_command(name, *args, stdout=out)
    return out.getvalue()


def test_an_overdue_step_is_told_once(here: World) -> None:
    """Submitted in September 2025, with days that are long over."""
    late, fresh = here.submitted(), here.draft()
    told = json.loads(command("escalate", "--json"))["escalated"]
    assert [(row["request"], row["to"]) for row in told] == [(late.number, ["approver", "fund_manager"])]
    assert json.loads(command("escalate", "--json")) == {"escalated": []} and "0 told now" in command("escalate")
    row = Escalation.objects.get()
    assert (row.disbursement, row.due_on > late.waiting_since, row.escalated_on) == (late, True, today())
    assert list(escalations.to_me(here["approver"])) == [row] == list(escalations.to_me(here["fund_manager"]))
    assert not escalations.to_me(here["verifier"]).exists() and fresh.state == "draft"
    assert overview.load(late, viewer=here["verifier"]).overdue == row


def test_it_gives_no_power_and_ends_with_the_decision(here: World) -> None:
    request = here.submitted()
    escalations.escalate()
    with pytest.raises(NotAllowed, match="for the verifier"):
        approvals.approve(disbursement=request.pk, by=here["approver"])
    approvals.approve(disbursement=request.pk, by=here["verifier"], on=world.DAY)
    assert not escalations.to_me(here["approver"]).exists()
    # The next step waits since that day in September too, and is told on its own.
    assert [row.step.position for row in escalations.escalate()] == [2]


def test_the_setting_says_to_whom(here: World) -> None:
    values = {"effective_from": date(2020, 7, 1), "source": "Order 9"}
    EscalationSetting.objects.create(to_roles=["auditor"], **values)
    EscalationSetting.objects.create(fund=here.fund, to_roles=["ddo"], **values)
    assert escalations.told_to(here.fund, on=today()) == ["ddo"]
    other = world.make_fund(here["fund_manager"], here.office, code="OTHER")
    assert escalations.told_to(other, on=today()) == ["auditor"]
    here.submitted()
    escalations.escalate()
    assert escalations.to_me(here["ddo"]).exists() and not escalations.to_me(here["approver"]).exists()


def test_the_database_knows_what_is_due(here: World) -> None:
    request = here.submitted()
    escalations.escalate()
    row = Escalation.objects.get()
    lawful = {"waiting_since": row.waiting_since}
    refused("23505", *flat(copied(row, **lawful)))
    for changes in (
        {"due_on": row.due_on + timedelta(days=1)},
        {"escalated_on": today() - timedelta(days=1)},
        {"waiting_since": today(), "due_on": today() + timedelta(days=row.step.days)},
        {"step_id": request.steps.last().pk},
    ):
        refused("23F69", *flat(copied(row, **changes)))


def flat(statement: tuple[str, list[object]]) -> tuple[Any, ...]:
    return statement[0], *statement[1]


def test_reminding(here: World) -> None:
    request = here.submitted()
    escalations.escalate()
    row = Escalation.objects.get()
    for name in ("verifier", "ddo", "administrator"):
        with pytest.raises(NotAllowed):
            escalations.remind(escalation=row.pk, text="Now", by=here[name])
    with pytest.raises(NotFound):
        escalations.remind(escalation=row.pk, text="Now", by=world.make_user("far", here.quetta_office, Role.APPROVER))
    with pytest.raises(BadInput):
        escalations.remind(escalation=row.pk, text=" ", by=here["approver"])
    escalations.remind(escalation=row.pk, text="Please decide", by=here["approver"])
    assert "Approver Khan, Approver: Please decide" in overview.load(request, viewer=here["verifier"]).reminded
    approvals.approve(disbursement=request.pk, by=here["verifier"])
    with pytest.raises(WrongState, match="is decided"):
        escalations.remind(escalation=row.pk, text="Now", by=here["approver"])


def away(here: World, name: str, **changes: Any) -> Any:
    given = {"starts_on": today(), "ends_on": SOON, "reason": "Leave", "by": here[name]} | changes
    return absences.record(officer=here[name].officer.pk, **given)


def test_who_is_away_and_who_acts_is_shown(here: World, monkeypatch: pytest.MonkeyPatch) -> None:
    of_a_post = (*world.THREE_STEPS[:2], (Role.APPROVER, "Sanctioned", "Section Officer"))
    world.make_rule("Of a post", steps=of_a_post, number=2, kind="legal_aid")
    here.at_sanction(here.draft(kind="legal_aid"))
    request = here.at_sanction()
    world.make_user("deputy", here.office, Role.APPROVER, limit="1000")
    here.users["deputy"] = type(here["approver"]).objects.get(username="deputy")
    away(here, "approver")
    view = overview.load(request, viewer=here["verifier"])
    assert view.desks == [
        f"Approver Khan is away until {SOON:%-d %b %Y} (Leave). Nobody is here to decide it; the fund manager sees that."
    ]
    asked: list[ApprovalStep] = []
    every = empty_desks.deciders.of_steps
    monkeypatch.setattr(empty_desks.deciders, "of_steps", lambda steps: asked.extend(steps) or every(steps))
    (stuck,) = empty_desks.waiting(here["fund_manager"])
    assert [step.disbursement_id for step in asked] == [request.pk], "only steps of the role and post of who is away"
    assert stuck[0] == request and "Approver Khan is away until" in stuck[1]
    power = delegations.give(
        taker=here["deputy"].officer.pk,
        starts_on=today(),
        ends_on=SOON,
        ceiling="50000",
        reason="x",
        by=here["approver"],
    )
    delegations.agree(delegation=power.pk, by=here["fund_manager"])
    view = overview.load(request, viewer=here["verifier"])
    assert view.desks == [f"Approver Khan is away until {SOON:%-d %b %Y} (Leave). Deputy Khan acts for them."]
    assert empty_desks.waiting(here["fund_manager"]) == []


def test_absences_are_recorded_by_oneself_or_who_looks_after_the_office(here: World) -> None:
    row = away(here, "verifier")
    with pytest.raises(WrongState, match="recorded already"):
        away(here, "verifier", by=here["administrator"])
    refused("23B40", *flat(copied(row)))
    for name in ("approver", "case_officer"):
        with pytest.raises(NotAllowed, match="your own absence"):
            away(here, "ddo", by=here[name])
    with pytest.raises(NotAllowed):
        away(here, "auditor")
    with pytest.raises(BadInput):
        away(here, "ddo", ends_on=today() - timedelta(days=1), starts_on=today() - timedelta(days=2))
    with pytest.raises(BadInput):
        absences.end(absence=row.pk, back_on=SOON + timedelta(days=1), reason="Back", by=here["verifier"])
    end = "INSERT INTO beneficiaries_absenceend (absence_id, back_on, reason, ended_by_id, recorded_at, address, request_id)"
    values = " VALUES (%s, %s, 'Back', %s, now(), '', '')"
    refused("23B41", end + values, row.pk, SOON + timedelta(days=1), here["verifier"].pk)
    accepted(end + values, row.pk, SOON, here["verifier"].pk)
    absences.end(absence=row.pk, back_on=today(), reason="Never left", by=here["fund_manager"])
    assert absences.away_on([here["verifier"].officer.pk], on=today()) == {}
    assert away(here, "verifier").pk  # the days are free again


def with_mail(here: World, *names: str) -> None:
    for name in names:
        mail_settings.keep(email=f"{name}@office.example", wanted="yes", by=here[name])


def test_one_mail_a_day_without_a_payee(here: World) -> None:
    typed = "Checked for Zainab Bibi"
    world.make_rule(fund=here.fund, number=5, steps=[("verifier", typed), *world.THREE_STEPS[1:]])
    request = here.submitted()
    assert request.steps.get(position=1).act == typed
    escalations.escalate()
    with_mail(here, "verifier", "approver", "ddo")
    assert "2 sent, 0 had theirs, for 1 nothing waits" in command("daily_digest")
    assert "0 sent, 2 had theirs" in command("daily_digest")
    assert sorted(sent.to[0] for sent in mail.outbox) == ["approver@office.example", "verifier@office.example"]
    (text,) = (str(sent.body) for sent in mail.outbox if sent.to == ["verifier@office.example"])
    assert f"{request.number}, relief grant, Rs 20,000.00, due" in text and "Of these overdue (1)" in text
    line = request.lines.get()
    for hidden in (line.payee_name, line.cnic, request.title, request.pay_to, typed):
        assert all(hidden.lower() not in f"{sent.subject} {sent.body}".lower() for sent in mail.outbox)
    told = next(str(sent.body) for sent in mail.outbox if sent.to == ["approver@office.example"])
    assert "Escalated to you (1)" in told and "late, waits for the verifier" in told


def test_a_failing_server_leaves_the_rest_for_the_next_run(here: World, monkeypatch: pytest.MonkeyPatch) -> None:
    here.submitted()
    with_mail(here, "verifier", "second_verifier")
    real = digest.EmailMessage.send

    def fails(message: Any, *args: Any, **kwargs: Any) -> int:
        if message.to == ["verifier@office.example"]:
            raise ConnectionRefusedError("no server")
        return real(message, *args, **kwargs)

    with monkeypatch.context() as patch:
        patch.setattr(digest.EmailMessage, "send", fails)
        with pytest.raises(CommandError, match="1 not sent: verifier"):
            command("daily_digest")
    assert [row.officer.user.username for row in DigestSent.objects.all()] == ["second_verifier"]
    assert "1 sent, 1 had theirs" in command("daily_digest")
    assert len(mail.outbox) == 2


def test_a_dry_run_sends_and_records_nothing(here: World) -> None:
    here.submitted()
    with_mail(here, "verifier")
    found = json.loads(command("daily_digest", "--dry-run", "--json"))
    assert "Waiting for you (1)" in found["would_send"]["verifier"] and found["sent"] == []
    assert mail.outbox == [] and not DigestSent.objects.exists()
    with pytest.raises(CommandError, match="It cannot be made for"):
        command("daily_digest", "--on", "2025-01-01")
    assert "1 sent" in command("daily_digest", "--on", f"{today()}")


def test_the_mail_is_switched_off(here: World) -> None:
    here.submitted()
    with_mail(here, "verifier")
    mail_settings.keep(email="verifier@office.example", wanted="no", by=here["verifier"])
    assert "0 sent" in command("daily_digest") and mail.outbox == []
    for given in ({"email": "nobody", "wanted": "yes"}, {"email": "", "wanted": "yes"}, {"email": "", "wanted": "x"}):
        with pytest.raises(BadInput):
            mail_settings.keep(by=here["verifier"], **given)


def test_a_delegation_that_begins_is_told(here: World) -> None:
    world.make_user("deputy", here.office, Role.APPROVER, limit="1000")
    here.users["deputy"] = type(here["approver"]).objects.get(username="deputy")
    with_mail(here, "deputy")
    power = delegations.give(
        taker=here["deputy"].officer.pk,
        starts_on=today(),
        ends_on=SOON,
        ceiling="50000",
        reason="x",
        by=here["approver"],
    )
    delegations.agree(delegation=power.pk, by=here["fund_manager"])
    (part,) = digest.parts_for(again(here, "deputy"))
    assert part.lines == [f"begins {today():%-d %b %Y}: Deputy Khan for Approver Khan, up to Rs 50,000.00"]
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM funds_digestsent")
        assert cursor.fetchone() == (0,)
