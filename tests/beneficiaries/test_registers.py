"""Diary and dispatch: a number for what comes in and goes out, by office and year, without gaps and never used again."""

from datetime import date
from typing import Any

import pytest
from django.db import transaction
from django.urls import reverse

from beneficiaries.models import RegisterEntry
from beneficiaries.offices import registers, row_scope
from beneficiaries.offices.scope import office_of
from beneficiaries.referral import referral_import
from funds import approvals, complaints, disbursements
from funds.models import ComplaintCategory, Disbursement, Filing
from funds.requests import filing
from funds.requests.payees import Payee
from ledger.clock import today
from ledger.errors import BadInput, NotAllowed, WrongState
from tests.funds.pages import as_, words
from tests.funds.test_rules import accepted, copied, refused
from tests.world import DAY, START, World

pytestmark = pytest.mark.django_db
LETTER = {
    "party": "Superintendent, Central Jail",
    "subject": "List of prisoners",
    "means": "post",
    "reference": "CJ 12",
}


@pytest.fixture
def here(small_world: World) -> World:
    return small_world


def letter(here: World, by: str = "verifier", register: str = "dispatch", **more: Any) -> RegisterEntry:
    return registers.record_letter(**LETTER | {"register": register, "by": here[by], "on": DAY} | more)


def numbers(register: str = "diary") -> list[str]:
    return list(RegisterEntry.objects.filter(register=register).order_by("pk").values_list("number", flat=True))


def test_each_office_year_and_register_counts_for_itself(here: World) -> None:
    assert letter(here).number == "DP-MOHR-2025-00001"
    assert letter(here).number == "DP-MOHR-2025-00002"
    assert letter(here, register="diary").number == "DY-MOHR-2025-00001"
    assert letter(here, by="quetta").number == "DP-QTA-2025-00001"
    assert letter(here, on=date(2026, 1, 1)).number == "DP-MOHR-2026-00001"
    row = letter(here)
    assert (row.serial, row.party, row.get_means_display(), row.entered_by) == (
        3, "Superintendent, Central Jail", "Registered post", here["verifier"],
    )  # fmt: skip


def test_a_rollback_gives_the_number_back(here: World) -> None:
    with transaction.atomic():
        letter(here)
        transaction.set_rollback(True)
    assert letter(here).number == "DP-MOHR-2025-00001"


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"party": " "}, "party"),
        ({"subject": ""}, "subject"),
        ({"subject": "x" * 201}, "subject"),
        ({"reference": "x" * 61}, "reference"),
        ({"means": "system"}, "means"),  # what happens in this service is never entered by hand
        ({"means": "pigeon"}, "means"),
        ({"on": date(2199, 1, 1)}, "on"),
    ],
)
def test_what_cannot_be_entered_names_its_field(here: World, change: dict[str, Any], field: str) -> None:
    with pytest.raises(BadInput) as refusal:
        letter(here, **change)
    assert set(refusal.value.fields) == {field}
    assert not RegisterEntry.objects.exists()


def test_a_text_too_long_for_its_column_says_so(here: World) -> None:
    """What an act enters is shortened where everybody sees it; what is entered by hand is refused instead."""
    item = registers.Item(registers.Kind.LETTER, "P" * 161, "S" * 201, "R" * 61)
    row = registers.enter(register="diary", office=here.office, items=[item], by=here["case_officer"], on=DAY)[0]
    assert [text[-2:] for text in (row.party, row.subject, row.reference)] == ["P…", "S…", "R…"]
    assert [len(text) for text in (row.party, row.subject, row.reference)] == [160, 200, 60]
    whole = registers.Item(registers.Kind.LETTER, "P" * 160, "S", "R")
    row = registers.enter(register="diary", office=here.office, items=[whole], by=here["case_officer"], on=DAY)[0]
    assert row.party == "P" * 160
    with pytest.raises(BadInput):
        letter(here, party="P" * 161)


def test_only_who_handles_papers_enters_a_letter(here: World) -> None:
    for role in ("auditor", "administrator", "approver", "reconciler"):
        with pytest.raises(NotAllowed):
            letter(here, by=role)


# What comes in by itself


