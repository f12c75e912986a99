"""Addresses of this app: requests and payments, funds and statements, books, periods and versions, releases, rules of chains."""

from funds import (
    routes_books,
    routes_complaints,
    routes_funds,
    routes_periods,
    routes_releases,
    routes_requests,
    routes_rules,
)

urlpatterns = [
    *routes_requests.urlpatterns,
    *routes_funds.urlpatterns,
    *routes_books.urlpatterns,
    *routes_periods.urlpatterns,
    *routes_releases.urlpatterns,
    *routes_complaints.urlpatterns,
    *routes_rules.urlpatterns,
]
