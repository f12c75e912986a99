"""The books over the API: pages that join by key, the day book, the comparison of two days."""

from typing import Any

import pytest
from django.db.models import Count

from ledger import balances
from ledger.account_pages import general_ledger
from ledger.day_book import Wanted, day_book
from ledger.models import JournalEntry
from tests import world
from tests.api.conftest import Api


@pytest.fixture
def busy(api: Api) -> Api:
    api.here.cleared(api.here.diyat())
    api.here.paid()
    return api


def pages(api: Api, path: str, **asked: Any) -> list[dict[str, Any]]:
    """The pages, one after the other."""
    found = [api.good(api.get(path, fund="TEST", limit=3, **asked))]
    while found[-1]["next"]:
        found.append(api.good(api.get(path, fund="TEST", limit=3, after=found[-1]["next"], **asked)))
    return found


def test_an_accounts_lines_join_with_the_right_balance(busy: Api) -> None:
    found = pages(busy, "/general-ledger", account="G-PAY")
    whole = list(general_ledger("TEST", "G-PAY"))
    rows = [(row["entry"], row["position"], row["balance"]) for each in found for row in each["items"]]
    assert rows == [(*row.key, f"{row.balance:.2f}") for row in whole]
    assert len(found) > 2 and [each["opening"] for each in found[1:]] == [
        each["items"][-1]["balance"] for each in found[:-1]
    ]
    assert {each["closing"] for each in found} == {f"{whole[-1].balance:.2f}"}


def test_the_day_book_comes_by_date_and_narrowed(busy: Api) -> None:
    ids = [entry["id"] for each in pages(busy, "/day-book") for entry in each["items"]]
    assert ids == [entry.pk for entry in day_book("TEST")] and len(ids) > 6
    narrowed = [entry["id"] for each in pages(busy, "/day-book", account="G-CHQ") for entry in each["items"]]
    assert narrowed == [entry.pk for entry in day_book("TEST", wanted=Wanted(account="G-CHQ"))]
    assert {entry["id"] for each in pages(busy, "/entries", account="G-CHQ") for entry in each["items"]} == set(
        narrowed
    )


def test_an_entry_tells_its_first_lines_and_leads_to_the_rest(busy: Api, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("funds.api.journal.MOST_LINES", 2)
    voucher = JournalEntry.objects.filter(kind="voucher").annotate(count=Count("lines")).filter(count=5).get()
    told = busy.good(busy.get(f"/entries/{voucher.pk}"))
    assert (told["line_count"], [line["position"] for line in told["lines"]]) == (5, [1, 2])
    for path in ("/entries", "/day-book"):
        items = busy.good(busy.get(path, fund="TEST", limit=200))["items"]
        assert max(len(item["lines"]) for item in items) == 2
    first = busy.good(busy.get(f"/entries/{voucher.pk}/lines", limit=3))
    rest = busy.good(busy.get(f"/entries/{voucher.pk}/lines", limit=3, after=first["next"]))
    assert [line["position"] for line in [*first["items"], *rest["items"]]] == [1, 2, 3, 4, 5]
    assert rest["next"] is None
    assert busy.get(f"/entries/{voucher.pk}/lines", as_="quetta").status_code in (403, 404)


def test_two_days_compared(busy: Api) -> None:
    found = busy.good(busy.get("/comparison", fund="TEST", first="2026-06-30", second="2025-07-01"))
    assert (found["first"], found["second"]) == ("2025-07-01", "2026-06-30")
    bank = next(row for row in found["accounts"] if row["code"] == "F-BNK")
    assert bank["second"] == {"debit": f"{balances.balance('TEST', 'F-BNK'):.2f}", "credit": "0.00"}
    assert found["change_total"]["debit"] == found["change_total"]["credit"]


@pytest.mark.parametrize("after", ["x", "1", "1-", "-1", "1-2-3", "9" * 19 + "-1"])
def test_a_key_that_is_none_is_refused(api: Api, after: str) -> None:
    assert api.get("/general-ledger", fund="TEST", account="F-BNK", after=after).status_code == 422


def test_keys_and_books_of_others_are_not_there(busy: Api) -> None:
    entry = JournalEntry.objects.filter(book__code="TEST").latest("pk").pk
    world.make_fund(busy.here["fund_manager"], busy.here.office, code="MORE")
    assert busy.get("/general-ledger", fund="MORE", account="F-BNK", after=f"{entry}-1").status_code == 404
    assert busy.get("/day-book", fund="MORE", after=entry).status_code == 404
    for path, asked in (("/day-book", {}), ("/comparison", {"first": "2025-07-01", "second": "2025-07-02"})):
        assert busy.get(path, as_="quetta", fund="TEST", **asked).status_code in (403, 404)


def test_the_description_lists_the_books(api: Api) -> None:
    paths = api.client.get("/api/v1/openapi.json", headers=api.headers("auditor")).json()["paths"]
    wanted = {
        "accounts",
        "entries",
        "entries/{entry}",
        "entries/{entry}/lines",
        "day-book",
        "trial-balance",
        "comparison",
        "general-ledger",
    }
    assert {f"/api/v1/{name}" for name in wanted} <= set(paths)
