"""The sections of the header and who may use each. Views check again; this only spares useless links."""

from dataclasses import dataclass

from django.contrib.auth.models import User
from django.urls import reverse

from ledger.roles import Role, roles_of

EVERYBODY = frozenset(Role)
ON_CASES = frozenset({Role.CASE_OFFICER, Role.VERIFIER, Role.FINANCE_OFFICER, Role.APPROVER, Role.DDO, Role.AUDITOR})
ON_MONEY = frozenset({Role.FINANCE_OFFICER, Role.APPROVER, Role.DDO, Role.RECONCILER, Role.FUND_MANAGER, Role.AUDITOR})


OF_MONEY_BACK = ("/receipts/", "/refunds/", "/deposits/", "/forfeitures/", "/loans/")


@dataclass(frozen=True, slots=True)
class Section:
    """One entry of the navigation: its word, the name of its address, the roles that use it."""

    label: str
    name: str
    roles: frozenset[Role]
    also: tuple[str, ...] = ()  # beginnings of further addresses that lie in this section


@dataclass(frozen=True, slots=True)
class Link:
    """A section as one user sees it on one page."""

    label: str
    url: str
    current: bool
    count: int | None = None


SECTIONS = (
    Section("Home", "home", EVERYBODY),
    Section(
        "Requests", "disbursement_list", EVERYBODY - {Role.ADMINISTRATOR}, ("/sanctions/", "/registers/", "/messages/")
    ),
    Section(
        "People and cases",
        "people",
        ON_CASES,
        (
            "/cases/",
            "/orders/",
            "/obligations/",
            "/paid-before/",
            "/diyat-values/",
            "/heirs/",
            "/majority/",
            "/releases/",
            "/instalments/",
            "/referrals/",
        ),
    ),
    Section(
        "Checks", "complaint_list", ON_CASES | {Role.FUND_MANAGER}, ("/screening/", "/watch-list/", "/eligibility/")
    ),
    Section(
        "Payments",
        "payments",
        ON_MONEY - {Role.APPROVER},
        ("/vouchers/", "/schedules/", "/bundles/", "/runs/", "/holds/", "/payees/"),
    ),
    Section(
        "Funds",
        "fund_list",
        ON_MONEY,
        ("/rules/", "/limits/", "/committees/", "/meetings/", "/freezes/", *OF_MONEY_BACK),
    ),
    Section("Statements", "statements", ON_MONEY - {Role.DDO}),
    Section("Users", "staff", frozenset({Role.ADMINISTRATOR}), ("/duties/",)),
    Section("Audit", "audit", frozenset({Role.AUDITOR, Role.APPROVER, Role.FUND_MANAGER})),
)


def sections_for(user: User, path: str, *, waiting: int | None = None) -> list[Link]:
    """The sections this user may open, with the one `path` lies in marked; Home carries what waits for the user."""
    held = roles_of(user)
    found = [(section, reverse(section.name)) for section in SECTIONS]
    # Home has no role: somebody who was just registered must land somewhere.
    mine = [(section, url) for section, url in found if section.name == "home" or held & section.roles]
    within = (url for section, url in mine if _within(path, url) or path.startswith(section.also))
    here = max(within, key=len, default="")
    return [Link(section.label, url, url == here, waiting if section.name == "home" else None) for section, url in mine]


def _within(path: str, url: str) -> bool:
    return path == url or (url != "/" and path.startswith(url))
