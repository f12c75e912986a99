"""How far each prisoner has come: stages of money from sanctions and instruments, later ones from records; the alarm."""

from datetime import timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from audit import trail
from beneficiaries.casework import releases as records
from beneficiaries.models import Case, ReleaseAlarm, ReleaseRecord
from funds import disbursements, payments
from funds.models import Instrument
from funds.release import release_figures, releases
from funds.release.releases import Stage
from ledger.clock import today
from ledger.errors import BadInput, NotFound, WrongState
from tests import world
from tests.beneficiaries.papers import samples
from tests.standing import standing
from tests.world import DAY, World

pytestmark = [pytest.mark.django_db, pytest.mark.once]


@standing
def diyat_world() -> tuple[World, int]:
    """The small world with a diyat to four heirs paid, nothing cleared; and the prisoner's case."""
    here = world.build()
    paid = here.paid(here.diyat())
    return here, paid[0].line.case_id


@pytest.fixture
def here(diyat_world: tuple[World, int]) -> World:
    return diyat_world[0]


@pytest.fixture
def case(diyat_world: tuple[World, int]) -> Case:
    return Case.objects.get(pk=diyat_world[1])


def at(here: World, case: Case, user: str = "auditor") -> Any:
    return releases.get_tracked(case.pk, by=here[user])


def test_stages_follow_money_and_papers(here: World, case: Case) -> None:
    row = at(here, case)
    assert (row.stage, row.sanctioned_on, row.paid_on, row.amount) == (Stage.PAID, DAY, DAY, 1_200_000)
    for step in ("court_receipt", "release_order", "jail_certificate"):
        here.confirm(case, step)
        assert at(here, case).stage == step
    releases.record(case=case.pk, step="released", reference="Order 1", by=here["case_officer"], on=DAY)
    row = at(here, case)
    assert (row.stage, row.since, row.released_on) == (Stage.RELEASED, DAY, DAY)
    assert releases.counts(releases.tracked(here["auditor"])) == dict.fromkeys(Stage.values, 0) | {"released": 1}


def test_only_sanctioned_is_before_paid_and_what_is_cancelled_is_out(here: World) -> None:
    request = here.sanctioned(here.diyat())
    mine = request.lines.first().case
    assert at(here, mine).stage == Stage.SANCTIONED
    with pytest.raises(WrongState, match="not paid in full"):
        here.confirm(mine, "court_receipt")
    disbursements.cancel(disbursement=request.pk, by=here["approver"], reason="Forgiven in court", on=DAY)
    assert mine.pk not in releases.tracked(here["auditor"]).values_list("pk", flat=True)
    assert at(here, mine).sanctioned_on is None


def test_a_cheque_that_came_back_takes_the_case_back(here: World, case: Case) -> None:
    here.confirm(case)
    bad = Instrument.objects.filter(line__case=case, method="cheque").first()
    payments.fail_instrument(instrument=bad.pk, state="returned", reason="Name differs", by=here["reconciler"], on=DAY)
    assert (at(here, case).stage, at(here, case).paid_on) == (Stage.SANCTIONED, None)
    with pytest.raises(WrongState, match="not paid in full"):
        releases.record(case=case.pk, step="released", reference="Order 1", by=here["case_officer"])
    here.destroyed(bad)
    payments.issue_instrument(
        disbursement=bad.line.disbursement_id, line=bad.line_id, number="9901", by=here["ddo"], on=DAY
    )
    assert at(here, case).stage == Stage.JAIL_CERTIFICATE


def test_nothing_follows_before_the_day_of_payment(here: World, case: Case) -> None:
    with pytest.raises(BadInput, match="too early"):
        here.confirm(case, "court_receipt", on=DAY - timedelta(days=1))


def test_the_alarm_counts_from_the_payment_by_the_rule_in_force(here: World, case: Case) -> None:
    def late() -> int:
        return releases.still_inside(releases.tracked(here["auditor"]), records.alarm_days()).count()

    gone = (today() - DAY).days
    rule = ReleaseAlarm.objects.get()
    for days, expected in ((gone, 0), (gone - 1, 1), (30, 1)):
        rule.days = days
        rule.save()
        assert late() == expected, days
    later = ReleaseAlarm.objects.create(days=gone + 10, effective_from=today(), source="A later order")
    assert late() == 0
    later.effective_from = today() + timedelta(days=1)
    later.save()
    assert late() == 1
    rule.effective_to = today() - timedelta(days=1)
    rule.save()
    assert records.alarm_days() is None and late() == 0


def test_released_or_ended_prisoners_raise_no_alarm(here: World, case: Case) -> None:
    assert releases.alarm(here["case_officer"])["still_inside"] == 1
    paper = here.paper(case, "other")
    made = releases.record(
        case=case.pk, step="died", reference="L 1", reason="Ill", paper=paper.pk, by=here["case_officer"]
    )
    assert releases.alarm(here["case_officer"])["still_inside"] == 0
    records.withdraw(record=made.pk, reason="It was another man", by=here["case_officer"])
    assert releases.alarm(here["case_officer"])["still_inside"] == 1
    assert releases.alarm(here["quetta"])["still_inside"] == 0
    assert releases.alarm(here["fund_manager"]) == {"still_inside": 0}


def test_a_prisoner_for_whom_nothing_is_sanctioned_stands_at_no_stage(here: World) -> None:
    other = here.obligation("5000", "fine").order.case
    marks = releases.way(at(here, other))
    assert not any(mark.now or mark.on for mark in marks) and releases.total_days(marks) is None
    page = as_(here["case_officer"]).get(reverse("release_way", args=[other.pk])).content.decode()
    assert "Sanctioned" in page and "From the sanction to" not in page and 'class="aim"' not in page


