"""Messages to payees over the API."""

from datetime import datetime
from typing import Any

from django.http import HttpRequest
from ninja import Query, Router, Schema

from beneficiaries.views.pages import actor
from funds.messages import resending
from funds.models import Message, MessageEvent
from ledger.api_types import Page, Paging, PathId, answers, page

router = Router(tags=["messages"])


class EventOut(Schema):
    what: str
    reference: str
    words: str
    by: str | None
    at: datetime

    @staticmethod
    def resolve_by(row: MessageEvent) -> str | None:
        return row.by.get_username() if row.by else None


class MessageOut(Schema):
    """`state`: no_address, no_contact, waiting, begun, sent, failed, refused, unknown, withheld, again. Telephones are masked."""

    id: int
    disbursement_id: int
    line_id: int
    instrument_id: int | None
    occasion: str
    language: str
    text: str
    phone: str
    state: str
    made_at: datetime
    events: list[EventOut]

    @staticmethod
    def resolve_phone(row: Message) -> str:
        return row.masked_phone

    @staticmethod
    def resolve_state(row: Message) -> str:
        return resending.state_of(row)

    @staticmethod
    def resolve_events(row: Message) -> Any:
        return list(row.events.all())


@router.get("/disbursements/{disbursement}/messages", response=answers(Page[MessageOut]))
def list_messages(request: HttpRequest, disbursement: PathId, paging: Query[Paging]) -> Any:
    """What payees of the request were told."""
    return page(resending.of_request(disbursement, by=actor(request))[1], paging)


@router.post("/messages/{message}/resend", response=answers(MessageOut))
def resend_message(request: HttpRequest, message: PathId) -> Any:
    """Tells the payee anew, as the person is on record now; the message that did not arrive ends."""
    return resending.resend(message=message, by=actor(request))
