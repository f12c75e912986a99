"""What the database refuses of committees and of the chains that name them, whoever asks: raw SQL."""

from typing import Any

import pytest
from django.db import connection

from funds.chain import chains
from funds.committee import committees
from funds.models import (
    ApprovalStep,
    ChosenRule,
    CommitteeMember,
    CommitteeVersion,
    Disbursement,
)
from ledger.clock import today
from tests import world
from tests.funds.by_sql import accepted, copied, no, refused, run, yes
from tests.funds.committee_world import CODE, NAMES, Sitting, sitting
from tests.funds.test_committees import seats
from tests.world import DAY

__all__ = ["sitting"]
pytestmark = pytest.mark.django_db
CHECK_VIOLATION, UNIQUE_VIOLATION = "23514", "23505"


def test_two_people_make_a_committee(sitting: Sitting) -> None:
    here = sitting.here
    given = {"committee": CODE, "quorum": 3, "reason": "Order 8", "limit": "5"}
    row = committees.propose(members=seats(), by=here["fund_manager"], **given)
    insert = (
        "INSERT INTO funds_committeedecision (version_id, outcome, remark, decided_by_id) VALUES (%s, 'agreed', '', %s)"
    )
    accepted(insert, row.pk, here["approver"].pk)
    for who in (here["fund_manager"].pk, sitting.members[0].pk, None):
        refused("23F60", insert, row.pk, who)
    late = "INSERT INTO funds_committeedecision (version_id, outcome, remark, decided_by_id, decided_at)"
    refused("23F60", f"{late} VALUES (%s, 'agreed', '', %s, now() - interval '1 day')", row.pk, here["approver"].pk)
    version = CommitteeVersion.objects.get(pk=row.pk)
    no("23F60", version, version=3)  # one waits already
    no("23F60", version, version=2)
    committees.decline(version=row.pk, by=here["approver"], remark="No")
    yes(version, version=3)
    no("23F60", version, version=4)
    no(CHECK_VIOLATION, version, version=3, quorum=1)
    no(CHECK_VIOLATION, version, version=3, sanction_limit=0)


def bare(sitting: Sitting, *, quorum: int = 2, first: Any = None, **parts: str) -> int:
    """A version of these members and parts, written by hand; its key."""
    row = CommitteeVersion.objects.order_by("-pk").first()
    assert row is not None
    sql, values = copied(row, version=row.version + 1, quorum=quorum, effective_from=first or today())
    now = values[sql.split("(")[1].split(")")[0].split(", ").index("proposed_at")]
    with connection.cursor() as cursor:
        cursor.execute("SELECT now()")
        values[values.index(now)] = cursor.fetchone()[0]
        cursor.execute(f"{sql} RETURNING id", values)
        (key,) = cursor.fetchone()
    for name, part in parts.items():
        officer = next(each for each in (*sitting.members, sitting.writer) if each.username == name).officer
        run(copied(CommitteeMember(version_id=key, officer=officer, part=part, votes=part != "secretary")))
    return int(key)


WHOLE = {NAMES[0]: "chair", NAMES[1]: "member", "secretary_of": "secretary"}


@pytest.mark.parametrize(
    ("parts", "given", "state"),
    [
        (WHOLE, {}, ""),
        (WHOLE | {NAMES[0]: "member"}, {}, "23F60"),  # no chair
        ({name: part for name, part in WHOLE.items() if part != "secretary"}, {}, "23F60"),
        (WHOLE, {"quorum": 3}, "23F60"),  # fewer than the quorum vote
        (WHOLE, {"first": DAY}, "23F60"),  # begins in the past
    ],
)
def test_what_an_agreed_committee_has(
    sitting: Sitting, parts: dict[str, str], given: dict[str, Any], state: str
) -> None:
    key = bare(sitting, **parts, **given)
    insert = (
        "INSERT INTO funds_committeedecision (version_id, outcome, remark, decided_by_id) VALUES (%s, 'agreed', '', %s)"
    )
    if state:
        refused(state, insert, key, sitting.here["approver"].pk)
    else:
        accepted(insert, key, sitting.here["approver"].pk)
    seat = CommitteeMember(version_id=key, officer=sitting.here["quetta"].officer, part="member", votes=True)
    no("23F60", seat)  # of another office
    no(UNIQUE_VIOLATION, seat, officer_id=sitting.members[0].officer.pk)
    no(CHECK_VIOLATION, seat, officer_id=sitting.members[3].officer.pk, votes=False)
    if NAMES[0] in parts and parts[NAMES[0]] == "chair":
        no(UNIQUE_VIOLATION, seat, officer_id=sitting.members[3].officer.pk, part="chair")


def test_the_chain_keeps_the_committee_of_its_rule(sitting: Sitting) -> None:
    """A submission by hand whose last step is anybody's with the role."""
    change = (
        "UPDATE funds_disbursement SET state = 'submitted', submission = 1, position = 1, digest = 'x', waiting_since = %s"
        " WHERE id = %s"
    )
    draft, other = sitting.here.draft(), sitting.here.draft()
    world.with_chain(draft)
    accepted(change, DAY, draft.pk)
    row = Disbursement.objects.get(pk=other.pk)
    row.submission += 1
    choice = chains.choose(row, on=DAY)
    steps = [ApprovalStep(**values) for values in draft.steps.order_by("position").values(*STEP)]
    for step in steps:
        step.disbursement, step.committee = other, None
    ApprovalStep.objects.bulk_create(steps)
    ChosenRule.objects.create(
        disbursement=other,
        submission=1,
        rule=choice.rule,
        chosen_on=DAY,
        basis=choice.rolling.basis,
        days=choice.rolling.days,
    )
    refused("23F52", change, DAY, other.pk)


STEP = ("submission", "position", "role", "act", "post", "signatures", "days", "rule_title", "last")
