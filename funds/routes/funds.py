"""Addresses of funds, statements and the public check of vouchers."""

from django.urls import path

from funds.views import funds, journal_files, public, statements

urlpatterns = [
    path("funds/", funds.fund_list, name="fund_list"),
    path("funds/<str:code>/", funds.fund, name="fund"),
    path("funds/<str:code>/receipts/new", funds.receipt_new, name="receipt_new"),
    path("funds/<str:code>/unclaimed/return", funds.treasury_return, name="treasury_return"),
    path("funds/<str:code>/allocations/new", funds.allocation_new, name="allocation_new"),
    path("funds/<str:code>/journal.<str:form>", journal_files.journal_file, name="journal_file"),
    path("statements/", statements.statement_list, name="statements"),
    path("statements/<str:code>/<str:year>/", statements.statement, name="statement"),
    path("statements/<str:code>/<str:year>/file.<str:fmt>", statements.statement_file, name="statement_file"),
    path("v/", public.voucher_by_number, name="public_check"),
    path("v/file", public.voucher_by_file, name="public_file"),
    path("v/<str:token>", public.voucher_by_token, name="public_voucher"),
    path("V/<str:token>", public.voucher_by_token),  # as the square code has it, in capitals
]
