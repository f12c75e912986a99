"""The API of requests, decisions, vouchers, payments and books."""

from ninja import Router

from funds.api.books import router as books
from funds.api.disbursements import router as disbursements
from funds.api.payments import router as payments
from funds.api.vouchers import router as vouchers

router = Router()
for part in (disbursements, vouchers, payments, books):
    router.add_router("", part)
