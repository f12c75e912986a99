"""The period calendar as people use it: months, years, reopenings by two people, versions of statements, what waits."""

import csv
import re
from datetime import date

import pytest
from django.contrib.auth.models import User
from django.utils.timezone import localdate

from funds import closing
from funds.books import calendar, editions, frozen, statement_files
from funds.models import StatementVersion
from funds.paperwork import statement_paper
from ledger.models import Reopening
from ledger.roles import Role
from tests import world
from tests.funds.pages import as_, words
from tests.funds.test_closing import WHY, close, donate, reopen
from tests.world import World

pytestmark = pytest.mark.once

CALENDAR = "/funds/TEST/periods"


@pytest.fixture
def here(cleared_world: World) -> World:
    return cleared_world


@pytest.fixture
def closed(here: World) -> World:
    """Both years are closed."""
    close(here)
    return here


def year_shown(w: World, label: str) -> calendar.Year:
    return calendar.calendar(w.fund, label=label)[0]


def ask(w: World, label: str = "2025-26") -> Reopening:
    return closing.ask_year(fund=w.fund, label=label, by=w["fund_manager"], reason="A receipt was missed")


def page(user: User, address: str) -> str:
    answer = as_(user).get(address)
    assert answer.status_code == 200, answer.content
    return words(answer)


def test_the_first_open_month_that_has_ended_stands_out(here: World) -> None:
    answer = as_(here["auditor"]).get(CALENDAR)
    (marked,) = re.findall(r'<li class="next"><a href="([^"]+)"', answer.content.decode())
    assert marked == "/funds/TEST/periods/2024-07"
    closing.close_month(fund=here.fund, month="2024-07", by=here["fund_manager"], override=WHY)
    months = {month.label: month for month in year_shown(here, "2024-25").months}
    assert (months["2024-07"].state, months["2024-08"].state, months["2024-08"].follows) == ("closed", "open", True)


def test_a_closed_year_shows_its_trial_balance_also_before_closing(closed: World) -> None:
    """The page and its files: what the year moved stands only in the one without the closing entries."""
    address = "/funds/TEST/trial-balance"
    after = page(closed["auditor"], f"{address}?as_at=2026-06-30")
    assert "30 Jun 2026 before closing" in after
    assert "A-REL debit 20,000.00" not in after
    before = page(closed["auditor"], f"{address}?before_closing=2025-26")
    assert "before the closing entries" in before
    assert "Debits equal credits" in before
    assert "A-REL debit 20,000.00" in before
    table = as_(closed["auditor"]).get(f"{address}.csv?before_closing=2025-26").getvalue().decode()
    assert "A-REL,Relief grants,20000.00" in table
    reopen(closed)
    assert "before the closing entries" not in page(closed["auditor"], f"{address}?before_closing=2025-26")


def test_after_its_months_the_year_itself_comes_next(here: World) -> None:
    for month in year_shown(here, "2024-25").months:
        closing.close_month(fund=here.fund, month=month.label, by=here["fund_manager"], override=WHY)
    assert year_shown(here, "2024-25").follows
    assert not any(month.follows for year in calendar.calendar(here.fund) for month in year.months)
    assert "Close the year next" in page(here["fund_manager"], CALENDAR)
    assert "Close the year next" not in page(here["approver"], CALENDAR)


