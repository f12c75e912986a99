"""Cheques printed on their leaves and signed by two: what stands on the leaf, who signs, what waits for it."""

from datetime import timedelta
from decimal import Decimal
from io import BytesIO
from typing import Any

import pytest
from django.contrib.auth.models import Group, User
from django.db import connection
from pypdf import PdfReader

from funds import payments
from funds.cheque_books import signing
from funds.models import Acknowledgement, CoSignature, Fund, Instrument, LeafPrint, SecondSignature
from funds.models.cheque_settings import PARTS
from funds.papers.leaf import LeafPaper, draw_leaf
from funds.paperwork import leaf_paper
from ledger.errors import BadInput, NotAllowed, WrongState
from ledger.roles import Role
from tests import world
from tests.funds.by_sql import accepted, copied, flat, no, refused, yes
from tests.funds.pages import as_, words
from tests.world import DAY, START, World

pytestmark = pytest.mark.django_db


@pytest.fixture
def here(small_world: World) -> World:
    small_world.users["second_ddo"] = world.make_user("second_ddo", small_world.office, Role.DDO)
    return small_world


def two_sign(here: World, minimum: str = "20000", **changes: Any) -> SecondSignature:
    given = {"fund": here.fund, "effective_from": START, "source": "Order 1"}
    return SecondSignature.objects.create(minimum=Decimal(minimum), **(given | changes))


def read(content: bytes) -> tuple[str, tuple[int, int]]:
    """The text of the only page, and its size in millimetres."""
    (page,) = PdfReader(BytesIO(content)).pages
    return page.extract_text(), (round(page.mediabox.width / 72 * 25.4), round(page.mediabox.height / 72 * 25.4))


def test_a_leaf_says_what_the_record_says(here: World) -> None:
    paid = here.paid()[0]
    number, content = leaf_paper.print_leaf(instrument=paid.pk, by=here["ddo"])
    text, size = read(content)
    assert (number, size) == (paid.number, (203, 92))
    for part in (
        "26 09 2025",
        paid.line.payee_name,
        "Rupees Twenty Thousand Only",
        "20,000.00",
        "A/C PAYEE ONLY",
        "Ddo Khan",
    ):
        assert part in text
    assert leaf_paper.print_leaf(instrument=paid.pk, by=here["ddo"])[1] == content, "the same cheque is the same file"
    assert LeafPrint.objects.filter(instrument=paid).count() == 2
    assert Instrument.objects.filter(line=paid.line).count() == 1, "printed twice, paid once"


def test_a_preview_is_marked_and_leaves_no_trace(here: World) -> None:
    paid = here.paid()[0]
    text, _ = read(leaf_paper.preview(paid.pk, by=here["fund_manager"]))
    assert "PREVIEW" in text and not LeafPrint.objects.exists()
    text, size = read(leaf_paper.test_page("TEST", by=here["ddo"]))
    assert "Payee as on the identity card" in text and size == (203, 92)


def test_what_does_not_fit_is_refused_and_never_cut() -> None:
    places = {part: [10, 10, 10, 60] for part in PARTS}
    given: dict[str, Any] = {
        "width": 203, "height": 92, "places": places, "number": "1", "date": "1", "payee": "Zainab", "words": "Rupees Ten Only",
        "amount": "10.00", "first_signatory": "A",
    }  # fmt: skip
    assert draw_leaf(LeafPaper(**given)).startswith(b"%PDF-")
    broken = "Rupees Twelve Lakh Thirty-Four Thousand Five Hundred and Sixty-Seven Only"
    text, _ = read(draw_leaf(LeafPaper(**given | {"words": broken})))
    assert " ".join(text.split()).count("Sixty-Seven Only") == 1
    for part, value in (("payee", "Name " * 30), ("words", broken * 3), ("amount", "9" * 60)):
        with pytest.raises(BadInput, match="does not fit"):
            draw_leaf(LeafPaper(**given | {part: value}))


@pytest.mark.parametrize("state", ["returned", "cleared"])
def test_only_an_issued_cheque_is_printed(here: World, state: str) -> None:
    paid = (here.paid() if state == "returned" else here.cleared())[0]
    if state == "returned":
        payments.fail_instrument(instrument=paid.pk, state=state, reason="x", by=here["reconciler"], on=DAY)
    with pytest.raises(WrongState, match="Only a cheque that is issued"):
        leaf_paper.print_leaf(instrument=paid.pk, by=here["ddo"])
    row = LeafPrint(instrument=here.paid()[0], recorded_by=here["ddo"])
    row.save()
    row.refresh_from_db()
    yes(row)
    no("23FB6", row, instrument_id=paid.pk)
    no("23FB6", row, recorded_at="2025-09-26T10:00:00Z")


def test_without_a_layout_nothing_is_printed(here: World) -> None:
    Fund.objects.filter(pk=here.fund.pk).update(bank_account="PK66HABB0000000000000002")
    with pytest.raises(WrongState, match="No layout of a leaf of National Bank"):
        leaf_paper.print_leaf(instrument=here.paid()[0].pk, by=here["ddo"])


