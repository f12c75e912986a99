"""A list is inspected: what stands out is found, a sample is the same for the same seed, and who looked is on record."""

import hashlib
from collections.abc import Sequence
from decimal import Decimal
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction

from funds import disbursements
from funds.lists import inspection, list_import, list_waivers
from funds.models import Disbursement, ListInspection
from funds.paperwork import noting
from ledger.errors import BadInput, NotAllowed, WrongState
from tests import world
from tests.world import World

HEAD = "name,cnic,father_name,district,amount,method,iban,phone"


@pytest.fixture
def here(small_world: World) -> World:
    return small_world


def listed(here: World, lines: Sequence[str], name: str = "list.csv") -> Disbursement:
    content = "\n".join([HEAD, *lines]).encode()
    outcome = list_import.import_list(
        fund=here.fund, kind="relief_grant", content=content, file_name=name, by=here["case_officer"]
    )
    assert outcome.request is not None
    return outcome.request


def plain(first: int, number: int, amount: str = "5000") -> list[str]:
    """Rows of people who have nothing in common."""
    letters = "abcdefghijklmnopqrst"
    return [
        f"Payee {letters[place % 20]}{letters[place // 20]},61101-{first + place:07d}-2,Noor {letters[place % 20]},"
        f"Islamabad,{amount},,,"
        for place in range(number)
    ]


def test_totals(here: World) -> None:
    request = listed(here, [*plain(1, 8), *plain(101, 2, "7000.50")])
    found = inspection.inspect(request)
    assert (found.lines, found.total, found.least, found.median, found.most) == (
        10, Decimal("54001.00"), Decimal(5000), Decimal(5000), Decimal("7000.50"),
    )  # fmt: skip
    assert found.round_thousands == 8
    assert [(part.name, part.number) for part in found.by_method] == [("Cheque", 10)]
    assert [(part.name, part.number) for part in found.by_district] == [("Islamabad", 10)]
    assert (found.common[0].number, found.outlying, found.paid_before.groups) == (8, 0, 0)


def test_amounts_far_from_the_median_stand_out(here: World) -> None:
    amounts = ["5000", "5100", "5200", "4900", "5050", "9000", "40000", "2000"]
    lines = [
        plain(place + 1, 1, amount)[0].replace("Payee aa", f"Payee {'abcdefgh'[place]}")
        for place, amount in enumerate(amounts)
    ]
    found = inspection.inspect(listed(here, lines))
    assert found.outlying == 3
    assert [each.total for each in found.outliers] == [40000, 9000, 2000]


def test_one_account_phone_or_name_of_several(here: World) -> None:
    iban = "PK66HABB0000000000000002"
    lines = [
        f"Asma Bibi,61101-0000001-2,Noor Ahmed,Islamabad,5000,transfer,{iban},0300 1234567",
        f"Bano Bibi,61101-0000002-2,Gul Khan,Islamabad,6000,transfer,{iban},0300-1234567",
        "Asma Bibi,61101-0000003-2,Noor Ahmed,Islamabad,7000,,,",
        *plain(11, 5),
    ]
    found = {part.code: part for part in inspection.inspect(listed(here, lines)).shared}
    assert {code: (part.groups, part.lines) for code, part in found.items()} == {
        "same_person": (0, 0), "same_iban": (1, 2), "same_phone": (1, 2), "same_names": (1, 2),
    }  # fmt: skip
    assert (found["same_iban"].first[0].positions, found["same_iban"].first[0].total) == ((1, 2), 11000)
    assert found["same_names"].first[0].positions == (1, 3)


def test_who_was_paid_before_in_any_fund_is_found(here: World) -> None:
    other = world.make_fund(here["fund_manager"], here.office, code="TWO")
    first = listed(here, plain(1, 6))
    assert inspection.inspect(first).paid_before.groups == 0
    request = list_import.import_list(
        fund=other, kind="relief_grant", content="\n".join([HEAD, *plain(1, 2), *plain(51, 5)]).encode(),
        file_name="two.csv", by=here["case_officer"],
    ).request  # fmt: skip
    assert request is not None
    assert inspection.inspect(request).paid_before.groups == 0, "a draft pays nobody"
    submitted(here, first)
    found = inspection.inspect(request).paid_before
    assert (found.groups, found.lines) == (2, 2)
    assert found.first[0].name == "Payee aa, TEST"


def submitted(here: World, request: Disbursement) -> Disbursement:
    list_waivers.waive_for_list(disbursement=request.pk, kind="application", by=here["verifier"], reason="The list")
    return disbursements.submit(disbursement=request.pk, by=here["case_officer"])


