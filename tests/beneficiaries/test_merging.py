"""Merging two records of one person, what it moves, what stands in its way, and taking it back."""

import psycopg2
import pytest
from django.db import DatabaseError, connection, transaction

from beneficiaries import cases, registry
from beneficiaries.casework import money
from beneficiaries.models import Case, Heir, Obligation, Pair, PairDecision, Person
from beneficiaries.offices.row_scope import rows_of, showing
from beneficiaries.people import merging
from beneficiaries.people.merged import kept_for, numbers_of
from beneficiaries.people.merging import MOVES, STAYS
from funds import disbursements
from funds.models import Disbursement, PayeeLine
from funds.requests.payees import Payee
from ledger.errors import NotFound, WrongState
from ledger.roles import Role
from tests.beneficiaries.test_duplicates import the_pair, zainab
from tests.world import DAY, World, make_user


def merge(w: World, pair: Pair, **given: object) -> PairDecision:
    values = {"keep": pair.first_id, "reason": "One card, shown twice"} | given
    return merging.merge(pair=pair.pk, by=w["verifier"], **values)  # type: ignore[arg-type]


def with_heirs(w: World) -> Obligation:
    """An award with four heirs."""
    award = w.obligation()
    w.four_heirs(award)
    return award


def draft_for(w: World, person: Person) -> Disbursement:
    case = w.relief_case(person)
    return disbursements.create_draft(
        fund=w.fund,
        kind="relief_grant",
        title="Relief grant",
        pay_to=person.name,
        payees=[Payee(case=case, amount="20000", person=person)],
        by=w["case_officer"],
        on=DAY,
    )


def paid_relief(w: World, person: Person) -> PayeeLine:
    return w.paid(draft_for(w, person))[0].line


@pytest.fixture
def pair(w: World) -> Pair:
    return the_pair(w)


def refused(code: str, statement: str, *values: object) -> None:
    with pytest.raises(DatabaseError) as error, transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement, values)
    assert isinstance(error.value.__cause__, psycopg2.Error)
    assert error.value.__cause__.pgcode == code


def test_every_relation_to_a_person_says_whether_it_moves() -> None:
    """A new table that names a person goes into MOVES or STAYS of merging.py."""
    pointing = {relation.get_accessor_name() for relation in Person._meta.related_objects if not relation.hidden}
    assert pointing == {*MOVES, *STAYS}


def test_cases_shares_and_wards_follow_with_their_history(w: World, pair: Pair) -> None:
    case = w.relief_case(pair.second)
    ward = w.person("Hamza Ali", is_minor=True, guardian=pair.second, gender="M", relation="son")
    merge(w, pair)
    case.refresh_from_db()
    ward.refresh_from_db()
    assert (case.person, ward.guardian) == (pair.first, pair.first)
    assert case.papers.count() == 1
    row = case.history.order_by("-history_id")[0]
    said = f"Merged record {pair.second_id} into record {pair.first_id}: One card, shown twice"
    assert (row.history_user, row.history_change_reason) == (w["verifier"], said)
    pair.refresh_from_db()
    gone = Person.objects.get(pk=pair.second_id)
    assert (pair.state, gone.merged_into, kept_for(gone)) == (Pair.State.MERGED, pair.first, pair.first)
    assert PairDecision.objects.get().moved == {"cases": [case.pk], "wards": [ward.pk]}
    assert not merging.open_pairs(w["verifier"]).exists()


def test_shares_of_an_award_follow(w: World) -> None:
    award = with_heirs(w)
    heir = award.heirs.get(person__name="Zainab Bibi")
    twin = w.person(
        "Zaynab",
        relation=heir.person.relation,
        relative_name=heir.person.relative_name,
        cnic=None,
        born_on=heir.person.born_on,
    )
    pair = Pair.objects.get(first=heir.person, second=twin)
    merge(w, pair, keep=twin.pk)
    heir.refresh_from_db()
    assert heir.person == twin


def test_paid_lines_keep_their_name_and_are_found_with_the_kept_record(w: World, pair: Pair) -> None:
    line = paid_relief(w, pair.second)
    merge(w, pair)
    line.refresh_from_db()
    assert line.person_id == pair.second_id  # what was signed is not rewritten
    assert list(money.received_by(pair.first, to=w["case_officer"])) == [line]
    assert money.paid_total(pair.first, to=w["case_officer"]) == line.amount
    assert numbers_of(pair.first) == [pair.first_id, pair.second_id]


def test_the_kept_record_is_filled_from_the_other(w: World) -> None:
    zainab(w)
    zainab(w, "Zaynab", cnic="42201-0397640-8", phone="03001234567", home_address="House 12", name_urdu="زینب")
    merge(w, Pair.objects.get())
    kept, gone = Person.objects.order_by("pk")
    assert (kept.cnic, kept.phone, kept.name_urdu) == ("4220103976408", "03001234567", "زینب")
    assert kept.home_address == "House 12"
    assert (gone.cnic, gone.phone) == (None, "03001234567")
    assert PairDecision.objects.get().filled == ["cnic", "name_urdu", "phone", "home_address"]