def test_months_to_come_and_running_are_told_from_open_ones(here: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(calendar, "today", lambda: date(2026, 8, 31))
    states = {month.label: month.state for month in year_shown(here, "2026-27").months}
    assert (states["2026-07"], states["2026-08"], states["2026-09"]) == ("open", "running", "to come")
    assert (year_shown(here, "2026-27").state, year_shown(here, "2025-26").state) == ("running", "open")


def test_a_month_counts_its_entries_and_rupees_without_the_budget(here: World) -> None:
    months = {month.label: month for month in year_shown(here, "2025-26").months}
    posted = here.fund.book.entries.filter(date=world.DAY).count()
    # Charge, payable and cheque of Rs 20,000.
    assert (months["2025-09"].entries, months["2025-09"].posted, months["2025-09"].lakh) == (posted, 60000, "0.60")
    assert (months["2025-10"].entries, months["2025-10"].posted) == (0, 0)


def test_the_calendar_is_kept_as_a_file(here: World) -> None:
    closing.close_month(fund=here.fund, month="2024-07", by=here["fund_manager"], override=WHY)
    assert f'href="{CALENDAR}.csv"' in as_(here["auditor"]).get(CALENDAR).content.decode()
    answer = as_(here["auditor"]).get(f"{CALENDAR}.csv")
    lines = list(csv.reader(b"".join(answer.streaming_content).decode("utf-8-sig").splitlines()))[4:]  # type: ignore[attr-defined]
    rows = {line[0]: line[1:] for line in lines}
    years = calendar.calendar(here.fund)
    assert [line[0] for line in lines] == [each.label for year in years for each in (year, *year.months)]
    by = here["fund_manager"].username
    assert rows["2024-07"][:6] == ["2024-07-01", "2024-07-31", "closed", f"{localdate()}", by, WHY]
    assert rows["2024-25"][2:6] == ["open", "", "", ""]
    months = [month for month in year_shown(here, "2025-26").months if month.entries]
    assert {month.label: rows[month.label][-2:] for month in months} == {
        month.label: [str(month.entries), f"{month.posted:.2f}"] for month in months
    }
    assert rows["2025-26"][-1] == f"{sum(month.posted for month in months):.2f}"


def test_a_month_is_closed_from_its_page(here: World) -> None:
    client = as_(here["fund_manager"])
    shown = words(client.get(f"{CALENDAR}/2024-07"))
    assert "Nothing stands in the way." in shown and closing.NO_RECONCILIATION in shown
    answer = client.post(f"{CALENDAR}/2024-07/close", {"override": ""})
    assert answer.status_code == 422
    assert "Why without a bank reconciliation is empty. Fill it in." in words(answer)
    answer = client.post(f"{CALENDAR}/2024-07/close", {"override": WHY})
    assert (answer.status_code, answer["Location"]) == (303, CALENDAR)
    assert "July 2024 of TEST is closed." in words(client.get(CALENDAR))
    assert WHY in page(here["auditor"], f"{CALENDAR}/2024-07")


def test_what_stands_in_the_way_is_told_and_no_button_offered(here: World) -> None:
    shown = as_(here["fund_manager"]).get(f"{CALENDAR}/2024-08")
    assert "2024-07 is open. Months are closed in order." in words(shown)
    assert "/close" not in shown.content.decode()
    answer = as_(here["fund_manager"]).post(f"{CALENDAR}/2024-08/close", {"override": WHY})
    assert answer.status_code == 409
    assert "2024-08 of TEST cannot be closed" in words(answer)


def test_readers_see_no_button(closed: World) -> None:
    for role in ("auditor", "approver", "finance_officer"):
        for address in (f"{CALENDAR}/2026-07", "/funds/TEST/years/2025-26", CALENDAR):
            assert "<form method" not in _main(as_(closed[role]).get(address).content.decode()), (role, address)
    assert "/2026-07/close" in as_(closed["fund_manager"]).get(f"{CALENDAR}/2026-07").content.decode()


def _main(source: str) -> str:
    return source[source.index('id="main"') : source.index("</main>")]


def test_the_page_of_a_year_says_what_closing_does(here: World) -> None:
    close(here, "2024-25")
    shown = page(here["fund_manager"], "/funds/TEST/years/2025-26")
    assert "12 open months of the year close with it" in shown
    assert "The fund does not lapse" in shown and "frozen as version 1" in shown


def test_the_page_of_a_lapsable_year_says_what_is_surrendered(db: None) -> None:
    made = world.build(lapsable=True, code="LAPS")
    made.cleared()
    close(made, "2024-25")
    shown = page(made["fund_manager"], "/funds/LAPS/years/2025-26")
    assert "all that was not spent is surrendered" in shown
    assert "Rs 99,80,000.00 was not spent by 30 Jun 2026: it lapses and is surrendered." in shown


def test_a_year_is_closed_from_its_page(here: World) -> None:
    close(here, "2024-25")
    client = as_(here["fund_manager"])
    answer = client.post("/funds/TEST/years/2025-26/close", {"override": WHY})
    assert (answer.status_code, answer["Location"]) == (303, "/funds/TEST/years/2025-26")
    shown = words(client.get("/funds/TEST/years/2025-26"))
    assert "2025-26 of TEST is closed. Its statement is final, version 1." in shown
    assert StatementVersion.objects.get(year__label="2025-26").reason == WHY


def test_two_people_open_a_year_again(closed: World) -> None:
    client = as_(closed["fund_manager"])
    assert client.post("/funds/TEST/years/2025-26/reopen", {"reason": " "}).status_code == 422
    answer = client.post("/funds/TEST/years/2025-26/reopen", {"reason": "A receipt was missed"})
    assert answer.status_code == 303
    row = Reopening.objects.get()
    own = client.get(CALENDAR)
    assert "You asked for this, so it waits for another" in words(own)
    assert f"/reopenings/{row.pk}/agree" not in own.content.decode()
    assert client.post(f"/funds/TEST/reopenings/{row.pk}/agree").status_code == 403
    other = as_(closed["approver"])
    assert f"/reopenings/{row.pk}/agree" in other.get(CALENDAR).content.decode()
    assert other.post(f"/funds/TEST/reopenings/{row.pk}/agree", {"remark": "Seen"}).status_code == 303
    assert "2025-26 of TEST is open again." in words(other.get(CALENDAR))
    assert year_shown(closed, "2025-26").state == "reopened"
    assert other.post(f"/funds/TEST/reopenings/{row.pk}/agree").status_code == 409


def test_declining_needs_a_remark_and_leaves_it_closed(closed: World) -> None:
    row, client = ask(closed), as_(closed["approver"])
    answer = client.post(f"/funds/TEST/reopenings/{row.pk}/decline", {"remark": ""})
    assert answer.status_code == 422
    assert "Say why it stays closed." in words(answer)
    assert client.post(f"/funds/TEST/reopenings/{row.pk}/decline", {"remark": "Too late"}).status_code == 303
    assert year_shown(closed, "2025-26").state == "closed"
    assert "Too late" in page(closed["auditor"], CALENDAR)


def test_who_asked_may_take_it_back(closed: World) -> None:
    row, client = ask(closed), as_(closed["fund_manager"])
    assert "Take it back" in words(client.get(CALENDAR))
    assert client.post(f"/funds/TEST/reopenings/{row.pk}/decline", {"remark": "Asked by mistake"}).status_code == 303
    assert Reopening.objects.get().outcome == "declined"


def test_another_office_reaches_none_of_it(closed: World) -> None:
    row = ask(closed)
    for role in (Role.FUND_MANAGER, Role.APPROVER):
        client = as_(world.make_user(f"quetta_{role}", closed.quetta_office, role))
        assert client.get(CALENDAR).status_code == 404
        assert client.post(f"/funds/TEST/reopenings/{row.pk}/agree").status_code in (403, 404)
    assert Reopening.objects.get().outcome == "waiting"


def test_the_home_pages_tell_what_waits(here: World) -> None:
    behind = calendar.to_close([here.fund])[here.fund.pk]
    shown = page(here["fund_manager"], "/")
    assert f"{behind.months} months, {behind.years} years" in shown
    close(here)
    left = calendar.to_close([here.fund])[here.fund.pk]
    assert (behind.years - left.years, behind.months - left.months) == (2, 24)
    assert "consent" not in page(here["approver"], "/")
    ask(here)
    told = "What waits for your consent To be opened again: Year 2025-26 of TEST A receipt was missed"
    assert told in page(here["approver"], "/")
    assert "consent" not in page(here["fund_manager"], "/")
    for role, number in (("approver", 1), ("fund_manager", 0), ("finance_officer", 0)):
        assert calendar.to_agree(here[role]).count() == number, role


def standing(w: World, address: str = "/statements/TEST/2025-26/") -> str:
    return page(w["auditor"], address)


def test_a_statement_says_how_final_it_is(here: World) -> None:
    day = editions.day
    assert "Provisional: the year is open" in standing(here)
    close(here)
    on = day(frozen.published(here.fund, "2025-26").edition.closed_on)  # type: ignore[union-attr]
    name = here["fund_manager"].get_full_name() or "fund_manager"
    assert f"Final, version 1, closed on {on} by {name}" in standing(here)
    span = standing(here, "/statements/TEST/2024-25/?to=2025-26")
    assert "Closed years: 2024-25 version 1, 2025-26 version 1" in span
    reopen(here)
    assert "Reopened: version 1 was published, these figures are provisional" in standing(here)
    assert "Reopened since: version 1, closed on" in standing(here, "/statements/TEST/2025-26/?version=1")
    donate(here, on=date(2026, 6, 29))
    close(here)
    assert "Final, version 2" in standing(here)
    assert "Replaced by version 2: version 1, closed on" in standing(here, "/statements/TEST/2025-26/?version=1")
    assert "Provisional: 2026-27 is open" in standing(here, "/statements/TEST/2025-26/?to=2026-27")


def test_files_carry_the_same_words(closed: World) -> None:
    built = frozen.published(closed.fund, "2025-26")
    said = editions.standing(built).text
    assert said.startswith("Final, version 1")
    assert said in statement_files.csv_bytes(built).decode("utf-8-sig").splitlines()[0]
    assert statement_paper.paper(built).version.startswith(said)
    assert "drawn from the journal" not in statement_paper.paper(built).version
    assert statement_files.xlsx_bytes(built) == statement_files.xlsx_bytes(built)
    still_open = frozen.published(closed.fund, "2026-27")
    assert statement_paper.paper(still_open).version.startswith(
        "Provisional: the year is open · drawn from the journal"
    )
    answer = as_(closed["auditor"]).get("/statements/TEST/2025-26/file.csv")
    assert 'filename="TEST-statement-2025-26-version-1.csv"' in answer["Content-Disposition"]


def test_the_list_marks_closed_years(here: World) -> None:
    assert "Final" not in page(here["auditor"], "/statements/")
    close(here, "2024-25")
    assert page(here["auditor"], "/statements/").count("Final") == 1


def test_versions_and_what_changed_between_them(closed: World) -> None:
    reopen(closed)
    donate(closed, on=date(2026, 6, 29))
    close(closed)
    client = as_(closed["auditor"])
    listed = words(client.get("/statements/TEST/2025-26/versions"))
    assert "Version 2" in listed and "What changed since version 1" in listed and listed.count("Unchanged") == 2
    shown = words(client.get("/statements/TEST/2025-26/versions/1/2"))
    assert "Reopened A receipt was missed" in shown
    assert "Donation not there 500.00 +500.00" in shown
    assert "Receipts total 1,00,00,000.00 1,00,00,500.00 +500.00" in shown
    assert "Bank (F-BNK), debit" in shown
    assert client.get("/statements/TEST/2025-26/versions/1/3").status_code == 404


def test_a_version_that_was_changed_is_shown_as_changed(closed: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(frozen, "_digest", lambda document: "another")
    assert "Changed" in page(closed["auditor"], "/statements/TEST/2025-26/versions")


@pytest.mark.parametrize("number", ["2", "0", "-1", "x", "9" * 30, "²"])
def test_a_version_that_is_not_there_is_not_found(closed: World, number: str) -> None:
    assert as_(closed["auditor"]).get(f"/statements/TEST/2025-26/?version={number}").status_code == 404


@pytest.mark.parametrize(
    ("address", "status"),
    [
        ("/funds/TEST/periods/2025-13", 422),
        ("/funds/TEST/periods/2019-07", 404),
        ("/funds/TEST/years/2031-32", 404),
        ("/funds/TEST/years/abc", 422),
        ("/funds/NONE/periods", 404),
        ("/statements/TEST/2031-32/versions", 404),
    ],
)
def test_what_is_not_there_is_answered_in_words(here: World, address: str, status: int) -> None:
    assert as_(here["auditor"]).get(address).status_code == status
