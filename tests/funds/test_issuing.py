"""Several payments in one list: all or none, each asked what it must fulfil, in a fixed number of queries."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from funds import payments
from funds.models import Disbursement, Instrument, PayeeLine
from ledger.errors import BadInput, NotFound, WrongState
from ledger.models import JournalEntry
from tests.world import DAY, World, said_of


@pytest.fixture
def here(small_world: World) -> World:
    return small_world


def issue(here: World, numbers: list[tuple[int, str]]) -> list[Instrument]:
    line = PayeeLine.objects.filter(pk__in=[line for line, _ in numbers]).first()
    assert line is not None
    said = {row.pk: said_of(row) for row in PayeeLine.objects.filter(disbursement=line.disbursement_id)}
    return payments.issue_instruments(
        disbursement=line.disbursement_id, numbers=numbers, said=said, by=here["ddo"], on=DAY
    )


def lines_of(here: World) -> list[int]:
    """The lines of a vouchered request for four heirs."""
    request = here.vouchered(here.diyat()).sanction.disbursement
    return list(request.lines.order_by("position").values_list("pk", flat=True))


def test_each_line_gets_its_own_entry_and_history(here: World) -> None:
    first, *others = lines_of(here)
    issue(here, [(first, "1")])
    made = issue(here, [(line, f"{9000 + place}") for place, line in enumerate(others)])
    assert [row.line_id for row in made] == others
    assert Disbursement.objects.get(lines=first).state == "paid"
    entries = JournalEntry.objects.in_bulk([row.entry_id for row in made])
    for row in made:
        assert {line.party for line in entries[row.entry_id].lines.all()} == {row.line.party}
        kept = row.history.get()
        assert kept.history_change_reason == f"Paid by {row.get_method_display().lower()}"
        assert kept.username == "ddo" and kept.number == row.number
    assert {row.history.get().history_change_reason for row in made} == {
        "Paid by cheque",
        "Paid by savings certificate",
    }


@pytest.mark.parametrize("at", [0, 2])
def test_one_that_cannot_be_issued_leaves_none(here: World, at: int) -> None:
    lines = lines_of(here)
    good = [(line, f"{9000 + place}") for place, line in enumerate(lines)]
    for change, error, said, field in (
        ((lines[at], " "), BadInput, "Nothing is written", f"number-{lines[at]}"),
        ((lines[at] + 10_000, "X"), NotFound, "no such payee line", ""),
        ((lines[1], "X"), WrongState, "already paid", ""),
    ):
        with pytest.raises(error, match=said) as refused:
            issue(here, [*good[:at], change, *good[at + 1 :]])
        assert list(refused.value.fields) == ([field] if field else [])
        assert not Instrument.objects.exists() and not JournalEntry.objects.filter(kind="payment").exists()


def test_a_number_is_given_once_in_a_list_and_once_in_the_fund(here: World) -> None:
    lines = lines_of(here)
    with pytest.raises(BadInput, match="never reused") as refused:
        issue(here, [(lines[0], "77"), (lines[1], "77")])
    assert list(refused.value.fields) == [f"number-{lines[1]}"]
    issue(here, [(lines[0], "77")])
    with pytest.raises(BadInput, match="never reused"):
        issue(here, [(lines[1], "78"), (lines[2], "77")])
    assert Instrument.objects.count() == 1


def test_a_line_that_is_paid_holds_the_list_up(here: World) -> None:
    lines = lines_of(here)
    issue(here, [(lines[1], "1")])
    with pytest.raises(WrongState, match="already paid"):
        issue(here, [(lines[0], "2"), (lines[1], "3")])
    assert Instrument.objects.count() == 1


def test_an_empty_list_is_refused(here: World) -> None:
    request = here.vouchered().sanction.disbursement
    with pytest.raises(BadInput, match="at least one"):
        payments.issue_instruments(disbursement=request.pk, numbers=[], by=here["ddo"])


def test_three_lines_cost_no_more_queries_than_one(here: World) -> None:
    lines = lines_of(here)
    with CaptureQueriesContext(connection) as one:
        issue(here, [(lines[0], "1")])
    with CaptureQueriesContext(connection) as several:
        issue(here, [(line, f"{9000 + place}") for place, line in enumerate(lines[1:])])
    # The last one moves the request as well: its row and its history, a savepoint round them.
    assert len(several) <= len(one) + 4, [row["sql"][:90] for row in several.captured_queries]