@pytest.mark.parametrize(
    ("changes", "lacks"),
    [
        ({}, True),
        ({"minimum": "20000.01"}, False),
        ({"effective_from": DAY + timedelta(days=1)}, False),
        ({"effective_to": DAY - timedelta(days=1)}, False),
        ({"fund": None}, True),
    ],
)
def test_which_cheques_two_people_sign(here: World, changes: dict[str, Any], lacks: bool) -> None:
    two_sign(here, **changes)
    paid = here.paid()[0]
    assert signing.lacking(paid) is lacks
    clear = (
        "UPDATE funds_instrument SET state = 'cleared', cleared_by_id = %s WHERE id = %s",
        here["reconciler"].pk,
        paid.pk,
    )
    if lacks:
        refused("23FB5", *clear)
    else:
        accepted(*clear)


def test_a_funds_own_setting_goes_before_one_for_all(here: World) -> None:
    two_sign(here, fund=None, minimum="1")
    two_sign(here, minimum="50000")
    paid = here.paid()[0]
    assert not signing.lacking(paid)
    accepted(
        "UPDATE funds_instrument SET state = 'cleared', cleared_by_id = %s WHERE id = %s",
        here["reconciler"].pk,
        paid.pk,
    )


def test_nothing_goes_on_before_the_second_signature(here: World) -> None:
    two_sign(here)
    paid = here.paid()[0]
    acts = (
        lambda: leaf_paper.print_leaf(instrument=paid.pk, by=here["ddo"]),
        lambda: payments.acknowledge(instrument=paid.pk, received_by="Payee", by=here["case_officer"], on=DAY),
        lambda: payments.clear_instrument(instrument=paid.pk, by=here["reconciler"], on=DAY),
    )
    for act in acts:
        with pytest.raises(WrongState, match="needs a second signature"):
            act()
    receipt = Acknowledgement(
        instrument=paid, received_on=DAY, received_by="x", recorded_by=here["ddo"], recorded_at=DAY
    )
    printed = LeafPrint(instrument=paid, recorded_by=here["ddo"], recorded_at=moment())
    no("23FB5", receipt)
    no("23FB5", printed)
    signing.sign(instrument=paid.pk, by=here["second_ddo"])
    yes(receipt)
    yes(printed)
    text, _ = read(leaf_paper.preview(paid.pk, by=here["ddo"]))
    assert "Second_Ddo Khan" in text
    for act in acts:
        act()


def moment() -> Any:
    """That of this transaction."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT now()")
        return cursor.fetchone()[0]


def test_another_person_who_took_no_part_signs(here: World) -> None:
    two_sign(here)
    paid = here.paid()[0]
    for who, error in (("ddo", "You issued"), ("reconciler", "you need the role")):
        with pytest.raises(NotAllowed, match=error):
            signing.sign(instrument=paid.pk, by=here[who])
    here["approver"].groups.add(Group.objects.get(name="ddo"))
    with pytest.raises(NotAllowed, match="You decided on this request"):
        signing.sign(instrument=paid.pk, by=User.objects.get(pk=here["approver"].pk))
    row = CoSignature(instrument=paid, recorded_by=here["second_ddo"], recorded_at=moment())
    yes(row)
    for who, code in (("ddo", "23FB5"), ("reconciler", "23FB5"), ("approver", "23F10")):
        no(code, row, recorded_by_id=here[who].pk)
    no("23FB5", row, recorded_at="2025-09-26T10:00:00Z")
    no("23FB5", row, instrument_id=2_000_000_000)
    assert signing.sign(instrument=paid.pk, by=here["fund_manager"]).recorded_by == here["fund_manager"]
    with pytest.raises(WrongState, match="Signed by Fund_Manager Khan too"):
        signing.sign(instrument=paid.pk, by=here["second_ddo"])


def test_what_needs_no_second_signature_gets_none(here: World) -> None:
    paid = here.paid()[0]
    with pytest.raises(WrongState, match="needs no second signature"):
        signing.sign(instrument=paid.pk, by=here["second_ddo"])
    refused("23FB5", *flat(copied(CoSignature(instrument=paid, recorded_by=here["second_ddo"], recorded_at=moment()))))


def test_pages_sign_and_print(here: World) -> None:
    two_sign(here)
    paid = here.paid()[0]
    page, second, ddo = f"/requests/{paid.line.disbursement_id}/", as_(here["second_ddo"]), as_(here["ddo"])
    assert "Waits for a second signature" in words(ddo.get(page))
    assert ddo.post(f"/instruments/{paid.pk}/leaf").status_code == 409
    assert f"Sign cheque {paid.number}" in words(second.get(page))
    assert second.post(f"/instruments/{paid.pk}/sign").status_code == 303
    assert "Signed by Second_Ddo Khan too" in words(ddo.get(page))
    leaf = ddo.post(f"/instruments/{paid.pk}/leaf")
    assert (leaf.status_code, leaf["Content-Type"]) == (200, "application/pdf")
    assert "printed 1 time" in words(ddo.get(page))
    assert ddo.get(f"/instruments/{paid.pk}/leaf/preview").content[:5] == b"%PDF-"
    assert ddo.get("/funds/TEST/cheques/test-page").content[:5] == b"%PDF-"
