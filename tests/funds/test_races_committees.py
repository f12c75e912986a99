"""Members of a committee sign at once, and what is decided changes meanwhile: one effect, and clear refusals."""

import threading
from typing import Any

import pytest
from django.db import IntegrityError

from beneficiaries import documents
from funds import approvals
from funds.committee import meetings, minutes
from funds.models import Adoption, Decision, Disbursement, Sanction
from tests.funds import committee_world
from tests.funds.committee_world import NAMES, Sitting
from tests.funds.test_races import together
from tests.world import DAY

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.race]


def held(sitting: Sitting, count: int = 2) -> tuple[list[Disbursement], int]:
    """Requests whose approval waits for signatures, and the meeting."""
    rows = [sitting.waiting() for _ in range(count)]
    meeting = sitting.meeting()
    sitting.held(meeting)
    return rows, meeting.pk


def sign(meeting: int, member: Any) -> Any:
    return lambda: minutes.sign(meeting=meeting, by=member, on=DAY)


def test_all_members_sign_at_once_and_each_request_is_sanctioned_once() -> None:
    sitting = committee_world.build()
    rows, meeting = held(sitting)
    outcomes = together([sign(meeting, member) for member in sitting.members])
    assert outcomes == {"done": 4}
    assert Adoption.objects.count() == 1
    assert sorted(Sanction.objects.values_list("serial", flat=True)) == [1, 2]
    for row in rows:
        made = Decision.objects.filter(disbursement=row, step__committee=sitting.committee)
        assert made.count() in (3, 4)  # the fourth may come when all is done


def test_one_member_signs_once_however_often_they_press() -> None:
    sitting = committee_world.build()
    _, meeting = held(sitting)
    assert together([sign(meeting, sitting.members[0])] * 5) == {"done": 1, "already_signed": 4}


def test_a_correction_beside_the_last_signature() -> None:
    """Either the old minutes are adopted and the correction is refused, or the correction voids what was signed."""
    sitting = committee_world.build()
    rows, meeting = held(sitting, 1)
    for member in sitting.members[:2]:
        minutes.sign(meeting=meeting, by=member, on=DAY)
    seen = minutes.agendas.get_meeting(meeting, by=sitting.writer).minutes.get().digest
    items = [meetings.ItemDecided(rows[0].pk, "deferred", reason="To be seen again")]
    outcomes = together(
        [
            lambda: minutes.sign(meeting=meeting, by=sitting.members[2], on=DAY, seen=seen),
            lambda: meetings.record(meeting=meeting, held_on=DAY, present=NAMES, items=items, by=sitting.writer),
        ]
    )
    assert outcomes in ({"done": 1, "adopted": 1}, {"done": 1, "minutes_changed": 1})
    state = Disbursement.objects.get(pk=rows[0].pk).state
    assert (state == "sanctioned") == (outcomes["adopted"] == 1) == Adoption.objects.exists()


def test_a_paper_is_withdrawn_beside_the_last_signature() -> None:
    """The chain ends or the sanction stands; never a sanction on what was withdrawn before it."""
    sitting = committee_world.build()
    rows, meeting = held(sitting)
    for member in sitting.members[:2]:
        minutes.sign(meeting=meeting, by=member, on=DAY)
    paper = rows[0].lines.get().case.papers.get()
    outcomes = together(
        [
            sign(meeting, sitting.members[2]),
            lambda: documents.withdraw(paper=paper.pk, reason="Of another case", by=sitting.here["case_officer"]),
        ]
    )
    assert outcomes["done"] >= 1
    first, second = (Disbursement.objects.get(pk=row.pk).state for row in rows)
    assert first in ("returned", "sanctioned") and second == "sanctioned"
    assert Sanction.objects.count() == 1 + (first == "sanctioned")


def test_two_meetings_do_not_take_one_request() -> None:
    sitting = committee_world.build()
    row = sitting.waiting()
    call = lambda: sitting.meeting(row)  # noqa: E731
    assert together([call] * 3) == {"done": 1, "not_waiting": 2}


def test_a_recusal_beside_the_last_signature() -> None:
    sitting = committee_world.build()
    rows, meeting = held(sitting, 1)
    for member in sitting.members[:2]:
        minutes.sign(meeting=meeting, by=member, on=DAY)
    apart = {"ground": "other", "reason": "A cousin"}
    outcomes = together(
        [
            sign(meeting, sitting.members[2]),
            lambda: approvals.recuse(disbursement=rows[0].pk, by=sitting.members[1], **apart),
        ]
    )
    assert outcomes["done"] >= 1
    row = Disbursement.objects.get(pk=rows[0].pk)
    recused = row.decisions.filter(outcome="recused").exists()
    assert recused != (row.state == "sanctioned")


def test_control_without_the_committees_lock_one_member_meets_the_unique_key(monkeypatch: pytest.MonkeyPatch) -> None:
    """Both see no signature yet; the database refuses the second, in words that help nobody."""
    sitting = committee_world.build()
    _, meeting = held(sitting, 1)
    monkeypatch.setattr(minutes, "hold", lambda *given: None)
    looked, items_of = threading.Barrier(2), minutes.agendas.items_of

    def late(*given: Any) -> Any:
        looked.wait(30)
        return items_of(*given)

    monkeypatch.setattr(minutes.agendas, "items_of", late)
    faults: list[str] = []

    def press() -> None:
        try:
            sign(meeting, sitting.members[0])()
        except IntegrityError as error:
            faults.append(str(error.__cause__.pgcode))  # type: ignore[union-attr]

    assert together([press] * 2) == {"done": 2}
    assert faults == ["23505"]
