"""The files of a run: pain.001 against its schema, CSV by a layout, the same bytes again, names that banks do not take."""

import csv
import io
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from funds import bank_files, payment_runs
from funds.models import Bank, BankLayout
from funds.runs import bank_csv, choosing, files, pain001
from funds.runs.content import Message, Transfer
from ledger.errors import WrongState
from tests.funds.bank_answers import IBANS, drafted, peopled, proposed, transfer
from tests.world import START, World

SCHEMA = etree.XMLSchema(etree.parse(Path(__file__).parent / "schemas" / "pain.001.001.09.xsd"))
NS = {"p": pain001.NAMESPACE}
SHAPE = {
    "delimiter": ";", "titles": True, "day": "%d/%m/%Y", "header": [{"text": "H"}, {"value": "message"}],
    "columns": [{"title": "Name", "value": "name"}, {"title": "IBAN", "value": "iban"}, {"title": "Rs", "value": "amount"}],
    "trailer": [{"text": "T"}, {"value": "count"}, {"value": "total"}],
}  # fmt: skip

payments = st.lists(
    st.builds(
        Transfer,
        position=st.integers(1, 10**6),
        end_to_end=st.from_regex(r"[A-Z0-9-]{1,35}", fullmatch=True),
        name=st.from_regex(choosing.LATIN[1:-1], fullmatch=True).filter(str.strip),
        iban=st.sampled_from(IBANS),
        amount=st.decimals("0.01", "999999999.99", places=2),
        reference=st.just("HRRF-2025-26-00038"),
    ),
    min_size=1,
    max_size=5,
)


def message(transfers: list[Transfer]) -> Message:
    return Message(
        number="HRRF-2025-26-PR-00001",
        debtor="Human Rights Relief Fund",
        account="PK31NBPA0000000000000001",
        execution_on=date(2026, 1, 5),
        made_at=datetime(2026, 1, 4, 9, 30, tzinfo=UTC),
        count=len(transfers),
        amount=sum((each.amount for each in transfers), Decimal(0)),
        banks={"HABB": "HABBPKKA"},
    )


@given(payments)
def test_every_file_keeps_to_the_schema(transfers: list[Transfer]) -> None:
    data = b"".join(pain001.parts(message(transfers), transfers))
    tree = etree.fromstring(data)
    SCHEMA.assertValid(tree)
    sums = tree.xpath("//p:CtrlSum/text()", namespaces=NS)
    amounts = [Decimal(text) for text in tree.xpath("//p:InstdAmt/text()", namespaces=NS)]
    assert {Decimal(text) for text in sums} == {sum(amounts)}
    assert {int(text) for text in tree.xpath("//p:NbOfTxs/text()", namespaces=NS)} == {len(transfers)}
    assert tree.xpath("//p:Cdtr/p:Nm/text()", namespaces=NS) == [each.name for each in transfers]
    assert set(tree.xpath("//p:InstdAmt/@Ccy", namespaces=NS)) == {"PKR"}
    assert data == b"".join(pain001.parts(message(transfers), transfers))


@given(payments)
def test_csv_says_what_the_layout_says(transfers: list[Transfer]) -> None:
    data = b"".join(bank_csv.parts(message(transfers), transfers, bank_csv.check_shape(SHAPE))).decode()
    rows = list(csv.reader(io.StringIO(data, newline=""), delimiter=";"))
    assert rows[0] == ["H", "HRRF-2025-26-PR-00001"] and rows[1] == ["Name", "IBAN", "Rs"]
    assert rows[-1] == ["T", str(len(transfers)), f"{sum(each.amount for each in transfers):.2f}"]
    for row, each in zip(rows[2:-1], transfers, strict=True):
        assert not row[0].startswith(("=", "+", "-", "@"))
        assert row == [row[0], each.iban, f"{each.amount:.2f}"] and row[0].removeprefix("'") == each.name.removeprefix(
            "'"
        )


@pytest.mark.parametrize(
    "change",
    [
        {"columns": []}, {"columns": [{"value": "cnic"}]}, {"columns": [{"title": "x"}]}, {"delimiter": "x"}, {"day": "d"},
        {"trailer": [{"value": "name"}]}, {"more": 1}, {"titles": "yes"},
    ],
)  # fmt: skip
def test_a_layout_that_cannot_be(change: dict[str, object]) -> None:
    with pytest.raises(ValueError):
        bank_csv.check_shape(SHAPE | change)


def test_names_are_never_cut() -> None:
    assert choosing.writable("O'Neil (Court), No. 1")
    for name in ("زینب بی بی", "A" * 71, "Zoë", "a&b", "", "a\n"):
        assert not choosing.writable(name)


@pytest.mark.django_db
def test_the_bic_is_data_and_the_bytes_stay(small_world: World) -> None:
    here = peopled(small_world)
    for iban in IBANS:
        transfer(here, iban)
    habib = Bank.objects.create(code="HABB", name="Habib Bank", bic="HABBPKKA", effective_from=START, source="Test")
    run = payment_runs.release(run=proposed(here).pk, by=here["ddo"])
    data = b"".join(files.parts(run))
    tree = etree.fromstring(data)
    SCHEMA.assertValid(tree)
    assert tree.xpath("//p:CdtTrfTxInf//p:BICFI/text()", namespaces=NS) == ["HABBPKKA"]
    assert tree.xpath("//p:CdtrAgt//p:Othr/p:Id/text()", namespaces=NS) == ["HABB", "MEZN"]
    assert tree.xpath("//p:Dbtr/p:Nm/text()", namespaces=NS) == [here.fund.name]
    habib.bic = "HABBPKKAXXX"
    habib.save()
    here.fund.name = "Another name"
    here.fund.save()
    assert bank_files.send(run=run.pk, by=here["ddo"]).stream.read() == data


@pytest.mark.django_db
def test_a_layout_is_kept_with_the_run(small_world: World) -> None:
    here = peopled(small_world)
    transfer(here)
    layout = BankLayout.objects.create(code="t", name="T", shape=SHAPE, effective_from=START, source="Test")
    run = drafted(here, format="csv", layout="t")
    payment_runs.propose(run=run.pk, by=here["second_ddo"])
    run = payment_runs.release(run=run.pk, by=here["ddo"])
    layout.shape = SHAPE | {"delimiter": ","}
    layout.save()
    handed = bank_files.send(run=run.pk, by=here["ddo"])
    assert handed.name.endswith(".csv") and handed.stream.read().splitlines()[-1] == b"T;1;20000.00"


@pytest.mark.django_db
def test_a_file_that_would_differ_is_not_handed_out(small_world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    here = peopled(small_world)
    transfer(here)
    run = payment_runs.release(run=proposed(here).pk, by=here["ddo"])
    monkeypatch.setattr(files, "parts", lambda run: iter([b"another"]))
    with pytest.raises(WrongState, match="Nothing was handed out"):
        bank_files.send(run=run.pk, by=here["ddo"])
    assert not run.downloads.exists()
