"""A list of payees becomes one draft, all or nothing: what is read, what is refused where, and what is written for whom."""

import io
import json
from decimal import Decimal
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from django.core.management import CommandError, call_command
from django.db import DataError, IntegrityError, connection, transaction

from beneficiaries.models import Case, Person, ReliefCase
from funds import disbursements
from funds.lists import list_import, list_waivers
from funds.lists.list_import import ListRefused, NamesDiffer, Outcome
from funds.models import Disbursement, ListImport, PayeeLine
from ledger.bulk import create_many
from ledger.errors import BadInput, NotAllowed, WrongState
from tests.world import DAY, World

HEAD = "name,cnic,father_name,district,amount,method,iban,account_title,case_number"
IBAN = "PK66HABB0000000000000002"


@pytest.fixture
def here(small_world: World) -> World:
    return small_world


def row(place: int, **given: str) -> str:
    """One row of the list; a new woman unless told otherwise."""
    values = {
        "name": f"Payee {'abcdefghij'[place % 10]}", "cnic": f"61101-{place:07d}-2", "father_name": "Noor Ahmed",
        "district": "Islamabad", "amount": "5000", "method": "cheque", "iban": "", "account_title": "", "case_number": "",
    }  # fmt: skip
    return ",".join((values | given).values())


def rows(*lines: str, head: str = HEAD) -> bytes:
    return "\n".join([head, *lines]).encode()


def run(here: World, content: bytes, **given: Any) -> Outcome:
    values = {"fund": here.fund, "kind": "relief_grant", "file_name": "list.csv", "by": here["case_officer"]} | given
    return list_import.import_list(content=content, **values)


def faults(here: World, content: bytes, **given: Any) -> dict[tuple[int, str], str]:
    """What is wrong by row and column; nothing may have been written."""
    before = Person.objects.count(), Case.objects.count(), Disbursement.objects.count()
    with pytest.raises(ListRefused) as refused:
        run(here, content, **given)
    assert (Person.objects.count(), Case.objects.count(), Disbursement.objects.count()) == before
    return {(fault.row, fault.column): fault.what for fault in refused.value.outcome.faults}


def test_one_draft_of_new_and_registered_people(here: World) -> None:
    known = here.relief_case(here.person("Zainab Bibi", cnic="4220103976402"))
    outcome = run(here, rows(row(1), row(2, cnic="42201-0397640-2", name="Zainab Bibi", amount='"20,000.50"')))
    request = outcome.request
    assert request is not None
    assert (outcome.rows, outcome.known, outcome.registered, outcome.opened) == (2, 1, 1, 1)
    first, second = request.lines.order_by("position")
    assert (request.state, request.amount, second.case) == ("draft", Decimal("25000.50"), known)
    assert (first.payee_name, first.payee_relation, first.cnic) == (
        "Payee b",
        "daughter of Noor Ahmed",
        "6110100000012",
    )
    case = first.case
    assert (case.kind, case.office, case.relief.violation) == ("relief", here.office, "other")
    assert "does not say what happened" in case.relief.report and "Row 2 of the list list.csv" in case.relief.report
    for kept, count in ((first.person, 1), (case, 1), (case.relief, 1), (first, 1)):
        assert kept is not None and kept.history.count() == count
        assert kept.history.get().history_user == here["case_officer"]
    assert case.history.get().history_change_reason == "Case opened from a list of payees"
    made = ListImport.objects.get()
    assert (made.disbursement, made.rows, made.registered, made.imported_by) == (request, 2, 1, here["case_officer"])


def test_history_has_the_values_of_the_row_and_no_open_cnic(here: World) -> None:
    run(here, rows(row(1)))
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT h.cnic = l.cnic, h.cnic LIKE 'e1.%' FROM funds_historicalpayeeline h JOIN funds_payeeline l USING (id)"
        )
        assert cursor.fetchall() == [(True, True)]
    assert PayeeLine.history.get().cnic == "6110100000012"


