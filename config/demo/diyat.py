"""The DAD Fund's years 2020-21 and 2021-22 as published, 26 prisoners and Rs 25,000,000, and a few prisoners after."""

from dataclasses import dataclass
from datetime import date
from functools import partial

from beneficiaries.models import Obligation
from config.demo.course import cancel_sanctioned, carry, carry_past_return
from config.demo.invent import DIYAT
from config.demo.people import FAMILIES, convict, heirs
from config.demo.scenario import Scenario
from config.demo.stage import Calendar, Stage
from funds.disbursements import create_draft
from funds.models import Disbursement, PaymentKind
from funds.requests.payees import Payee, heirs_payees
from funds.workflow import State

SECTIONS = {
    "diyat": "s.316 PPC",
    "arsh": "s.334 PPC",
    "daman": "s.337-Y PPC",
    "fine": "s.379 PPC",
    "bail_deposit": "s.381 PPC",
}
CLOSED, RETURNED, CANCELLED = "closed", "returned", "cancelled"


@dataclass(frozen=True, slots=True)
class Prisoner:
    """One convict and what is asked for: `rupees` of an award of which others paid `paid_before`."""

    rupees: int
    kind: str
    prison: str
    district: str  # of the court
    decided: date
    family: str = ""
    paid_before: int = 0
    name: str = ""
    harmed: str = ""
    names: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Ask:
    """One request for one prisoner or more, and what became of it."""

    drafted: date
    prisoners: tuple[Prisoner, ...]
    course: str = CLOSED
    fund: str = "DAD"


def ask(
    drafted: str,
    rupees: int,
    kind: str,
    prison: str,
    district: str,
    decided: str,
    family: str = "",
    paid_before: int = 0,
    course: str = CLOSED,
) -> Ask:
    """A request for one prisoner."""
    row = Prisoner(rupees, kind, prison, district, date.fromisoformat(decided), family, paid_before)
    return Ask(date.fromisoformat(drafted), (row,), course)


PINDI, LAHORE, MULTAN = "Central Jail Rawalpindi", "Central Jail Lahore", "Central Jail Multan"
KARACHI, HARIPUR, MACH = "Central Prison Karachi", "Central Prison Haripur", "Central Jail Mach"

# 12 prisoners and Rs 1,23,00,000 in 2020-21.
FIRST_YEAR = (
    ask("2020-08-24", 1_200_000, "diyat", PINDI, "Rawalpindi", "2014-03-18", "four heirs", 600_000),
    ask("2020-09-07", 1_850_000, "diyat", LAHORE, "Lahore", "2013-06-11", "large", course=RETURNED),
    ask("2020-09-28", 950_000, "diyat", MULTAN, "Multan", "2012-02-07", "parents and widower"),
    ask("2020-10-12", 425_000, "arsh", KARACHI, "Karachi East", "2017-05-23"),
    ask("2020-11-09", 1_400_000, "diyat", HARIPUR, "Haripur", "2014-09-30", "four children", 250_000),
    ask("2020-11-30", 340_000, "daman", MACH, "Kachhi", "2018-04-17"),
    ask("2021-01-04", 2_100_000, "diyat", "Central Jail Faisalabad", "Faisalabad", "2013-10-08", "seven children"),
    ask("2021-01-25", 760_000, "diyat", "Central Prison Sukkur I", "Sukkur", "2011-12-06", "of a wife", 140_000),
    ask("2021-02-15", 510_000, "arsh", PINDI, "Islamabad", "2017-11-14"),
    ask("2021-03-08", 1_125_000, "diyat", "Central Prison Hyderabad", "Hyderabad", "2012-08-28", "mother and daughter"),
    ask("2021-03-22", 280_000, "daman", "Central Prison Peshawar", "Peshawar", "2019-01-29"),
    ask("2021-04-05", 1_360_000, "diyat", "Central Jail Gujranwala", "Gujranwala", "2014-05-20", "parents and widow"),
)
THREE_OF_LAHORE = (
    Prisoner(450_000, "arsh", LAHORE, "Lahore", date(2018, 2, 20)),
    Prisoner(365_000, "arsh", LAHORE, "Lahore", date(2018, 9, 18)),
    Prisoner(410_000, "arsh", LAHORE, "Lahore", date(2019, 5, 7)),
)
# 14 prisoners and Rs 1,27,00,000 in 2021-22, the cancelled request not counted: together 26 and Rs 2,50,00,000.
SECOND_YEAR = (
    ask("2021-08-23", 1_575_000, "diyat", LAHORE, "Lahore", "2015-04-14", "four heirs"),
    ask("2021-09-06", 380_000, "arsh", "Central Prison Khairpur", "Khairpur", "2018-06-05"),
    ask("2021-09-20", 700_000, "diyat", MULTAN, "Multan", "2013-01-22", "sisters", course=CANCELLED),
    ask("2021-09-27", 900_000, "diyat", MULTAN, "Multan", "2012-11-13", "sisters", 300_000),
    ask("2021-10-11", 295_000, "daman", "Central Jail Khuzdar", "Khuzdar", "2019-03-12"),
    ask("2021-10-25", 1_750_000, "diyat", KARACHI, "Karachi South", "2014-07-01", "large"),
    ask("2021-11-15", 640_000, "diyat", "District Jail Sheikhupura", "Sheikhupura", "2012-04-24", "of a wife"),
    Ask(date(2021, 12, 6), THREE_OF_LAHORE),
    ask("2022-01-03", 1_980_000, "diyat", HARIPUR, "Haripur", "2015-08-25", "four children"),
    ask("2022-01-24", 1_240_000, "diyat", "Central Jail Mirpur", "Mirpur", "2014-01-14", "parents and widow"),
    ask("2022-02-14", 315_000, "daman", "District Jail Quetta", "Quetta", "2019-10-01"),
    ask("2022-03-07", 1_150_000, "diyat", PINDI, "Rawalpindi", "2013-11-26", "three daughters"),
    ask(
        "2022-03-28",
        1_250_000,
        "diyat",
        "Central Prison Larkana",
        "Larkana",
        "2014-12-09",
        "mother and daughter",
        450_000,
    ),
)
AFTER = (
    ask("2022-10-17", 1_450_000, "diyat", LAHORE, "Lahore", "2016-03-08", "four heirs"),
    ask("2023-02-13", 390_000, "daman", KARACHI, "Karachi East", "2019-12-03"),
    ask("2023-10-16", 1_680_000, "diyat", MULTAN, "Multan", "2016-09-20", "four children"),
    ask("2024-02-12", 520_000, "arsh", PINDI, "Rawalpindi", "2020-02-04"),
    ask("2024-10-14", 1_900_000, "diyat", "Central Jail Faisalabad", "Faisalabad", "2017-05-09", "parents and widow"),
)


