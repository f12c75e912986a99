"""The practice accounts: invented officers in every role, one password for all."""

from dataclasses import dataclass

from django.conf import settings
from django.contrib.auth.hashers import make_password
from django.contrib.auth.models import Group, User
from django.db import transaction

from beneficiaries.models import Office, Officer
from beneficiaries.offices import limits
from beneficiaries.offices.staff import clashes
from config.demo.invent import OFFICERS, cnic, iban
from config.pack import Pack
from ledger.history import acting
from ledger.roles import Role

SALARIES = 10**13  # where the invented salary accounts begin


@dataclass(frozen=True, slots=True)
class Account:
    """One officer as invented; the post's grade and limit come from the pack."""

    username: str
    first_name: str
    last_name: str
    gender: str
    office: str
    post: str
    roles: tuple[Role, ...]


ACCOUNTS = (
    Account("bilal", "Bilal", "Aslam", "M", "MOHR", "Assistant Director (Relief)", (Role.CASE_OFFICER,)),
    Account("farah", "Farah", "Zaidi", "F", "KHI", "Assistant Director (Relief)", (Role.CASE_OFFICER,)),
    Account("gulnaz", "Gulnaz", "Kakar", "F", "QTA", "Assistant Director (Relief)", (Role.CASE_OFFICER,)),
    Account("sadia", "Sadia", "Mir", "F", "MOHR", "Assistant Director (Verification)", (Role.VERIFIER,)),
    Account("imran", "Imran", "Qureshi", "M", "MOHR", "Accounts Officer", (Role.FINANCE_OFFICER,)),
    Account("kamran", "Kamran", "Javed", "M", "MOHR", "Section Officer (Relief)", (Role.APPROVER,)),
    Account("rubina", "Rubina", "Anwar", "F", "MOHR", "Committee Secretary", (Role.APPROVER,)),
    Account("asif", "Asif", "Chaudhry", "M", "MOHR", "Deputy Secretary (HR)", (Role.APPROVER,)),
    Account("nadia", "Nadia", "Rehman", "F", "MOHR", "Joint Secretary (HR)", (Role.APPROVER,)),
    Account("waqar", "Waqar", "Hashmi", "M", "MOHR", "Secretary, Human Rights", (Role.APPROVER,)),
    Account("tahir", "Tahir", "Mehmood", "M", "MOHR", "Drawing and Disbursing Officer", (Role.DDO,)),
    Account("hina", "Hina", "Yousaf", "F", "MOHR", "Reconciliation Officer", (Role.RECONCILER,)),
    Account("salman", "Salman", "Baig", "M", "MOHR", "Director (Funds)", (Role.FUND_MANAGER,)),
    Account("mariam", "Mariam", "Sheikh", "F", "MOHR", "Director (Audit)", (Role.AUDITOR,)),
    Account("junaid", "Junaid", "Abbasi", "M", "MOHR", "System Administrator", (Role.ADMINISTRATOR,)),
    Account("zarmina", "Zarmina", "Baloch", "F", "BAL", "Assistant Director (Relief)", (Role.CASE_OFFICER,)),
    Account("dostain", "Dostain", "Mengal", "M", "BAL", "Verification Officer", (Role.VERIFIER,)),
    Account("mehrab", "Mehrab", "Khetran", "M", "BAL", "Finance Officer", (Role.FINANCE_OFFICER,)),
    Account("shazia", "Shazia", "Durrani", "F", "BAL", "Secretary, Human Rights Department", (Role.APPROVER,)),
    Account("qadir", "Qadir", "Jogezai", "M", "BAL", "Drawing and Disbursing Officer", (Role.DDO,)),
    Account("palwasha", "Palwasha", "Achakzai", "F", "BAL", "Reconciliation Officer", (Role.RECONCILER,)),
)


@transaction.atomic
def ensure_accounts(pack: Pack) -> int:
    """Makes the accounts that are missing and returns how many; an account that is there keeps its password."""
    there = set(User.objects.values_list("username", flat=True))
    offices = {office.code: office for office in Office.objects.all()}
    posts = {post["designation"]: post for post in pack["posts"]}
    groups = {group.name: group for group in Group.objects.all()}
    password = ""
    made = 0
    for number, account in enumerate(ACCOUNTS):
        if account.username in there:
            continue
        assert not clashes(account.roles), account.username
        password = password or make_password(settings.DEMO_PASSWORD)  # hashing is slow on purpose, so once for all
        user = User.objects.create(
            username=account.username,
            first_name=account.first_name,
            last_name=account.last_name,
            email=f"{account.username}@relief.example",
            password=password,
        )
        user.groups.set(groups[role.value] for role in account.roles)
        post = posts[account.post]
        with acting(user, "Practice account"):
            Officer.objects.create(
                user=user,
                office=offices[account.office],
                designation=account.post,
                grade=post["grade"],
                cnic=cnic(OFFICERS, number, account.gender),
                iban=iban("NBPA", SALARIES + number),
            )
        made += 1
    return made


def ensure_limits(pack: Pack) -> None:
    """The limits that the pack gives to posts, for the officers who have none: the administrator proposes, a manager agrees."""
    posts = {post["designation"]: post["sanction_limit"] for post in pack["posts"]}
    people = {user.username: user for user in User.objects.filter(username__in=("junaid", "salman"))}
    for officer in Officer.objects.filter(user__username__in=[row.username for row in ACCOUNTS], limits=None):
        if posts.get(officer.designation):
            made = limits.propose(
                officer=officer.pk,
                amount=posts[officer.designation],
                effective_from=pack.as_of["posts"],
                reason="Delegation of financial powers, a default for practice",
                by=people["junaid"],
            )
            limits.agree(limit=made.pk, by=people["salman"])
