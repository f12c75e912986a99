"""Ending a declared conflict of interest: a fund manager, who is somebody else, says why; the record keeps both."""

import pytest
from django.test import Client

from funds import approvals
from funds.chain import conflicts, duties_report
from funds.models import Conflict, ConflictEnd
from funds.paperwork import noting
from ledger.errors import BadInput, NotAllowed, NotFound, WrongState
from ledger.roles import Role
from tests import world
from tests.funds.by_sql import accepted, decision_of, flat, refused
from tests.funds.pages import as_, words
from tests.funds.test_races import together
from tests.world import DAY, World

pytestmark = pytest.mark.django_db
WHY = {"ground": "relative", "reason": "My aunt"}
OVER = {"reason": "They were divorced on 3 October"}


@pytest.fixture
def here(small_world: World) -> World:
    return small_world


def test_who_may_take_part_again(here: World) -> None:
    row = here.submitted()
    made = conflicts.declare(by=here["verifier"], person=row.lines.get().person_id, **WHY)
    barred = decision_of(row, 1, here["verifier"])
    with pytest.raises(NotAllowed, match="You declared a conflict"):
        approvals.approve(disbursement=row.pk, by=here["verifier"], on=DAY)
    refused("23F56", *flat(barred))
    ending = conflicts.end(conflict=made.pk, by=here["fund_manager"], **OVER)
    assert (ending.name, ending.post) == ("Fund_Manager Khan", "Fund Manager")
    accepted(*flat(barred))
    assert approvals.approve(disbursement=row.pk, by=here["verifier"], on=DAY).position == 2
    assert duties_report.made().empty


def test_who_ends_it_and_how_often(here: World) -> None:
    made = conflicts.declare(by=here["verifier"], person=here.person().pk, **WHY)
    for role in (set(Role) - {Role.FUND_MANAGER}) | {"second_verifier"}:
        with pytest.raises(NotAllowed):
            conflicts.end(conflict=made.pk, by=here[role], **OVER)
    with pytest.raises(BadInput) as slip:
        conflicts.end(conflict=made.pk, by=here["fund_manager"], reason=" ")
    assert set(slip.value.fields) == {"reason"}
    conflicts.end(conflict=made.pk, by=here["fund_manager"], **OVER)
    with pytest.raises(WrongState, match="has ended") as twice:
        conflicts.end(conflict=made.pk, by=here["fund_manager"], **OVER)
    assert twice.value.code == "already_ended"
    own = conflicts.declare(by=here["fund_manager"], person=made.person_id, **WHY)
    with pytest.raises(NotAllowed, match="another fund manager"):
        conflicts.end(conflict=own.pk, by=here["fund_manager"], **OVER)
    assert ConflictEnd.objects.count() == 1


def test_a_manager_of_another_office_finds_none(here: World) -> None:
    made = conflicts.declare(by=here["verifier"], person=here.person().pk, **WHY)
    manager = world.make_user("quetta_manager", here.quetta_office, Role.FUND_MANAGER)
    with pytest.raises(NotFound):
        conflicts.end(conflict=made.pk, by=manager, **OVER)


def test_what_ended_may_be_declared_again(here: World) -> None:
    person = here.person().pk
    made = conflicts.declare(by=here["verifier"], person=person, **WHY)
    with pytest.raises(WrongState):
        conflicts.declare(by=here["verifier"], person=person, **WHY)
    conflicts.end(conflict=made.pk, by=here["fund_manager"], **OVER)
    conflicts.declare(by=here["verifier"], person=person, **WHY)
    assert Conflict.objects.filter(ending=None).count() == 1


def test_pages_and_papers_tell_both(here: World) -> None:
    row = here.submitted()
    made = conflicts.declare(by=here["verifier"], disbursement=row.pk, **WHY)
    manager = as_(here["fund_manager"])
    assert f"/conflicts/{made.pk}/end" in manager.get("/conflicts/").content.decode()
    assert f"/conflicts/{made.pk}/end" not in as_(here["verifier"]).get("/conflicts/").content.decode()
    assert "My aunt" in words(manager.get(f"/conflicts/{made.pk}/end"))
    answer = manager.post(f"/conflicts/{made.pk}/end", OVER, follow=True)
    assert "Ended: the conflict of Verifier Khan" in words(answer) and OVER["reason"] in words(answer)
    assert manager.post(f"/conflicts/{made.pk}/end", OVER).status_code == 409
    assert "ended" in words(as_(here["auditor"]).get(f"/requests/{row.pk}/trail"))
    assert [note.act for note in noting.notes_of(row)][1:] == [
        "Conflict of interest declared",
        "Conflict of interest ended",
    ]


def test_over_the_api(here: World, client: Client) -> None:
    made = conflicts.declare(by=here["verifier"], person=here.person().pk, **WHY)
    client.force_login(here["fund_manager"])
    answer = client.post(f"/api/v1/conflicts/{made.pk}/end", OVER, content_type="application/json")
    assert (answer.status_code, answer.json()["end_reason"]) == (200, OVER["reason"])
    assert client.post(f"/api/v1/conflicts/{made.pk}/end", OVER, content_type="application/json").status_code == 409


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_two_who_end_it_at_once() -> None:
    here = world.build()
    made = conflicts.declare(by=here["verifier"], person=here.person().pk, **WHY)
    second = world.make_user("second_manager", here.office, Role.FUND_MANAGER)
    acts = [lambda by=by: conflicts.end(conflict=made.pk, by=by, **OVER) for by in (here["fund_manager"], second) * 3]
    assert together(acts) == {"done": 1, "already_ended": 5}


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_declared_once_however_often_they_press() -> None:
    here = world.build()
    person = here.person().pk
    press = [lambda: conflicts.declare(by=here["verifier"], person=person, **WHY)] * 6
    assert together(press) == {"done": 1, "already_declared": 5}
