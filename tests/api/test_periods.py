"""Months, years, reopenings and published statements over the API."""

import pytest

from config.api import api as described
from funds import closing
from funds.models import StatementVersion
from ledger.models import Period, Reopening
from ledger.roles import Role
from tests import world
from tests.api.conftest import Api
from tests.api.test_refusals import refused

WHY = "Compared by hand with the bank's letter of 4 July 2026"
YEAR = {"fund": "TEST", "year": "2024-25", "override": WHY}
MONTH = {"fund": "TEST", "month": "2024-07", "override": WHY}


@pytest.fixture
def closed(api: Api) -> Api:
    """The year 2024-25 is closed."""
    api.good(api.post("/years/close", YEAR, as_="fund_manager"))
    return api


def asked(api: Api) -> int:
    body = {"fund": "TEST", "what": "year", "label": "2024-25", "reason": "A receipt was missed"}
    return int(api.good(api.post("/reopenings", body, as_="fund_manager"))["id"])


def test_the_calendar_tells_states_and_what_comes_next(closed: Api) -> None:
    closed.here.cleared()
    found = closed.good(closed.get("/periods", fund="TEST"))
    years = {year["year"]: year for year in found["years"]}
    assert list(years) == sorted(years, reverse=True)
    last, now = years["2024-25"], years["2025-26"]
    assert (last["state"], last["version"], last["closed_by"], now["state"]) == ("closed", 1, "fund_manager", "open")
    assert [month["month"] for month in now["months"] if month["next"]] == ["2025-07"]
    assert {month["override"] for month in last["months"]} == {WHY}
    busy = {month["month"]: (month["entries"], month["posted"]) for month in now["months"]}
    # Release; then sanction, voucher, its budget, cheque, clearing: Rs 20,000 as charge, payable and cheque.
    assert busy["2025-07"][1] == "10000000.00"
    assert busy["2025-09"][1] == "60000.00"
    assert busy["2025-10"] == (0, "0.00")


def test_a_month_is_closed_once_for_one_key(api: Api) -> None:
    first = api.post("/periods/close", MONTH, as_="fund_manager", key="k-1")
    found = api.good(first)
    assert (found["month"], found["closed_by"], found["override"]) == ("2024-07", "fund_manager", WHY)
    again = api.post("/periods/close", MONTH, as_="fund_manager", key="k-1")
    assert again["Idempotency-Replayed"] == "true" and again.content == first.content
    refused(api.post("/periods/close", MONTH, as_="fund_manager", key="k-2"), 409, "wrong_state")
    assert Period.objects.exclude(closed_at=None).count() == 1


def test_without_an_override_the_field_is_named(api: Api) -> None:
    for path, body in (("/periods/close", MONTH), ("/years/close", YEAR)):
        fields = refused(api.post(path, body | {"override": " "}, as_="fund_manager"), 422, "bad_input")
        assert fields["override"] == closing.NO_RECONCILIATION
    assert not Period.objects.exclude(closed_at=None).exists()


def test_what_stands_in_the_way_is_409(api: Api) -> None:
    answer = api.post("/years/close", YEAR | {"year": "2025-26"}, as_="fund_manager")
    refused(answer, 409, "not_ready")
    assert "2024-25 is open" in answer.json()["detail"]
    refused(api.post("/periods/close", MONTH | {"month": "2024-08"}, as_="fund_manager"), 409, "not_ready")


@pytest.mark.parametrize("month", ["2024-13", "2024-7", "July", "2024-07-01"])
def test_a_malformed_month_is_422(api: Api, month: str) -> None:
    assert "month" in refused(
        api.post("/periods/close", MONTH | {"month": month}, as_="fund_manager"), 422, "bad_input"
    )


