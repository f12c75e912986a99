"""Points an auditor should look at in a trail, and the way the rupee took; both made of the trail's own events."""

from decimal import Decimal
from fractions import Fraction
from typing import Any

from django.urls import reverse
from django.utils.timezone import localtime

from audit.events import Event, Kind
from audit.trail import Trail
from audit.verify import Report
from beneficiaries.models import HeirWaiver
from funds.models import Decision, Instrument
from ledger.money import grouped

SHOWN = 12  # papers of the cases beside the time line
NUMBERS = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")


def points(trail: Trail) -> list[dict[str, str]]:
    """What stands out first, then what was compared and is in order."""
    found = [*_late_bank_changes(trail), *_refusals(trail), *_failed(trail), *_returned(trail)]
    found += [_people(trail), *_shares(trail), *_balanced(trail)]
    return found


def _day(event: Event) -> str:
    return f"{localtime(event.at):%-d %b %Y, %H:%M}"


def _late_bank_changes(trail: Trail) -> list[dict[str, str]]:
    first = next((event.at for event in trail.events if Kind.DECISION in event.kinds), None)
    late = [event for event in trail.events if event.bank and first is not None and event.at > first]
    title = "Payee or bank details changed after the first signature"
    return [{"title": title, "detail": _day(event), "state": "warn"} for event in late]


def _refusals(trail: Trail) -> list[dict[str, str]]:
    rows = trail.of(Kind.REFUSED)
    if not rows:
        return []
    title = f"{_number(len(rows)).capitalize()} refused attempt{'' if len(rows) == 1 else 's'}"
    return [{"title": title, "detail": f"Last {_day(rows[-1])}, by {rows[-1].who.name}", "state": "warn"}]


def _failed(trail: Trail) -> list[dict[str, str]]:
    rows = [row for row in trail.found.instruments if row.state not in Instrument.LIVE]
    return [
        {"title": f"{row} {row.get_state_display().lower()}", "detail": row.reason, "state": "warn"} for row in rows[:5]
    ]


def _returned(trail: Trail) -> list[dict[str, str]]:
    rows = [row for row in trail.found.decisions if row.outcome == Decision.Outcome.RETURNED]
    if not rows:
        return []
    title = f"Returned for correction {_number(len(rows))} time{'' if len(rows) == 1 else 's'}"
    return [{"title": title, "detail": rows[-1].reason, "state": "warn"}]


def _people(trail: Trail) -> dict[str, str]:
    """Maker, signatories and those who handed out the money: each another person."""
    found = trail.found
    approved = (row for row in found.decisions if row.outcome == Decision.Outcome.APPROVED)
    # Who signs a step again after a return is one signatory; the database keeps them from signing another step.
    at_steps = {(row.step_id, row.decided_by_id) for row in approved if row.submission == trail.request.submission}
    signed = [person for _, person in at_steps]
    paid = {row.issued_by_id for row in found.instruments} | ({found.voucher.issued_by_id} if found.voucher else set())
    distinct = {trail.request.maker_id, *signed} | paid
    apart = len(distinct) == 1 + len(signed) + len(paid)
    who = f"{_number(len(distinct)).capitalize()} {'person' if len(distinct) == 1 else 'people'}"
    title = f"{who}, no one in two roles" if apart else f"{who}: somebody acted in two roles"
    return {
        "title": title,
        "detail": "Maker, signatories and payers compared",
        "state": "passed" if apart else "failed",
    }


def _shares(trail: Trail) -> list[dict[str, str]]:
    """The lines' shares and those waived before the court make the whole."""
    shares = [Fraction(line.share) for line in trail.found.lines if line.share]
    if not shares:
        return []
    last = {row.heir_id: row for row in trail.found.share_waivers}
    paid = {line.heir_id for line in trail.found.lines}
    gone = [row.heir.part for row in last.values() if row.act == HeirWaiver.Act.WAIVED and row.heir_id not in paid]
    whole = sum([*shares, *gone], Fraction(0)) == 1
    title = "Shares add up to the award" if whole else "Shares do not add up to the award"
    detail = f"{len(shares)} heirs" + (f", and {len(gone)} who waived" if gone else "")
    return [{"title": title, "detail": detail, "state": "passed" if whole else "failed"}]


def _balanced(trail: Trail) -> list[dict[str, str]]:
    found = trail.found
    if not found.entries:
        return []
    wrong = [
        entry.pk
        for entry in found.entries
        if sum((line.debit or 0) - (line.credit or 0) for line in found.booked.get(entry.pk, []))
        or not found.booked.get(entry.pk)
    ]
    if wrong:
        numbers = ", ".join(map(str, wrong))
        return [{"title": "Debits and credits differ", "detail": f"entry {numbers}", "state": "failed"}]
    count = len(found.entries)
    return [
        {"title": f"Debits equal credits in {_number(count)} {'entry' if count == 1 else 'entries'}", "state": "passed"}
    ]


def _number(count: int) -> str:
    return NUMBERS[count] if count < len(NUMBERS) else str(count)


def badge(report: Report, again: str) -> dict[str, Any]:
    """What the comparison made in this very request says; there is no sealed log to compare with yet."""
    moment = f"Compared just now, {localtime(report.at):%-d %b %Y, %H:%M}"
    if report.ok:
        text = f"{moment}: voucher, instruments and approvals against payee lines, frozen paper and journal."
        count = report.checked
        title = f"Verified: {count} record{'' if count == 1 else 's'} agree{'s' if count == 1 else ''}"
        if not count:
            title, text = "Nothing to verify yet", f"{moment}: nobody has decided on this request yet."
        return {"ok": True, "title": title, "text": f"{text} A sealed log is not kept yet.", "again": again}
    offenders = [offender for result in report.broken for offender in result.offenders]
    text = f"{moment}. {'; '.join(offenders[:3])}{f'; and {len(offenders) - 3} more' if len(offenders) > 3 else ''}."
    return {"ok": False, "title": "The records of this request do not agree", "text": text, "again": again}


