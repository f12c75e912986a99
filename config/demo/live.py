"""2025-26: work in every state, so that every officer has something waiting."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date
from functools import partial

from config.demo import diyat, relief
from config.demo.courses import COURSES
from config.demo.diyat import HARIPUR, KARACHI, LAHORE, MACH, MULTAN, PINDI, Ask, Prisoner
from config.demo.invent import LIVE
from config.demo.relief import List
from config.demo.scenario import Scenario
from config.demo.stage import Calendar, Stage
from funds.models import Disbursement

# Only cheques go stale or get lost; an account is what is changed.
METHODS = {
    "stale": "cheque",
    "stopped and issued anew": "cheque",
    "returned by the bank": "cheque",
    "changed and sent again": "transfer",
}


@dataclass(frozen=True, slots=True)
class Work:
    """One request of the year and the course it takes."""

    what: List | Ask
    course: str
    on: Calendar | None = None
    key: str = ""


def one(
    day: str,
    rupees: int,
    home: str,
    course: str,
    *,
    name: str = "",
    woman: bool = False,
    violation: str = "",
    fund: str = "HRRF",
    kind: str = "relief_grant",
    by: str = "",
    lacks: str = "",
    waived: str = "",
) -> Work:
    """A request for one person."""
    method = METHODS.get(course, "")
    row = List(date.fromisoformat(day), 1, rupees, home, fund, kind, name, woman, violation, by, method, lacks, waived)
    return Work(row, course)


def some(day: str, people: int, rupees: int, course: str, *, home: str = "", fund: str = "HRRF", by: str = "") -> Work:
    """A list of people."""
    return Work(List(date.fromisoformat(day), people, rupees, home, fund, by=by), course)


def owed(day: str, rupees: int, kind: str, prison: str, district: str, course: str, **more: str) -> Work:
    """A request for one prisoner. `more`: the fund, and the prisoner's family and name."""
    drafted = date.fromisoformat(day)
    family, name = more.get("family", ""), more.get("name", "")
    decided = date(drafted.year - 7, 3, 14)
    row = Prisoner(rupees, kind, prison, district, decided, family, name=name)
    return Work(Ask(drafted, (row,), fund=more.get("fund", "DAD")), course)


CARD_LOST = "The card was lost in the flood; the receipt of NADRA for a new one was seen"

# The two worked examples of docs/accounting.md, day for day.
RELIEF_EXAMPLE = Work(
    List(date(2025, 9, 1), 1, 20_000, "Karachi South", name="Rabia Bano", woman=True, violation="torture"),
    "closed",
    Calendar(
        drafted=date(2025, 9, 1),
        submitted=date(2025, 9, 2),
        sanctioned=date(2025, 9, 15),
        vouchered=date(2025, 9, 19),
        paid=date(2025, 9, 22),
        cleared=date(2025, 9, 30),
        received=date(2025, 10, 2),
    ),
    "relief-example",
)
YAQUB = Prisoner(
    1_200_000,
    "diyat",
    PINDI,
    "Rawalpindi",
    date(2019, 3, 14),
    "four heirs",
    600_000,
    "Gulzar Ahmed",
    "Muhammad Yaqub",
    ("Zainab Bibi", "Rehmat Bibi", "Tariq Yaqub", "Maryam Yaqub"),
)
DIYAT_EXAMPLE = Work(
    Ask(date(2025, 9, 10), (YAQUB,)),
    "closed",
    Calendar(
        drafted=date(2025, 9, 10),
        submitted=date(2025, 9, 11),
        sanctioned=date(2025, 10, 10),
        vouchered=date(2025, 10, 17),
        paid=date(2025, 10, 20),
        cleared=date(2025, 10, 29),
        received=date(2025, 10, 31),
    ),
    "diyat-example",
)
RASOOL = replace(
    YAQUB,
    name="Muhammad Yousaf",
    harmed="Ghulam Rasool",
    names=("Zainab Bibi", "Hajra Bibi", "Adeel Ahmed", "Mahnoor"),
)

