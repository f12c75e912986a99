"""Letters that were entered by hand in diary and dispatch, beside what the registers get by themselves."""

from dataclasses import dataclass
from datetime import date
from functools import partial

from beneficiaries.models import RegisterEntry
from beneficiaries.offices import registers
from config.demo.invent import INTAKE
from config.demo.scenario import Scenario
from config.demo.stage import Stage

JAIL, AGPR = "Superintendent, Central Jail Rawalpindi", "Accountant General Pakistan Revenues"
COURT = "Sessions Judge, Karachi East"
FIRST = 900  # letters name nobody, so their numbers only have to be others than those of the referrals


@dataclass(frozen=True, slots=True)
class Letter:
    """One letter, and who entered it."""

    register: str
    on: date
    party: str
    subject: str
    reference: str
    means: str
    by: str = "sadia"


LETTERS = (
    Letter("diary", date(2025, 9, 18), JAIL, "Prisoners whose sentence is served", "CJR-2210", "post"),
    Letter("diary", date(2025, 10, 7), AGPR, "Observation on a voucher", "AGPR-5571", "hand", "tahir"),
    Letter("dispatch", date(2025, 9, 22), JAIL, "Jail certificates are asked for", "F.3-12", "post"),
    Letter("dispatch", date(2025, 10, 9), AGPR, "Reply to the observation", "F.3-14", "courier", "tahir"),
    Letter("dispatch", date(2025, 10, 13), COURT, "Receipts of the heirs are asked for", "F.7-02", "e_mail", "farah"),
)  # fmt: skip


def scenarios() -> list[Scenario]:
    """Each letter, one scenario."""
    return [
        Scenario(f"letter:{row.reference}", row.on, INTAKE, FIRST + number, partial(_play, row))
        for number, row in enumerate(LETTERS)
    ]


def done() -> set[str]:
    """The keys of the scenarios that were played."""
    rows = RegisterEntry.objects.filter(kind=RegisterEntry.Kind.LETTER)
    return {f"letter:{reference}" for reference in rows.values_list("reference", flat=True)}


def _play(row: Letter, stage: Stage, key: str) -> None:
    registers.record_letter(
        register=row.register,
        party=row.party,
        subject=row.subject,
        reference=row.reference,
        means=row.means,
        by=stage.users[row.by],
        on=row.on,
    )
