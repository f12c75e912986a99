"""Pages of people, cases, users and search, through the whole stack: roles, offices, refusals, what they show and cost."""

from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from beneficiaries.models import Case, CourtOrder, Heir, Obligation, Person
from beneficiaries.views.people import READERS
from ledger.roles import Role
from tests.world import World

pytestmark = pytest.mark.once

Browse = Callable[[str], Client]
PERSON = {"name": "Zainab Bibi", "relation": "widow", "relative_name": "Muhammad Yaqub", "cnic": "42201-0397640-8",
          "gender": "F", "phone": "0300 1234567"}  # fmt: skip


def text(answer: Any) -> str:
    return answer.content.decode()


def queries(client: Client, url: str) -> int:
    with CaptureQueriesContext(connection) as seen:
        assert client.get(url).status_code == 200
    return len(seen)


@pytest.fixture
def diyat_case(w: World) -> Case:
    w.diyat()
    return Case.objects.get(kind="prisoner")


def test_register_from_the_form(w: World, browse: Browse) -> None:
    client = browse("case_officer")
    answer = client.post("/people/new", PERSON | {"district": w.district.pk})
    person = Person.objects.get()
    assert (answer.status_code, answer["Location"]) == (303, f"/people/{person.pk}/")
    page = client.get(answer["Location"])
    assert "Registered: Zainab Bibi, widow of Muhammad Yaqub." in text(page)
    assert "42201-*******-8" in text(page) and "42201-0397640-8" not in text(page) and person.cnic not in text(page)


def test_bad_values_come_back_with_words_and_what_was_typed(w: World, browse: Browse) -> None:
    given = PERSON | {"district": w.district.pk, "cnic": "42201-039", "born_on": "31 Feb 2000"}
    answer = browse("case_officer").post("/people/new", given)
    assert answer.status_code == 422
    assert "Date of birth is not a date" in text(answer)
    answer = browse("case_officer").post("/people/new", given | {"born_on": ""})
    assert answer.status_code == 422
    assert "does not have 13 digits" in text(answer) and 'value="42201-039"' in text(answer)
    assert 'href="#id_cnic"' in text(answer)


def test_twin_is_refused_with_a_link_only_to_what_may_be_seen(w: World, browse: Browse) -> None:
    twin = w.person(cnic="42201-0397640-8")
    given = PERSON | {"district": w.district.pk}
    answer = browse("case_officer").post("/people/new", given)
    assert answer.status_code == 409 and f'href="/people/{twin.pk}/"' in text(answer)
    answer = browse("quetta").post("/people/new", given)
    assert answer.status_code == 409 and f"/people/{twin.pk}/" not in text(answer)


def test_guardian_is_found_without_script(w: World, browse: Browse) -> None:
    uncle, client = w.person("Uncle Khan"), browse("case_officer")
    child = {
        "name": "Small Child",
        "relation": "son",
        "relative_name": "Noor",
        "gender": "M",
        "district": w.district.pk,
        "is_minor": "on",
    }
    found = client.post("/people/new", child | {"guardian_text": "uncle", "find": "1"})
    assert (
        found.status_code == 200
        and f'<option value="{uncle.pk}"' in text(found)
        and 'value="Small Child"' in text(found)
    )
    assert not Person.objects.filter(name="Small Child").exists()
    assert client.post("/people/new", child | {"guardian_text": "nobody such"}).status_code == 422
    assert client.post("/people/new", child | {"guardian_text": "uncle"}).status_code == 303  # one fits
    assert Person.objects.get(name="Small Child").guardian == uncle


def test_guardian_of_another_office_is_not_offered(w: World, browse: Browse) -> None:
    w.person("Uncle Khan")
    answer = browse("quetta").post("/people/new", PERSON | {"guardian_text": "uncle", "find": "1"})
    assert "Uncle Khan" not in text(answer)


def test_correction_shows_was_and_became(w: World, browse: Browse) -> None:
    person, client = w.person("Zainb Bibi"), browse("case_officer")
    url = reverse("person_edit", args=[person.pk])
    form = {"name": "Zainab Bibi", "relation": "daughter", "relative_name": "Noor Ahmed", "gender": "F",
            "district": w.district.pk, "cnic": person.cnic}  # fmt: skip
    assert "Reason for the change is empty" in text(client.post(url, form))
    assert client.post(url, form | {"reason": "Spelling"}).status_code == 303
    page = text(client.get(person.get_absolute_url()))
    assert "<del>Zainb Bibi</del>" in page and "<ins>Zainab Bibi</ins>" in page and "Spelling" in page


