"""Bundles of vouchers: copies of many vouchers in one ZIP file, drawn in the background, each counted as a printing.

The number of a copy is taken before it is drawn and belongs to the bundle. So a worker that has to begin again draws the same
copies, and the number of a bundle that was cancelled stays used, as that of a sheet that was spoilt. Originals are printed one by
one: a voucher that was not printed yet is left out.
"""

import csv
import hashlib
import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from zipfile import ZIP_STORED, ZipFile, ZipInfo

from django.contrib.auth.models import User
from django.db import transaction
from django.db.models import Max, QuerySet

from beneficiaries.offices.scope import office_of
from funds import vouchers
from funds.jobs import queue, results
from funds.jobs.running import Run
from funds.models import BundleSheet, Disbursement, Job, Voucher, VoucherPrint
from funds.readers import require_reader
from ledger.errors import BadInput, WrongState

MOST = 20_000  # vouchers of one bundle
PIECE = 20  # vouchers counted, drawn and told at a time
DAY = "%-d %b %Y"


@dataclass(frozen=True, slots=True)
class Choice:
    """Which vouchers: all where nothing is given. Days are those of issue, both included."""

    fund: str = ""
    year: str = ""
    sanction: str = ""
    issued_from: date | None = None
    issued_to: date | None = None

    @property
    def words(self) -> str:
        days = [
            f"{word} {day:{DAY}}"
            for word, day in (("from", self.issued_from), ("to", self.issued_to))
            if day is not None
        ]
        return (
            ", ".join(part for part in (self.fund, self.year, self.sanction, " ".join(days)) if part) or "all vouchers"
        )


def chosen(choice: Choice, *, by: User) -> QuerySet[Voucher]:
    """The vouchers that fit and that the user sees. Raises: NotAllowed."""
    require_reader(by)
    rows = vouchers.visible_vouchers(by)
    wanted = {
        "fund__code": choice.fund,
        "year__label": choice.year,
        "sanction__number": choice.sanction,
        "issued_on__gte": choice.issued_from,
        "issued_on__lte": choice.issued_to,
    }
    return rows.filter(**{name: value for name, value in wanted.items() if value})


def counted(choice: Choice, *, by: User) -> tuple[int, int]:
    """How many of those that fit were printed before, and how many were not and would be left out."""
    fit = chosen(choice, by=by)
    printed = _printed(fit).count()
    return printed, fit.count() - printed


def _printed(rows: QuerySet[Voucher]) -> QuerySet[Voucher]:
    return rows.filter(prints__copy=0)


@transaction.atomic
def start(choice: Choice, *, by: User) -> Job:
    """Asks for a bundle of the vouchers that fit now; a worker draws it. Raises: NotAllowed, BadInput."""
    if choice.issued_from and choice.issued_to and choice.issued_to < choice.issued_from:
        raise BadInput("The days are in the wrong order.", fields={"issued_to": "It is before the first day."})
    keys = list(_printed(chosen(choice, by=by)).order_by("pk").values_list("pk", flat=True)[: MOST + 1])
    if not keys:
        raise BadInput(
            "No voucher that was printed fits.", fields={"fund": "No voucher that was printed fits. Choose otherwise."}
        )
    if len(keys) > MOST:
        text = f"More than {MOST:,} vouchers fit. Choose a shorter time."
        raise BadInput(text, fields={"issued_from": text})
    many = "1 voucher" if len(keys) == 1 else f"{len(keys):,} vouchers"
    return queue.enqueue(
        Job.Kind.BUNDLE,
        title=f"{many}: {choice.words}"[:200],
        arguments={"vouchers": keys},
        office=office_of(by),
        by=by,
    )


def make(run: Run, by: User) -> None:
    """Draws the bundle, a few vouchers at a time, straight onto the disk. Raises: NotAllowed, WrongState; what ends a Run."""
    keys: list[int] = run.job.arguments["vouchers"]
    require_reader(by)
    if vouchers.visible_vouchers(by).filter(pk__in=keys).count() != len(keys):
        raise WrongState("Some of these vouchers are not shown to you any more. Ask for the bundle again.")
    run.begin(len(keys))
    with results.draft(run) as path:
        _write(run, keys, path, by=by)
        results.keep(run, path, f"vouchers-{run.job.pk}.zip")


def _write(run: Run, keys: Sequence[int], path: Path, *, by: User) -> None:
    index = [("file", "voucher", "copy", "amount", "state", "voucher digest", "SHA-256 of the file")]
    with ZipFile(path, "w", ZIP_STORED) as bundle:
        for first in range(0, len(keys), PIECE):
            part = keys[first : first + PIECE]
            for sheet, content in _drawn(run, part, by=by):
                voucher = sheet.voucher
                name = f"{voucher.number}-copy-{sheet.printing.copy}.pdf".replace("/", "-")
                bundle.writestr(_entry(name, sheet), content)
                index.append(
                    (
                        name,
                        voucher.number,
                        str(sheet.printing.copy),
                        f"{voucher.amount:.2f}",
                        voucher.sanction.disbursement.get_state_display(),
                        voucher.digest,
                        hashlib.sha256(content).hexdigest(),
                    )
                )
            run.step(first + len(part))
        bundle.writestr("index.csv", _csv(index))


def _entry(name: str, sheet: BundleSheet) -> ZipInfo:
    """The same bytes whenever it is drawn: the file's time is that of the printing."""
    entry = ZipInfo(name, sheet.printing.printed_at.timetuple()[:6])
    entry.external_attr = 0o644 << 16
    return entry


def _csv(rows: Sequence[tuple[str, ...]]) -> str:
    out = io.StringIO()
    csv.writer(out).writerows(rows)
    return out.getvalue()


def _drawn(run: Run, keys: Sequence[int], *, by: User) -> Iterator[tuple[BundleSheet, bytes]]:
    """The counted copies of these vouchers with their papers."""
    for sheet in _counted(run, keys, by=by):
        printing = sheet.printing
        note = f"Printed {printing.printed_at:{DAY}} by {by.get_full_name()}, bundle {run.job.pk}"
        yield sheet, vouchers.render(sheet.voucher, copy=printing.copy, printed=note)
        run.beat()


@transaction.atomic
def _counted(run: Run, keys: Sequence[int], *, by: User) -> list[BundleSheet]:
    """A numbered copy of each voucher for this bundle; those that an earlier attempt took stay. Raises: Superseded, Cancelled."""
    run.hold()
    there = set(BundleSheet.objects.filter(job=run.job, voucher__in=keys).values_list("voucher_id", flat=True))
    missing = [key for key in keys if key not in there]
    list(Disbursement.objects.select_for_update(of=("self",)).filter(sanction__voucher__in=missing).order_by("pk"))
    last = VoucherPrint.objects.filter(voucher__in=missing).values("voucher").annotate(last=Max("copy"))
    copies = {row["voucher"]: row["last"] + 1 for row in last}
    prints = VoucherPrint.objects.bulk_create(
        VoucherPrint(voucher_id=key, copy=copies[key], printed_by=by) for key in missing
    )
    BundleSheet.objects.bulk_create(
        BundleSheet(job=run.job, voucher_id=printing.voucher_id, printing=printing) for printing in prints
    )
    rows = BundleSheet.objects.filter(job=run.job, voucher__in=keys).order_by("voucher")
    return list(rows.select_related("printing", "voucher__sanction__disbursement"))