HRRF = (
    RELIEF_EXAMPLE,
    one("2025-07-01", 20_000, "Sukkur", "stale"),
    one("2025-07-14", 15_000, "Quetta", "stopped and issued anew"),
    some("2025-07-21", 12, 255_000, "closed"),
    some("2025-08-04", 9, 190_000, "cleared in part"),
    one("2025-08-11", 20_000, "Hyderabad", "returned by the bank"),
    one("2025-08-18", 25_000, "Khuzdar", "acknowledged"),
    one("2025-08-25", 20_000, "Lahore", "cleared"),
    replace(one("2025-09-03", 30_000, "Peshawar", "cancelled when paid"), key="cancelled-example"),
    one("2025-09-08", 20_000, "Larkana", "paid"),
    one("2025-09-15", 15_000, "Multan", "vouchered"),
    some("2025-09-17", 6, 124_000, "vouchered"),
    one("2025-09-19", 20_000, "Sibi", "sanctioned"),
    one("2025-09-22", 40_000, "Karachi East", "sanctioned"),
    one("2025-09-24", 15_000, "Kasur", "cancelled when sanctioned"),
    some("2025-09-25", 38, 760_000, "step 4"),
    one("2025-09-26", 20_000, "Karachi South", "step 3", name="Abdul Wahid", violation="torture"),
    one("2025-09-29", 25_000, "Gilgit", "step 3", lacks="cnic", waived=CARD_LOST),
    some("2025-10-01", 8, 168_000, "step 3"),
    one("2025-10-02", 20_000, "Swat", "rejected"),
    one("2025-10-03", 20_000, "Kech", "returned by finance"),
    one("2025-10-06", 15_000, "Sukkur", "returned by the verifier"),
    one("2025-10-07", 30_000, "Rawalpindi", "changed and sent again"),
    one("2025-10-08", 20_000, "Bahawalpur", "step 2"),
    one("2025-10-09", 15_000, "Pishin", "step 2"),
    one("2025-10-10", 20_000, "Tharparkar", "step 1"),
    some("2025-10-13", 5, 105_000, "step 1"),
    one("2025-10-14", 20_000, "Quetta", "draft", lacks="verification_report"),
    one("2025-10-15", 25_000, "Karachi East", "draft"),
    one("2025-10-16", 20_000, "Islamabad", "draft"),
    one("2025-10-17", 15_000, "Mardan", "cancelled as a draft"),
)
DAD = (
    DIYAT_EXAMPLE,
    owed("2025-07-03", 380_000, "daman", KARACHI, "Karachi South", "released"),
    owed("2025-07-02", 950_000, "diyat", MULTAN, "Multan", "stale", family="parents and widower"),
    owed("2025-07-09", 1_240_000, "diyat", LAHORE, "Lahore", "stopped and issued anew", family="four children"),
    owed("2025-07-16", 1_575_000, "diyat", HARIPUR, "Haripur", "returned by the bank", family="four heirs"),
    owed("2025-07-23", 425_000, "arsh", PINDI, "Islamabad", "closed"),
    owed("2025-07-30", 510_000, "arsh", "Central Prison Sukkur I", "Sukkur", "acknowledged"),
    owed("2025-08-06", 1_100_000, "diyat", "Central Jail Gujranwala", "Gujranwala", "cleared", family="sisters"),
    owed("2025-08-13", 1_680_000, "diyat", LAHORE, "Lahore", "cleared in part", family="large"),
    owed(
        "2025-08-20", 640_000, "diyat", "Central Prison Larkana", "Larkana", "cancelled when paid", family="of a wife"
    ),
    owed("2025-08-27", 295_000, "daman", MACH, "Kachhi", "paid"),
    owed("2025-09-03", 1_360_000, "diyat", MULTAN, "Multan", "vouchered", family="parents and widow"),
    owed("2025-09-12", 450_000, "arsh", "District Jail Quetta", "Quetta", "sanctioned"),
    owed("2025-09-17", 780_000, "diyat", PINDI, "Rawalpindi", "cancelled when sanctioned", family="of a wife"),
    owed("2025-09-19", 3_200_000, "diyat", KARACHI, "Karachi East", "step 5", family="seven children"),
    Work(Ask(date(2025, 9, 26), (RASOOL,)), "step 4"),
    owed("2025-09-30", 340_000, "daman", LAHORE, "Lahore", "step 4", name="Shabbir Kausar"),
    owed("2025-10-03", 890_000, "diyat", "Central Jail Mirpur", "Mirpur", "step 3", family="three daughters"),
    owed("2025-10-07", 560_000, "arsh", HARIPUR, "Haripur", "rejected"),
    owed(
        "2025-10-08", 720_000, "diyat", "Central Prison Khairpur", "Khairpur", "returned by finance", family="sisters"
    ),
    owed("2025-10-10", 310_000, "daman", PINDI, "Rawalpindi", "step 2"),
    owed("2025-10-14", 1_900_000, "diyat", "Central Jail Faisalabad", "Faisalabad", "step 1", family="large"),
    owed("2025-10-16", 275_000, "daman", "Central Jail Khuzdar", "Khuzdar", "draft"),
)
OTHERS = (
    one("2025-08-05", 10_000, "Multan", "closed", fund="WDDF", kind="legal_aid", woman=True, violation="arrest"),
    one("2025-09-29", 10_000, "Multan", "step 3", name="Rukhsana Bibi", fund="WDDF", kind="legal_aid", woman=True),
    owed("2025-07-28", 52_000, "fine", "Central Prison Hyderabad", "Hyderabad", "closed", fund="LAJA"),
    owed(
        "2025-10-02",
        85_000,
        "fine",
        "District Jail Sheikhupura",
        "Sheikhupura",
        "step 3",
        fund="LAJA",
        name="Naveed Akhtar",
    ),
    owed("2025-08-19", 90_000, "bail_deposit", "Women's Prison Karachi", "Karachi South", "acknowledged", fund="LAJA"),
    owed(
        "2025-10-06",
        150_000,
        "bail_deposit",
        "Central Prison Sukkur I",
        "Sukkur",
        "step 3",
        fund="LAJA",
        name="Imtiaz Ali",
    ),
    one("2025-08-21", 60_000, "Rawalpindi", "paid", fund="HRRV", kind="soft_loan"),
    one("2025-10-13", 45_000, "Hyderabad", "step 1", fund="HRRV", kind="soft_loan", woman=True),
    some("2025-08-12", 5, 120_000, "closed", home="Quetta", fund="BAL-HRRF", by="zarmina"),
    one("2025-09-16", 30_000, "Kalat", "vouchered", fund="BAL-HRRF", by="zarmina"),
    one("2025-09-23", 25_000, "Nushki", "sanctioned", fund="BAL-HRRF", by="zarmina"),
    one("2025-09-09", 20_000, "Loralai", "paid", fund="BAL-HRRF", by="zarmina"),
    some("2025-10-01", 4, 90_000, "step 3", home="Zhob", fund="BAL-HRRF", by="zarmina"),
    one("2025-10-06", 20_000, "Gwadar", "step 2", fund="BAL-HRRF", by="zarmina"),
    one("2025-10-09", 20_000, "Kech", "step 1", fund="BAL-HRRF", by="zarmina"),
    one("2025-10-13", 15_000, "Quetta", "returned by the verifier", fund="BAL-HRRF", by="zarmina"),
    one("2025-10-15", 20_000, "Panjgur", "draft", fund="BAL-HRRF", by="zarmina"),
    some("2025-08-26", 4, 100_000, "closed", fund="HEP-EU"),
    some("2025-10-07", 3, 66_000, "step 2", fund="HEP-EU"),
    owed("2025-08-05", 46_000, "fine", LAHORE, "Lahore", "receipt in", fund="LAJA"),
    owed("2025-08-07", 64_000, "fine", "Central Prison Peshawar", "Peshawar", "ordered", fund="LAJA"),
    owed("2025-08-11", 58_000, "fine", KARACHI, "Karachi East", "confirmed", fund="LAJA"),
    owed("2025-08-13", 39_000, "fine", "District Jail Quetta", "Quetta", "died", fund="LAJA"),
    replace(one("2025-10-20", 20_000, "Sukkur", "returned to a step"), key="back-to-a-step"),
    replace(one("2025-10-20", 20_000, "Multan", "recused"), key="recused"),
    replace(one("2025-10-20", 15_000, "Lahore", "conflict ended"), key="conflict-ended"),
)


def scenarios() -> list[Scenario]:
    """Every request of the year, one scenario each."""
    return [
        Scenario(f"live:{work.key or number}", work.what.drafted, LIVE, number, partial(play, work))
        for number, work in enumerate((*HRRF, *DAD, *OTHERS))
    ]


def play(work: Work, stage: Stage, key: str) -> None:
    """Drafts the request and takes it along its course."""
    draft: Callable[..., Disbursement] = relief.draft if isinstance(work.what, List) else diyat.draft
    request = draft(stage, work.what, key=key)
    COURSES[work.course](stage, request, work.on or Calendar.of(work.what.drafted))
