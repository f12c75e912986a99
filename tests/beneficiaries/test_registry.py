"""The register of people: one row per person, canonical values, the own office only, a reason for every correction."""

from datetime import date, timedelta

import pytest
from django.contrib.auth.models import User

from beneficiaries import registry
from beneficiaries.models import Disclosure, Person
from beneficiaries.people import disclosures
from beneficiaries.people.changes import person_changes
from ledger.clock import today
from ledger.errors import BadInput, NotAllowed, NotFound, WrongState
from ledger.roles import Role
from tests.world import World

SPELLINGS = ["4220103976408", "42201-0397640-8", " 42201-0397640-8\n", "۴۲۲۰۱-۰۳۹۷۶۴۰-۸", "42201\u20130397640\u20138"]
MAY = {Role.CASE_OFFICER}


def test_registering_stores_canonical_values_and_history(w: World) -> None:
    person = w.person("  Zainab   Bibi ", cnic="۴۲۲۰۱-۰۳۹۷۶۴۰-۸", phone="+92 300 1234567", born_on=date(1990, 5, 1))
    assert (person.name, person.cnic, person.phone, person.is_minor) == (
        "Zainab Bibi",
        "4220103976408",
        "03001234567",
        False,
    )
    assert (person.office, person.province, person.created_by) == (w.office, w.district.province, w["case_officer"])
    row = person.history.get()
    assert (row.history_user, row.history_change_reason, row.username) == (
        w["case_officer"],
        "Registered",
        "case_officer",
    )
    assert row.roles == "case_officer"


@pytest.mark.parametrize("again", SPELLINGS)
def test_one_cnic_is_one_person_in_any_spelling(w: World, again: str) -> None:
    first = w.person(cnic="42201-0397640-8")
    with pytest.raises(WrongState) as refusal:
        w.person("Somebody Else", cnic=again)
    assert (refusal.value.code, refusal.value.ids) == ("duplicate", (first.pk,))
    assert "Zainab Bibi" in refusal.value.detail
    assert Person.objects.count() == 1


def test_another_offices_twin_is_refused_without_naming_it(w: World) -> None:
    w.person("Secret Name", cnic="42201-0397640-8")
    with pytest.raises(WrongState) as refusal:
        w.person(cnic="42201-0397640-8", by=w["quetta"])
    assert refusal.value.ids == () and "Secret" not in refusal.value.detail


def test_a_race_for_one_cnic_is_refused_like_any_twin(w: World, monkeypatch: pytest.MonkeyPatch) -> None:
    w.person(cnic="42201-0397640-8")
    seen: list[bool] = []
    look = registry._refuse_twin

    def late(*args: object, **kwargs: object) -> None:
        """The first look finds nobody, as if the other registration were not committed yet."""
        seen.append(True)
        if len(seen) > 1:
            look(*args, **kwargs)  # type: ignore[arg-type]

    monkeypatch.setattr(registry, "_refuse_twin", late)
    with pytest.raises(WrongState):
        w.person("Somebody Else", cnic="42201-0397640-8")
    assert len(seen) == 2


def test_several_people_without_cnic(w: World) -> None:
    w.person("One Child", cnic=None, is_minor=True)
    w.person("Another Child", cnic="", is_minor=True)
    assert Person.objects.filter(cnic=None).count() == 2


def test_all_bad_values_are_named_at_once(w: World) -> None:
    with pytest.raises(BadInput) as refusal:
        w.person("12345", cnic="42201", phone="12", gender="?", relation="cousin", born_on=today() + timedelta(days=1))
    assert set(refusal.value.fields) == {"name", "cnic", "phone", "gender", "relation", "born_on"}
    assert not Person.objects.exists()


@pytest.mark.parametrize(("days", "minor"), [(0, False), (1, True), (-1, False)])
def test_eighteenth_birthday(w: World, days: int, minor: bool) -> None:
    born = today().replace(year=today().year - 18) + timedelta(days=days)
    assert w.person(born_on=born).is_minor is minor


def test_age_on_a_leap_day() -> None:
    assert registry.age_on(date(2008, 2, 29), date(2026, 2, 28)) == 17
    assert registry.age_on(date(2008, 2, 29), date(2026, 3, 1)) == 18


@pytest.mark.parametrize("role", Role.values)
def test_who_may_register(w: World, role: str) -> None:
    if role in MAY:
        assert w.person(by=w[role])
        return
    with pytest.raises(NotAllowed):
        w.person(by=w[role])
    assert not Person.objects.exists()


def test_account_without_a_post_sees_nobody(w: World) -> None:
    with pytest.raises(NotAllowed):
        registry.visible_people(User.objects.create_user("nobody"))


def test_offices_do_not_see_each_other(w: World) -> None:
    ours, theirs = w.person("Ministry Person"), w.person("Quetta Person", by=w["quetta"])
    assert set(registry.visible_people(w["quetta"])) == {theirs}
    assert set(registry.visible_people(w["auditor"])) == {ours, theirs}  # a federal office sees all
    assert not registry.find_people(w["quetta"], "Ministry").exists()
    with pytest.raises(NotFound):
        registry.correct_person(person=ours.pk, by=w["quetta"], reason="slip", name="Changed")


