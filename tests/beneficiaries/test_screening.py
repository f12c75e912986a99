"""The watch list: reading files, versions, screening by number and name, judging hits, and the rules beside them."""

from datetime import date
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import IntegrityError, transaction
from hypothesis import given
from hypothesis import strategies as st

from beneficiaries import registry
from beneficiaries.models import (
    HitJudgement,
    Person,
    ScreeningHit,
    ScreeningSetting,
    WatchEntry,
    WatchEntryEnd,
    WatchListVersion,
)
from beneficiaries.screened import screening, watch_files, watch_lists
from beneficiaries.screened.screening_score import likeness, spelling
from ledger.errors import BadInput, NotAllowed, NotFound, Refusal, WrongState
from ledger.roles import Role
from tests import world
from tests.beneficiaries.lists import BILAL, ENTITY, FAZAL, csv, un
from tests.world import World

pytestmark = pytest.mark.once


def load(w: World, content: bytes, **more: Any) -> watch_lists.Loaded:
    return watch_lists.load(content, file_name="list.xml", by=w["fund_manager"], **more)


def listed(w: World, name: str = "Fazlur Rehman Sodagar", **more: Any) -> Person:
    return w.person(name, gender="M", relation="son", **more)


def refuses(state: str, call: Any) -> None:
    with pytest.raises(IntegrityError) as error, transaction.atomic():
        call()
    assert error.value.__cause__.pgcode == state


# Names.

SAME = [
    ("Fazal Rehman Sodagar", "Fadhl al-Rahman Saudagar"),
    ("Abdul Rehman", "Abd al-Rahman"),
    ("Abdurrehman Khan", "Abdul Rahman Khan"),
    ("Usama Bin Ladin", "Osama bin Laden"),
    ("Muhammad Yaqub", "Mohd. Yaqoob"),
    ("Ghulam Rasool", "Gulam Rasul"),
    ("Shabbir Kausar", "Shabir Kawsar"),
    ("محمد یعقوب", "محمد يعقوب"),
    ("عبد الرحمن", "عبدالرحمان"),
]
OTHERS = [
    ("Muhammad Ali", "Muhammad Ahmed"),
    ("Abdul Wahid", "Abdul Wahab"),
    ("Rabia Bano", "Rabia Khan"),
    ("Muhammad Tariq", "Muhammad Sadiq"),
    ("Nasreen Bibi", "Naseem Bibi"),
    ("Muhammad Aslam", "Aslam"),
    ("Tariq Yaqub", "Tariq Mahmood"),
]


@pytest.mark.parametrize(("one", "other"), SAME)
def test_transliterations_of_one_name_are_alike(one: str, other: str) -> None:
    assert likeness(spelling(one), spelling(other)) >= screening.Setting().name_score


@pytest.mark.parametrize(("one", "other"), OTHERS)
def test_names_that_differ_in_a_word_are_not(one: str, other: str) -> None:
    assert likeness(spelling(one), spelling(other)) < screening.Setting().name_score


@given(st.text(max_size=60), st.text(max_size=60))
def test_any_two_texts_have_a_likeness_that_goes_both_ways(one: str, other: str) -> None:
    score = likeness(spelling(one), spelling(other))
    assert 0 <= score <= 100 and score == likeness(spelling(other), spelling(one))


@given(
    st.lists(
        st.sampled_from(["Karim", "Yaqub", "Sodagar", "Jamote", "Gul", "Wazir", "Noor"]),
        min_size=1,
        max_size=4,
        unique=True,
    )
)
def test_a_name_is_wholly_like_itself_in_any_order(words: list[str]) -> None:
    assert likeness(spelling(" ".join(words)), spelling(" ".join(reversed(words)))) == 100


# Files.


def test_the_uns_list_is_read() -> None:
    file = watch_files.read_list(un(FAZAL, BILAL))
    assert (file.form, file.dated, list(file.entries)) == (
        "un_xml",
        date(2025, 9, 1),
        ["QDi.101", "QDi.102", "QDe.900"],
    )
    row = file.entries["QDi.101"]
    assert row.names == (("Fazal Rehman Sodagar", ""), ("Fazl ur Rahman", "Good"))
    assert row.born == ("1964-03-02", "1962 to 1965") and row.listed_on == date(2014, 5, 1)
    assert row.documents == (("National Identification Number", "42201-0397640-8"),)
    assert file.entries["QDe.900"].kind == "entity" and file.entries["QDe.900"].names[1] == ("Hilal Relief", "a.k.a.")