def test_every_submission_gets_a_diary_number_of_the_office_that_keeps_the_fund(here: World) -> None:
    draft = here.draft(by=here["quetta"])
    assert numbers() == []
    with row_scope.showing(row_scope.rows_of(here.quetta_office)):
        request = disbursements.submit(disbursement=draft.pk, by=here["quetta"], on=DAY)
        (entry,) = RegisterEntry.objects.all()  # its own office sees it, though it is another's register
        assert entry.filing == Filing.objects.get()
    assert (entry.number, entry.office, entry.other_office) == ("DY-MOHR-2025-00001", here.office, here.quetta_office)
    assert (entry.party, entry.reference) == ("Regional Directorate Quetta", request.number)
    assert (entry.filing.disbursement, entry.filing.submission) == (request, 1)


def test_a_second_submission_gets_another_number_and_the_file_keeps_the_first(here: World) -> None:
    request = here.submitted()
    approvals.return_for_correction(
        disbursement=request.pk, by=here["verifier"], ground="other", reason="Title", on=DAY
    )
    disbursements.submit(disbursement=request.pk, by=here["case_officer"], on=DAY)
    assert numbers() == ["DY-MOHR-2025-00001", "DY-MOHR-2025-00002"]
    assert [row.submission for row in Filing.objects.order_by("pk")] == [1, 2]
    assert filing.file_number(request) == "DY-MOHR-2025-00001"


def test_the_count_goes_on_over_what_the_session_is_not_shown(here: World) -> None:
    """An officer of another office sees no line of the ministry's diary, and still gets its next number."""
    here.submitted()
    draft = here.draft(by=here["quetta"])
    with row_scope.showing(row_scope.rows_of(here.quetta_office)):
        assert not RegisterEntry.objects.exists()
        disbursements.submit(disbursement=draft.pk, by=here["quetta"], on=DAY)
        assert numbers() == ["DY-MOHR-2025-00002"]


def test_a_refused_submission_uses_no_number(here: World) -> None:
    bare = here.bare_case()
    draft = disbursements.create_draft(
        fund=here.fund, kind="relief_grant", title="Grant", pay_to="X", by=here["case_officer"], on=DAY,
        payees=[Payee(case=bare, amount="20000", person=bare.person)],
    )  # fmt: skip
    with pytest.raises(WrongState, match="lacks 1 paper"):
        disbursements.submit(disbursement=draft.pk, by=here["case_officer"], on=DAY)
    assert numbers() == []


def test_referrals_one_by_one_and_in_a_file(here: World) -> None:
    one = here.referral()
    assert one.diary_entry.number == f"DY-MOHR-{today().year}-00001"
    assert (one.diary_entry.party, one.diary_entry.reference) == ("Helpline 1099", one.reference)
    assert one.name not in one.diary_entry.subject
    sent = [here.sent() for _ in range(3)]
    head = list(sent[0])
    content = "\n".join([",".join(head), *(",".join(row[name] for name in head) for row in sent)]).encode()
    referral_import.apply(content, by=here["case_officer"])
    referral_import.apply(content, by=here["case_officer"])  # there already: no second number
    assert numbers() == [f"DY-MOHR-{today().year}-{serial:05d}" for serial in range(1, 5)]


def test_a_complaint_is_entered_without_telling_what_it_is_about(here: World) -> None:
    ComplaintCategory.objects.create(
        code="conduct", name="Conduct", days=30, effective_from=START, source="House rules"
    )
    row = complaints.register(
        category="conduct", channel="letter", text="He shouted", complainant="Rabia Bano", by=here["case_officer"],
        about_officer=here["verifier"].pk, received_on=DAY,
    )  # fmt: skip
    entry = row.filing.entry
    assert (entry.number, entry.kind, entry.reference) == ("DY-MOHR-2025-00001", "complaint", row.number)
    assert (entry.party, entry.subject) == ("Letter", "Complaint")


# What the database itself refuses


