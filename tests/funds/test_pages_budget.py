"""The budget page of a fund by heads, its files, its forms, and the room a request's pages show before the button."""

import csv
import io

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command

from funds.budget import reappropriations
from funds.budget.budget_position import budget
from funds.models import BudgetRelease, Fund, Reappropriation, Surrender
from ledger.chart import fiscal_label
from ledger.clock import today
from tests import world
from tests.beneficiaries.papers import samples
from tests.funds.divided import DAY, fund_of, release, setting, stands
from tests.funds.pages import as_
from tests.funds.pages import source as text

pytestmark = pytest.mark.django_db
NOW = fiscal_label(today())


@pytest.fixture
def here(small_world: world.World) -> world.World:
    return small_world


@pytest.fixture
def fund(here: world.World) -> Fund:
    made = fund_of(here, lapsable=True)
    release(here, made, GRANTS="100000", LEGAL="50000")
    return made


def page(here: world.World, fund: Fund, query: str = "year=2025-26", user: str = "fund_manager") -> str:
    return text(as_(here[user]).get(f"/funds/{fund.code}/budget?{query}"))


def test_the_page_shows_each_head_with_its_figures_and_entries(here: world.World, fund: Fund) -> None:
    here.vouchered(here.draft("20000", fund=fund))
    here.sanctioned(here.draft("30000", fund=fund))
    shown = page(here, fund)
    grants = shown[shown.index("<h2>Grants") : shown.index("<h2>Legal")]
    for word, figure, account in (
        ("Original", "3,00,000.00", "X70-GRANTS"),
        ("Revised", "3,00,000.00", "X71-GRANTS"),
        ("Released", "1,00,000.00", "X10-GRANTS"),
        ("Committed", "30,000.00", "X20-GRANTS"),
        ("Spent", "20,000.00", "X30-GRANTS"),
        ("Free", "50,000.00", "X10-GRANTS"),
    ):
        link = f'/funds/PARTS/accounts/{account}?from=2025-07-01&amp;to=2026-06-30">{figure}</a>'
        assert link in grants[grants.index(word) :], word
    assert "Rs 7,50,000.00</bdi> was received and waits for a release" in shown
    assert as_(here["auditor"]).get("/funds/PARTS/accounts/X10-GRANTS").status_code == 200


def test_a_budget_in_one_sum_has_one_row_and_no_releases(here: world.World) -> None:
    shown = page(here, here.fund)
    assert "<h2>Whole budget" in shown
    assert "All heads" not in shown and "Record a release" not in shown and "re-appropriation" not in shown


def test_files_hold_the_same_figures(here: world.World, fund: Fund) -> None:
    answer = as_(here["auditor"]).get("/funds/PARTS/budget.csv?year=2025-26")
    rows = list(csv.reader(io.StringIO(b"".join(answer.streaming_content).decode("utf-8-sig"))))
    assert rows[3][:4] == ["Head", "Name", "Original (Rs)", "Revised (Rs)"]
    assert rows[4] == ["GRANTS", "Grants", "300000.00", "300000.00", "0.00", "100000.00", "0.00", "0.00", "100000.00"]
    assert rows[7] == ["", "Total", "900000.00", "900000.00", "0.00", "150000.00", "0.00", "0.00", "150000.00"]
    assert rows[8][-1] == "750000.00"
    assert b"".join(as_(here["auditor"]).get("/funds/PARTS/budget.xlsx").streaming_content)[:2] == b"PK"
    assert as_(here["auditor"]).get("/funds/PARTS/budget.pdf").status_code == 404


def test_what_if_takes_requests_and_amounts_and_writes_nothing(here: world.World, fund: Fund) -> None:
    first = here.submitted(here.draft("30000", fund=fund))
    here.submitted(here.draft("25000", fund=fund))
    before = budget(fund, NOW)
    one = page(here, fund, f"year={NOW}&with={first.pk}")
    assert "<b>70,000.00</b>" in one
    every = page(here, fund, f"year={NOW}&chain=all&add-GRANTS=10,000&add-LEGAL=60,000")
    assert "<b>35,000.00</b>" in every and "10,000.00 lacking" in every
    wrong = page(here, fund, f"year={NOW}&add-GRANTS=many")
    assert "Grants: " in wrong and "many" in wrong
    assert budget(fund, NOW) == before
    assert "What would stay free" not in page(here, fund)  # of a year behind us nothing is supposed


def test_a_release_is_recorded_with_its_letter(here: world.World, fund: Fund) -> None:
    client = as_(here["fund_manager"])
    sent = {"quarter": "2", "reference": "R 2", "file_number": "F.1(4)", "on": DAY.isoformat(), "amount-REST": "5,000"}
    answer = client.post("/funds/PARTS/budget/releases/new", sent | {"amount-GRANTS": "9,00,000"})
    assert answer.status_code == 409 and "more is too much" in text(answer)
    letter = SimpleUploadedFile("letter.pdf", samples.pdf("Release order"))
    answer = client.post("/funds/PARTS/budget/releases/new", sent | {"file": letter})
    assert answer.status_code == 303
    row = BudgetRelease.objects.get(reference="R 2")
    assert (row.budget_head.code, row.amount, row.file_number) == ("REST", 5000, "F.1(4)")
    assert f"/funds/PARTS/budget/releases/{row.pk}/file" in page(here, fund)
    found = as_(here["auditor"]).get(f"/funds/PARTS/budget/releases/{row.pk}/file")
    assert found["Content-Type"] == "application/pdf" and found.content.startswith(b"%PDF")


