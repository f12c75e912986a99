"""What every scenario works with: the officers, places and funds, and the calendar of a request."""

from dataclasses import dataclass, field, replace
from datetime import date, timedelta

from django.contrib.auth.models import User
from django.db.models import Max

from beneficiaries.models import Court, District, Prison
from config.demo.invent import Inventor
from funds.models import ApprovalStep, Disbursement, Fund, Instrument
from ledger.errors import WrongState
from ledger.roles import Role, roles_of

# First numbers of the cheque books, so that each fund's look like its own bank's.
BOOKS = {
    "HRRF": 4_780_000,
    "DAD": 4_910_000,
    "WDDF": 5_120_000,
    "LAJA": 6_200_000,
    "HRRV": 6_640_000,
    "BAL-HRRF": 7_310_000,
    "HEP-EU": 8_050_000,
}
PREFIXES = {"transfer": "FT", "pay_order": "PO", "challan": "CH", "court_deposit": "CD", "certificate": "DSC"}


def working_day(day: date, after: int) -> date:
    """The day `after` working days later; Saturday and Sunday are none."""
    while after > 0 or day.weekday() >= 5:
        day += timedelta(days=1)
        if day.weekday() < 5:
            after -= 1
    return day


@dataclass(frozen=True, slots=True)
class Calendar:
    """When each act of a request happens. All of it follows from the day of the draft, unless a day is given."""

    drafted: date
    submitted: date
    sanctioned: date | None = None
    vouchered: date | None = None
    paid: date | None = None
    cleared: date | None = None
    received: date | None = None

    @classmethod
    def of(cls, drafted: date, **exact: date) -> "Calendar":
        """The usual course of a request drafted on that day."""
        return replace(cls(working_day(drafted, 0), working_day(drafted, 1)), **exact)

    def signed(self, position: int) -> date:
        """The day of the decision at this place of the chain."""
        return working_day(self.submitted, 3 * position)

    def sanction(self, steps: int) -> date:
        return self.sanctioned or self.signed(steps)

    def voucher(self, sanction: date) -> date:
        return self.vouchered or working_day(sanction, 3)

    def payment(self, voucher: date) -> date:
        return self.paid or working_day(voucher, 2)

    def clearing(self, payment: date) -> date:
        return self.cleared or working_day(payment, 7)

    def receipt(self, clearing: date) -> date:
        return self.received or working_day(clearing, 2)


@dataclass(slots=True)
class Stage:
    """The ground of one scenario. `inventor` is the scenario's own."""

    users: dict[str, User]
    districts: dict[str, District]
    prisons: dict[str, Prison]
    courts: dict[str, Court]
    funds: dict[str, Fund]
    inventor: Inventor
    papers: dict[str, list[str]] = field(default_factory=dict)  # codes of the papers that each cause asks for
    _numbers: dict[tuple[str, str], int] = field(default_factory=dict)

    def at(self, inventor: Inventor) -> "Stage":
        """The same ground for another scenario; numbers are read anew, because the last one may have been undone."""
        return replace(self, inventor=inventor, _numbers={})

    def fund(self, code: str) -> Fund:
        return self.funds[code]

    def officer(self, role: Role, office: str, *, post: str = "") -> User:
        """Who acts in this role, by preference of the request's own office, else of the ministry.

        Raises: WrongState if the demonstration has nobody for it.
        """
        fit = [
            user
            for user in self.users.values()
            if role in roles_of(user) and (not post or user.officer.designation == post)
        ]
        for code in (office, "MOHR"):
            for user in fit:
                if user.officer.office.code == code:
                    return user
        raise WrongState(f"The demonstration has no {role.label.lower()} {post} for the office {office}.")

    def case_officer(self, province: str) -> User:
        """Whose office registers people of this province."""
        return self.users[{"SD": "farah", "BL": "gulnaz"}.get(province, "bilal")]

    def signer(self, request: Disbursement, step: ApprovalStep) -> User:
        return self.officer(Role(step.role), request.office.code, post=step.post)

    def next_number(self, fund: Fund, method: str) -> str:
        """The next number of the fund's cheque book, or of another kind of instrument."""
        prefix, first = PREFIXES.get(method, ""), BOOKS[fund.code]
        if (fund.code, method) not in self._numbers:
            used = Instrument.objects.filter(fund=fund, method=method, number__regex=rf"^{prefix}[0-9]{{7}}$")
            last = used.aggregate(last=Max("number"))["last"]
            self._numbers[fund.code, method] = int(last.removeprefix(prefix)) if last else first
        self._numbers[fund.code, method] += 1
        return f"{prefix}{self._numbers[fund.code, method]:07d}"