def test_a_gap_a_number_twice_and_another_number_are_refused(here: World) -> None:
    row = letter(here)
    fine = {"serial": 2, "number": "DP-MOHR-2025-00002"}
    accepted(*_copy(row, **fine))
    refused("23F40", *_copy(row, serial=3, number="DP-MOHR-2025-00003"))
    refused("23F40", *_copy(row, number="DP-MOHR-2025-00009"))
    refused("23F40", *_copy(row, year=2026, entered_on=date(2026, 1, 2), serial=2, number="DP-MOHR-2026-00002"))
    for number in ("DP-MOHR-2025-2", "DY-MOHR-2025-00002", "DP-QTA-2025-00002", "DP-MOHR-2024-00002"):
        refused("23F41", *_copy(row, serial=2, number=number))
    refused("23514", *_copy(row, **fine, entered_on=date(2024, 1, 2)))
    refused("23514", *_copy(row, **fine, kind="complaint"))
    refused("23514", *_copy(row, **fine, party=""))


def _copy(row: Any, **changes: Any) -> tuple[Any, ...]:
    sql, values = copied(row, **changes)
    return sql, *values


def test_what_is_entered_stays(here: World) -> None:
    row = letter(here)
    refused("42501", "UPDATE beneficiaries_registerentry SET subject = 'Other' WHERE id = %s", row.pk)
    refused("42501", "DELETE FROM beneficiaries_registerentry WHERE id = %s", row.pk)


def test_nothing_lies_under_a_number_of_another_kind_or_office(here: World) -> None:
    request = here.submitted()
    filed = Filing.objects.get()
    by_hand, theirs = letter(here), letter(here, by="quetta", register="diary")
    refused("23F44", *_copy(filed, entry_id=by_hand.pk, submission=2))
    refused("23F44", *_copy(filed, entry_id=theirs.pk, submission=2))
    other = here.submitted()
    entry = Filing.objects.get(disbursement=other).entry_id
    refused("23F44", *_copy(filed, entry_id=entry, submission=None))
    refused("23505", *_copy(filed, entry_id=entry))
    assert Disbursement.objects.get(pk=request.pk).filings.count() == 1


# Pages


def test_the_diary_shows_searches_and_links(here: World) -> None:
    request = here.submitted()
    letter(here, register="diary")
    page = as_(here["auditor"]).get(reverse("diary"))
    told = words(page)
    assert "DY-MOHR-2025-00001" in told and "List of prisoners" in told and "No number is missing" in told
    assert request.get_absolute_url() in page.content.decode()
    found = words(as_(here["auditor"]).get(reverse("diary"), {"q": "prisoners"}))
    assert "DY-MOHR-2025-00002" in found and "DY-MOHR-2025-00001" not in found
    assert "No entry fits" in words(as_(here["auditor"]).get(reverse("diary"), {"kind": "complaint"}))
    assert "DY-MOHR-2025-00001" not in words(as_(here["quetta"]).get(reverse("diary")))


def test_a_letter_is_entered_on_the_page(here: World) -> None:
    client = as_(here["verifier"])
    answer = client.post(reverse("dispatch_new"), LETTER | {"on": "2025-09-26"}, follow=True)
    assert "Entered: DP-MOHR-2025-00001" in words(answer)
    assert "Superintendent, Central Jail" in words(answer)
    assert client.post(reverse("dispatch_new"), LETTER | {"party": ""}).status_code == 422
    assert "From whom" in words(client.get(reverse("diary_new"))) and "To whom" in words(
        client.get(reverse("dispatch_new"))
    )


def test_the_register_is_a_file_as_it_is_filtered(here: World) -> None:
    letter(here, subject="=1+1")
    letter(here, subject="Other")
    answer = as_(here["auditor"]).get(reverse("dispatch_file", args=["csv"]), {"q": "=1"})
    lines = b"".join(answer.streaming_content).decode().splitlines()  # type: ignore[attr-defined]
    (row,) = [line for line in lines if line.startswith("DP-")]
    assert row.startswith("DP-MOHR-2025-00001,2025-09-26,Ministry of Human Rights,Letter,") and "'=1+1" in row
    assert as_(here["auditor"]).get(reverse("dispatch_file", args=["xlsx"])).status_code == 200


def test_a_missing_number_is_told_on_the_page(here: World, monkeypatch: pytest.MonkeyPatch) -> None:
    letter(here)
    assert registers.missing("dispatch", office_of(here["auditor"])) == []
    monkeypatch.setattr(registers, "missing", lambda register, office: ["DP-MOHR-2025-00007"])
    assert "1 number missing DP-MOHR-2025-00007. Tell the auditor." in words(
        as_(here["auditor"]).get(reverse("dispatch"))
    )