def way(trail: Trail) -> list[dict[str, str]]:
    """Follow the rupee: money in, sanction, voucher, instruments, bank, receipt."""
    found, request = trail.found, trail.request
    steps = [_money_in(trail)]
    if found.sanction:
        steps.append(
            _step("Sanction", found.sanction.number, found.sanction.sanctioned_on, found.sanction.amount, "#time-line")
        )
    else:
        steps.append({"label": "Sanction", "text": "not yet", "line": f"asked for {grouped(request.amount)}"})
    if found.voucher:
        url = reverse("voucher", args=[found.voucher.number])
        steps.append(_step("Voucher", found.voucher.number, found.voucher.issued_on, found.voucher.amount, url))
    else:
        steps.append({"label": "Voucher", "text": "not yet", "line": ""})
    live = [row for row in found.instruments if row.state in Instrument.LIVE]
    steps.append(_instruments(trail, live))
    cleared = [row for row in live if row.state == Instrument.State.CLEARED]
    text = f"{len(cleared)} of {len(live)} cleared" if live else "not yet"
    steps.append(_counted("Bank", text, cleared, "state_on"))
    text = f"{len(found.receipts)} receipt{'' if len(found.receipts) == 1 else 's'}" if found.receipts else "not yet"
    days = sorted(row.received_on for row in found.receipts)
    ended = f" · {request.get_state_display().lower()}" if request.state == "closed" else ""
    steps.append({"label": "Receipt", "text": text, "line": f"{days[-1]:%-d %b %Y}{ended}" if days else ""})
    return steps


def _money_in(trail: Trail) -> dict[str, str]:
    rows, fund = trail.found.money_in, trail.request.fund.code
    if not rows:
        return {"label": "Money in", "text": fund, "url": reverse("fund", args=[fund]), "line": "before the sanction"}
    text = rows[0].number if len(rows) == 1 else f"{len(rows)} receipts of {fund}"
    total = sum((row.amount for row in rows), Decimal(0))
    return {
        "label": rows[0].get_kind_display() if len(rows) == 1 else "Money in",
        "text": text,
        "url": reverse("fund", args=[fund]),
        "line": f"to {rows[0].received_on:%-d %b %Y} · {grouped(total)}",
    }


def _step(label: str, text: str, day: Any, amount: Decimal, url: str) -> dict[str, str]:
    return {"label": label, "text": text, "url": url, "line": f"{day:%-d %b %Y} · {grouped(amount)}"}


def _instruments(trail: Trail, live: list[Instrument]) -> dict[str, str]:
    failed = len(trail.found.instruments) - len(live)
    text = f"{len(live)} instrument{'' if len(live) == 1 else 's'}" if live else "not yet"
    return _counted("Instruments", text + (f", {failed} failed" if failed else ""), live, "issued_on")


def _counted(label: str, text: str, rows: list[Instrument], day: str) -> dict[str, str]:
    if not rows:
        return {"label": label, "text": text, "line": ""}
    days = sorted(getattr(row, day) for row in rows)
    start = "" if days[0] == days[-1] else f"{days[0]:%-d %b} to "
    when = f"{start}{days[-1]:%-d %b %Y}"
    return {"label": label, "text": text, "line": f"{when} · {grouped(sum((row.amount for row in rows), Decimal(0)))}"}


def papers(trail: Trail) -> list[dict[str, str]]:
    """The papers that stand for what happened: our own first, then those that lie in the cases."""
    found = trail.found
    rows: list[dict[str, str]] = []
    if found.sanction:
        rows.append(
            {"name": f"Sanction {found.sanction.number}", "detail": f"{found.sanction.sanctioned_on:%-d %b %Y}"}
        )
    if found.voucher:
        count = len(found.prints)
        detail = f"printed {count} time{'' if count == 1 else 's'}" if count else "not printed yet"
        url = reverse("voucher", args=[found.voucher.number])
        rows.append({"name": f"Voucher {found.voucher.number}", "url": url, "detail": detail})
    if found.receipts:
        signed = ", ".join(sorted({row.received_by for row in found.receipts})[:3])
        rows.append({"name": f"Receipts ({len(found.receipts)})", "detail": signed})
    for row in found.histories["prisonercase"]:
        if row.release_reference:
            rows.append({"name": "Release order and jail certificate", "detail": row.release_reference})
            break
    return [row | {"state": "issued", "word": "On record"} for row in rows] + _attached(trail)


def _attached(trail: Trail) -> list[dict[str, str]]:
    """The papers of the cases that count, with the way to their files; the others stand on the cases."""
    gone = {row.paper_id for row in trail.found.withdrawals}
    there = [paper for paper in trail.found.papers if paper.pk not in gone]
    rows = [
        {"name": str(paper), "url": paper.get_absolute_url(), "detail": f"{paper.case.number}, {paper.sha256[:12]}"}
        for paper in there[:SHOWN]
    ]
    if len(there) > SHOWN:
        rows.append({"name": f"and {len(there) - SHOWN} papers more", "detail": "on their cases"})
    return [row | {"state": "checked", "word": "Attached"} for row in rows]
