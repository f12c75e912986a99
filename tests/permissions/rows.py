"""A row of the tables of addresses, and the roles by their letters."""

from dataclasses import dataclass, field

from ledger.roles import Role

ALL = frozenset(Role)
NOBODY: frozenset[Role] = frozenset()
A, C, V, F, P, D, R, M, X = (
    Role.AUDITOR,
    Role.CASE_OFFICER,
    Role.VERIFIER,
    Role.FINANCE_OFFICER,
    Role.APPROVER,
    Role.DDO,
    Role.RECONCILER,
    Role.FUND_MANAGER,
    Role.ADMINISTRATOR,
)


@dataclass(frozen=True, slots=True)
class Row:
    """The roles an address answers: `get` to read (None: it is no page), `post` to change (None: it takes no changes)."""

    get: frozenset[Role] | None
    post: frozenset[Role] | None = None
    args: str = ""
    sent: dict[str, str] = field(default_factory=dict)  # a form without a slip, where the slip would be told first


def roles(*held: Role) -> frozenset[Role]:
    return frozenset(held)


ON_CASES = roles(C, V, F, P, D, A)
ON_MONEY = roles(F, P, D, R, M, A)
ON_CHECKS = roles(C, V, F, P, D, M, A)
CLERKS = roles(C, V, F, D, M)
READING_CNIC = roles(C, V, F, D, A)
READING = ALL - {X}  # requests and what is paid on them
