"""Loads a watch list: what is new, changed and gone against the version before, then everybody screened again."""

import re
from collections.abc import Callable
from dataclasses import dataclass

from django.contrib.auth.models import User
from django.db import transaction
from django.db.models import QuerySet

from beneficiaries.identity import masked_cnic, parse_text, whole_cnic
from beneficiaries.inputs import take
from beneficiaries.models import Person, WatchEntry, WatchEntryEnd, WatchListVersion
from beneficiaries.offices.row_scope import everywhere
from beneficiaries.offices.scope import office_of
from beneficiaries.papers.names import shown_name
from beneficiaries.screened import screening
from beneficiaries.screened.watch_files import UN_XML, Listed, ListFile, read_list
from beneficiaries.screened.watch_index import number_index, shown_number
from ledger.errors import BadInput, NotAllowed, WrongState
from ledger.history import trace
from ledger.locks import hold
from ledger.roles import Role, require_role, roles_of

LOCK = "watch_list"  # payments wait while a list is loaded: funds/rules/eligibility_rules.py
UN = "UN"
FEW = 20  # below so many entries a list may lose as many as it likes
BATCH = 1000
_CNIC_LIKE = re.compile(r"(?<![0-9])[0-9]{5}[- ]?[0-9]{7}[- ]?[0-9](?![0-9])")


@dataclass(frozen=True, slots=True)
class Loaded:
    """What a load brought: its version, and how many hits were found that were not there before."""

    version: WatchListVersion
    new_hits: int


def versions() -> QuerySet[WatchListVersion]:
    return WatchListVersion.objects.select_related("loaded_by").order_by("-pk")


def may_load(user: User) -> bool:
    """The list is every office's, so a fund manager of a federal one loads it."""
    return Role.FUND_MANAGER in roles_of(user) and office_of(user).is_federal


@everywhere()
def load(content: bytes, *, file_name: str, by: User | None, source: str = "", removing: int | None = None) -> Loaded:
    """Reads the file and makes it the list's next version; all or nothing. `by` is None at the server's own shell.

    `source` names a CSV's list; the UN's XML is "UN". A version that loses half of its entries or more is taken only where
    `removing` says how many. Raises: NotAllowed, BadInput naming rows, WrongState for a file that is loaded already.
    """
    if by is not None:
        require_role(by, Role.FUND_MANAGER, action="load a watch list")
        if not may_load(by):
            raise NotAllowed("The watch list is every office's, so a federal officer loads it.")
    file = read_list(content)
    name = UN if file.form == UN_XML else take("source", parse_text, source, maximum=40)
    if name == UN and file.form != UN_XML:
        detail = "UN is the name of the Security Council's list, which comes as XML. Give this list another name."
        raise BadInput(detail, fields={"source": detail})
    return _write(file, name, file_name, by, removing)


@transaction.atomic
def _write(file: ListFile, source: str, file_name: str, by: User | None, removing: int | None) -> Loaded:
    hold(LOCK)
    last = WatchListVersion.objects.filter(source=source).order_by("-number").first()
    if last is not None and last.sha256 == file.sha256:
        raise WrongState(f"This file is loaded already, as {last}.", ids=(last.pk,), code="duplicate")
    if last is not None and last.dated and file.dated and file.dated < last.dated:
        detail = f"The file is of {file.dated:%-d %b %Y}, older than {last} of {last.dated:%-d %b %Y}."
        raise WrongState(f"{detail} Load the newest one.", ids=(last.pk,), code="older")
    there = {row.reference: row for row in WatchEntry.objects.filter(added_in__source=source, end=None)}
    new = {key: row for key, row in file.entries.items() if key not in there}
    changed = {key: row for key, row in file.entries.items() if key in there and there[key].digest != row.digest}
    gone = [row for key, row in there.items() if key not in file.entries]
    _check_losses(len(there), len(gone), removing)
    version = WatchListVersion.objects.create(
        source=source,
        number=last.number + 1 if last else 1,
        form=file.form,
        dated=file.dated,
        file_name=shown_name(file_name, "xml" if file.form == UN_XML else "csv"),
        sha256=file.sha256,
        entries=len(file.entries),
        added=len(new),
        changed=len(changed),
        removed=len(gone),
        people_screened=Person.objects.count(),
        loaded_by=by,
        **trace(),
    )
    ends = [WatchEntryEnd(entry=row, ended_in=version) for row in [*gone, *(there[key] for key in changed)]]
    WatchEntryEnd.objects.bulk_create(ends, batch_size=BATCH)
    WatchEntry.objects.bulk_create([_entry(row, version) for row in (new | changed).values()], batch_size=BATCH)
    return Loaded(version, _screen_everybody())


def _check_losses(there: int, gone: int, removing: int | None) -> None:
    """A file cut short would end blocks that must stay. Raises: BadInput."""
    if there >= FEW and gone * 2 >= there and removing != gone:
        detail = (
            f"The file no longer has {gone} of {there} entries. Compare it with the list; if it is right, say {gone}."
        )
        raise BadInput(detail, fields={"removing": detail})


def _entry(row: Listed, version: WatchListVersion) -> WatchEntry:
    return WatchEntry(
        added_in=version,
        reference=row.reference,
        kind=row.kind,
        name=row.names[0][0],
        names=[{"name": name, "quality": quality} for name, quality in row.names],
        born=list(row.born),
        documents=[
            {"kind": kind, "shown": _masked(shown_number(number)), "index": number_index(number)}
            for kind, number in row.documents
        ],
        nationality=row.nationality,
        listed_on=row.listed_on,
        remarks=_masked(row.remarks),
        digest=row.digest,
    )


def _masked(text: str) -> str:
    """CNICs that stand within a text, masked: the list is public, but our people's numbers are not."""
    hide: Callable[[re.Match[str]], str] = lambda found: masked_cnic(whole_cnic(found[0].replace(" ", "")))  # noqa: E731
    return _CNIC_LIKE.sub(hide, text)


def _screen_everybody() -> int:
    """Each record of every office against the list as it is now, merged ones as well; says how many hits are new."""
    before = screening.count()
    people = Person.objects.only("office", "name", "name_urdu", "cnic", "other_id", "born_on").order_by("pk")
    rows: list[Person] = []
    for person in people.iterator(chunk_size=BATCH):
        rows.append(person)
        if len(rows) == BATCH:
            screening.screen_people(rows, occasion=screening.Occasion.LIST)
            rows = []
    screening.screen_people(rows, occasion=screening.Occasion.LIST)
    return screening.count() - before