def test_our_csv_is_read() -> None:
    papers = "CNIC 42201-0397640-8; Passport AB1234567"
    row = f"N-1,Individual,Gul Wazir,Gul Wazeer; Wazir Gul,1970; 1971-02-03,{papers},Pakistan,2020-01-31,"
    found = watch_files.read_list(csv(row, "", "N-2,entity,Hilal Relief,,,,,,")).entries
    assert found["N-1"].names == (("Gul Wazir", ""), ("Gul Wazeer", ""), ("Wazir Gul", ""))
    assert found["N-1"].documents == (("CNIC", "42201-0397640-8"), ("Passport", "AB1234567"))
    assert found["N-1"].born == ("1970", "1971-02-03") and found["N-2"].kind == "entity"
    assert (
        len(
            watch_files.read_list(
                b"\xef\xbb\xbf" + csv("N-1,individual,Gul Wazir", header="reference,kind,name")
            ).entries
        )
        == 1
    )


LAUGHS = b"""<?xml version="1.0"?><!DOCTYPE l [<!ENTITY a "ha"><!ENTITY b "&a;&a;">]><CONSOLIDATED_LIST>&b;</CONSOLIDATED_LIST>"""
OUTSIDE = b"""<?xml version="1.0"?><!DOCTYPE l [<!ENTITY a SYSTEM "file:///etc/passwd">]><CONSOLIDATED_LIST>&a;</CONSOLIDATED_LIST>"""
BAD = {
    "nothing": b"",
    "blanks": b"  \n",
    "billion laughs": LAUGHS,
    "outside entity": OUTSIDE,
    "doctype": b'<!DOCTYPE x SYSTEM "http://example.org/x.dtd"><CONSOLIDATED_LIST/>',
    "cut XML": un(FAZAL)[:-40],
    "another XML": b"<html><body>Not found</body></html>",
    "an empty list": b'<CONSOLIDATED_LIST dateGenerated="x"><INDIVIDUALS/></CONSOLIDATED_LIST>',
    "no name": un(FAZAL).replace(b"<FIRST_NAME>Fazal</FIRST_NAME><SECOND_NAME>Rehman Sodagar</SECOND_NAME>", b""),
    "one twice": un(FAZAL, FAZAL),
    "strange encoding": un(FAZAL).replace(b"utf-8", b"x-unknown"),
    "not UTF-8": b"reference,kind,name\nN-1,individual,\xff\xfe",
    "a NUL": b"reference,kind,name\nN-1,individual,A\0B",
    "another header": b"status,kind,name\nN-1,individual,Gul Wazir",
    "a header twice": b"reference,kind,name,name\nN-1,individual,Gul,Wazir",
    "header only": b"reference,kind,name\n",
    "ragged": csv("N-1,individual"),
    "no kind": csv("N-1,person,Gul Wazir,,,,,,"),
    "no letter": csv("N-1,individual,12345,,,,,,"),
    "a hidden mark": csv("N-1,individual,Gul\u202eWazir,,,,,,"),
    "a born that is none": csv("N-1,individual,Gul Wazir,,long ago,,,,"),
    "a day that is none": csv("N-1,individual,Gul Wazir,,,,,2025-02-31,"),
    "a document without number": csv("N-1,individual,Gul Wazir,,,Passport,,,"),
    "a long name": csv(f"N-1,individual,{'x' * 500},,,,,,"),
    "quotes in quotes": b'reference,kind,name\nN-1,individual,"Gul"x"\n',
    "a reference twice": csv("N-1,individual,Gul Wazir,,,,,,", "N-1,individual,Noor Wazir,,,,,,"),
    "a zip": b"PK\x03\x04" + bytes(range(256)),
}