def test_a_reopening_takes_a_second_person(closed: Api) -> None:
    number = asked(closed)
    path = f"/reopenings/{number}/agree"
    answer = closed.post(path, as_="fund_manager")
    refused(answer, 403, "not_allowed")
    assert "somebody else must agree" in answer.json()["detail"]
    done = closed.good(closed.post(path, {"remark": "Seen"}, as_="approver", key="k-1"))
    assert (done["outcome"], done["decided_by"], done["remark"], done["year"]) == (
        "agreed",
        "approver",
        "Seen",
        "2024-25",
    )
    assert closed.post(path, {"remark": "Seen"}, as_="approver", key="k-1")["Idempotency-Replayed"] == "true"
    refused(closed.post(path, as_="approver"), 409, "wrong_state")
    assert not closing.get_year(closed.here.fund, "2024-25").closed


def test_a_reopening_is_declined_with_a_remark(closed: Api) -> None:
    number = asked(closed)
    assert "remark" in refused(closed.post(f"/reopenings/{number}/decline", as_="approver"), 422, "bad_input")
    done = closed.good(closed.post(f"/reopenings/{number}/decline", {"remark": "Too late"}, as_="approver"))
    assert done["outcome"] == "declined"
    assert closing.get_year(closed.here.fund, "2024-25").closed


def test_reopenings_are_listed_by_outcome(closed: Api) -> None:
    number = asked(closed)
    assert [row["id"] for row in closed.good(closed.get("/reopenings", fund="TEST"))["items"]] == [number]
    waiting = closed.good(closed.get("/reopenings", fund="TEST", outcome="waiting"))["items"]
    assert [(row["id"], row["month"], row["reason"]) for row in waiting] == [(number, None, "A receipt was missed")]
    assert closed.good(closed.get("/reopenings", fund="TEST", outcome="agreed"))["items"] == []


def test_a_month_is_asked_for_by_its_label(api: Api) -> None:
    api.good(api.post("/periods/close", MONTH, as_="fund_manager"))
    body = {"fund": "TEST", "what": "month", "label": "2024-07", "reason": "A receipt was missed"}
    assert api.good(api.post("/reopenings", body, as_="fund_manager"))["month"] == "2024-07"
    refused(api.post("/reopenings", body | {"reason": ""}, as_="fund_manager"), 422, "bad_input")
    refused(api.post("/reopenings", body | {"what": "decade"}, as_="fund_manager"), 422, "bad_input")


def test_versions_of_a_statement(closed: Api) -> None:
    (found,) = closed.good(closed.get("/statements/TEST/2024-25/versions"))["items"]
    row = StatementVersion.objects.get()
    assert (found["version"], found["digest"], found["intact"], found["override"]) == (1, row.digest, True, WHY)
    assert closed.good(closed.get("/statements/TEST/2025-26/versions"))["items"] == []
    refused(closed.get("/statements/TEST/2031-32/versions"), 404, "no_year")


def test_another_office_neither_sees_nor_closes(closed: Api) -> None:
    """Quetta works with the fund, but the ministry keeps its books."""
    here = closed.here
    number = asked(closed)
    for name, role in (("manager_quetta", Role.FUND_MANAGER), ("approver_quetta", Role.APPROVER)):
        here.users[name] = world.make_user(name, here.quetta_office, role)
    refused(closed.get("/periods", fund="TEST", as_="manager_quetta"), 404, "not_found")
    refused(closed.get("/reopenings", fund="TEST", as_="manager_quetta"), 404, "not_found")
    body = {"fund": "TEST", "month": "2025-07", "override": WHY}
    assert closed.post("/periods/close", body, as_="manager_quetta").status_code in (403, 404)
    assert closed.post(f"/reopenings/{number}/agree", as_="approver_quetta").status_code in (403, 404)
    assert Reopening.objects.get().outcome == "waiting"
    refused(closed.post("/reopenings/999999/agree", as_="approver"), 404, "not_found")


def test_the_description_lists_them_with_their_keys() -> None:
    paths = described.get_openapi_schema()["paths"]
    for path in ("/periods/close", "/years/close", "/reopenings", "/reopenings/{reopening}/agree"):
        parameters = paths[f"/api/v1{path}"]["post"]["parameters"]
        assert any(each["name"] == "Idempotency-Key" for each in parameters), path
    assert {"/api/v1/periods", "/api/v1/statements/{fund}/{year}/versions"} <= set(paths)
