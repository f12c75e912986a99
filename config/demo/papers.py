"""The papers of the main job: vouchers of four kinds, a schedule and two annual statements, written to a directory."""

from dataclasses import dataclass
from pathlib import Path

from django.contrib.auth.models import User
from django.utils.timezone import localtime

from config.demo.loading import PREFIX
from config.demo.signing import signed_schedule
from funds import vouchers
from funds.books import frozen, statement_files
from funds.models import Fund, Voucher
from funds.paperwork import statement_paper
from funds.signing.originals import signed_original
from funds.signing.schedules import signed_file
from ledger.commands import write_file
from ledger.money import figures

# What is printed: the scenario, and what its paper shows.
VOUCHERS = (
    ("live:diyat-example", "diyat-four-heirs", "diyat to four heirs, one of them a minor"),
    ("live:relief-example", "relief-grant", "a relief grant to one person"),
    ("hrrf:2020-10-05", "committee-list", "a committee list with its annex"),
    ("live:cancelled-example", "cancelled", "a voucher cancelled after the cheque was issued"),
)
STATEMENTS = ("DAD", "HRRF")
FROM, TO = "2020-21", "2021-22"


@dataclass(frozen=True, slots=True)
class Paper:
    """A file that was written, and what it shows."""

    path: Path
    shows: str


def write_papers(directory: Path) -> list[Paper]:
    """Writes all papers; a voucher printed before is drawn again from the same record, which counts no copy."""
    return [*_vouchers(directory), _schedule(directory), *_statements(directory)]


def _vouchers(directory: Path) -> list[Paper]:
    papers = []
    for scenario, name, shows in VOUCHERS:
        voucher = Voucher.objects.get(sanction__disbursement__key=f"{PREFIX}{scenario}")
        path = directory / f"voucher-{name}-{voucher.number}.pdf"
        write_file(path, _original(voucher))
        papers.append(Paper(path, f"Voucher {voucher.number}, {figures(voucher.amount)}: {shows}"))
    return papers


def _original(voucher: Voucher) -> bytes:
    first = voucher.prints.select_related("printed_by", "signature").filter(copy=0).first()
    if first is not None and hasattr(first, "signature"):
        return signed_original(voucher)
    if first is None:
        return vouchers.print_voucher(number=voucher.number, by=User.objects.get(pk=voucher.issued_by_id))[1]
    note = f"Printed {localtime(first.printed_at):{vouchers.DAY}} by {first.printed_by.get_full_name()}"
    return vouchers.render(voucher, printed=note)


def _schedule(directory: Path) -> Paper:
    made = signed_schedule()
    path = directory / f"schedule-{made.number}.pdf"
    write_file(path, signed_file(made))
    return Paper(path, f"Schedule {made.number}: {made.count} vouchers signed together, {figures(made.amount)}")


def _statements(directory: Path) -> list[Paper]:
    papers = []
    for fund in Fund.objects.select_related("book", "office").filter(code__in=STATEMENTS).order_by("code"):
        statement = frozen.published(fund, FROM, TO)
        name = f"statement-{fund.code}-{FROM}-to-{TO}"
        paid = f"{figures(statement.now.paid)} for {statement.now.people} people"
        for ending, content in (
            ("pdf", statement_paper.draw(statement)),
            ("json", statement_files.json_bytes(statement)),
        ):
            path = directory / f"{name}.{ending}"
            write_file(path, content)
            papers.append(Paper(path, f"Annual statement of {fund.code}, {FROM} to {TO}: {paid}"))
    return papers
