"""Referrals of the helpline, lawyers and departments: some wait in the inbox, some were decided."""

from dataclasses import dataclass
from datetime import date
from functools import partial

from beneficiaries.models import Person, Referral
from beneficiaries.referral import referrals
from config.demo.invent import INTAKE, Invented
from config.demo.scenario import Scenario
from config.demo.stage import Stage

DAY = date(2025, 10, 20)


@dataclass(frozen=True, slots=True)
class Sent:
    """One referral as a sender wrote it, and what became of it."""

    source: str
    reference: str
    district: str
    about: str  # a violation, or a prison
    summary: str
    by: str = "bilal"
    end: str = ""
    woman: bool = False
    known: bool = False  # a person of the register, by CNIC


SENT = (
    Sent("helpline", "1099/2025/48213", "Karachi South", "torture", "Held three days at a police station and beaten."),
    Sent("helpline", "1099/2025/48240", "Quetta", "kidnapping", "Taken from the bus stand; back after a week.", woman=True),
    Sent("helpline", "1099/2025/48266", "Lahore", "domestic", "Hurt by her husband; in a shelter now.", woman=True),
    Sent("helpline", "1099/2025/48301", "Hyderabad", "minority", "The family's shop was burnt.", known=True),
    Sent("helpline", "1099/2025/48302", "Peshawar", "encounter", "Her son was shot; asks for help.", woman=True),
    Sent("laja", "LAJA/PB/1207", "Rawalpindi", "Central Jail Rawalpindi", "Fine of Rs 50,000 unpaid; sentence served in May."),
    Sent("laja", "LAJA/SD/0388", "Sukkur", "Central Prison Sukkur I", "Arsh unpaid; nobody of the family earns."),
    Sent("jail_visit", "JV/QTA/77", "Quetta", "District Jail Quetta", "Daman of Rs 200,000 unpaid.", by="gulnaz"),
    Sent("province", "HRD/SD/2025/31", "Larkana", "forced_labour", "Bonded at a brick kiln with two children.", by="farah"),
    Sent("helpline", "1099/2025/47555", "Multan", "torture", "Beaten at a checkpoint.", end="accepted"),
    Sent("helpline", "1099/2025/47561", "Multan", "torture", "Sent a second time by his brother.", end="duplicate"),
    Sent("ngo", "Dastak 112", "Faisalabad", "other", "Asks for a loan to open a shop.", end="declined"),
)  # fmt: skip


def scenarios() -> list[Scenario]:
    """Each referral, one scenario."""
    return [
        Scenario(f"referral:{row.reference}", DAY, INTAKE, number, partial(_play, row))
        for number, row in enumerate(SENT)
    ]


def done() -> set[str]:
    """The keys of the scenarios that were played."""
    return {f"referral:{reference}" for reference in Referral.objects.values_list("reference", flat=True)}


def _play(row: Sent, stage: Stage, key: str) -> None:
    who = stage.inventor.woman() if row.woman else stage.inventor.man()
    by = stage.users[row.by]
    made = referrals.receive(given=_given(row, who, stage), by=by)
    if row.end == "accepted":
        values = {
            "violation": made.violation,
            "happened_on": made.happened_on,
            "district": made.district,
            "recommended_amount": "20000",
        }
        referrals.accept(referral=made.pk, by=by, case_values=values)
    elif row.end == "duplicate":
        twin = Referral.objects.get(reference="1099/2025/47555")
        referrals.mark_duplicate(
            referral=made.pk, by=by, twin=twin.pk, reason="The same man and day, sent by his brother"
        )
    elif row.end == "declined":
        referrals.decline(
            referral=made.pk, by=by, reason="No violation of a right: the provincial loan scheme is the place"
        )


def _given(row: Sent, who: Invented, stage: Stage) -> dict[str, str]:
    prisoner = row.about in stage.prisons
    known = (
        Person.objects.filter(district__name=row.district, is_minor=False).order_by("pk").first() if row.known else None
    )
    return {
        "kind": "prisoner" if prisoner else "relief",
        "source": row.source,
        "reference": row.reference,
        "name": known.name if known else who.name,
        "relation": known.relation if known else who.relation,
        "relative_name": known.relative_name if known else who.relative_name,
        "gender": known.gender if known else who.gender,
        "cnic": (known.cnic or "") if known else who.cnic,
        "district": row.district,
        "violation": "" if prisoner else row.about,
        "happened_on": "" if prisoner else "2025-09-14",
        "prison": row.about if prisoner else "",
        "prisoner_number": f"2024/{stage.inventor.chance.randrange(100, 9999)}" if prisoner else "",
        "sections": "s.337 PPC" if prisoner else "",
        "summary": row.summary,
    }