@pytest.mark.parametrize(
    ("changed", "column", "told"),
    [
        ({"name": ""}, "name", "empty"),
        ({"cnic": "61101-1"}, "cnic", "13 digits"),
        ({"amount": "12.345"}, "amount", "two decimals"),
        ({"amount": "-5"}, "amount", "amount"),
        ({"district": "Atlantis"}, "district", "not in the list"),
        ({"district": ""}, "district", "not registered yet"),
        ({"father_name": ""}, "father_name", "not registered yet"),
        ({"method": "bitcoin"}, "method", "cheque, transfer"),
        ({"method": "guardian_order"}, "method", "cheque, transfer"),
        ({"method": "transfer"}, "iban", "needs the payee's IBAN"),
        ({"method": "transfer", "iban": "PK00HABB0000000000000002"}, "iban", "check digit"),
        ({"iban": IBAN}, "method", "Write that"),
        ({"method": "transfer", "iban": IBAN, "account_title": "Somebody Else"}, "account_title", "must agree"),
        ({"case_number": "MOHR-2025-99999"}, "case_number", "no such case"),
        ({"name": "=HYPERLINK(1)"}, "name", "formula"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_said_by_row_and_column(here: World, changed: dict[str, str], column: str, told: str) -> None:
    found = faults(here, rows(row(1), row(2, **changed)))
    assert list(found) == [(3, column)] and told in found[3, column]


def test_nothing_is_said_of_a_cnic_but_its_ends(here: World) -> None:
    with pytest.raises(ListRefused) as refused:
        run(here, rows(row(1, cnic="61101-123456-2")))
    (fault,) = refused.value.outcome.faults
    assert "123456" not in f"{fault} {fault.seen} {refused.value}" and fault.seen == "611****2"


def test_every_fault_is_found_and_the_answer_tells_a_hundred(here: World) -> None:
    with pytest.raises(ListRefused) as refused:
        run(here, rows(*(row(place, amount="0") for place in range(120))))
    assert len(refused.value.outcome.faults) == 120 and len(refused.value.fields) == 100
    assert "The first 100 are told" in refused.value.detail


def test_the_same_cnic_twice(here: World) -> None:
    found = faults(here, rows(row(1), row(2), row(1, name="Payee z")))
    assert list(found) == [(4, "cnic")] and "row 2" in found[4, "cnic"]


def test_staff_is_not_paid(here: World) -> None:
    cnic = here["verifier"].officer.cnic
    found = faults(here, rows(row(1, cnic=cnic)))
    assert "staff" in found[2, "cnic"]


def test_another_name_is_confirmed_and_never_taken_silently(here: World) -> None:
    here.relief_case(here.person("Zainab Bibi", cnic="4220103976402"))
    content = rows(row(1, cnic="42201-0397640-2", name="Zeenat Bibi"))
    with pytest.raises(NamesDiffer) as refused:
        run(here, content)
    outcome = refused.value.outcome
    assert [(each.row, each.listed, each.registered) for each in outcome.differing] == [
        (2, "Zeenat Bibi, Noor Ahmed", "Zainab Bibi, Noor Ahmed")
    ]
    with pytest.raises(NamesDiffer):
        run(here, content, confirmed="0" * 16)
    made = run(here, content, confirmed=outcome.confirmation)
    assert made.request is not None and made.request.lines.get().payee_name == "Zainab Bibi"
    assert ListImport.objects.get().differing == 1


def test_a_spelling_of_the_same_name_is_no_difference(here: World) -> None:
    here.relief_case(here.person("Muhammad Yaqub", cnic="4220103976401", relation="son", gender="M"))
    assert run(here, rows(row(1, cnic="4220103976401", name="Mohd. Yaqub"))).request is not None


def test_a_person_with_several_cases_needs_a_number(here: World) -> None:
    person = here.person("Zainab Bibi", cnic="4220103976402")
    here.relief_case(person)
    second = here.relief_case(person)
    named = {"cnic": "4220103976402", "name": "Zainab Bibi"}
    assert "several cases" in faults(here, rows(row(1, **named)))[2, "case_number"]
    made = run(here, rows(row(1, **named, case_number=second.number))).request
    assert made is not None and made.lines.get().case == second


def test_the_case_of_somebody_else_is_not_there(here: World) -> None:
    other = here.relief_case(here.person("Somebody Else"))
    here.person("Zainab Bibi", cnic="4220103976402")
    found = faults(here, rows(row(1, cnic="4220103976402", name="Zainab Bibi", case_number=other.number)))
    assert "no such case of this person" in found[2, "case_number"]


def test_people_of_another_office_are_asked_for_there(here: World) -> None:
    here.person("Zainab Bibi", cnic="4220103976402")
    found = faults(here, rows(row(1, cnic="4220103976402", name="Zainab Bibi")), by=here["quetta"])
    assert "Another office" in found[2, "cnic"]


def test_the_file_says_what_happened(here: World) -> None:
    content = rows(row(1) + ",torture,2025-06-01", head=f"{HEAD},violation,happened_on")
    run(here, content)
    relief = ReliefCase.objects.get()
    assert (relief.violation, str(relief.happened_on)) == ("torture", "2025-06-01")
    assert "does not say" not in relief.report


def test_half_of_what_happened_is_refused(here: World) -> None:
    content = rows(row(1) + ",torture,", head=f"{HEAD},violation,happened_on")
    assert "come together" in faults(here, content)[2, "happened_on"]


def test_the_same_file_is_not_imported_twice(here: World) -> None:
    content = rows(row(1))
    first = run(here, content).request
    with pytest.raises(WrongState, match="this very file"):
        run(here, content)
    assert first is not None
    disbursements.cancel(disbursement=first.pk, by=here["case_officer"], reason="Wrong list")
    assert run(here, content).request is not None


def test_a_court_order_is_not_paid_by_a_list(here: World) -> None:
    with pytest.raises(BadInput, match="case by case"):
        run(here, rows(row(1)), kind="diyat")


def test_only_who_drafts_imports(here: World) -> None:
    with pytest.raises(NotAllowed):
        run(here, rows(row(1)), by=here["verifier"])


@pytest.mark.parametrize(
    "content",
    [
        ("\ufeff" + rows(row(1)).decode()).encode(),
        rows(row(1)).decode().replace(",", ";").encode(),
        rows(row(1)).decode().encode("utf-16"),
        rows(row(1, amount="۵۰۰۰", cnic="۶۱۱۰۱-۰۰۰۰۰۰۱-۲")),
        rows(row(1), head=HEAD.replace("father_name", "Father's Name").replace("method", "Mode of payment")),
    ],
    ids=["marked", "semicolons", "utf-16", "urdu digits", "other heads"],
)  # fmt: skip
def test_files_as_offices_write_them(here: World, content: bytes) -> None:
    made = run(here, content).request
    assert made is not None and made.amount == 5000 and made.lines.get().cnic == "6110100000012"


def test_a_workbook_with_numbers(here: World) -> None:
    book, out = openpyxl.Workbook(), io.BytesIO()
    book.active.append(HEAD.split(","))
    book.active.append(["Payee b", 6110100000012, "Noor Ahmed", "Islamabad", 5000.5, None, IBAN, None, None])
    book.save(out)
    made = run(here, out.getvalue(), file_name="list.xlsx").request
    assert made is not None
    line = made.lines.get()
    assert (line.amount, line.method, line.iban, line.account_title) == (
        Decimal("5000.50"),
        "transfer",
        IBAN,
        "Payee b",
    )


def test_questions_do_not_grow_with_the_rows(here: World) -> None:
    counts = []
    for first, number in ((0, 2), (100, 10), (1000, 1000)):  # the first one fills what is read once for each user
        content = rows(*(row(first + place, name=f"Payee {'abcdefghij'[place % 10]}") for place in range(number)))
        request = counted(counts, lambda content=content: run(here, content)).request
        assert request is not None
        waive = {
            "disbursement": request.pk,
            "kind": "application",
            "by": here["verifier"],
            "reason": "The list holds it",
        }
        assert counted(counts, lambda waive=waive: list_waivers.waive_for_list(**waive)) == number
        counted(counts, lambda request=request: disbursements.submit(disbursement=request.pk, by=here["case_officer"]))
        chain(here, request, counts)
    third = len(counts) // 3
    assert counts[third : 2 * third] == counts[2 * third :]


def chain(here: World, request: Disbursement, counts: list[int]) -> None:
    from funds import approvals

    for role in ("verifier", "finance_officer", "approver"):
        counted(counts, lambda role=role: approvals.approve(disbursement=request.pk, by=here[role], reason="Seen"))


def counted(counts: list[int], act: Any) -> Any:
    """The act's result; how many queries it took goes to `counts`. Savepoints are not counted."""
    told = []

    def spy(execute: Any, sql: str, *rest: Any) -> Any:
        told.append(sql)
        return execute(sql, *rest)

    with connection.execute_wrapper(spy):
        made = act()
    counts.append(sum("SAVEPOINT" not in sql for sql in told))
    return made


def test_a_waiver_for_the_list_is_one_for_every_case(here: World) -> None:
    request = run(here, rows(row(1), row(2))).request
    assert request is not None
    given = {"disbursement": request.pk, "kind": "application", "reason": "The list of the district holds it"}
    with pytest.raises(NotAllowed):
        list_waivers.waive_for_list(by=here["case_officer"], **given)
    with pytest.raises(WrongState, match="lacks 2 papers"):
        disbursements.submit(disbursement=request.pk, by=here["case_officer"])
    assert list_waivers.waive_for_list(by=here["verifier"], **given) == 2
    with pytest.raises(WrongState, match="No case"):
        list_waivers.waive_for_list(by=here["verifier"], **given)
    waiver = request.lines.first().case.waivers.get()
    assert (waiver.waived_by, waiver.reason) == (
        here["verifier"], f"The list of the district holds it (for the list {request.number})",
    )  # fmt: skip
    sent = disbursements.submit(disbursement=request.pk, by=here["case_officer"])
    assert sent.submitted_waivers.count() == 2
    with pytest.raises(WrongState, match="before it is submitted"):
        list_waivers.waive_for_list(by=here["verifier"], **given)


def test_the_database_knows_what_was_drafted_from_a_list(here: World) -> None:
    request = here.draft()
    values = {
        "disbursement": request, "file_name": "x", "sha256": "0" * 64, "rows": 1, "registered": 0, "opened": 0,
        "differing": 0, "imported_by": here["case_officer"],
    }  # fmt: skip
    for wrong in ({"rows": 2}, {"imported_by": here["verifier"]}, {"disbursement": here.submitted()}):
        with pytest.raises(IntegrityError, match="not what was drafted"), transaction.atomic():
            ListImport.objects.create(**values | wrong)
    ListImport.objects.create(**values)


def test_case_numbers_grow_past_five_digits(here: World) -> None:
    case = here.relief_case()
    Case.objects.filter(pk=case.pk).update(number="MOHR-2025-99999")
    assert [here.bare_case().number for _ in range(2)] == ["MOHR-2025-100000", "MOHR-2025-100001"]


def command(*args: str) -> Any:
    out = io.StringIO()
    call_command("import_disbursement", *args, "--json", stdout=out)
    return json.loads(out.getvalue())


def test_the_command(here: World, tmp_path: Path) -> None:
    file = tmp_path / "list.csv"
    file.write_bytes(rows(row(1), row(2)))
    args = [str(file), "--fund", "TEST", "--kind", "relief_grant", "--by", "case_officer"]
    dry = command(*args, "--dry-run")
    assert (dry["request"], dry["rows"], dry["amount"], dry["opened"]) == (None, 2, "10000.00", 2)
    assert not Disbursement.objects.exists() and not Person.objects.exists()
    told = command(*args)
    assert told["request"] == Disbursement.objects.get().number
    file.write_bytes(rows(row(3, amount="nothing")))
    out = io.StringIO()
    with pytest.raises(CommandError) as refused:
        call_command("import_disbursement", *args, stdout=out)
    assert refused.value.returncode == 1 and "row 2, amount" in out.getvalue()


@pytest.mark.parametrize("differing", [True, False])
def test_a_text_that_is_too_long_for_its_column_is_refused_and_not_cut(here: World, differing: bool) -> None:
    known = here.relief_case()
    numbers = ["A" * 40, ("B" if differing else "A") * 40]
    rows = [
        Case(
            number=number,
            kind="relief",
            office=known.office,
            person=known.person,
            opened_on=DAY,
            created_by=here["ddo"],
        )
        for number in numbers
    ]
    with pytest.raises(DataError), transaction.atomic():
        create_many(rows, by=here["ddo"])
    assert Case.objects.count() == 1