def test_full_cnic_needs_a_press_and_leaves_a_trace(w: World, browse: Browse) -> None:
    person = w.person(cnic="42201-0397640-8")
    url, asked = reverse("person_reveal", args=[person.pk]), {"what": "cnic", "reason": "Card seen"}
    client = browse("verifier")
    assert client.get(url).status_code == 405
    without = client.post(url, asked | {"reason": ""})
    assert without.status_code == 422 and "Why you need it is empty" in text(without)
    assert "42201-0397640-8" not in text(without)
    assert "42201-0397640-8" in text(client.post(url, asked))
    again = text(client.get(person.get_absolute_url()))
    assert "CNIC was shown: Card seen" in again and "42201-0397640-8" not in again
    assert browse("approver").post(url, asked).status_code == 403


def test_correcting_shows_no_whole_value_and_keeps_it(w: World, browse: Browse) -> None:
    person = w.person(cnic="42201-0397640-8", phone="03001234567", home_address="House 12, Satellite Town")
    client, url = browse("case_officer"), reverse("person_edit", args=[person.pk])
    page = text(client.get(url))
    assert "42201-*******-8" in page and "42201-0397640-8" not in page and "03001234567" not in page
    assert "Empty keeps **** (hidden)" in page and "Satellite Town" not in page
    form = PERSON | {"district": w.district.pk, "cnic": "", "phone": "", "reason": "Spelling"}
    assert client.post(url, form).status_code == 303
    person.refresh_from_db()
    assert (person.cnic, person.phone) == ("4220103976408", "03001234567")
    assert client.post(url, form | {"phone": "-"}).status_code == 303
    person.refresh_from_db()
    assert (person.cnic, person.phone, person.home_address) == ("4220103976408", "", "House 12, Satellite Town")
    assert client.post(url, form | {"home_address": "-"}).status_code == 303
    person.refresh_from_db()
    assert person.home_address == ""


LISTS = ["people", "case_list"]


@pytest.mark.parametrize("role", Role.values)
@pytest.mark.parametrize("name", LISTS)
def test_who_may_open_the_lists(w: World, browse: Browse, role: str, name: str) -> None:
    assert browse(role).get(reverse(name)).status_code == (200 if Role(role) in READERS else 403)
    assert Client().get(reverse(name)).status_code == 302


WRITES = ["/people/new", "/people/{person}/edit", "/people/{person}/cases/relief", "/people/{person}/cases/prisoner",
          "/cases/{case}/orders/new", "/orders/{order}/obligations/new", "/obligations/{obligation}/heirs"]  # fmt: skip


def addresses(case: Case) -> list[str]:
    order = CourtOrder.objects.get()
    ids = {"person": case.person_id, "case": case.pk, "order": order.pk, "obligation": order.obligations.get().pk}
    return [url.format(**ids) for url in WRITES]


@pytest.mark.parametrize("role", sorted(set(Role.values) - {Role.CASE_OFFICER}))
def test_other_roles_change_nothing(w: World, browse: Browse, diyat_case: Case, role: str) -> None:
    client = browse(role)
    for url in addresses(diyat_case):
        assert client.get(url).status_code == 403, url
        assert client.post(url, {}).status_code == 403, url


def test_another_office_finds_nothing_there(w: World, browse: Browse, diyat_case: Case) -> None:
    client = browse("quetta")
    reads = [
        diyat_case.get_absolute_url(),
        diyat_case.person.get_absolute_url(),
        "/people/99999999/",
        "/cases/99999999999999999999/",
    ]
    for url in reads + addresses(diyat_case)[1:]:
        assert client.get(url).status_code == 404, url
    assert (
        client.post(
            reverse("person_reveal", args=[diyat_case.person_id]), {"what": "cnic", "reason": "Look"}
        ).status_code
        == 404
    )
    assert "Gulzar" not in text(client.get("/people/")) + text(client.get("/cases/")) + text(
        client.get("/cases/?kind=prisoner")
    )


