"""Addresses of the books of a fund; each page has its files beside it."""

from django.urls import path

from funds.views import books, journal

urlpatterns = [
    path("funds/<str:code>/trial-balance", books.trial_balance, name="trial_balance"),
    path("funds/<str:code>/trial-balance.<str:fmt>", books.trial_balance_file, name="trial_balance_file"),
    path("funds/<str:code>/comparison", books.comparison, name="comparison"),
    path("funds/<str:code>/comparison.<str:fmt>", books.comparison_file, name="comparison_file"),
    path("funds/<str:code>/accounts", books.chart_of_accounts, name="chart_of_accounts"),
    path("funds/<str:code>/accounts.<str:fmt>", books.chart_of_accounts_file, name="chart_of_accounts_file"),
    path("funds/<str:code>/accounts/<str:account>.<str:fmt>", journal.account_ledger_file, name="account_ledger_file"),
    path("funds/<str:code>/accounts/<str:account>", journal.account_ledger, name="account_ledger"),
    path("funds/<str:code>/day-book", journal.day_book_page, name="day_book"),
    path("funds/<str:code>/day-book.<str:fmt>", journal.day_book_file, name="day_book_file"),
    path("funds/<str:code>/entries/<int:pk>", journal.journal_entry, name="journal_entry"),
    path("funds/<str:code>/entries/<int:pk>.<str:fmt>", journal.journal_entry_file, name="journal_entry_file"),
]