def test_the_way_tells_days_between_stages(here: World, case: Case) -> None:
    for place, step in enumerate(("court_receipt", "release_order", "jail_certificate"), 1):
        here.confirm(case, step, on=DAY + timedelta(days=place * place))
    marks = releases.way(at(here, case))
    assert [mark.days for mark in marks] == [None, 0, 1, 3, 5, None]
    assert [mark.now for mark in marks] == [False] * 4 + [True, False]
    assert releases.total_days(marks) == (today() - DAY).days
    releases.record(
        case=case.pk, step="released", reference="O 1", by=here["case_officer"], on=DAY + timedelta(days=12)
    )
    marks = releases.way(at(here, case))
    assert (marks[-1].days, releases.total_days(marks)) == (3, 12)


def test_figures_count_by_province_and_prison(here: World, case: Case) -> None:
    here.sanctioned(here.diyat())
    other = here.paid(here.diyat())[0].line.case
    here.confirm(other)
    releases.record(
        case=other.pk, step="released", reference="O 1", by=here["case_officer"], on=DAY + timedelta(days=4)
    )
    found = release_figures.figures(releases.tracked(here["auditor"]))
    (row,) = found["prisons"]
    assert (row.name, row.sanctioned, row.inside, row.late, row.released) == (here.prison.name, 1, 1, 1, 1)
    assert (row.days_to_pay, row.days_to_release, row.total) == (0, 4, 3)
    assert [part[2] for part in row.parts] == ["33.33%", "33.33%", "33.33%"]
    assert found["whole"].total == found["provinces"][0].total == 3
    assert release_figures.figures(releases.tracked(here["quetta"]))["whole"].total == 0


def test_an_office_sees_its_own_prisoners_only(here: World, case: Case) -> None:
    by = here["quetta"]
    assert not releases.tracked(by).exists()
    for act in (
        lambda: releases.get_tracked(case.pk, by=by),
        lambda: releases.record(case=case.pk, step="court_receipt", reference="x", by=by),
    ):
        with pytest.raises(NotFound):
            act()


def as_(user: Any) -> Client:
    client = Client()
    client.force_login(user)
    return client


def words(answer: Any) -> str:
    return answer.content.decode()


def test_from_the_board_to_the_gate_by_clicking(here: World, case: Case) -> None:
    officer, way = as_(here["case_officer"]), reverse("release_way", args=[case.pk])
    board = words(officer.get("/releases/"))
    assert "Paid and still inside: 1 prisoner" in board and way in board
    assert "Paid and still inside: 1 prisoner" in words(officer.get("/"))
    for step, kind in (("court_receipt", 0), ("release_order", 1), ("jail_certificate", 2)):
        address = reverse("release_step", args=[case.pk, step])
        assert address in words(officer.get(way))
        empty = officer.post(address, {"reference": f"{step} 4"})
        assert empty.status_code == 422 and "Choose the scanned paper." in words(empty)
        file = SimpleUploadedFile("scan.pdf", samples.pdf(f"{step} {kind}"))
        answer = officer.post(address, {"reference": f"{step} 4", "file": file})
        assert (answer.status_code, answer["Location"]) == (303, way), words(answer)
    address = reverse("release_step", args=[case.pk, "released"])
    form = words(officer.get(address))
    assert "release_order 4; jail_certificate 4" in form and 'name="file"' not in form
    assert officer.post(address, {"reference": "Order 4, certificate 4"}).status_code == 303
    page = words(officer.get(way))
    assert "Released" in page and "Order 4, certificate 4" in page
    assert "Paid and still inside:" not in words(officer.get("/releases/"))
    released = ReleaseRecord.objects.get(step="released")
    undo = reverse("release_withdraw", args=[released.pk])
    assert undo in page and "counts as inside" in words(officer.get(undo))
    assert officer.post(undo, {"reason": "Another man's certificate"}).status_code == 303
    assert "Another man&#x27;s certificate" in words(officer.get(way))
    titles = [
        event.title
        for event in trail.build(released.case.payee_lines.first().disbursement_id, by=here["auditor"]).events
    ]
    assert [title for title in titles if "recorded" in title or "withdrawn" in title][-5:] == [
        "Court's receipt recorded",
        "Release order recorded",
        "Jail's confirmation recorded",
        "Release recorded",
        "Record withdrawn: released",
    ]


def test_a_bad_file_is_told_at_its_field_and_nothing_is_recorded(here: World, case: Case) -> None:
    address = reverse("release_step", args=[case.pk, "court_receipt"])
    file = SimpleUploadedFile("scan.pdf", b"<script>")
    answer = as_(here["case_officer"]).post(address, {"reference": "R 4", "file": file})
    assert answer.status_code == 422 and "id_file_error" in words(answer)
    answer = as_(here["case_officer"]).post(
        address, {"reference": " ", "file": SimpleUploadedFile("a.pdf", samples.pdf())}
    )
    assert answer.status_code == 422
    assert not ReleaseRecord.objects.exists()
    assert as_(here["case_officer"]).get(reverse("release_step", args=[case.pk, "escaped"])).status_code == 404


def test_lists_filters_and_the_file_of_another_case(here: World, case: Case) -> None:
    auditor = as_(here["auditor"])
    name = case.person.name
    assert name in words(auditor.get("/releases/?stage=paid")) and name not in words(
        auditor.get("/releases/?stage=released")
    )
    assert name in words(auditor.get(f"/releases/?prison={here.prison.pk}&alarm=1"))
    assert name not in words(auditor.get(f"/releases/?office={here.quetta_office.pk}"))
    assert "Central Jail Rawalpindi" in words(auditor.get("/releases/figures"))
    assert as_(here["quetta"]).get(reverse("release_way", args=[case.pk])).status_code == 404
