"""The other five funds before 2025-26: a request or two each year, all closed but one that lapsed."""

from dataclasses import replace
from datetime import date
from functools import partial

from config.demo.diyat import Ask, ask
from config.demo.invent import OTHERS
from config.demo.live import Work, play
from config.demo.relief import List
from config.demo.scenario import Scenario

# Sanctioned too late for a voucher, so closing the year of the lapsable fund ends it.
LATE = List(date(2025, 6, 9), 1, 20_000, "Quetta", "BAL-HRRF", by="zarmina")
SHEIKHUPURA = "District Jail Sheikhupura"

# The provincial fund lapses, so each list spends what its year was given.
BALOCHISTAN = tuple(
    List(date(year, 10, 12), 4, 100_000, "Quetta", "BAL-HRRF", by="zarmina") for year in range(2020, 2025)
)
GRANTS = (
    List(date(2021, 2, 8), 1, 10_000, "Multan", "WDDF", "legal_aid", woman=True, violation="arrest"),
    List(date(2022, 3, 21), 1, 10_000, "Sukkur", "WDDF", "legal_aid", woman=True, violation="domestic"),
    List(date(2023, 5, 8), 1, 8_000, "Lahore", "WDDF", "legal_aid", woman=True, violation="arrest"),
    List(date(2022, 9, 12), 1, 60_000, "Faisalabad", "HRRV", "soft_loan"),
    List(date(2024, 3, 11), 1, 45_000, "Peshawar", "HRRV", "soft_loan", woman=True),
    List(date(2021, 11, 8), 3, 75_000, "", "HEP-EU"),
    List(date(2024, 4, 15), 4, 96_000, "", "HEP-EU"),
)
PRISONERS = (
    ask("2021-05-10", 45_000, "fine", SHEIKHUPURA, "Sheikhupura", "2020-01-14"),
    ask("2022-05-16", 60_000, "bail_deposit", "Women's Prison Multan", "Multan", "2022-04-05"),
    ask("2023-09-11", 72_000, "fine", "Central Prison Hyderabad", "Hyderabad", "2022-06-07"),
    ask("2024-11-18", 38_000, "fine", "Central Prison Peshawar", "Peshawar", "2023-10-17"),
)


def scenarios() -> list[Scenario]:
    """Every request, one scenario each."""
    rows: list[List | Ask] = [*BALOCHISTAN, *GRANTS, *(replace(row, fund="LAJA") for row in PRISONERS)]
    works = [*(Work(row, "closed") for row in rows), Work(LATE, "sanctioned")]
    return [
        Scenario(f"other:{work.what.drafted}", work.what.drafted, OTHERS, number, partial(play, work))
        for number, work in enumerate(works)
    ]
