"""Addresses of this app: requests and payments, funds and statements, books, budgets, periods, releases, registers, rules,
committees."""

from funds import (
    routes_away,
    routes_books,
    routes_budget,
    routes_committees,
    routes_complaints,
    routes_duties,
    routes_funds,
    routes_lists,
    routes_periods,
    routes_registers,
    routes_releases,
    routes_requests,
    routes_rules,
)

urlpatterns = [
    *routes_requests.urlpatterns,
    *routes_funds.urlpatterns,
    *routes_lists.urlpatterns,
    *routes_books.urlpatterns,
    *routes_budget.urlpatterns,
    *routes_periods.urlpatterns,
    *routes_releases.urlpatterns,
    *routes_complaints.urlpatterns,
    *routes_registers.urlpatterns,
    *routes_duties.urlpatterns,
    *routes_rules.urlpatterns,
    *routes_committees.urlpatterns,
    *routes_away.urlpatterns,
]