def test_a_slip_in_an_amount_is_told_beside_its_head(here: world.World, fund: Fund) -> None:
    sent = {"quarter": "2", "reference": "R 2", "file_number": "F.1", "on": DAY.isoformat(), "amount-LEGAL": "many"}
    answer = as_(here["fund_manager"]).post("/funds/PARTS/budget/releases/new", sent)
    assert answer.status_code == 422
    assert answer.context["form"].errors.keys() == {"amount-LEGAL"}


def test_a_move_is_asked_and_agreed_on_the_page(here: world.World, fund: Fund) -> None:
    client = as_(here["fund_manager"])
    sent = {"from_head": "GRANTS", "to_head": "LEGAL", "amount": "1,000", "order_number": "F.3", "reason": "More cases"}
    assert client.post("/funds/PARTS/budget/moves/new", sent | {"on": DAY.isoformat()}).status_code == 303
    row = Reappropriation.objects.get()
    shown = page(here, fund)
    assert "somebody else" not in shown and "Take it back" in shown and "Agree and move" not in shown
    answer = client.post(f"/funds/PARTS/budget/moves/{row.pk}/agree")
    assert answer.status_code == 403
    approver = as_(here["approver"])
    assert "Agree and move Rs 1,000.00" in page(here, fund, user="approver")
    answer = approver.post(f"/funds/PARTS/budget/moves/{row.pk}/decline?year=2025-26", {"remark": ""})
    assert answer.status_code == 422
    assert approver.post(f"/funds/PARTS/budget/moves/{row.pk}/decline", {"remark": "Too much"}).status_code == 303
    assert "Declined by" in page(here, fund)
    again = reappropriations.ask(fund=fund, by=here["fund_manager"], on=DAY, **sent)
    reappropriations.agree(fund=fund, reappropriation=again.pk, by=here["approver"], on=DAY)
    assert stands(fund, "LEGAL").revised == 301000


def test_a_surrender_is_recorded_on_its_page(here: world.World, fund: Fund) -> None:
    client = as_(here["fund_manager"])
    sent = {"budget_head": "REST", "amount": "1,000", "reference": "S 1", "on": DAY.isoformat()}
    assert client.post("/funds/PARTS/budget/surrenders/new", sent).status_code == 303
    assert Surrender.objects.get().returned == 1000
    assert "Surrendered by hand" in page(here, fund)
    setting("surrender_by", None, 9, 25)
    late = client.post("/funds/PARTS/budget/surrenders/new", sent | {"reference": "S 2"})
    assert late.status_code == 409 and "until 25 Sep 2025" in text(late)


def test_forms_of_money_name_the_head(here: world.World, fund: Fund) -> None:
    client = as_(here["fund_manager"])
    sent = {"kind": "supplementary", "amount": "500", "reference": "B 2", "on": DAY.isoformat()}
    assert client.post("/funds/PARTS/allocations/new", sent).status_code == 422
    assert client.post("/funds/PARTS/allocations/new", sent | {"budget_head": "LEGAL"}).status_code == 303
    assert stands(fund, "LEGAL").revised == 300500
    given = {"kind": "donation", "amount": "500", "received_from": "A donor", "reference": "D 1", "on": DAY.isoformat()}
    answer = client.post("/funds/PARTS/receipts/new", given, follow=True)
    assert "It waits for a release to its heads." in text(answer)
    assert "budget_head" not in text(client.get("/funds/TEST/allocations/new"))


def test_room_stands_before_each_button(here: world.World, fund: Fund) -> None:
    draft = here.draft("30000", fund=fund)
    maker = as_(here["case_officer"])
    for address in (f"/requests/{draft.pk}/", f"/requests/{draft.pk}/edit/"):
        shown = text(maker.get(address))
        assert "Room under Grants of PARTS" in shown, address
        for word, figure in (
            ("Free before", "1,00,000.00"),
            ("This request", "30,000.00"),
            ("Free after this", "70,000.00"),
        ):
            assert figure in shown[shown.index(word) :][:120], (address, word)
    waiting = here.at_sanction(draft)
    here.submitted(here.draft("20000", fund=fund))
    shown = text(as_(here["approver"]).get(f"/requests/{waiting.pk}/"))
    assert "Free before" in shown and "1 other request in the chain asks for Rs 20,000.00" in shown
    assert "With all of them Rs 50,000.00 would stay free." in shown


def test_a_head_without_room_closes_the_button_and_says_whose(here: world.World, fund: Fund) -> None:
    waiting = here.at_sanction(here.draft("60000", fund=fund, kind="legal_aid"))
    client = as_(here["approver"])
    shown = text(client.get(f"/requests/{waiting.pk}/"))
    assert "Legal of PARTS has Rs 50,000.00 free, less than Rs 60,000.00." in shown
    assert "Legal of PARTS has too little room" in shown


def test_the_command_prints_the_same_figures(here: world.World, fund: Fund, capsys: pytest.CaptureFixture[str]) -> None:
    call_command("budget", "PARTS", "2025-26")
    told = capsys.readouterr().out
    assert "GRANTS" in told and "1,00,000.00" in told and "Received, not released: 7,50,000.00" in told
    call_command("budget", "PARTS", "2025-26", "--json")
    assert '"unreleased": "750000.00"' in capsys.readouterr().out
