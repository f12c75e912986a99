"""The API of requests, decisions, vouchers, payments, books, periods, releases, rules of chains, committees and
payment runs."""

from ninja import Router

from funds.api.away import router as away_router
from funds.api.books import router as books_router
from funds.api.budget import router as budget_router
from funds.api.cheque_books import router as cheque_books_router
from funds.api.coming_of_age import router as majority_router
from funds.api.committees import router as committees_router
from funds.api.complaints import router as complaints_router
from funds.api.decisions import router as decisions_router
from funds.api.disbursements import router as disbursements_router
from funds.api.duties import router as duties_router
from funds.api.eligibility import router as eligibility_router
from funds.api.freezes import router as freezes_router
from funds.api.jobs import router as jobs_router
from funds.api.journal import router as journal_router
from funds.api.lists import router as lists_router
from funds.api.meetings import router as meetings_router
from funds.api.messages import router as messages_router
from funds.api.owing import router as owing_router
from funds.api.papers import router as papers_router
from funds.api.payments import router as payments_router
from funds.api.periods import router as periods_router
from funds.api.registers import router as registers_router
from funds.api.releases import router as releases_router
from funds.api.rule_book import router as rules_router
from funds.api.runs import router as runs_router
from funds.api.schedules import router as schedules_router
from funds.api.vouchers import router as vouchers_router

router = Router()
PARTS = (
    lists_router,
    disbursements_router,
    decisions_router,
    papers_router,
    eligibility_router,
    complaints_router,
    duties_router,
    vouchers_router,
    schedules_router,
    jobs_router,
    messages_router,
    payments_router,
    cheque_books_router,
    majority_router,
    books_router,
    owing_router,
    budget_router,
    journal_router,
    periods_router,
    releases_router,
    registers_router,
    rules_router,
    committees_router,
    meetings_router,
    away_router,
    freezes_router,
    runs_router,
)
for part in PARTS:
    router.add_router("", part)
