"""Papers a person is known by, names in two scripts, doubts that refuse nothing, and what somebody is in the cases."""

from io import StringIO

import pytest
from django.core.management import call_command
from django.test import Client
from django.urls import reverse
from django.utils.html import escape

from beneficiaries import registry
from beneficiaries.identity import cnic_doubts, parse_old_nic, parse_other_id, parse_urdu_name
from beneficiaries.models import Disclosure, Person
from beneficiaries.people import disclosures
from beneficiaries.people.person_roles import roles_of_person
from ledger.errors import BadInput, WrongState
from tests import world
from tests.api.conftest import Api, person

pytestmark = pytest.mark.django_db
SPELLINGS = (
    "42201-0397640-8", "4220103976408", " 42201-0397640-8 ", "42201\u20110397640\u20118", "42201\u20130397640\u20138",
    "42201\u22120397640\u22128", "422010397640-8", "42201-03976408", "۴۲۲۰۱-۰۳۹۷۶۴۰-۸", "٤٢٢٠١-٠٣٩٧٦٤٠-٨",
    "４２２０１-０３９７６４０-８", "42201-0397640-8\n",
)  # fmt: skip


@pytest.fixture
def w() -> world.World:
    return world.build()


def test_twelve_spellings_of_one_cnic_make_one_person_and_eleven_refusals(w: world.World) -> None:
    refused = 0
    for number, spelling in enumerate(SPELLINGS):
        try:
            w.person(f"Person {'abcdefghijkl'[number]}", cnic=spelling, cnic_kind=("cnic", "crc", "nicop")[number % 3])
        except WrongState as refusal:
            assert refusal.code == "duplicate"
            refused += 1
    assert (Person.objects.filter(cnic="4220103976408").count(), refused) == (1, 11)


@pytest.mark.parametrize(
    ("kind", "typed", "kept"),
    [
        ("nic", "123-45-678901", "12345678901"),
        ("nic", "۱۲۳–۴۵–۶۷۸۹۰۱", "12345678901"),
        ("por", "gn-0012 3456", "GN00123456"),
        ("other", "AB/1234567", "AB1234567"),
    ],
)
def test_other_papers_are_kept_once_sealed_and_masked(w: world.World, kind: str, typed: str, kept: str) -> None:
    first = w.person(cnic=None, other_kind=kind, other_id=typed)
    first.refresh_from_db()
    assert (first.other_id, first.masked_other_id) == (kept, f"****{kept[-3:]}")
    with pytest.raises(WrongState, match="number of another paper is already registered"):
        w.person("Somebody Else", other_kind=kind, other_id=kept)
    other = {"nic": "por", "por": "other", "other": "por"}[kind]
    w.person("Third Person", other_kind=other, other_id=kept)  # the same number on a paper of another kind
    assert disclosures.reveal(person=first.pk, what="other_id", reason="Card seen", by=w["verifier"]) == kept
    assert Disclosure.objects.get().what == "other_id"


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"other_kind": "nic", "other_id": "123-45-67890"}, "other_id"),
        ({"other_kind": "nic", "other_id": "11111111111"}, "other_id"),
        ({"other_kind": "por", "other_id": "no digits"}, "other_id"),
        ({"other_kind": "por", "other_id": "42201-0397640-8"}, "other_id"),
        ({"other_kind": "por", "other_id": ""}, "other_id"),
        ({"other_id": "GN1234"}, "other_kind"),
        ({"other_kind": "passport", "other_id": "AB123"}, "other_kind"),
        ({"cnic_kind": "visa"}, "cnic_kind"),
        ({"name_urdu": "Zainab"}, "name_urdu"),
        ({"name_urdu": "زینب\u202e"}, "name_urdu"),
    ],
)
def test_what_cannot_be_kept_is_named(w: world.World, given: dict[str, str], field: str) -> None:
    with pytest.raises(BadInput) as refusal:
        w.person(**given)
    assert set(refusal.value.fields) == {field}


def test_parsers_answer_alone() -> None:
    assert parse_old_nic("123-45-678901") == "12345678901"
    assert parse_other_id("gn 12345") == "GN12345"
    assert parse_urdu_name("زینب  بی بی") == "زینب بی بی"


@pytest.mark.parametrize(
    ("cnic", "gender", "doubts"),
    [
        ("4220103976408", "F", []),
        ("4220103976407", "M", []),
        ("4220103976407", "X", []),
        ("", "M", []),
        ("9000100000012", "F", ["begins with 9"]),
        ("4220103976408", "M", ["last digit 8 is given to a woman, the record says a man"]),
        ("8220103976407", "F", ["begins with 8", "last digit 7 is given to a man, the record says a woman"]),
    ],
)
def test_doubts(cnic: str, gender: str, doubts: list[str]) -> None:
    found = cnic_doubts(cnic, gender)
    assert len(found) == len(doubts) and all(text in told for text, told in zip(doubts, found, strict=True))