@pytest.mark.parametrize("query", ["q=%00", "province=x", "office=999999999999999999999", "page=-5", "page=99999", "kind=zzz",
                                   "money=zzz", "q=" + "A" * 5000, "district=1%27--", "page=%D9%A3", "q=%25%27_"])  # fmt: skip
@pytest.mark.parametrize("name", [*LISTS, "search"])
def test_strange_filters_never_break_a_list(w: World, browse: Browse, name: str, query: str) -> None:
    assert browse("case_officer").get(f"{reverse(name)}?{query}").status_code == 200


def test_filters_of_the_cases(w: World, browse: Browse, diyat_case: Case) -> None:
    w.relief_case(w.person("Sadia Mir"))
    client = browse("case_officer")
    for query, shown, hidden in (
        ("kind=prisoner", "Gulzar", "Sadia"),
        ("kind=relief", "Sadia", "Gulzar"),
        ("money=none", "Sadia", "Gulzar"),
        ("money=asked", "Gulzar", "Sadia"),
        (f"q={diyat_case.fir_number}/2019", "Gulzar", "Sadia"),
        ("q=sadia", "Sadia", "Gulzar"),
    ):
        page = text(client.get(f"/cases/?{query}"))
        assert shown in page and hidden not in page, query


def test_relief_case_from_the_form(w: World, browse: Browse) -> None:
    person, client = w.person(), browse("case_officer")
    url = reverse("relief_case_new", args=[person.pk])
    form = {"violation": "torture", "happened_on": "2025-06-01", "district": w.district.pk, "referral": "helpline",
            "recommended_amount": "20,000", "opened_on": "2025-09-26"}  # fmt: skip
    half = client.post(url, form | {"fir_number": "12"})
    assert half.status_code == 422 and "Give all three, or none" in text(half)
    bad = client.post(url, form | {"recommended_amount": "1e3"})
    assert bad.status_code == 422 and "is not an amount" in text(bad)
    answer = client.post(url, form | {"fir_number": "12", "fir_year": "2025", "police_station": "Saddar"})
    assert answer.status_code == 303
    page = text(client.get(answer["Location"]))
    assert "FIR 12/2025, PS Saddar" in page and f"/requests/new/?case={Case.objects.get().pk}" in page.replace(
        "new?", "new/?"
    )


def test_prisoner_case_order_obligation_and_heirs_from_the_forms(w: World, browse: Browse) -> None:
    convict, client = w.person("Gulzar Ahmed", relation="son", gender="M"), browse("case_officer")
    case_url = client.post(
        reverse("prisoner_case_new", args=[convict.pk]),
        {"prison": w.prison.pk, "prisoner_number": "P-1", "sections": "s.316 PPC", "opened_on": "2025-09-26"},
    )["Location"]
    case = Case.objects.get()
    client.post(
        reverse("order_new", args=[case.pk]), {"court": w.court.pk, "number": "SC 513/2015", "decided_on": "2019-03-14"}
    )
    order = CourtOrder.objects.get()
    url = reverse("obligation_new", args=[order.pk])
    answer = client.post(url, {"kind": "diyat", "amount_ordered": "18,00,000", "paid_before": "6,00,000"})
    assert answer.status_code == 303
    assert "12,00,000.00" in text(client.get(case_url))
    obligation = Obligation.objects.get()
    widow, son = w.person("Zainab Bibi"), w.person("Tariq Yaqub")
    heirs_url = reverse("heirs_edit", args=[obligation.pk])
    rows = {"rows_shown": "4", "heir-0-person_text": "Zainab", "heir-0-kinship": "widow", "heir-0-numerator": "1",
            "heir-0-denominator": "8", "heir-1-person": son.pk, "heir-1-kinship": "son", "heir-1-numerator": "6",
            "heir-1-denominator": "8"}  # fmt: skip
    more = client.post(heirs_url, rows | {"more": "1"})
    assert more.status_code == 200 and "heir-7-person" in text(more) and "heir-8-person" not in text(more)
    missing = client.post(heirs_url, rows)
    assert missing.status_code == 422 and "Give the missing 1/8 to an heir." in text(missing)
    assert 'value="widow"' in text(missing) and not Heir.objects.exists()
    answer = client.post(heirs_url, rows | {"heir-1-numerator": "7"})
    assert answer.status_code == 303
    assert {heir.person: heir.share for heir in Heir.objects.all()} == {widow: "1/8", son: "7/8"}
    assert "1/8" in text(client.get(case_url))


