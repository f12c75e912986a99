"""Diyat by clicking and typing: a prisoner, a court's order, four heirs with shares, and what the pages say to mistakes."""

import re

import pytest
from playwright.sync_api import Locator, Page, expect

from beneficiaries.models import Case, Heir, Person
from funds.models import Disbursement
from tests.browser.windows import Site, choose, fill, follow, press, said, section
from tests.world import World

pytestmark = [pytest.mark.browser, pytest.mark.once]

HEIRS = (("Zainab Bibi", "widow", "9"), ("Rehmat Bibi", "mother", "12"), ("Tariq Yaqub", "son", "34"),
         ("Maryam Yaqub", "daughter", "16"))  # fmt: skip


def fault_at(page: Page, label: str, text: str) -> None:
    """The same words in the box on top, which has the focus, and at the field."""
    box = page.get_by_role("alert")
    expect(box).to_contain_text(text)
    expect(box).to_be_focused()
    field = page.get_by_label(re.compile(f"^{re.escape(label)}"))
    expect(field).to_have_attribute("aria-invalid", "true")
    expect(field.locator("xpath=ancestor::*[contains(@class, 'field-error')]")).to_contain_text(text)


def test_a_bad_cnic_is_named_and_everything_typed_stays(site: Site, here: World) -> None:
    page = site.window(here["case_officer"])
    page.goto("/people/new")
    fill(page, "Name", "Gulzar Ahmed")
    choose(page, "Relation", "son of")
    fill(page, "Father's or husband's name", "Noor Ahmed")
    fill(page, "CNIC", "90001-0397640")
    choose(page, "Gender", "Male")
    choose(page, "District", "Islamabad, Islamabad")
    press(page, "Register person")
    fault_at(page, "CNIC", "90001-0397640")
    for label, value in (("Name", "Gulzar Ahmed"), ("CNIC", "90001-0397640"), ("Relation", "son"), ("Gender", "M")):
        expect(page.get_by_label(re.compile(rf"^{label}( \(.*\))?$"))).to_have_value(value)
    assert not Person.objects.exists()
    fill(page, "CNIC", "90001-0397640-1")
    press(page, "Register person")
    expect(page.get_by_text("Registered: Gulzar Ahmed, son of Noor Ahmed.")).to_be_visible()


def open_case(page: Page, convict: Person) -> None:
    """The prisoner's case, the order, and what the order costs."""
    page.goto(convict.get_absolute_url())
    follow(page, "Open a prisoner's case")
    choose(page, "Prison", "Central Jail Rawalpindi")
    fill(page, "Prisoner number", "2019/8284")
    fill(page, "Sections of law", "s.316 PPC")
    press(page, "Open case")
    follow(page, "Record a court order")
    choose(page, "Court", "Sessions Court Rawalpindi")
    fill(page, "Case number of the court", "SC 513/2015")
    fill(page, "Decided on", "2019-03-14")
    press(page, "Record order")
    follow(page, "Record what it orders")
    choose(page, "What the court ordered", "Diyat")
    fill(page, "Amount ordered (Rs)", "18,00,000")
    fill(page, "Paid before by others (Rs)", "6,00,000")
    fill(page, "Owed to", "the heirs of Muhammad Yaqub")
    press(page, "Record obligation")


def row(page: Page, number: int) -> Locator:
    return page.get_by_role("group", name=f"Heir {number}", exact=True)


def name_heirs(page: Page) -> None:
    """Four rows; the last part is short by one, so the whole is 71 of 72."""
    follow(page, "Record heirs")
    for number, (name, kinship, part) in enumerate(HEIRS, start=1):
        row(page, number).get_by_label("Name or CNIC").fill(name)
        row(page, number).get_by_label("Relation to the deceased").fill(kinship)
        row(page, number).get_by_label("Share", exact=True).fill(part)
        row(page, number).get_by_label("of", exact=True).fill("72")
    press(page, "Save heirs")


def test_four_heirs_one_a_minor_get_their_shares(site: Site, here: World) -> None:
    convict = here.person("Gulzar Ahmed", relation="son", gender="M")
    for name, *_ in HEIRS:
        here.person(name, is_minor=name == "Maryam Yaqub")
    page = site.window(here["case_officer"])
    open_case(page, convict)
    expect(page.get_by_role("main")).to_contain_text("12,00,000.00")
    name_heirs(page)
    expect(page.get_by_role("alert")).to_contain_text("Shares add up to 71/72. Give the missing 1/72 to an heir.")
    assert not Heir.objects.exists()
    expect(row(page, 4).get_by_label("Relation to the deceased")).to_have_value("daughter")
    row(page, 4).get_by_label("Share", exact=True).fill("17")
    press(page, "Save heirs")
    follow(page, "Ask for money")
    press(page, "Show cases")
    expect(page.get_by_role("alert")).to_contain_text("Choose the fund and kind of payment.")
    choose(page, "Fund and kind of payment", "Diyat, TEST")
    press(page, "Show cases")
    press(page, "Continue with the ticked cases")
    fill(page, "Amount in rupees, for all heirs together", "12,00,001")
    press(page, "Save as draft")
    expect(page.get_by_role("alert")).to_contain_text("12,00,000.00")
    fill(page, "Amount in rupees, for all heirs together", "11,00,000")
    press(page, "Work out the shares")
    assert "Rs 1,37,500.00" in said(page), "an eighth of eleven lakh"
    fill(page, "Amount in rupees, for all heirs together", "12,00,000")
    press(page, "Save as draft")
    shown = said(page)
    for amount in ("1,50,000.00", "2,00,000.00", "5,66,667.00", "2,83,333.00", "Rs 12,00,000.00"):
        assert amount in shown, amount
    assert "minor" in shown and "Savings certificate" in shown
    expect(page.get_by_role("button", name="Submit Rs 12,00,000.00 for approval")).to_be_disabled()
    assert "lacks 1 paper" in said(page) and "Certified judgment" in said(page)
    here.paper(Case.objects.get())
    page.reload()
    press(page, "Submit Rs 12,00,000.00 for approval")
    expect(page.get_by_role("main")).to_contain_text("Submitted")
    section(page, "Requests")
    expect(page.get_by_role("main")).to_contain_text("12,00,000.00")
    assert Disbursement.objects.get().state == "submitted"