def scenarios() -> list[Scenario]:
    """Every request, one scenario each."""
    return [
        Scenario(f"dad:{row.drafted}", row.drafted, DIYAT, number, partial(_play, row))
        for number, row in enumerate((*FIRST_YEAR, *SECOND_YEAR, *AFTER))
    ]


def _play(row: Ask, stage: Stage, key: str) -> None:
    """The request from its draft to the end its `course` names."""
    request, on = draft(stage, row, key=key), Calendar.of(row.drafted)
    if row.course == RETURNED:
        reason = "Name on the cheque differs from the name of the account holder"
        carry_past_return(stage, request, on, position=2, reason=reason)
    elif row.course == CANCELLED:
        cancel_sanctioned(stage, request, on, reason="The heirs forgave the convict in court before payment")
    else:
        carry(stage, request, State.CLOSED, on)


def draft(stage: Stage, row: Ask, *, key: str) -> Disbursement:
    """A draft request: each heir is paid a share of the diyat, the court keeps other sums for whom it names them."""
    owed = [owed_by(stage, prisoner, row.drafted) for prisoner in row.prisoners]
    payees = [
        payee
        for prisoner, (obligation, harmed) in zip(row.prisoners, owed, strict=True)
        for payee in _payees(prisoner, obligation, harmed)
    ]
    order, first = owed[0][0].order, row.prisoners[0]
    return create_draft(
        fund=stage.fund(row.fund),
        kind=first.kind,
        title=_title(row, payees, owed[0][1]),
        pay_to=payees[0].payee_name if first.kind == "fine" else f"Sessions Judge, {order.court.district}",
        payees=payees,
        by=order.case.created_by,
        on=Calendar.of(row.drafted).drafted,
        key=key,
    )


def owed_by(stage: Stage, row: Prisoner, day: date) -> tuple[Obligation, str]:
    """The convict's case with its obligation, and the name of who died or was hurt."""
    inventor = stage.inventor
    of_a_wife = any(kin.kinship == "husband" for kin in FAMILIES.get(row.family, ()))
    harmed = row.harmed or (inventor.woman() if of_a_wife else inventor.man()).name
    obligation = convict(
        stage,
        inventor.man(row.name),
        prison=row.prison,
        court=f"Sessions Court {row.district}",
        kind=row.kind,
        ordered=row.rupees + row.paid_before,
        paid_before=row.paid_before,
        owed_to=_owed_to(row, harmed),
        day=day,
        sections=SECTIONS[row.kind],
        decided=row.decided,
    )
    if row.family:
        heirs(stage, obligation, row.family, harmed, names=row.names)
    return obligation, harmed


def _owed_to(row: Prisoner, harmed: str) -> str:
    if row.kind in ("fine", "bail_deposit"):
        return "the State" if row.kind == "fine" else "the court, as security"
    return f"the heirs of {harmed}" if row.family else harmed


def _payees(row: Prisoner, obligation: Obligation, harmed: str) -> list[Payee]:
    if row.family:
        return heirs_payees(obligation, total=row.rupees)
    court = obligation.order.court
    to_court = ("court", str(court), "" if row.kind == "bail_deposit" else f"for {harmed}", "court_deposit")
    to_treasury = ("treasury", f"District Treasury {court.district}", str(court), "challan")
    who, name, relation, method = to_treasury if row.kind == "fine" else to_court
    return [
        Payee(
            case=obligation.order.case,
            amount=row.rupees,
            obligation=obligation,
            payee_kind=who,
            payee_name=name,
            payee_relation=relation,
            method=method,
        )
    ]


def _title(row: Ask, payees: list[Payee], harmed: str) -> str:
    first = row.prisoners[0]
    label = PaymentKind(first.kind).label
    what = f"Balance of {label.lower()}" if first.paid_before else label
    if len(row.prisoners) > 1:
        return f"{what}, {len(row.prisoners)} prisoners of {first.prison}"
    return f"{what}, {len(payees)} heirs of {harmed}" if first.family else f"{what}, {payees[0].case.person}"