@pytest.mark.parametrize(
    "change", [{"heir-0-denominator": "0"}, {"heir-0-numerator": "-1"}, {"heir-0-person": "99999999"}, {"heir-0-person": "x"},
               {"heir-0-kinship": ""}, {"heir-0-person_text": "nobody at all"}, {"rows_shown": "x"}, {"rows_shown": "9999"}],
)  # fmt: skip
def test_bad_heir_rows_are_refused_in_words(w: World, browse: Browse, change: dict[str, str]) -> None:
    obligation = w.obligation()
    w.person("Zainab Bibi")
    rows = {
        "rows_shown": "2",
        "heir-0-person_text": "Zainab",
        "heir-0-kinship": "widow",
        "heir-0-numerator": "1",
        "heir-0-denominator": "1",
    }
    answer = browse("case_officer").post(reverse("heirs_edit", args=[obligation.pk]), rows | change)
    assert answer.status_code == 422 and 'id="errors"' in text(answer)
    assert not Heir.objects.exists()


def test_case_page_has_no_button_where_nothing_is_left(w: World, browse: Browse, diyat_case: Case) -> None:
    page = text(browse("case_officer").get(diyat_case.get_absolute_url()))
    assert "Nothing is left to ask for." in page and "A request pays these heirs" in page
    assert "Record a court order" not in text(browse("verifier").get(diyat_case.get_absolute_url()))


def test_pages_cost_the_same_however_long_the_lists_are(w: World, browse: Browse) -> None:
    client = browse("auditor")
    w.diyat()
    case = Case.objects.get()
    urls = ["/people/", "/cases/", case.get_absolute_url(), case.person.get_absolute_url()]
    before = [queries(client, url) for url in urls]
    for _ in range(4):
        w.draft()
        w.diyat()
    assert [queries(client, url) for url in urls] == before
    assert max(before) <= 31


def test_one_persons_page_costs_the_same_with_many_payments(w: World, browse: Browse) -> None:
    from funds import disbursements
    from funds.requests.payees import Payee
    from tests.world import DAY

    person, client = w.person(), browse("auditor")

    def pay() -> None:
        case = w.relief_case(person)
        payee = Payee(case=case, amount="20000", person=person)
        draft = disbursements.create_draft(fund=w.fund, kind="relief_grant", title="Relief", pay_to="Zainab Bibi",
                                           payees=[payee], by=w["case_officer"], on=DAY)  # fmt: skip
        w.paid(draft)

    pay()
    before = queries(client, person.get_absolute_url())
    for _ in range(3):
        pay()
    assert queries(client, person.get_absolute_url()) == before
    assert "80,000.00" in text(client.get(person.get_absolute_url()))


STAFF = {"first_name": "Imran", "last_name": "Qureshi", "username": "imran.qureshi", "cnic": "61101-1234567-1",
         "designation": "Section Officer", "grade": "17", "roles": ["finance_officer"], "reason": "Order 12"}  # fmt: skip


def test_new_user_gets_a_password_shown_once(w: World, browse: Browse) -> None:
    client = browse("administrator")
    bad = client.post("/staff/new", STAFF | {"office": w.office.pk, "roles": ["approver", "ddo"]})
    assert bad.status_code == 422 and "Approver and drawing and disbursing officer" in text(bad)
    answer = client.post("/staff/new", STAFF | {"office": w.office.pk})
    assert answer.status_code == 200 and answer["Cache-Control"] == "no-store"
    password = text(answer).split('class="secret">')[1].split("<")[0]
    assert Client().post("/sign-in", {"username": "imran.qureshi", "password": password}).status_code == 302
    assert password not in text(client.get("/staff/")) and password not in str(client.cookies)
    assert (
        client.post("/staff/new", STAFF | {"office": w.office.pk}).status_code == 422
    )  # a second press makes no second user