@pytest.mark.parametrize("what", BAD)
def test_bad_files_are_refused_in_words(what: str) -> None:
    with pytest.raises(BadInput) as refused:
        watch_files.read_list(BAD[what])
    assert refused.value.fields and "Traceback" not in refused.value.detail


def test_what_is_wrong_is_told_with_its_row() -> None:
    with pytest.raises(BadInput) as refused:
        watch_files.read_list(b"reference,kind,name\nN-1,person,Gul Wazir\n\nN-2,individual,Gul,x\n")
    assert list(refused.value.fields.values()) == [
        "Row 2, kind: 'person' is not individual or entity.",
        "Row 4 has 4 values, the first line names 3.",
    ]


@given(st.binary(max_size=400))
def test_no_file_is_a_fault(content: bytes) -> None:
    for form in (content, b"<" + content, b"reference,kind,name\n" + content):
        try:
            watch_files.read_list(form)
        except Refusal:
            continue


# Versions.


def test_versions_say_what_is_new_changed_and_gone(w: World) -> None:
    first = load(w, un(FAZAL, BILAL)).version
    assert (first.source, first.number, first.entries, first.added) == ("UN", 1, 3, 3)
    renamed = (*FAZAL[:3], "Fazlullah", FAZAL[4])
    second = load(w, un(renamed, dated="2025-10-01", entities="")).version
    assert (second.number, second.added, second.changed, second.removed) == (2, 0, 1, 2)
    assert {row.reference for row in WatchEntry.objects.filter(end=None)} == {"QDi.101"}
    assert WatchEntry.objects.count() == 4 and WatchEntryEnd.objects.filter(ended_in=second).count() == 3
    third = load(w, un(renamed, BILAL, dated="2025-11-01")).version
    assert (third.added, third.changed, third.removed) == (2, 0, 0)


def test_lists_stand_side_by_side(w: World) -> None:
    load(w, un(FAZAL))
    load(w, csv("N-1,individual,Gul Wazir,,,,,,"), source="Proscribed persons")
    assert WatchEntry.objects.filter(end=None).count() == 3
    with pytest.raises(BadInput, match="another name"):
        load(w, csv("N-1,individual,Gul Wazir,,,,,,"), source="UN")
    with pytest.raises(BadInput):
        load(w, csv("N-1,individual,Gul Wazir,,,,,,"))


def test_a_file_is_not_loaded_twice_nor_an_older_one(w: World) -> None:
    load(w, un(FAZAL))
    with pytest.raises(WrongState, match="loaded already"):
        load(w, un(FAZAL))
    with pytest.raises(WrongState, match="older"):
        load(w, un(BILAL, dated="2025-08-31"))


def test_a_list_that_loses_half_is_taken_only_on_purpose(w: World) -> None:
    rows = [f"N-{number},individual,Gul Wazir {chr(65 + number)}aro,,,,,," for number in range(22)]
    load(w, csv(*rows), source="House")
    with pytest.raises(BadInput, match="no longer has 11 of 22"):
        load(w, csv(*rows[11:]), source="House")
    assert load(w, csv(*rows[11:]), source="House", removing=11).version.removed == 11


def test_only_a_fund_manager_of_the_ministry_loads(w: World) -> None:
    for name in ("case_officer", "verifier", "approver", "auditor", "administrator"):
        with pytest.raises(NotAllowed):
            watch_lists.load(un(FAZAL), file_name="x", by=w[name])
    other = world.make_user("quetta_manager", w.quetta_office, Role.FUND_MANAGER)
    with pytest.raises(NotAllowed, match="federal"):
        watch_lists.load(un(FAZAL), file_name="x", by=other)


def test_no_cnic_of_a_list_is_kept_in_clear(w: World) -> None:
    load(w, un(FAZAL))
    row = WatchEntry.objects.get(reference="QDi.101")
    assert row.documents[0]["shown"] == "42201-*******-8" and "0397640" not in str(row.documents) + row.remarks


