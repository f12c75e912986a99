"""Registers invented people and opens their case files."""

from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction
from typing import Any

from django.contrib.auth.models import User

from beneficiaries import cases, registry
from beneficiaries.models import District, Obligation, Person
from beneficiaries.owed import prior_payments
from config.demo import means, sheets
from config.demo.invent import WORDS, Invented
from config.demo.stage import Stage
from funds.models import PayeeLine
from funds.requests.payees import Payee

HOMES = WORDS["homes"]  # where victims live; the larger provinces come up more often
BOTH = ("torture", "kidnapping", "encounter", "killing", "forced_labour", "minority", "other")
OF_WOMEN = ("rape", "arrest", "domestic", "domestic", "kidnapping", "minority", "forced_labour", "killing")
REFERRALS = ("helpline", "helpline", "laja", "jail_visit", "province", "court", "ngo", "own")
STATIONS = ("Saddar", "City", "Cantt", "Civil Lines", "Sariab", "New Town", "Factory Area", "Model Town")
# The people of the worked examples, as their applications write them: the vouchers print both.
IN_URDU = {
    "Zainab Bibi": "زینب بی بی",
    "Rehmat Bibi": "رحمت بی بی",
    "Tariq Yaqub": "طارق یعقوب",
    "Maryam Yaqub": "مریم یعقوب",
    "Gulzar Ahmed": "گلزار احمد",
    "Rabia Bano": "رابعہ بانو",
}
DEFAULT_DAYS = 120  # served where a fine is not paid
REPORT = "Visited on {day:%-d %b %Y}: identity, FIR and loss compared with the papers; the family has no other help."


def register(stage: Stage, who: Invented, district: District, *, by: User) -> Person:
    """Enters an invented person into the register of the officer's office."""
    return registry.register_person(
        name=who.name,
        name_urdu=IN_URDU.get(who.name, ""),
        relation=who.relation,
        relative_name=who.relative_name,
        gender=who.gender,
        cnic=who.cnic,
        born_on=who.born_on,
        is_minor=who.is_minor,
        phone=phone(who),
        home_address=home(who, district),
        district=district,
        by=by,
    )


def phone(who: Invented) -> str:
    """An invented mobile number; one adult in five, and every child, has none."""
    return f"0333{who.cnic[5:12]}" if who.cnic and not who.is_minor and int(who.cnic[11]) % 5 else ""


def home(who: Invented, district: District) -> str:
    """An invented address; '' for a child, who is found at the guardian's."""
    number = int(who.cnic[-6:-1]) if who.cnic else 0
    return f"House {number % 397 + 1}, Street {number % 23 + 1}, {district}" if number else ""


def victim(
    stage: Stage,
    who: Invented,
    *,
    amount: Any,
    day: date,
    home: str = "",
    violation: str = "",
    by: User | None = None,
    method: str = "",
    lacks: str = "",
) -> Payee:
    """A relief case with its papers, all but `lacks`, and the payee line for it; `amount` in rupees.

    A minor's money goes into a certificate, one adult in five is paid by transfer unless `method` says otherwise.
    """
    inventor = stage.inventor
    district = stage.districts[home or inventor.pick(HOMES)]
    officer = by or stage.case_officer(district.province.code)
    person = register(stage, who, district, by=officer)
    happened = day - timedelta(days=30 + inventor.chance.randrange(150))
    source = inventor.pick(REFERRALS)
    case = cases.open_relief_case(
        person=person,
        violation=violation or inventor.pick(OF_WOMEN if who.gender == "F" else BOTH),
        happened_on=happened,
        district=district,
        referral=source,
        referral_reference=f"1099/{inventor.chance.randrange(10_000, 99_999)}" if source == "helpline" else "",
        report=REPORT.format(day=day - timedelta(days=5)),
        recommended_amount=amount,
        fir=(f"{inventor.pick(STATIONS)} {district}", str(inventor.chance.randrange(1, 980)), happened.year),
        by=officer,
        opened_on=day - timedelta(days=12),
    )
    sheets.attach(stage, case, [case.kind], lacks=lacks)
    if not lacks:
        means.show(case, day)
    by_transfer = inventor.chance.randrange(5) == 0
    usual = PayeeLine.Method.TRANSFER if by_transfer else PayeeLine.Method.CHEQUE
    way = PayeeLine.Method.CERTIFICATE if who.is_minor else method or usual
    account = inventor.account() if way == PayeeLine.Method.TRANSFER else ""
    return Payee(case=case, amount=amount, person=person, method=way, iban=account)


@dataclass(frozen=True, slots=True)
class Kin:
    """One heir of a pattern: kinship to the deceased, sex, share, and whether a minor."""

    kinship: str
    gender: str
    share: Fraction
    minor: bool = False


def _kin(divisor: int, *heirs: tuple[str, str, int] | tuple[str, str, int, bool]) -> tuple[Kin, ...]:
    return tuple(Kin(row[0], row[1], Fraction(row[2], divisor), len(row) > 3) for row in heirs)


