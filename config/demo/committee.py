"""The Relief Committee and the EU programme it decides for: one meeting held, one to be signed, one called."""

from collections.abc import Callable
from datetime import date, timedelta

from config.demo import relief
from config.demo.invent import MONEY
from config.demo.relief import List
from config.demo.scenario import Scenario
from config.demo.stage import Stage
from funds import approvals, disbursements
from funds.chain import rule_book
from funds.chain.rule_book import NewStep
from funds.committee import committees, meetings, minutes
from funds.committee.committees import NewMember
from funds.committee.meetings import ItemDecided
from funds.models import Committee, Disbursement, Meeting
from ledger.clock import today
from ledger.roles import Role

CODE, FUND = "RELIEF", "HEP-EU"
NOTIFIED = "Notification F.2(4)/2026-HR"
HELD, CIRCULATING, CALLED = "Committee Room, 10 am", "Committee Room, 3 pm", "Committee Room, 11 am"
FIRST = 500  # of the numbers of its invented people; the block has others
DRAFTED = 4  # days before today, so that its working day has come
VOTING = ("nadia", "asif", "kamran")


def scenarios(day: date) -> list[Scenario]:
    """All of today, because a rule begins no earlier than the day on which it is agreed to."""
    plays: tuple[tuple[str, Callable[[Stage, str], None]], ...] = (
        ("constituted", _constituted),
        ("held", _held),
        ("circulating", _circulating),
        ("called", _called),
        ("waiting", _waiting),
    )
    return [Scenario(f"committee:{key}", day, MONEY, number, play) for number, (key, play) in enumerate(plays, FIRST)]


def done() -> set[str]:
    """The keys of what is there."""
    there = {
        "constituted": Committee.objects.filter(code=CODE),
        "held": Meeting.objects.filter(place=HELD),
        "circulating": Meeting.objects.filter(place=CIRCULATING),
        "called": Meeting.objects.filter(place=CALLED),
        "waiting": Disbursement.objects.filter(key__startswith="demo:committee:waiting"),
    }
    return {f"committee:{key}" for key, rows in there.items() if rows.exists()}


def _constituted(stage: Stage, key: str) -> None:
    """Chair, two members and a secretary without a vote; then a rule by which the committee sanctions."""
    salman, waqar = stage.users["salman"], stage.users["waqar"]
    version = committees.propose_new(
        code=CODE,
        name="Relief Committee",
        office=stage.fund(FUND).office,
        quorum=2,
        limit="2500000",
        members=[
            NewMember(VOTING[0], "chair"),
            *map(NewMember, VOTING[1:]),
            NewMember("rubina", "secretary", votes=False),
        ],
        reason=NOTIFIED,
        effective_from=today() - timedelta(days=30),
        by=salman,
    )
    committees.agree(version=version.pk, by=waqar, remark="As notified")
    rule = rule_book.propose(
        title="HEP-EU grants: Relief Committee",
        maximum="2500000",
        fund=stage.fund(FUND),
        kind="relief_grant",
        steps=[
            NewStep(Role.VERIFIER, "Verified"),
            NewStep(Role.FINANCE_OFFICER, "Budget agreed"),
            NewStep(Role.APPROVER, "Sanctioned", days=14, committee=version.committee),
        ],
        reason=NOTIFIED,
        by=salman,
    )
    rule_book.agree(rule=rule.pk, by=waqar, remark="As notified")


def _asked(stage: Stage, key: str, *rows: tuple[int, int, str]) -> list[int]:
    """Requests of so many people, rupees and home that wait for the committee; their keys."""
    made = []
    for number, (people, rupees, home) in enumerate(rows, 1):
        row = List(today() - timedelta(days=DRAFTED), people, rupees, home, FUND)
        request = relief.draft(stage, row, key=f"{key}:{number}")
        request = disbursements.submit(disbursement=request.pk, by=request.maker)
        for role in (Role.VERIFIER, Role.FINANCE_OFFICER):
            request = approvals.approve(disbursement=request.pk, by=stage.officer(role, request.office.code))
        made.append(request.pk)
    return made


def _meeting(stage: Stage, day: date, place: str, requests: list[int]) -> Meeting:
    return meetings.call(committee=CODE, day=day, place=place, by=stage.users["rubina"], requests=requests)


def _recorded(stage: Stage, meeting: Meeting, items: list[ItemDecided], *signing: str) -> None:
    meetings.record(
        meeting=meeting.pk,
        held_on=meeting.day,
        present=[*VOTING, "rubina"],
        items=items,
        by=stage.users["rubina"],
        remarks="The chair asked for the list of the next quarter by the end of the month.",
    )
    for name in signing:
        minutes.sign(meeting=meeting.pk, by=stage.users[name])


def _held(stage: Stage, key: str) -> None:
    """One list sanctioned, with a member who took no part; one put off; one sent back."""
    first, second, third = _asked(stage, key, (3, 66_000, ""), (1, 25_000, "Multan"), (1, 20_000, "Sukkur"))
    items = [
        ItemDecided(
            first,
            "approved",
            recused=["kamran"],
            recusal_ground="other",
            recusal_reason="One of the people is a neighbour",
        ),
        ItemDecided(second, "deferred", reason="The medical report is to be seen first"),
        ItemDecided(third, "returned", ground="facts", reason="The address on the form is not that of the CNIC"),
    ]
    _recorded(stage, _meeting(stage, today(), HELD, [first, second, third]), items, "asif", "kamran", "nadia")


def _circulating(stage: Stage, key: str) -> None:
    """Minutes that a member has signed and the chair has not."""
    requests = _asked(stage, key, (2, 48_000, ""))
    items = [ItemDecided(pk, "approved") for pk in requests]
    _recorded(stage, _meeting(stage, today(), CIRCULATING, requests), items, "asif")


def _called(stage: Stage, key: str) -> None:
    """A meeting of the week to come."""
    requests = _asked(stage, key, (1, 30_000, "Quetta"), (4, 90_000, ""))
    _meeting(stage, today() + timedelta(days=4), CALLED, requests)


def _waiting(stage: Stage, key: str) -> None:
    """One request that is on no agenda."""
    _asked(stage, key, (1, 20_000, "Lahore"))