def test_guardian_is_a_visible_adult(w: World) -> None:
    uncle, child = w.person("Uncle Khan"), w.person("Small Child", is_minor=True)
    ward = w.person("Ward Khan", is_minor=True, guardian=uncle)
    assert ward.guardian == uncle
    with pytest.raises(BadInput, match="minor"):
        w.person("Other Ward", is_minor=True, guardian=child)
    with pytest.raises(NotFound):
        w.person("Other Ward", is_minor=True, guardian=uncle, by=w["quetta"])
    with pytest.raises(BadInput):
        registry.correct_person(person=uncle.pk, by=w["case_officer"], reason="slip", guardian=uncle)


def test_correction_keeps_was_and_became_with_reason(w: World) -> None:
    person = w.person("Zainb Bibi", phone="03001234567")
    registry.correct_person(
        person=person.pk, by=w["case_officer"], reason="Spelling as on the card", name="Zainab Bibi"
    )
    person.refresh_from_db()
    assert (person.name, person.phone) == ("Zainab Bibi", "03001234567")
    latest, first = person_changes(person)
    assert latest.rows == (("name", "Zainb Bibi", "Zainab Bibi"),)
    assert (latest.reason, latest.by) == ("Spelling as on the card", w["case_officer"].get_full_name())
    assert (first.reason, first.rows) == ("Registered", ())


def test_history_masks_cnics(w: World) -> None:
    person = w.person(cnic="42201-0397640-8")
    registry.correct_person(person=person.pk, by=w["case_officer"], reason="Card seen", cnic="34201-0891231-8")
    assert person_changes(person)[0].rows == (("CNIC", "42201-*******-8", "34201-*******-8"),)


@pytest.mark.parametrize("reason", ["", "  "])
def test_correction_needs_a_reason(w: World, reason: str) -> None:
    person = w.person()
    with pytest.raises(BadInput):
        registry.correct_person(person=person.pk, by=w["case_officer"], reason=reason, name="Changed Name")


def test_correction_to_anothers_cnic_is_refused(w: World) -> None:
    w.person("First Person", cnic="42201-0397640-8")
    second = w.person("Second Person")
    with pytest.raises(WrongState):
        registry.correct_person(person=second.pk, by=w["case_officer"], reason="slip", cnic="42201-0397640-8")


def test_an_address_is_one_line_and_stays_hidden_in_the_history(w: World) -> None:
    person = w.person(home_address="  House 12,\n Satellite Town ")
    assert person.home_address == "House 12, Satellite Town"
    person = registry.correct_person(person=person.pk, by=w["case_officer"], reason="Moved", home_address="گلی ۴، سبی")
    assert person.home_address == "گلی ۴، سبی"
    assert person_changes(person)[0].rows == (("address", "**** (hidden)", "**** (hidden)"),)
    for wrong in ("12-4", "x" * 301, "House \u202e12"):
        with pytest.raises(BadInput) as refusal:
            registry.correct_person(person=person.pk, by=w["case_officer"], reason="Moved", home_address=wrong)
        assert set(refusal.value.fields) == {"home_address"}


def test_full_cnic_is_shown_only_with_a_trace(w: World) -> None:
    person = w.person(cnic="42201-0397640-8", phone="03001234567", home_address="House 12, Satellite Town")
    asked = {"person": person.pk, "what": "cnic", "reason": "Card seen"}
    assert disclosures.reveal(**asked, by=w["verifier"]) == "4220103976408"
    assert disclosures.reveal(**asked | {"what": "phone"}, by=w["ddo"]) == "03001234567"
    look = Disclosure.objects.get(what="cnic")
    assert (look.person, look.shown_to, look.reason, look.roles) == (person, w["verifier"], "Card seen", "verifier")
    latest = person_changes(person)[0]
    assert (latest.reason, latest.by, latest.rows) == ("Telephone was shown: Card seen", "Ddo Khan", ())
    assert disclosures.reveal(**asked | {"what": "home_address"}, by=w["verifier"]) == "House 12, Satellite Town"
    for refused in ("approver", "reconciler", "fund_manager", "administrator"):
        with pytest.raises(NotAllowed):
            disclosures.reveal(**asked, by=w[refused])
    with pytest.raises(NotFound):
        disclosures.reveal(**asked, by=w["quetta"])
    for reason in ("", "  ", "x" * 201):
        with pytest.raises(BadInput):
            disclosures.reveal(**asked | {"reason": reason}, by=w["verifier"])
    with pytest.raises(BadInput):
        disclosures.reveal(**asked | {"what": "iban"}, by=w["verifier"])
    with pytest.raises(WrongState, match="No Telephone of Somebody Else is recorded"):
        disclosures.reveal(**asked | {"person": w.person("Somebody Else").pk, "what": "phone"}, by=w["verifier"])
    assert Disclosure.objects.count() == 3
