"""A step that several people sign waits until all have; nobody counts twice."""

import pytest
from django.db import DatabaseError
from django.test import Client

from funds import approvals
from funds.chain import chain_view, signatures
from funds.models import Decision, Disbursement, Sanction
from funds.paperwork import noting
from funds.requests import inbox, overview
from ledger.errors import NotAllowed, WrongState
from ledger.roles import Role
from tests import world
from tests.funds.test_rules import copied, refused

pytestmark = pytest.mark.django_db


@pytest.fixture
def here(small_world: world.World) -> world.World:
    """Two verifiers verify, two approvers sanction."""
    world.make_rule(
        steps=[("verifier", "Verified", "", 2), ("approver", "Sanctioned", "", 2)], effective_from=world.START
    )
    small_world.users["second_approver"] = world.make_user("second_approver", small_world.office, Role.APPROVER)
    return small_world


def signed(here: world.World, request: Disbursement, *who: str) -> Disbursement:
    for name in who:
        request = approvals.approve(disbursement=request.pk, by=here[name], on=world.DAY)
    return request


def test_the_step_waits_until_all_have_signed(here: world.World) -> None:
    request = signed(here, here.submitted(), "verifier")
    assert (request.state, request.position, request.steps.get(position=1).signatures) == ("submitted", 1, 2)
    request = signed(here, request, "second_verifier")
    assert request.position == 2
    request = signed(here, request, "approver")
    assert request.state == "submitted" and not Sanction.objects.exists()
    request = signed(here, request, "second_approver")
    assert (request.state, request.sanction.sanctioned_by) == ("sanctioned", here["second_approver"])
    assert [row.decided_by.username for row in approvals.signatures(request)] == [
        "verifier", "second_verifier", "approver", "second_approver",
    ]  # fmt: skip


def test_one_person_does_not_sign_twice(here: world.World) -> None:
    request = signed(here, here.submitted(), "verifier")
    with pytest.raises(NotAllowed, match="already signed"):
        signed(here, request, "verifier")
    first = Decision.objects.get()
    sql, values = copied(first)
    refused("23F10", sql, *values)


def test_one_more_than_asked_is_refused_by_sql(here: world.World) -> None:
    """The step has its signatures but the request was not moved on: a third one is one too many."""
    request = signed(here, here.submitted(), "verifier")
    first = Decision.objects.get()
    sql, values = copied(first, decided_by_id=here["second_verifier"].pk)
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(sql, values)
    third = world.make_user("third_verifier", here.office, Role.VERIFIER)
    refused("23F08", *flat(copied(first, decided_by_id=third.pk)))
    assert request.position == 1


def flat(statement: tuple[str, list[object]]) -> tuple[object, ...]:
    return statement[0], *statement[1]


def test_no_sanction_with_a_signature_missing_by_sql(here: world.World) -> None:
    """The service that believes the step is signed meets the database."""
    request = signed(here, here.submitted(), "verifier", "second_verifier")
    with pytest.MonkeyPatch.context() as patch, pytest.raises(DatabaseError) as broken:
        patch.setattr(approvals, "missing", lambda step: 0)
        signed(here, request, "approver")
    assert broken.value.__cause__.pgcode == "23F11"


def test_everybody_who_sanctions_does_so_within_the_own_limit(here: world.World) -> None:
    request = here.submitted()
    signed(here, request, "verifier", "second_verifier")
    world.give_limit(here["approver"].officer, "1000")
    with pytest.raises(NotAllowed, match="above your authority"):
        approvals.approve(disbursement=request.pk, by=here["approver"])


def test_a_limit_lowered_after_the_first_of_two_sanctions_nothing(here: world.World) -> None:
    request = here.submitted()
    signed(here, request, "verifier", "second_verifier", "approver")
    world.give_limit(here["approver"].officer, "1000")
    with pytest.raises(WrongState, match="Approver Khan signed this step and may sanction less now"):
        approvals.approve(disbursement=request.pk, by=here["second_approver"])


