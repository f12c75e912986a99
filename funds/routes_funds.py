"""Addresses of funds, statements, books and the public check of vouchers."""

from django.urls import path

from funds.views import books, funds, public, statements

urlpatterns = [
    path("funds/", funds.fund_list, name="fund_list"),
    path("funds/<str:code>/", funds.fund, name="fund"),
    path("funds/<str:code>/receipts/new", funds.receipt_new, name="receipt_new"),
    path("funds/<str:code>/allocations/new", funds.allocation_new, name="allocation_new"),
    path("funds/<str:code>/trial-balance", books.trial_balance, name="trial_balance"),
    path("funds/<str:code>/accounts/<str:account>", books.account_ledger, name="account_ledger"),
    path("statements/", statements.statement_list, name="statements"),
    path("statements/<str:code>/<str:year>/", statements.statement, name="statement"),
    path("statements/<str:code>/<str:year>/file.<str:fmt>", statements.statement_file, name="statement_file"),
    path("v/", public.voucher_by_number, name="public_check"),
    path("v/<str:token>", public.voucher_by_token, name="public_voucher"),
]