def test_closing_from_the_page(w: World, browse: Browse) -> None:
    client, officer = browse("administrator"), w["ddo"].officer
    victim = browse("ddo")
    url = reverse("officer_close", args=[officer.pk])
    assert client.post(url, {"reason": ""}).status_code == 422
    assert client.post(url, {"reason": "Left"}).status_code == 303
    assert victim.get("/").status_code == 302
    assert "Account closed" in text(client.get(reverse("officer", args=[officer.pk])))
    assert client.post(url, {"reason": "Left"}).status_code == 409
    assert 'class="secret"' in text(client.post(reverse("officer_open", args=[officer.pk]), {"reason": "Back"}))


@pytest.mark.parametrize("role", sorted(set(Role.values) - {Role.ADMINISTRATOR}))
def test_users_are_the_administrators_business(w: World, browse: Browse, role: str) -> None:
    client, pk = browse(role), w["ddo"].officer.pk
    for url in ("/staff/", "/staff/new", f"/staff/{pk}/", f"/staff/{pk}/edit"):
        assert client.get(url).status_code == 403, url
    for url in ("/staff/new", f"/staff/{pk}/edit", f"/staff/{pk}/close", f"/staff/{pk}/open", f"/staff/{pk}/password"):
        assert client.post(url, {"reason": "x"}).status_code == 403, url


def test_own_account_shows_no_buttons(w: World, browse: Browse) -> None:
    pk = w["administrator"].officer.pk
    page = text(browse("administrator").get(f"/staff/{pk}/"))
    assert "This is your own account" in page and "Close account" not in page
    assert browse("administrator").post(f"/staff/{pk}/close", {"reason": "x"}).status_code == 403


def test_list_of_users_costs_the_same(w: World, browse: Browse) -> None:
    from tests import world

    client = browse("administrator")
    before = queries(client, "/staff/")
    for at in range(5):
        world.make_user(f"extra{at}", w.office, Role.VERIFIER)
    assert queries(client, "/staff/") == before


def test_search_finds_each_kind_and_goes_straight_to_the_one_exact(w: World, browse: Browse) -> None:
    voucher = w.paid(w.diyat())[0].voucher
    sanction, request = voucher.sanction, voucher.sanction.disbursement
    case = Case.objects.get()
    cheque = voucher.instruments.first()
    assert cheque is not None
    client = browse("auditor")
    person = case.person
    for asked, target in (
        (request.number, request.get_absolute_url()),
        (sanction.number.lower(), request.get_absolute_url()),
        (voucher.number, voucher.get_absolute_url()),
        (case.number, case.get_absolute_url()),
        (cheque.number, request.get_absolute_url()),
        (person.cnic, person.get_absolute_url()),
        (f"{person.cnic[:5]}-{person.cnic[5:12]}-{person.cnic[12:]}", person.get_absolute_url()),
        (case.get_absolute_url(), case.get_absolute_url()),
    ):
        answer = client.post("/search", {"q": asked})
        assert (answer.status_code, answer.headers.get("Location")) == (302, target), asked
    page = text(client.post("/search", {"q": f"FIR {case.fir_number}/2019"}))
    assert case.number in page
    page = text(client.post("/search", {"q": "gulzar"}))
    assert "Gulzar Ahmed, son of Noor Ahmed" in page and case.number in page


def test_search_shows_nothing_of_another_office(w: World, browse: Browse) -> None:
    voucher = w.paid(w.diyat())[0].voucher
    case = Case.objects.get()
    client = browse("quetta")
    for asked in (voucher.number, voucher.sanction.number, case.number, "Gulzar", case.person.cnic, "Balance of diyat"):
        answer = client.post("/search", {"q": asked})
        assert answer.status_code == 200 and "Nothing was found" in text(answer), asked


def test_search_keeps_people_from_roles_that_do_not_work_on_cases(w: World, browse: Browse) -> None:
    w.person("Gulzar Ahmed")
    for role in ("administrator", "reconciler", "fund_manager"):
        assert "Nothing was found" in text(browse(role).post("/search", {"q": "Gulzar"})), role


@pytest.mark.parametrize(
    "asked", ["//evil.example/people/", "/\\evil.example", "http://evil.example/people/", "https:evil", "/nowhere/"]
)
def test_pasted_addresses_lead_nowhere_else(w: World, browse: Browse, asked: str) -> None:
    assert browse("auditor").post("/search", {"q": asked}).status_code == 200