def test_the_command_loads_and_says_so(w: World, tmp_path: Any, capsys: Any) -> None:
    path = tmp_path / "list.xml"
    path.write_bytes(un(FAZAL))
    listed(w)
    call_command("import_watch_list", str(path), "--json")
    assert '"entries": 2' in capsys.readouterr().out
    version = WatchListVersion.objects.get()
    assert version.loaded_by is None and version.file_name == "list.xml" and ScreeningHit.objects.count() == 1
    with pytest.raises(CommandError, match="loaded already"):
        call_command("import_watch_list", str(path), "--by", "fund_manager")
    with pytest.raises(CommandError, match="cannot be read"):
        call_command("import_watch_list", str(tmp_path / "none.xml"))


# Screening.


def test_everybody_is_compared_when_a_list_is_loaded(w: World) -> None:
    person = listed(w)
    assert not ScreeningHit.objects.exists()
    done = load(w, un(FAZAL))
    hit = ScreeningHit.objects.get()
    assert (done.new_hits, done.version.people_screened) == (1, Person.objects.count())
    assert (hit.person, hit.by, hit.occasion, hit.office) == (person, "name", "list", w.office) and hit.score >= 88
    assert load(w, un(FAZAL, BILAL, dated="2025-10-01")).new_hits == 0


def test_registration_and_correction_are_compared(w: World) -> None:
    load(w, un(FAZAL, BILAL))
    person = listed(w)
    assert [(hit.person, hit.occasion) for hit in ScreeningHit.objects.all()] == [(person, "registered")]
    registry.correct_person(person=person.pk, by=w["case_officer"], reason="Misheard", name="Bilal Jamot")
    assert list(ScreeningHit.objects.order_by("pk").values_list("occasion", flat=True)) == ["registered", "corrected"]


def test_the_number_of_a_paper_is_a_hit_whatever_the_name(w: World) -> None:
    load(w, un(BILAL))
    person = w.person("Zainab Bibi", cnic="90001-1234567-1")
    hit = ScreeningHit.objects.get()
    assert (hit.person, hit.by, hit.score) == (person, "id", 100) and "1234567" not in hit.why


def test_an_urdu_name_is_compared_with_the_original_script(w: World) -> None:
    load(w, csv("N-1,individual,Gul Wazir,گل وزیر,,,,,"), source="House")
    w.person("Abid Noor", name_urdu="گل وزير")
    assert ScreeningHit.objects.count() == 1


def test_a_year_of_birth_far_apart_takes_points_off(w: World) -> None:
    load(w, un(FAZAL))
    listed(w, born_on=date(1999, 1, 1))
    assert not ScreeningHit.objects.exists()
    listed(w, born_on=date(1963, 5, 5))
    assert "born 1963, listed 1962 to 1965" in ScreeningHit.objects.get().why


def test_people_are_not_compared_with_organisations(w: World) -> None:
    load(w, un(entities=ENTITY.replace("Al Hilal Welfare Trust", "Zainab Bibi Nargis")))
    w.person("Zainab Bibi Nargis")
    assert not ScreeningHit.objects.exists()
    assert screening.screen_payees(["Zainab Bibi Nargis"], office=w.office, occasion="bank") == 1


def test_the_mark_is_data(w: World) -> None:
    ScreeningSetting.objects.create(
        effective_from=date(2020, 7, 1), name_score=100, clearing_role="approver", source="Order 3"
    )
    load(w, un(FAZAL))
    listed(w)
    assert not ScreeningHit.objects.exists()
    listed(w, "Fazal Rehman Sodagar")
    assert ScreeningHit.objects.count() == 1


# Judging.


@pytest.fixture
def hit(w: World) -> ScreeningHit:
    load(w, un(FAZAL))
    listed(w)
    return ScreeningHit.objects.get()


def judge(
    hit: ScreeningHit, by: Any, outcome: str = "cleared", reason: str = "Another father and year of birth"
) -> Any:
    return screening.judge(hit=hit.pk, outcome=outcome, reason=reason, by=by)


def state(hit: ScreeningHit) -> str:
    return screening.state_of(screening.with_state(ScreeningHit.objects.all()).get(pk=hit.pk))


