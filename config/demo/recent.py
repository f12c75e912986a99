"""Work of the last weeks, in the fiscal year of today, so that a visitor can go on from where the officers stand now."""

from dataclasses import dataclass
from datetime import date, timedelta
from functools import partial

from config.demo.diyat import KARACHI, LAHORE, PINDI, Ask, Prisoner
from config.demo.invent import FRESH
from config.demo.live import Work, play
from config.demo.relief import List
from config.demo.scenario import Scenario
from ledger.chart import fiscal_bounds, fiscal_label


@dataclass(frozen=True, slots=True)
class Recent:
    """One request drafted `days` before today. For one prisoner where `kind` names an obligation, else for people."""

    days: int
    rupees: int
    course: str
    people: int = 1
    home: str = ""
    fund: str = "HRRF"
    kind: str = "relief_grant"
    prison: str = ""
    family: str = ""
    by: str = ""
    lacks: str = ""

    def on(self, day: date) -> Work:
        if self.prison:
            decided = date(day.year - 6, 11, 4)
            row = Prisoner(self.rupees, self.kind, self.prison, self.home, decided, self.family)
            return Work(Ask(day, (row,), fund=self.fund), self.course)
        people = List(day, self.people, self.rupees, self.home, self.fund, self.kind, by=self.by, lacks=self.lacks)
        return Work(people, self.course)


# Furthest back first. Each is drafted long enough ago that its last act lies in the past.
ROWS = (
    Recent(60, 20_000, "closed", home="Lahore"),
    Recent(58, 25_000, "acknowledged", home="Karachi South"),
    Recent(56, 1_450_000, "cleared", fund="DAD", kind="diyat", prison=PINDI, home="Rawalpindi", family="four heirs"),
    Recent(48, 20_000, "cleared", home="Khuzdar"),
    Recent(40, 390_000, "paid", fund="DAD", kind="daman", prison=KARACHI, home="Karachi East"),
    Recent(34, 15_000, "paid", home="Multan"),
    Recent(
        31, 870_000, "vouchered", fund="DAD", kind="diyat", prison=LAHORE, home="Lahore", family="parents and widow"
    ),
    Recent(28, 20_000, "vouchered", home="Quetta"),
    Recent(26, 30_000, "vouchered", home="Kalat", fund="BAL-HRRF", by="zarmina"),
    Recent(25, 425_000, "sanctioned", fund="DAD", kind="arsh", prison=PINDI, home="Islamabad"),
    Recent(23, 20_000, "sanctioned", home="Hyderabad"),
    Recent(21, 3_100_000, "step 5", fund="DAD", kind="diyat", prison=KARACHI, home="Karachi South", family="large"),
    Recent(18, 1_250_000, "step 4", fund="DAD", kind="diyat", prison=LAHORE, home="Lahore", family="four children"),
    Recent(17, 215_000, "step 4", people=10),
    Recent(14, 20_000, "step 3", home="Peshawar"),
    Recent(13, 64_000, "step 3", fund="LAJA", kind="fine", prison="Central Prison Sukkur I", home="Sukkur"),
    Recent(13, 25_000, "step 3", home="Sibi", fund="BAL-HRRF", by="zarmina"),
    Recent(12, 640_000, "step 3", fund="DAD", kind="diyat", prison=PINDI, home="Rawalpindi", family="of a wife"),
    Recent(11, 20_000, "returned by finance", home="Faisalabad"),
    Recent(9, 25_000, "step 2", home="Sukkur"),
    Recent(8, 280_000, "step 2", fund="DAD", kind="daman", prison=LAHORE, home="Lahore"),
    Recent(8, 20_000, "step 2", home="Zhob", fund="BAL-HRRF", by="zarmina"),
    Recent(7, 15_000, "returned by the verifier", home="Kech"),
    Recent(5, 20_000, "step 1", home="Karachi East"),
    Recent(5, 20_000, "step 1", home="Quetta", fund="BAL-HRRF", by="zarmina"),
    Recent(4, 950_000, "step 1", fund="DAD", kind="diyat", prison=PINDI, home="Rawalpindi", family="sisters"),
    Recent(3, 20_000, "draft", home="Swat"),
    Recent(3, 15_000, "draft", home="Pishin", lacks="cnic"),
)


def scenarios(today: date) -> list[Scenario]:
    """Once in each fiscal year; none while the year is too young to hold them."""
    label = fiscal_label(today)
    if today - timedelta(days=ROWS[0].days) < fiscal_bounds(label)[0]:
        return []
    found = []
    for number, row in enumerate(ROWS):
        day = today - timedelta(days=row.days)
        # Each year's people have numbers of their own.
        place = int(label[:4]) * len(ROWS) + number
        found.append(Scenario(f"recent:{label}:{number:02d}", day, FRESH, place, partial(play, row.on(day))))
    return found
