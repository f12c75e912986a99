"""Addresses of this app: requests and payments, funds and statements, books, budgets, periods, releases, registers, rules."""

from funds import (
    routes_books,
    routes_budget,
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
]