def test_an_old_spelling_leads_to_the_kept_record(w: World, pair: Pair) -> None:
    merge(w, pair)
    assert list(registry.find_named(w["case_officer"], "Zaynab")) == [pair.first]
    registry.correct_person(person=pair.first_id, by=w["case_officer"], reason="Card", phone="03001234567")
    assert list(registry.find_named(w["case_officer"], "Zaynab")) == [pair.first]


def test_the_other_record_is_used_no_more(w: World, pair: Pair) -> None:
    merge(w, pair)
    gone = Person.objects.get(pk=pair.second_id)
    with pytest.raises(WrongState, match=f"was merged into record {pair.first_id}") as refusal:
        w.bare_case(gone)
    assert refusal.value.ids == (pair.first_id,)
    with pytest.raises(WrongState, match="was merged"):
        w.person("Small Child", is_minor=True, guardian=gone)
    with pytest.raises(WrongState, match="was merged"):
        registry.correct_person(person=gone.pk, by=w["case_officer"], reason="Slip", name="Other")
    assert gone not in registry.visible_people(w["case_officer"])


def test_the_database_refuses_what_names_it(w: World, pair: Pair) -> None:
    case = w.bare_case(w.person("Sakina Khatoon"))
    award = with_heirs(w)
    merge(w, pair)
    gone, kept = pair.second_id, pair.first_id
    refused("23B06", "UPDATE beneficiaries_case SET person_id = %s WHERE id = %s", gone, case.pk)
    refused("23B06", "UPDATE beneficiaries_heir SET person_id = %s WHERE id = %s", gone, award.heirs.first().pk)
    refused("23B06", "UPDATE beneficiaries_person SET guardian_id = %s WHERE id = %s", gone, case.person_id)
    refused("23B07", "UPDATE beneficiaries_person SET merged_into_id = NULL WHERE id = %s", gone)
    refused("23B07", "UPDATE beneficiaries_person SET merged_into_id = %s WHERE id = %s", case.person_id, gone)
    refused("23B07", "UPDATE beneficiaries_person SET merged_into_id = %s WHERE id = %s", kept, case.person_id)
    for change in (
        "name = 'Other'",
        "home_address = 'e1.0.1.x'",
        "cnic = NULL, phone = 'e1.0.1.x'",
        "guardian_id = NULL, is_minor = true",
    ):
        refused("23B08", f"UPDATE beneficiaries_person SET {change} WHERE id = %s", gone)


def test_the_database_refuses_a_payee_that_was_merged(w: World, pair: Pair) -> None:
    line = w.draft().lines.get()
    merge(w, pair)
    refused("23B06", "UPDATE funds_payeeline SET person_id = %s WHERE id = %s", pair.second_id, line.pk)


def test_the_database_refuses_to_merge_what_is_still_named(w: World, pair: Pair) -> None:
    w.bare_case(pair.second)
    _decide(w, pair)
    refused("23B07", "UPDATE beneficiaries_person SET merged_into_id = %s WHERE id = %s", pair.first_id, pair.second_id)


def test_the_database_refuses_to_merge_over_two_offices(w: World) -> None:
    zainab(w)
    zainab(w, "Zaynab", by=w["quetta"])
    pair = Pair.objects.get()
    _decide(w, pair)
    refused("23B07", "UPDATE beneficiaries_person SET merged_into_id = %s WHERE id = %s", pair.first_id, pair.second_id)


def _decide(w: World, pair: Pair, act: str = "merged", gone: int = 0) -> PairDecision:
    return PairDecision.objects.create(
        pair=pair, act=act, kept=pair.first, gone_id=gone or pair.second_id, reason="By hand", basis="", score=90,
        decided_by=w["verifier"],
    )  # fmt: skip


def test_the_database_refuses_decisions_that_do_not_fit(w: World, pair: Pair) -> None:
    stranger = w.person("Sakina Khatoon")
    with pytest.raises(DatabaseError, match="names others"), transaction.atomic():
        _decide(w, pair, gone=stranger.pk)
    with pytest.raises(DatabaseError, match="apart already"), transaction.atomic():
        _decide(w, pair, act="parted")
    _decide(w, pair)
    with pytest.raises(DatabaseError, match="merged already"), transaction.atomic():
        _decide(w, pair)


def test_nobody_is_registered_as_merged(w: World, pair: Pair) -> None:
    row = Person.objects.get(pk=pair.second_id)
    row.pk, row.merged_into = None, pair.first
    with pytest.raises(DatabaseError, match="registered before"), transaction.atomic():
        row.save()


def test_what_stands_in_the_way_is_said(w: World) -> None:
    zainab(w, cnic="42201-0397640-8")
    zainab(w, "Zaynab", cnic="42201-0397640-6")
    with pytest.raises(WrongState, match="Each has a CNIC"):
        merge(w, Pair.objects.get())
    assert not Person.objects.filter(merged_into__isnull=False) and not PairDecision.objects.exists()


