"""Addresses of this app: requests and payments, funds and statements, books, budgets, periods, releases, registers, rules,
committees."""

from funds.routes import (
    away,
    books,
    budget,
    committees,
    complaints,
    duties,
    funds,
    lists,
    owing,
    periods,
    registers,
    releases,
    requests,
    rules,
)

urlpatterns = [
    *requests.urlpatterns,
    *funds.urlpatterns,
    *lists.urlpatterns,
    *owing.urlpatterns,
    *books.urlpatterns,
    *budget.urlpatterns,
    *periods.urlpatterns,
    *releases.urlpatterns,
    *complaints.urlpatterns,
    *registers.urlpatterns,
    *duties.urlpatterns,
    *rules.urlpatterns,
    *committees.urlpatterns,
    *away.urlpatterns,
]