def test_a_return_ends_a_step_that_is_half_signed(here: world.World) -> None:
    request = signed(here, here.submitted(), "verifier")
    row = approvals.return_for_correction(
        disbursement=request.pk, by=here["second_verifier"], ground="payee", reason="Wrong CNIC"
    )
    assert row.state == "returned"
    assert signatures.missing(request.steps.get(position=1)) == 2
    with pytest.raises(WrongState):
        signed(here, row, "second_verifier")


def test_returned_to_a_step_all_of_it_sign_again(here: world.World) -> None:
    """The two verifiers' signatures are set aside together, and one of them anew is not enough."""
    request = signed(here, here.submitted(), "verifier", "second_verifier", "approver")
    row = approvals.return_for_correction(
        disbursement=request.pk, by=here["second_approver"], ground="other", reason="Look again", to=1, on=world.DAY
    )
    assert (row.position, signatures.missing(row.steps.get(position=1))) == (1, 2)
    assert signatures.missing(row.steps.get(position=2)) == 2
    row = signed(here, row, "verifier")
    assert row.position == 1
    assert inbox.mine(here["second_verifier"]).get() == row and not inbox.mine(here["verifier"]).exists()
    row = signed(here, row, "second_verifier", "approver")
    assert row.state == "submitted"
    row = signed(here, row, "second_approver")
    assert row.state == "sanctioned"
    assert [made.decided_by.username for made in signatures.signatures(row)] == [
        "verifier", "second_verifier", "approver", "second_approver",
    ]  # fmt: skip
    other = "another officer, as "
    assert [note.marked_to for note in noting.notes_of(row)] == [
        "Verifier", f"{other}Verifier", "Approver", f"{other}Approver", "Verifier",
        f"{other}Verifier", "Approver", f"{other}Approver", "the Drawing and Disbursing Officer",
    ]  # fmt: skip


def test_signatures_set_aside_do_not_make_a_sanction_by_sql(here: world.World) -> None:
    """Four approvals were given for two steps, two of them set aside: with one verifier anew it is one too few."""
    request = signed(here, here.submitted(), "verifier", "second_verifier")
    approvals.return_for_correction(
        disbursement=request.pk, by=here["approver"], ground="other", reason="Look again", to=1, on=world.DAY
    )
    with pytest.MonkeyPatch.context() as patch, pytest.raises(DatabaseError) as broken:
        patch.setattr(approvals, "missing", lambda step: 0)
        signed(here, request, "verifier", "approver")
    assert broken.value.__cause__.pgcode == "23F08"  # the last step is not signed before it is whole


def test_a_step_with_too_few_officers_left_says_so(here: world.World) -> None:
    """Of two verifiers one recuses: the other alone cannot make two signatures."""
    request = here.submitted()
    approvals.recuse(
        disbursement=request.pk, by=here["second_verifier"], ground="relative", reason="A cousin", on=world.DAY
    )
    view = overview.load(Disbursement.objects.get(pk=request.pk), viewer=here["verifier"])
    assert "Another verifier is needed" in view.nobody
    world.make_user("third_verifier", here.office, Role.VERIFIER)
    view = overview.load(Disbursement.objects.get(pk=request.pk), viewer=here["verifier"])
    assert view.nobody == ""


def test_the_page_and_the_inbox_say_who_has_signed(here: world.World, client: Client) -> None:
    request = signed(here, here.submitted(), "verifier")
    assert not inbox.mine(here["verifier"]).exists()
    assert inbox.mine(here["second_verifier"]).get() == request
    client.force_login(here["second_verifier"])
    assert "1 of 2 signed: Verifier Khan" in client.get(f"/requests/{request.pk}/").content.decode()
    signed(here, request, "second_verifier")
    view = overview.load(Disbursement.objects.get(pk=request.pk), viewer=here["approver"])
    step = chain_view.steps(view)[1]
    assert (step["who"], step["state"]) == ("Verifier Khan, Second_Verifier Khan", "done")