# The families of docs/accounting.md, with the shares a court would give.
FAMILIES: dict[str, tuple[Kin, ...]] = {
    "four heirs": _kin(72, ("widow", "F", 9), ("mother", "F", 12), ("son", "M", 34), ("daughter", "F", 17, True)),
    "large": _kin(
        96, ("widow", "F", 12), *[("son", "M", 14)] * 4, ("daughter", "F", 7), *[("daughter", "F", 7, True)] * 3
    ),
    "four children": _kin(40, ("widow", "F", 5), ("son", "M", 14), *[("daughter", "F", 7)] * 3),
    "seven children": _kin(80, ("widow", "F", 10), *[("son", "M", 14)] * 3, *[("daughter", "F", 7)] * 4),
    "of a wife": _kin(4, ("husband", "M", 1), ("daughter", "F", 3, True)),
    "parents and widower": _kin(6, ("husband", "M", 3), ("father", "M", 2), ("mother", "F", 1)),
    "parents and widow": _kin(24, ("widow", "F", 3), ("father", "M", 5), ("mother", "F", 4), ("daughter", "F", 12)),
    "mother and daughter": _kin(32, ("widow", "F", 4), ("mother", "F", 7), ("daughter", "F", 21)),
    "sisters": _kin(13, ("widow", "F", 3), ("full sister", "F", 4), ("full sister", "F", 4), ("mother", "F", 2)),
    "three daughters": _kin(4, ("husband", "M", 1), *[("daughter", "F", 1)] * 3),
}


def convict(
    stage: Stage,
    who: Invented,
    *,
    prison: str,
    court: str,
    kind: str,
    ordered: Any,
    paid_before: Any,
    owed_to: str,
    day: date,
    sections: str,
    decided: date,
) -> Obligation:
    """A prisoner's case with its papers, the court's order and the sum it ordered, in rupees; what others paid is taken off."""
    inventor, jail = stage.inventor, stage.prisons[prison]
    by = stage.case_officer(jail.district.province.code)
    person = register(stage, who, jail.district, by=by)
    station = f"{inventor.pick(STATIONS)} {stage.courts[court].district}"
    number = f"{decided.year}/{inventor.chance.randrange(100, 9999)}"
    case = cases.open_prisoner_case(
        person=person,
        prison=jail,
        prisoner_number=number,
        sentence_certificate=f"JC {number} of {day - timedelta(days=30):%-d %b %Y}",
        sections=sections,
        sentence_served_on=day - timedelta(days=60 + inventor.chance.randrange(300)),
        fir=(station, str(inventor.chance.randrange(1, 980)), decided.year - 2),
        by=by,
        opened_on=day - timedelta(days=20),
    )
    sheets.attach(stage, case, [case.kind, kind])
    means.show(case, day)
    order = cases.record_order(
        case=case,
        court=stage.courts[court],
        number=f"SC {inventor.chance.randrange(20, 900)}/{decided.year - 2}",
        decided_on=decided,
        by=by,
    )
    made = cases.record_obligation(
        order=order,
        kind=kind,
        amount_ordered=ordered,
        owed_to=owed_to,
        default_days=DEFAULT_DAYS if kind == "fine" else None,
        by=by,
    )
    if paid_before:
        prior_payments.record_prior_payment(
            obligation=made.pk,
            amount=paid_before,
            paid_on=day - timedelta(days=90),
            payer=f"Government of {jail.district.province}",
            receipt=f"CD {order.number.removeprefix('SC ')}",
            by=by,
        )
        made.refresh_from_db()
    return made


def heirs(stage: Stage, obligation: Obligation, family: str, deceased: str, *, names: tuple[str, ...] = ()) -> None:
    """Registers the family of the deceased and records the court's shares."""
    case = obligation.order.case
    inventor = stage.inventor
    widower = inventor.man() if any(kin.kinship == "husband" for kin in FAMILIES[family]) else None
    father = widower.name if widower else deceased
    shares = []
    for place, kin in enumerate(FAMILIES[family]):
        name = names[place] if place < len(names) else ""
        who = widower if widower and kin.kinship == "husband" else _relative(stage, kin, deceased, father, name)
        shares.append((register(stage, who, case.person.district, by=case.created_by), kin.kinship, kin.share))
    cases.record_heirs(obligation=obligation, heirs=shares, by=case.created_by)


def _relative(stage: Stage, kin: Kin, deceased: str, father: str, name: str) -> Invented:
    """An heir of the pattern; `father` is the father of the deceased's children."""
    inventor = stage.inventor
    if kin.minor:
        return inventor.child(kin.gender, father=father, name=name)
    if kin.kinship in ("son", "daughter"):
        return (
            inventor.woman(name, of=father, relation="daughter")
            if kin.gender == "F"
            else inventor.man(name, father=father)
        )
    if kin.gender == "M":
        return inventor.man(name)
    relation = {"widow": "widow", "mother": "wife"}.get(kin.kinship, "daughter")
    return inventor.woman(name, of=deceased if kin.kinship == "widow" else "", relation=relation)