def test_doubts_are_told_after_saving_and_refuse_nothing(w: world.World) -> None:
    client = Client()
    client.force_login(w["case_officer"])
    form = {"name": "Zainab Bibi", "name_urdu": "زینب بی بی", "relation": "widow", "relative_name": "Muhammad Yaqub",
            "gender": "F", "cnic": "82201-0397640-7", "cnic_kind": "nicop", "district": w.district.pk}  # fmt: skip
    answer = client.post(reverse("person_new"), form, follow=True)
    page = answer.content.decode()
    assert escape("The CNIC begins with 8") in page and "The last digit 7 is given to a man" in page
    made = Person.objects.get()
    assert (made.name_urdu, made.cnic_kind) == ("زینب بی بی", "nicop")
    assert "NICOP" in page and "زینب بی بی" in page
    again = client.get(made.get_absolute_url()).content.decode()
    assert "The CNIC begins with 8" not in again


def test_api_answers_with_warnings_and_finds_by_body(w: world.World) -> None:
    api = Api(w)
    made = api.good(
        api.post(
            "/people", person(api, cnic="82201-0397640-8", name_urdu="زینب", phone="03001234567"), as_="case_officer"
        )
    )
    assert made["warnings"] == [
        "The CNIC begins with 8, which is no province's in the published list. Compare the card."
    ]
    assert (made["cnic"], made["phone"], made["name_urdu"]) == ("82201-*******-8", "0300 ****567", "زینب")
    found = api.good(api.post("/people/find", {"cnic": "8220103976408"}, as_="verifier"))
    assert [row["id"] for row in found] == [made["id"]]
    assert api.good(api.post("/people/find", {"cnic": "8220103976408"}, as_="quetta")) == []
    shown = api.good(api.post(f"/people/{made['id']}/reveal", {"what": "cnic", "reason": "Card seen"}, as_="verifier"))
    assert shown == {"what": "cnic", "value": "8220103976408"}


@pytest.mark.parametrize(
    "text",
    [
        "Mohd. Yaqub",
        "yaqub muhammad",
        "MST ZAINAB",
        "zain",
        "Bibi",
        "زينب",
        "زینب بي بي",
        "bibi zainab yaqub",
        "Mohammad",
    ],
)
def test_people_are_found_by_any_spelling(w: world.World, text: str) -> None:
    wanted = w.person("Zainab Bibi", relative_name="Muhammad Yaqub", name_urdu="زینب بی بی")
    w.person("Rehmat Khan", relative_name="Gul Khan")
    assert list(registry.find_people(w["verifier"], text)) == [wanted]


@pytest.mark.parametrize("text", ["Zubaida", "%", "_", "...", "Yaqub Rehmat", "42201"])
def test_what_fits_nobody_finds_nobody(w: world.World, text: str) -> None:
    w.person("Zainab Bibi", relative_name="Muhammad Yaqub")
    w.person("Rehmat Khan", relative_name="Gul Khan", cnic="42201-0397640-8")
    assert list(registry.find_people(w["verifier"], text)) == []


def test_folded_names_follow_corrections_and_are_made_anew(w: world.World) -> None:
    one = w.person("Zainab Bibi")
    registry.correct_person(person=one.pk, by=w["case_officer"], reason="Card", name="Rehmat Bibi")
    assert list(registry.find_people(w["verifier"], "rehmat")) == [one]
    Person.objects.update(folded="")
    out = StringIO()
    call_command("fold_names", stdout=out)
    assert out.getvalue().strip() == "1 people were folded anew."
    assert list(registry.find_people(w["verifier"], "rehmat")) == [one]


def test_what_a_person_is_in_the_cases(w: world.World) -> None:
    obligation = w.obligation()
    w.four_heirs(obligation)
    convict = obligation.order.case.person
    child = Person.objects.get(name="Maryam Yaqub")
    mother = Person.objects.get(name="Rehmat Bibi")
    registry.correct_person(person=child.pk, by=w["case_officer"], reason="Court named her", guardian=mother)
    officer = w.person("Verifier Khan", cnic=w["verifier"].officer.cnic)
    victim = w.person("Somebody Else")
    w.relief_case(victim)

    def parts(of: Person, to: str = "verifier") -> list[str]:
        return [row.part for row in roles_of_person(Person.objects.get(pk=of.pk), to=w[to])]

    assert parts(convict) == ["Prisoner"]
    assert parts(mother) == ["Heir", "Guardian"]
    assert parts(officer) == ["Officer"]
    assert parts(victim) == ["Victim"]
    assert parts(convict, to="quetta") == []
    client = Client()
    client.force_login(w["verifier"])
    page = client.get(mother.get_absolute_url()).content.decode()
    assert "Relations" in page and "of Maryam Yaqub" in page