def test_two_heirs_of_one_award_are_two_people(w: World) -> None:
    award = with_heirs(w)
    first, second = sorted(award.heirs.values_list("person", flat=True))[:2]
    pair = Pair.objects.create(first_id=first, second_id=second, score=80, basis="x")
    with pytest.raises(WrongState, match="named both as heirs"):
        merge(w, pair)


def test_guardian_and_ward_are_two_people(w: World, pair: Pair) -> None:
    registry.correct_person(
        person=pair.second_id, by=w["case_officer"], reason="Named by the court", guardian=pair.first
    )
    with pytest.raises(WrongState, match="guardian of the other"):
        merge(w, pair)


def test_a_request_under_way_waits_for_its_own_end(w: World, pair: Pair) -> None:
    request = draft_for(w, pair.second)
    with pytest.raises(WrongState, match=request.number):
        merge(w, pair)
    decision = merge(w, pair, keep=pair.second_id)  # the one that is named stays
    assert decision.gone_id == pair.first_id


def test_a_rule_that_the_moved_rows_would_break_undoes_all(
    w: World, pair: Pair, monkeypatch: pytest.MonkeyPatch
) -> None:
    case = w.bare_case(pair.second)
    monkeypatch.setattr(merging, "MOVES", {"wards": "guardian"})  # so that a case still names the record
    with pytest.raises(WrongState, match="Nothing was changed"):
        merge(w, pair)
    case.refresh_from_db()
    assert case.person_id == pair.second_id and not PairDecision.objects.exists()


def test_chains_lead_to_the_last_record(w: World, pair: Pair) -> None:
    third = zainab(w, "Zeinab Bibi")
    merge(w, pair)
    merge(w, Pair.objects.get(first=pair.first, second=third), keep=third.pk)
    assert kept_for(Person.objects.get(pk=pair.second_id)) == third
    assert numbers_of(third) == [third.pk, pair.first_id, pair.second_id]
    with pytest.raises(WrongState, match="Undo that merge first"):
        merging.part(person=pair.second_id, reason="Wrong", by=w["verifier"])


def test_a_merge_is_taken_back(w: World) -> None:
    zainab(w)
    zainab(w, "Zaynab", cnic="42201-0397640-8", phone="03001234567", home_address="House 12")
    pair = Pair.objects.get()
    case = w.bare_case(pair.second)
    merge(w, pair)
    later = w.bare_case(Person.objects.get(pk=pair.first_id))
    merging.part(person=pair.second_id, reason="The cards are two", by=w["verifier"])
    kept, gone = Person.objects.order_by("pk")
    case.refresh_from_db()
    later.refresh_from_db()
    pair.refresh_from_db()
    assert (gone.cnic, gone.phone, gone.merged_into) == ("4220103976408", "03001234567", None)
    assert (kept.cnic, kept.phone, kept.home_address) == (None, "", "")
    assert gone.home_address == "House 12"
    assert (case.person, later.person) == (gone, kept)  # what was opened since stays
    assert pair.state == Pair.State.DIFFERENT and not merging.open_pairs(w["verifier"])
    assert list(registry.find_named(w["case_officer"], "Zaynab")) == [gone]
    with pytest.raises(WrongState):
        merging.part(person=pair.second_id, reason="Again", by=w["verifier"])


def test_who_was_never_merged_is_not_parted(w: World, pair: Pair) -> None:
    with pytest.raises(NotFound):
        merging.part(person=pair.second_id, reason="Wrong", by=w["verifier"])


def test_nothing_names_two_people_for_one(w: World, pair: Pair) -> None:
    """After a merge no case or share is left behind."""
    w.bare_case(pair.second)
    merge(w, pair)
    assert not Case.objects.filter(person=pair.second_id).exists()
    assert not Heir.objects.filter(person=pair.second_id).exists()
    assert cases.visible_cases(w["case_officer"]).get().person == pair.first


def test_a_federal_case_goes_along_where_the_office_cannot_see_it(w: World) -> None:
    """The database shows a directorate's session its own cases only; one that was left behind would refuse the merge."""
    zainab(w, by=w["quetta"])
    gone = zainab(w, "Zaynab", by=w["quetta"])
    pair = Pair.objects.get()
    case = w.bare_case(gone)
    verifier = make_user("quetta_verifier", w.quetta_office, Role.VERIFIER)
    with showing(rows_of(w.quetta_office)):
        merging.merge(pair=pair.pk, keep=pair.first_id, reason="One card", by=verifier)
    case.refresh_from_db()
    assert (case.person, case.office) == (pair.first, w.office)
    with showing(rows_of(w.quetta_office)):
        merging.part(person=gone.pk, reason="Two cards", by=verifier)
    case.refresh_from_db()
    assert case.person == gone