def test_a_sample_is_drawn_by_its_seed_alone() -> None:
    drawn = inspection.sample(seed=4711, size=30, lines=100_000)
    assert len(set(drawn)) == 30 and drawn == sorted(drawn) and drawn[0] >= 1 and drawn[-1] <= 100_000
    assert drawn == inspection.sample(seed=4711, size=30, lines=100_000)
    assert drawn != inspection.sample(seed=4712, size=30, lines=100_000)
    # As the page and the record of decisions describe it, worked out once more.
    keys = sorted(range(1, 51), key=lambda at: hashlib.sha256(f"7:{at}".encode()).hexdigest())
    assert inspection.sample(seed=7, size=5, lines=50) == sorted(keys[:5])


def test_every_line_has_the_same_chance() -> None:
    times = dict.fromkeys(range(1, 21), 0)
    for seed in range(2000):
        for position in inspection.sample(seed=seed, size=5, lines=20):
            times[position] += 1
    assert all(400 < count < 600 for count in times.values()), times


def test_who_looked_is_on_record_and_in_the_noting(here: World) -> None:
    request = submitted(here, listed(here, plain(1, 8)))
    made = inspection.look(disbursement=request.pk, by=here["verifier"], size=3, seed=4711)
    assert (made.size, made.lines, made.seed, made.digest, made.submission) == (3, 8, 4711, request.digest, 1)
    assert [line.position for line in inspection.sampled(made)] == inspection.sample(seed=4711, size=3, lines=8)
    assert inspection.looks(request) == [made]
    (note,) = [note for note in noting.notes_of(request) if note.act == "List inspected"]
    assert (note.text, note.name) == ("Inspected 3 of 8, seed 4711.", "Verifier Khan")
    assert inspection.look(disbursement=request.pk, by=here["auditor"], size=500).size == 8


def test_who_may_not_look(here: World) -> None:
    request = listed(here, plain(1, 8))
    for role in ("case_officer", "ddo", "fund_manager"):
        with pytest.raises(NotAllowed):
            inspection.look(disbursement=request.pk, by=here[role])
    both = world.make_user("both", here.office, world.Role.CASE_OFFICER, world.Role.VERIFIER)
    content = "\n".join([HEAD, *plain(51, 8)]).encode()
    own = list_import.import_list(
        fund=here.fund, kind="relief_grant", content=content, file_name="b.csv", by=both
    ).request
    assert own is not None
    with pytest.raises(NotAllowed, match="You drafted"):
        inspection.look(disbursement=own.pk, by=both)
    with pytest.raises(BadInput):
        inspection.look(disbursement=request.pk, by=here["verifier"], size=0)
    with pytest.raises(BadInput):
        inspection.look(disbursement=request.pk, by=here["verifier"], seed=-1)
    with pytest.raises(WrongState, match="short"):
        inspection.look(disbursement=here.draft().pk, by=here["verifier"])


@pytest.mark.parametrize(
    ("changed", "state"),
    [
        ({"size": 9}, "23F71"), ({"lines": 7}, "23F71"), ({"submission": 2}, "23F71"), ({"digest": "0" * 64}, "23F71"),
        ({"inspected_by_id": "case_officer"}, "23F72"),
    ],
)  # fmt: skip
def test_the_database_refuses_an_untrue_inspection(here: World, changed: dict[str, Any], state: str) -> None:
    request = submitted(here, listed(here, plain(1, 8)))
    made = inspection.look(disbursement=request.pk, by=here["verifier"], size=3)
    values = {
        "disbursement_id": request.pk, "submission": 1, "digest": request.digest, "seed": 1, "size": 3, "lines": 8,
        "inspected_by_id": here["verifier"].pk, "name": "x", "post": "y", "address": "", "request_id": "",
    }  # fmt: skip
    values |= {name: here[value].pk if name == "inspected_by_id" else value for name, value in changed.items()}
    names = ", ".join(values)
    sql = f"INSERT INTO funds_listinspection ({names}, recorded_at) VALUES ({', '.join(['%s'] * len(values))}, now())"
    with pytest.raises(IntegrityError) as refused, transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql, list(values.values()))
    assert refused.value.__cause__.pgcode == state
    assert ListInspection.objects.get() == made


def test_questions_do_not_grow_with_the_lines(here: World, django_assert_num_queries: Any) -> None:
    for request in (listed(here, plain(1, 6)), listed(here, plain(101, 300), "long.csv")):
        with django_assert_num_queries(10):
            inspection.inspect(request)