def test_a_hit_is_judged_and_may_be_judged_otherwise(w: World, hit: ScreeningHit) -> None:
    assert state(hit) == "open" and list(screening.in_the_way([hit.person_id or 0])) == [hit]
    judge(hit, w["verifier"])
    assert state(hit) == "cleared" and not screening.in_the_way([hit.person_id or 0])
    with pytest.raises(WrongState, match="cleared already"):
        judge(hit, w["second_verifier"])
    judge(hit, w["second_verifier"], "confirmed")
    assert state(hit) == "confirmed" and screening.in_the_way([hit.person_id or 0])


def test_only_the_named_role_judges_and_not_who_registered(w: World, hit: ScreeningHit) -> None:
    for name in ("case_officer", "approver", "auditor", "ddo", "fund_manager"):
        with pytest.raises(NotAllowed):
            judge(hit, w[name])
    w["case_officer"].groups.add(w["verifier"].groups.get())
    del w["case_officer"]._roles
    with pytest.raises(NotAllowed, match="You registered"):
        judge(hit, w["case_officer"])


@pytest.mark.parametrize(
    ("outcome", "reason"), [("cleared", ""), ("cleared", " "), ("", "x"), ("open", "x"), ("cleared", "\u202ex")]
)
def test_a_judgement_needs_outcome_and_reason(w: World, hit: ScreeningHit, outcome: str, reason: str) -> None:
    with pytest.raises(BadInput):
        judge(hit, w["verifier"], outcome, reason)


def test_a_clearance_holds_for_that_entry_alone(w: World, hit: ScreeningHit) -> None:
    """The list says something else of the party: the pair is another, and open."""
    judge(hit, w["verifier"])
    load(w, un((*FAZAL[:3], "Fazlullah", FAZAL[4]), dated="2025-10-01"))
    assert state(hit) == "ended"
    again = ScreeningHit.objects.exclude(pk=hit.pk).get()
    assert state(again) == "open" and again.entry.reference == hit.entry.reference
    with pytest.raises(WrongState, match="no longer"):
        judge(hit, w["second_verifier"], "confirmed")


def test_what_is_off_the_list_holds_nothing_up(w: World, hit: ScreeningHit) -> None:
    load(w, un(BILAL, dated="2025-10-01"))
    assert state(hit) == "ended" and not screening.in_the_way([hit.person_id or 0])


def test_hits_are_seen_by_their_office(w: World) -> None:
    load(w, un(FAZAL))
    theirs = listed(w, by=w["quetta"])
    mine = listed(w)
    verifier = world.make_user("quetta_verifier", w.quetta_office, Role.VERIFIER)
    assert [row.person for row in screening.visible_hits(verifier)] == [theirs]
    with pytest.raises(NotFound):
        judge(ScreeningHit.objects.get(person=mine), verifier)


# What the database keeps by itself.


def judgement(hit: ScreeningHit, by: Any, outcome: str = "cleared") -> Any:
    return lambda: HitJudgement.objects.create(hit=hit, outcome=outcome, reason="Because", judged_by=by)


def test_the_database_wants_another_person_of_the_named_role(w: World, hit: ScreeningHit) -> None:
    w["case_officer"].groups.add(w["verifier"].groups.get())
    refuses("23B31", judgement(hit, w["case_officer"]))
    refuses("23B35", judgement(hit, w["approver"]))
    own = w["verifier"].officer
    Person.objects.filter(pk=hit.person_id).update(cnic=own.cnic)
    refuses("23B31", judgement(hit, w["verifier"]))
    judgement(hit, w["second_verifier"])()
    refuses("23B32", judgement(hit, w["second_verifier"]))


def test_the_database_keeps_versions_and_ends_in_order(w: World, hit: ScreeningHit) -> None:
    version = hit.entry.added_in
    values = {
        field.attname: getattr(version, field.attname)
        for field in version._meta.concrete_fields
        if field.attname != "id"
    }
    refuses("23B34", lambda: WatchListVersion.objects.create(**values | {"number": 3}))
    refuses("23B33", lambda: WatchEntryEnd.objects.create(entry=hit.entry, ended_in=version))
    other = WatchListVersion.objects.create(**values | {"source": "House"})
    refuses("23B33", lambda: WatchEntryEnd.objects.create(entry=hit.entry, ended_in=other))
