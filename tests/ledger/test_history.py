"""Who, why and from where: in requests, in commands, one by one and in bulk."""

import pytest
from django.contrib.auth.models import Group, User
from django.db import DatabaseError, transaction
from django.test import RequestFactory
from simple_history.models import HistoricalRecords
from simple_history.utils import bulk_create_with_history, bulk_update_with_history

from ledger import history
from ledger.history import Stamp, acting
from ledger.models import Account, Book
from ledger.ruling import rules


def stamp_of(row: Stamp) -> tuple[str | None, str, str, str]:
    user = row.history_user.username if row.history_user else None
    return user, row.username, row.roles, row.history_change_reason


def test_outside_any_context_the_row_says_nobody(db: None) -> None:
    assert stamp_of(Book.objects.create(code="B", name="b").history.get()) == (None, "", "", "")


def test_acting_names_the_person_the_roles_and_the_reason(manager: User) -> None:
    with acting(manager, "Set up"):
        book = Book.objects.create(code="B", name="b")
    book.name = "c"
    book.save()
    rows = [stamp_of(row) for row in book.history.order_by("history_id")]
    assert rows == [("manager", "manager", "fund_manager", "Set up"), (None, "", "", "")]


def test_the_innermost_acting_counts_and_ends(manager: User, clerk: User) -> None:
    with acting(manager, "outer"):
        with pytest.raises(ZeroDivisionError), acting(clerk, "inner"):
            inner = Book.objects.create(code="I", name="i")
            raise ZeroDivisionError
        outer = Book.objects.create(code="O", name="o")
    assert stamp_of(inner.history.get())[1::2] == ("clerk", "inner")
    assert stamp_of(outer.history.get())[1::2] == ("manager", "outer")


def test_a_rows_own_user_and_reason_win(manager: User, clerk: User) -> None:
    book = Book(code="B", name="b")
    book._history_user, book._change_reason = clerk, "own"
    with acting(manager, "general"):
        book.save()
    assert stamp_of(book.history.get()) == ("clerk", "clerk", "", "own")


def test_a_requests_user_counts_and_its_address_is_kept(manager: User, clerk: User) -> None:
    request = RequestFactory().get("/")
    request.user = manager
    HistoricalRecords.context.request = request
    marks = history.request_id.set("request-1"), history.address.set("10.1.2.3")
    try:
        by_request = Book.objects.create(code="R", name="r")
        with acting(clerk, "on behalf"):
            by_acting = Book.objects.create(code="A", name="a")
    finally:
        history.request_id.reset(marks[0])
        history.address.reset(marks[1])
        del HistoricalRecords.context.request
    row = by_request.history.get()
    assert (row.username, row.roles, row.address, row.request_id) == (
        "manager",
        "fund_manager",
        "10.1.2.3",
        "request-1",
    )
    assert by_acting.history.get().username == "clerk"


def test_rows_written_in_bulk_are_stamped_too(book: Book, manager: User) -> None:
    made = [Account(book=book, code=f"Z{n}", name="z", element="memo", normal="D") for n in range(3)]
    with acting(manager, "Imported"):
        made = bulk_create_with_history(made, Account)
        for account in made:
            account.name = "y"
        bulk_update_with_history(made, Account, ["name"])
    rows = Account.history.filter(code__startswith="Z")
    assert {stamp_of(row) for row in rows} == {("manager", "manager", "fund_manager", "Imported")}
    assert sorted(row.history_type for row in rows) == ["+"] * 3 + ["~"] * 3


def test_roles_are_kept_as_they_were(manager: User) -> None:
    with acting(manager, "x"):
        book = Book.objects.create(code="B", name="b")
    manager.groups.set([Group.objects.get_or_create(name="auditor")[0]])
    assert book.history.get().roles == "fund_manager"


def test_history_only_grows(manager: User) -> None:
    book = Book.objects.create(code="B", name="b")
    for attempt in (lambda: book.history.update(username="x"), lambda: book.history.all().delete()):
        with pytest.raises(DatabaseError), transaction.atomic():
            attempt()
    protected = {model for model, rule in rules() if rule.name == "append_only"}
    assert {Book.history.model, Account.history.model} <= protected
