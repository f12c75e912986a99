"""Two people at one request, an impatient hand, the Back button, and a browser without script."""

import re

import pytest
from playwright.sync_api import Page, expect

from funds import approvals
from funds.models import Decision, Instrument, Voucher
from tests.browser.windows import Site, fill, follow, press, said
from tests.world import World

pytestmark = [pytest.mark.browser, pytest.mark.once]

# The browser itself drops a second navigation, so both presses send the form on their own.
TWICE = """button => {
  const sent = new FormData(button.form);
  return Promise.all([0, 1].map(() => fetch(button.form.action, {method: "POST", body: sent}).then(answer => answer.status)));
}"""


def choose_agree(page: Page, address: str, remarks: str = "") -> None:
    page.goto(address)
    page.get_by_role("radio", name="Agree and forward").check()
    if remarks:
        fill(page, "Remarks for the record", remarks)


def test_the_second_of_two_verifiers_is_told_and_keeps_the_remarks(site: Site, here: World) -> None:
    request = here.submitted()
    first, second = site.window(here["verifier"]), site.window(here["second_verifier"])
    for page, remarks in ((first, "Seen by the first."), (second, "Compared with the originals.")):
        choose_agree(page, request.get_absolute_url(), remarks)
    press(first, "Agree to Rs 20,000.00")
    expect(first.get_by_text("Nothing more waits for you.")).to_be_visible()
    with second.expect_response(lambda answer: answer.request.method == "POST") as caught:
        press(second, "Agree to Rs 20,000.00")
    assert caught.value.status == 409
    shown = said(second)
    assert f"{here['verifier'].get_full_name()} " in shown and "before you pressed the button" in shown
    assert "Nothing was decided by you. Your remarks are kept below." in shown
    assert "Compared with the originals." in shown
    assert list(Decision.objects.values_list("decided_by__username", flat=True)) == ["verifier"]


def test_content_that_changed_meanwhile_is_not_agreed_to(site: Site, here: World) -> None:
    request = here.submitted()
    page = site.window(here["verifier"])
    choose_agree(page, request.get_absolute_url(), "All compared.")
    approvals.return_for_correction(
        disbursement=request.pk, by=here["second_verifier"], ground="other", reason="Name differs."
    )
    press(page, "Agree to Rs 20,000.00")
    shown = said(page)
    assert "Name differs." in shown and "All compared." in shown
    assert [row.outcome for row in Decision.objects.all()] == ["returned"]


def test_back_after_a_decision_sends_nothing_again(site: Site, here: World) -> None:
    request = here.submitted()
    page = site.window(here["verifier"])
    choose_agree(page, request.get_absolute_url())
    press(page, "Agree to Rs 20,000.00")
    expect(page.get_by_text("Nothing more waits for you.")).to_be_visible()
    page.reload()
    page.go_back()
    # The page is asked for anew, for it may not be stored, and shows what is true now.
    expect(page.get_by_role("button", name="Agree to Rs 20,000.00")).to_have_count(0)
    page.go_forward()
    assert Decision.objects.count() == 1


def test_a_double_click_decides_once(site: Site, here: World) -> None:
    request = here.submitted()
    page = site.window(here["verifier"])
    choose_agree(page, request.get_absolute_url())
    page.get_by_role("button", name="Agree to Rs 20,000.00").dblclick()
    expect(page.get_by_text("Nothing more waits for you.")).to_be_visible()
    assert Decision.objects.count() == 1


def test_a_form_that_arrives_twice_pays_once(site: Site, here: World) -> None:
    """Without the help of the page's script: the server alone keeps the second from counting."""
    sanctioned = here.sanctioned()
    page = site.window(here["ddo"])
    page.goto(sanctioned.get_absolute_url())
    answers = page.get_by_role("button", name="Issue voucher for Rs 20,000.00").evaluate(TWICE)
    assert sorted(answers) == [200, 409] and Voucher.objects.count() == 1
    page.reload()
    fill(page, f"Cheque number for {sanctioned.lines.get().payee_name}", "0004782")
    answers = page.get_by_role("button", name="Record the payments").evaluate(TWICE)
    assert sorted(answers)[0] == 200 and sorted(answers)[1] in (409, 422) and Instrument.objects.count() == 1


def test_without_script_a_request_goes_from_inbox_to_paid(site: Site, here: World) -> None:
    request = here.submitted()
    for role, choice, verb in (
        ("verifier", "Agree and forward", "Agree to"),
        ("finance_officer", "Agree and forward", "Agree to"),
        ("approver", "Sanction", "Sanction"),
    ):
        page = site.window(here[role], script=False)
        page.goto("/")
        follow(page, request.title)
        expect(page.get_by_role("button", name=f"{verb} Rs 20,000.00")).to_be_hidden()
        page.get_by_role("radio", name=choice).check()
        press(page, f"{verb} Rs 20,000.00")
        expect(page.get_by_text("Nothing more waits for you.")).to_be_visible()
    page = site.window(here["ddo"], script=False)
    page.goto("/")
    follow(page, request.title)
    press(page, "Issue voucher for Rs 20,000.00")
    page.goto(request.get_absolute_url())
    fill(page, f"Cheque number for {request.lines.get().payee_name}", "0004782")
    press(page, "Record the payments")
    expect(page.get_by_text(re.compile("^Recorded: 1 payment"))).to_be_visible()
    request.refresh_from_db()
    assert request.state == "paid"


def test_without_script_a_reason_left_out_is_asked_for_and_the_choice_stays(site: Site, here: World) -> None:
    request = here.submitted()
    page = site.window(here["verifier"], script=False)
    page.goto(request.get_absolute_url())
    page.get_by_role("radio", name="Return for correction").check()
    press(page, "Return for correction")
    expect(page.get_by_role("alert")).to_contain_text("write a sentence")
    expect(page.get_by_role("radio", name="Return for correction")).to_be_checked()
    assert not Decision.objects.exists()
