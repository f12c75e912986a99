"""More of 2025-26 for those who want volume: `--scale N` adds N - 1 times fifty requests, with money for them."""

from datetime import date, timedelta
from functools import partial

from config.demo.invent import SCALED
from config.demo.live import one, play
from config.demo.people import HOMES
from config.demo.scenario import Scenario
from config.demo.stage import Stage
from funds.budgets import record_allocation, record_receipt

A_BLOCK = 50
RUPEES = 20_000
ENDS = ("closed", "acknowledged", "cleared", "paid", "vouchered", "sanctioned", "step 3", "step 2", "step 1", "draft")
START = date(2025, 7, 3)


def scenarios(scale: int) -> list[Scenario]:
    """Blocks 2 to `scale`; each brings its own budget and release first."""
    found = []
    for block in range(2, scale + 1):
        reference = f"Additional release 2025-26, block {block}"
        found.append(Scenario(f"receipt:HRRF:{reference}", START, SCALED, 0, partial(_fund, reference)))
        for place in range(A_BLOCK):
            number = block * A_BLOCK + place
            day = START + timedelta(days=place)
            work = one(f"{day}", RUPEES, HOMES[number % len(HOMES)], ENDS[place // (A_BLOCK // len(ENDS))])
            found.append(Scenario(f"scaled:{number}", day, SCALED, number, partial(play, work)))
    return found


def _fund(reference: str, stage: Stage, key: str) -> None:
    by, fund, rupees = stage.users["salman"], stage.fund("HRRF"), A_BLOCK * RUPEES
    record_allocation(fund=fund, kind="supplementary", amount=rupees, reference=reference, by=by, on=START)
    record_receipt(
        fund=fund,
        kind="government_release",
        amount=rupees,
        received_from="Finance Division",
        reference=reference,
        by=by,
        on=START,
    )
