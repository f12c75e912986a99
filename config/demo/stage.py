"""What every scenario works with: the officers, places and funds, and the calendar of a request."""

from dataclasses import dataclass, field, replace
from datetime import date, timedelta

from django.contrib.auth.models import User
from django.db.models import Max

from beneficiaries.models import Court, District, Prison
from config.demo.invent import Inventor
from funds.cheque_books import books
from funds.models import ApprovalStep, ChequeBook, Disbursement, Fund, Instrument
from ledger.chart import fiscal_bounds, fiscal_label
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
CHEQUE = "cheque"
FIRST_BOOKS = 2020
LEAVES = 250  # of a book
YEAR_OF_LEAVES = 5_000  # each year has new books, because no cheque outlives it
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
    _numbers: dict[tuple[str, str, int], int] = field(default_factory=dict)

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

    def next_number(self, fund: Fund, method: str, day: date) -> str:
        """The next leaf of the fund's cheque books of that year, or the next number of another kind of instrument."""
        first, prefix = BOOKS[fund.code], PREFIXES.get(method, "")
        if method == CHEQUE:
            first += (int(fiscal_label(day)[:4]) - FIRST_BOOKS) * YEAR_OF_LEAVES
        key = (fund.code, method, first)
        if key not in self._numbers:
            last = f"{prefix}{first + YEAR_OF_LEAVES:07d}" if method == CHEQUE else f"{prefix}9999999"
            used = Instrument.objects.filter(fund=fund, method=method, number__regex=rf"^{prefix}[0-9]{{7}}$")
            highest = used.filter(number__gt=f"{prefix}{first:07d}", number__lte=last).aggregate(last=Max("number"))
            self._numbers[key] = int(highest["last"].removeprefix(prefix)) if highest["last"] else first
        self._numbers[key] += 1
        number = f"{prefix}{self._numbers[key]:07d}"
        if method == CHEQUE:
            self._with_book(fund, self._numbers[key], day)
        return number

    def _with_book(self, fund: Fund, leaf: int, day: date) -> None:
        """The bank gave out the book of this leaf on the first day of the year."""
        if ChequeBook.objects.filter(fund=fund, first__lte=leaf, last__gte=leaf).exists():
            return
        books.register_book(
            fund=fund.code,
            first=f"{leaf:07d}",
            last=f"{leaf + LEAVES - 1:07d}",
            received_from=f"{fund.bank_name}, Civic Centre branch",
            by=self.officer(Role.FUND_MANAGER, fund.office.code),
            on=fiscal_bounds(fiscal_label(day))[0],
        )
