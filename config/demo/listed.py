"""A list of payees that came in as a file: forty flood victims of Quetta division, waiting for who verifies and inspects it."""

import csv
from collections.abc import Callable
from datetime import date
from io import StringIO

from config.demo.invent import MONEY, Invented, Inventor
from config.demo.scenario import Scenario
from config.demo.stage import Stage
from funds import disbursements
from funds.lists import list_import, list_waivers
from funds.models import ListImport, PaymentKind
from funds.requests import evidence
from ledger.clock import today

FILE = "flood-victims-quetta-division.csv"
FIRST = 600  # of the numbers of its invented people; the block has others
PEOPLE = 40
COLUMNS = (
    *("name", "cnic", "father_name", "district", "amount", "method", "iban"),
    *("relation", "gender", "phone", "violation", "happened_on"),
)
HOMES = ("Quetta", "Pishin", "Sibi", "Kalat", "Khuzdar", "Nushki")
USUAL, MORE, MOST = 20_000, 25_000, 40_000  # rupees of a grant, at most the ceiling
# What an inspection finds: one amount that stands out, and two payees with one telephone.
STANDS_OUT, SHARING = 17, (8, 31)
SURVEY = "The district's survey, signed by the Deputy Commissioner, holds it for everybody of the list"


def scenarios(day: date) -> list[Scenario]:
    """One, of today: a waiver for a list is given today."""
    play: Callable[[Stage, str], None] = _listed
    return [Scenario("listed:quetta", day, MONEY, FIRST, play)]


def done() -> set[str]:
    """The key, where the list is there."""
    return {"listed:quetta"} if ListImport.objects.filter(file_name=FILE).exists() else set()


def _listed(stage: Stage, key: str) -> None:
    """Imported by the Regional Directorate's officer, its papers waived by a verifier, submitted."""
    request = list_import.import_list(
        content=_file(stage.inventor),
        file_name=FILE,
        fund=stage.fund("HRRF"),
        kind=PaymentKind.RELIEF,
        title="Flood relief, 40 families of Quetta division",
        by=stage.users["gulnaz"],
    ).request
    assert request is not None
    for lacked in evidence.missing_kinds(request, on=today()):
        list_waivers.waive_for_list(disbursement=request.pk, kind=lacked.code, reason=SURVEY, by=stage.users["sadia"])
    disbursements.submit(disbursement=request.pk, by=stage.users["gulnaz"])


def _file(inventor: Inventor) -> bytes:
    """The CSV as the district would send it."""
    out = StringIO()
    writer = csv.writer(out)
    writer.writerow(COLUMNS)
    for place in range(1, PEOPLE + 1):
        writer.writerow(_row(inventor, inventor.anybody(women=60), place))
    return out.getvalue().encode()


def _row(inventor: Inventor, who: Invented, place: int) -> tuple[object, ...]:
    amount = MOST if place == STANDS_OUT else inventor.chance.choice((USUAL, USUAL, USUAL, MORE))
    account = inventor.account() if place % 4 == 0 else ""
    phone = f"0300{9_000_000 + (SHARING[0] if place in SHARING else place)}"
    home = inventor.pick(HOMES)
    method = "transfer" if account else "cheque"
    happened = date(today().year - 1, 8, 14)
    person = (who.name, who.cnic, who.relative_name, home, amount, method, account)
    return (*person, who.relation, who.gender, phone, "other", happened)
