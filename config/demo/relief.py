"""The relief fund's years 2020-21 and 2021-22 as published, 371 people and Rs 8,000,000, and small lists after them."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import partial

from config.demo import sheets
from config.demo.course import carry
from config.demo.invent import RELIEF, Invented, Inventor
from config.demo.people import victim
from config.demo.scenario import Scenario
from config.demo.stage import Calendar, Stage
from funds.disbursements import create_draft
from funds.models import Disbursement, PaymentKind
from funds.requests.payees import Payee
from funds.workflow import State
from ledger.money import allocate


@dataclass(frozen=True, slots=True)
class List:
    """One request: how many people share how many rupees, drafted on which day, and what is known of a single one."""

    drafted: date
    people: int
    rupees: int
    home: str = ""
    fund: str = "HRRF"
    kind: str = "relief_grant"
    name: str = ""
    woman: bool = False
    violation: str = ""
    by: str = ""
    method: str = ""
    lacks: str = ""  # the code of a paper that did not come in
    waived: str = ""  # why a verifier lets the case go on without it


# 175 people and Rs 37,75,000; then 196 people and Rs 42,25,000: together 371 people and Rs 80,00,000.
PUBLISHED = (
    List(date(2020, 8, 17), 34, 730_000),
    List(date(2020, 8, 31), 1, 20_000, "Karachi South"),
    List(date(2020, 9, 14), 1, 30_000, "Quetta"),
    List(date(2020, 10, 5), 36, 785_000),
    List(date(2020, 10, 19), 1, 15_000, "Lahore"),
    List(date(2020, 11, 2), 1, 25_000, "Sukkur"),
    List(date(2020, 11, 23), 33, 700_000),
    List(date(2020, 12, 14), 1, 20_000, "Khuzdar"),
    List(date(2021, 1, 11), 1, 40_000, "Peshawar"),
    List(date(2021, 2, 1), 38, 805_000),
    List(date(2021, 2, 15), 1, 15_000, "Hyderabad"),
    List(date(2021, 3, 1), 1, 20_000, "Multan"),
    List(date(2021, 3, 22), 25, 550_000),
    List(date(2021, 4, 5), 1, 20_000, "Gilgit"),
    List(date(2021, 8, 16), 40, 850_000),
    List(date(2021, 8, 30), 1, 20_000, "Kech"),
    List(date(2021, 9, 13), 1, 25_000, "Karachi East"),
    List(date(2021, 10, 4), 37, 790_000),
    List(date(2021, 10, 18), 1, 30_000, "Swat"),
    List(date(2021, 11, 1), 1, 15_000, "Larkana"),
    List(date(2021, 11, 22), 36, 780_000),
    List(date(2021, 12, 13), 1, 20_000, "Faisalabad"),
    List(date(2022, 1, 10), 1, 20_000, "Pishin"),
    List(date(2022, 1, 31), 35, 760_000),
    List(date(2022, 2, 14), 1, 40_000, "Islamabad"),
    List(date(2022, 2, 28), 1, 15_000, "Tharparkar"),
    List(date(2022, 3, 14), 38, 825_000),
    List(date(2022, 3, 28), 1, 20_000, "Mirpur"),
    List(date(2022, 4, 11), 1, 15_000, "Rawalpindi"),
)
AFTER = (
    List(date(2022, 11, 14), 8, 200_000),
    List(date(2023, 11, 13), 8, 200_000),
    List(date(2024, 11, 11), 8, 200_000),
)


def scenarios() -> list[Scenario]:
    """Every list and every single grant, one scenario each."""
    return [
        Scenario(f"hrrf:{row.drafted:%Y-%m-%d}", row.drafted, RELIEF, number, partial(_play, row))
        for number, row in enumerate((*PUBLISHED, *AFTER))
    ]


def _play(row: List, stage: Stage, key: str) -> None:
    carry(stage, draft(stage, row, key=key), State.CLOSED, Calendar.of(row.drafted))


def draft(stage: Stage, row: List, *, key: str) -> Disbursement:
    """A draft request: one person, by the office where that person lives, or a committee list, by the ministry."""
    by = stage.users[row.by] if row.by else None
    people = [_somebody(stage.inventor, row, position) for position in range(row.people)]
    payees = [
        victim(
            stage,
            who,
            amount=amount,
            day=row.drafted,
            home=row.home,
            violation=row.violation,
            by=by,
            method=row.method,
            lacks=row.lacks,
        )
        for who, amount in zip(people, _amounts(stage.inventor, row), strict=True)
    ]
    if row.waived:
        sheets.waive(stage, payees[0].case, row.lacks, row.waived)
    single = row.people == 1
    return create_draft(
        fund=stage.fund(row.fund),
        kind=row.kind,
        title=_title(row, payees),
        pay_to=people[0].name if single else "The people listed, one instrument each",
        payees=payees,
        by=by or (payees[0].case.created_by if single else stage.users["bilal"]),
        on=Calendar.of(row.drafted).drafted,
        key=key,
    )


def _title(row: List, payees: list[Payee]) -> str:
    """'Relief grant, Abdul Wahid' or 'Relief grants, committee list of 38 people'."""
    what = PaymentKind(row.kind).label
    if len(payees) == 1:
        return f"{what}, {payees[0].person}"
    return f"{what}{'' if row.kind == PaymentKind.LEGAL_AID else 's'}, committee list of {len(payees)} people"


def _somebody(inventor: Inventor, row: List, position: int) -> Invented:
    """Six women in ten; one in twelve of a list is a child."""
    if row.name:
        return inventor.woman(row.name) if row.woman else inventor.man(row.name)
    if row.woman:
        return inventor.woman()
    if position and inventor.chance.randrange(12) == 0:
        return inventor.child(inventor.pick("FM"))
    return inventor.anybody(women=60)


def _amounts(inventor: Inventor, row: List) -> list[Decimal]:
    """Between about half and twice the usual grant, in steps of Rs 250; together exactly the list's sum."""
    weights = [inventor.chance.randrange(10, 34) for _ in range(row.people)]
    return allocate(Decimal(row.rupees), weights, unit=Decimal(250))
