"""Bundles and messages for the tables: in each state, a bundle of everybody's own."""

from typing import Any

from beneficiaries import registry
from funds import vouchers
from funds.jobs import bundles, queue, worker
from funds.models import Message, MessageText
from funds.readers import OF_REQUESTS
from tests import world
from tests.world import World


def in_the_background(here: World) -> dict[str, Any]:
    """A message that was sent, one that found no telephone until now, and printed vouchers to bundle."""
    MessageText.objects.create(
        occasion="sanction",
        language="ur",
        text="{amount} {reference}",
        effective_from=world.START,
        source="House rules",
    )
    sent, lost = _told(here, "Salma Naz", phone="03001234567"), _told(here, "Gul Meena")
    registry.correct_person(person=lost.person_id, phone="03111111111", reason="Found", by=here["case_officer"])
    voucher = here.vouchered()
    vouchers.print_voucher(number=voucher.number, by=here["ddo"])
    return {"sent": sent.pk, "message": lost.pk, "told": lost.disbursement_id}


def _told(here: World, name: str, **given: str) -> Message:
    request = here.draft(person=here.person(name, **given))
    here.sanctioned(request)
    worker.work(once=True)
    return Message.objects.get(disbursement=request)


def bundled(here: World) -> dict[str, Any]:
    """One that is done and one that waits, both the auditor's."""
    made = bundles.start(bundles.Choice(), by=here["auditor"])
    worker.work(once=True)
    return {"bundle_done": made.pk, "bundle": bundles.start(bundles.Choice(), by=here["auditor"]).pk}


def each_own(here: World) -> dict[str, Any]:
    """By state: a bundle of each role that may have one, and for the administrator the auditor's."""
    waits = {role.value: bundles.start(bundles.Choice(), by=here[role]).pk for role in OF_REQUESTS}
    over = {role.value: bundles.start(bundles.Choice(), by=here[role]).pk for role in OF_REQUESTS}
    for role in OF_REQUESTS:
        queue.cancel(job=over[role.value], by=here[role])
    return {
        state: {"pk": rows["auditor"], "of": rows, "bundle": rows["auditor"]}
        for state, rows in (("open", waits), ("over", over))
    }
