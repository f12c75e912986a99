"""Makes a draft of a list of payees, or says what it would do."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.contrib.auth.models import User
from django.core.management.base import CommandError

from funds.budgets import get_fund
from funds.lists.list_import import KINDS, ListRefused, NamesDiffer, Outcome, import_list, try_list
from ledger.commands import Command as OurCommand
from ledger.errors import NotFound
from ledger.money import figures


class Command(OurCommand):
    help = "Makes one draft of a CSV or XLSX list of payees, all or nothing; with --dry-run only says what it would do."

    def add_arguments(self, parser: ArgumentParser) -> None:
        super().add_arguments(parser)
        parser.add_argument("file", metavar="FILE", type=Path)
        parser.add_argument("--fund", required=True, metavar="CODE")
        parser.add_argument("--kind", required=True, help=", ".join(KINDS))
        parser.add_argument("--by", metavar="USER", required=True, help="the case officer who drafts it")
        parser.add_argument("--title", default="", help="of the request; by default the list's name")
        parser.add_argument("--pay-to", default="", help="as the voucher says it")
        parser.add_argument("--confirm", default="", metavar="CODE", help="that differing names were compared")
        parser.add_argument("--dry-run", action="store_true", help="change nothing")

    def handle(self, *args: Any, file: Path, fund: str, by: str, json: bool, **options: Any) -> None:
        user = User.objects.filter(username=by).first() if "\0" not in by else None
        if user is None:
            raise NotFound(f"There is no user {by!r}.")
        try:
            content = file.read_bytes()
        except OSError as error:
            raise CommandError(f"{file} could not be read: {error.strerror}.", returncode=1) from error
        given = {
            "fund": get_fund(fund, by=user),
            "kind": options["kind"],
            "content": content,
            "file_name": file.name,
            "by": user,
            "title": options["title"],
            "pay_to": options["pay_to"],
            "confirmed": options["confirm"],
        }
        outcome, refused = _run(given, dry=options["dry_run"])
        self.say(text(outcome), document(outcome), as_json=json)
        if refused:
            raise CommandError(refused, returncode=1)


def _run(given: dict[str, Any], *, dry: bool) -> tuple[Outcome, str]:
    """The outcome, and why nothing was imported, '' where it was or would be."""
    try:
        outcome = try_list(**given) if dry else import_list(**given)
    except (ListRefused, NamesDiffer) as refusal:
        return refusal.outcome, refusal.detail
    return outcome, f"{len(outcome.faults):,} places are wrong. Nothing would be imported." * bool(outcome.faults)


def text(outcome: Outcome) -> str:
    """For people: every fault and differing name, then the counts."""
    lines = [f"  {fault}" for fault in outcome.faults]
    lines += [
        f"  row {row.row}: “{row.listed}” is registered as “{row.registered}” (record {row.person})"
        for row in outcome.differing
    ]
    if outcome.differing and outcome.request is None:
        lines.append(f"Confirm that these are the same people with --confirm {outcome.confirmation}")
    counts = f"{outcome.rows:,} payees, {figures(outcome.amount)}: {outcome.known:,} on record"
    if outcome.request is not None:
        made = f"{outcome.registered:,} registered, {outcome.opened:,} cases opened"
        lines.append(f"Drafted {outcome.request.number}. {counts}, {made}.")
    else:
        lines.append(f"{counts}. Nothing was changed.")
    return "\n".join(lines)


def document(outcome: Outcome) -> dict[str, Any]:
    """For programs."""
    return {
        "request": outcome.request.number if outcome.request else None,
        "rows": outcome.rows,
        "amount": f"{outcome.amount:.2f}",
        "known": outcome.known,
        "registered": outcome.registered,
        "opened": outcome.opened,
        "sha256": outcome.sha256,
        "errors": [
            {"row": fault.row, "column": fault.column, "seen": fault.seen, "error": fault.what}
            for fault in outcome.faults
        ],
        "names_differ": [
            {"row": row.row, "listed": row.listed, "registered": row.registered, "person": row.person}
            for row in outcome.differing
        ],
        "confirmation": outcome.confirmation,
    }
