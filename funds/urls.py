"""Addresses of this app: requests and payments, funds and statements, books, budgets, cheque books, periods, releases,
registers, rules, committees, payment runs."""

from funds.routes import (
    away,
    books,
    budget,
    cheque_books,
    committees,
    complaints,
    duties,
    funds,
    lists,
    periods,
    registers,
    releases,
    requests,
    rules,
    runs,
)

urlpatterns = [
    *requests.urlpatterns,
    *funds.urlpatterns,
    *lists.urlpatterns,
    *books.urlpatterns,
    *budget.urlpatterns,
    *cheque_books.urlpatterns,
    *periods.urlpatterns,
    *releases.urlpatterns,
    *complaints.urlpatterns,
    *registers.urlpatterns,
    *duties.urlpatterns,
    *rules.urlpatterns,
    *committees.urlpatterns,
    *away.urlpatterns,
    *runs.urlpatterns,
]
