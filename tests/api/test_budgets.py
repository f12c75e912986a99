"""Budgets by heads over the API."""

import pytest

from funds.models import Fund
from tests.api.conftest import Api
from tests.funds.divided import DAY, fund_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def fund(api: Api) -> Fund:
    return fund_of(api.here, lapsable=True)


def test_release_move_surrender_and_what_then_stands(api: Api, fund: Fund) -> None:
    on = DAY.isoformat()
    body = {"fund": "PARTS", "quarter": 1, "reference": "R 1", "file_number": "F.1", "on": on}
    shares = [{"head": "GRANTS", "amount": "100000.00"}, {"head": "LEGAL", "amount": "50000.00"}]
    made = api.good(api.post("/budget-releases", body | {"shares": shares}, as_="fund_manager"))
    assert [(row["head"], row["amount"]) for row in made["items"]] == [("GRANTS", "100000.00"), ("LEGAL", "50000.00")]
    move = {"fund": "PARTS", "from_head": "GRANTS", "to_head": "LEGAL", "amount": "250000.00", "order_number": "F.3"}
    asked = api.good(api.post("/reappropriations", move | {"reason": "More", "on": on}, as_="fund_manager"))
    assert (asked["outcome"], asked["moved"]) == ("waiting", "0.00")
    gave = {"fund": "PARTS", "budget_head": "REST", "amount": "1000.00", "reference": "S 1", "on": on}
    assert api.good(api.post("/surrenders", gave, as_="fund_manager"))["returned"] == "1000.00"
    declined = api.post(f"/reappropriations/{asked['id']}/decline", {"remark": "Too much"}, as_="approver")
    assert api.good(declined)["outcome"] == "declined"
    stands = api.good(api.get("/budgets/PARTS/2025-26"))
    assert (stands["divided"], stands["unreleased"]) == (True, "749000.00")
    assert [(row["head"], row["revised"], row["free"]) for row in stands["heads"]] == [
        ("GRANTS", "300000.00", "100000.00"),
        ("LEGAL", "300000.00", "50000.00"),
        ("REST", "299000.00", "0.00"),
    ]
    assert stands["total"]["revised"] == "899000.00"
    for path, number in (("/budget-releases", 2), ("/reappropriations", 1), ("/surrenders", 1)):
        assert len(api.good(api.get(path, fund="PARTS"))["items"]) == number


def test_refusals_name_the_share(api: Api, fund: Fund) -> None:
    body = {"fund": "PARTS", "quarter": 1, "reference": "R 1", "file_number": "F.1", "on": DAY.isoformat()}
    answer = api.post("/budget-releases", body | {"shares": [{"head": "NONE", "amount": "5.00"}]}, as_="fund_manager")
    assert answer.status_code == 422
    assert list(answer.json()["fields"]) == ["shares.0.head"]
    answer = api.post(
        "/budget-releases", body | {"shares": [{"head": "LEGAL", "amount": "300001.00"}]}, as_="fund_manager"
    )
    assert (answer.status_code, answer.json()["code"]) == (409, "above_allotted")


def test_a_request_says_its_headroom(api: Api, fund: Fund) -> None:
    request = api.here.submitted(api.here.draft("20000", fund=fund))
    found = api.good(api.get(f"/disbursements/{request.pk}"))
    assert found["headroom"] == {"head": "GRANTS", "free_before": "0.00", "free_after": "-20000.00", "asked": "0.00"}
    assert api.good(api.get(f"/disbursements/{api.here.sanctioned().pk}"))["headroom"] is None
