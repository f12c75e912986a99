"""Addresses of requests, decisions, vouchers and payments."""

from django.urls import path

from funds.views import (
    accounts,
    board,
    coming_of_age,
    decisions,
    eligibility,
    payments,
    request_page,
    requests,
    schedules,
    vouchers,
)

urlpatterns = [
    path("requests/", requests.request_list, name="disbursement_list"),
    path("requests/new/", requests.new, name="disbursement_new"),
    path("requests/<int:pk>/", request_page.show, name="disbursement"),
    path("requests/<int:pk>/edit/", requests.edit, name="disbursement_edit"),
    path("requests/<int:pk>/lines/<int:line>/account", accounts.line_account, name="line_account"),
    path("requests/<int:pk>/eligibility", eligibility.of_request, name="disbursement_eligibility"),
    path("requests/<int:pk>/eligibility/override", eligibility.override, name="eligibility_override"),
    path("requests/<int:pk>/submit", decisions.submit, name="disbursement_submit"),
    path("requests/<int:pk>/decide", decisions.decide, name="disbursement_decide"),
    path("requests/<int:pk>/cancel", decisions.cancel, name="disbursement_cancel"),
    path("requests/<int:pk>/voucher", vouchers.issue, name="voucher_issue"),
    path("requests/<int:pk>/instruments", payments.issue, name="instrument_issue"),
    path("requests/<int:pk>/clear", payments.clear_several, name="instruments_clear"),
    path("requests/<int:pk>/receipts", payments.acknowledge_several, name="instruments_acknowledge"),
    path("requests/<int:pk>/release", payments.release, name="release_record"),
    path("requests/<int:pk>/close", payments.close, name="disbursement_close"),
    path("instruments/<int:pk>/clear", payments.clear, name="instrument_clear"),
    path("instruments/<int:pk>/fail", payments.fail, name="instrument_fail"),
    path("vouchers/", vouchers.voucher_list, name="voucher_list"),
    path("vouchers/file.<str:form>", vouchers.voucher_list_file, name="voucher_list_file"),
    path("vouchers/<str:number>/", vouchers.show, name="voucher"),
    path("vouchers/<str:number>/pdf", vouchers.pdf, name="voucher_pdf"),
    path("schedules/", schedules.schedule_list, name="schedule_list"),
    path("schedules/new", schedules.schedule_new, name="schedule_new"),
    path("schedules/<str:number>/", schedules.schedule, name="schedule"),
    path("schedules/<str:number>/pdf", schedules.schedule_pdf, name="schedule_pdf"),
    path("payments/", board.show, name="payments"),
    path("eligibility/", eligibility.rules, name="eligibility"),
    path("majority/", coming_of_age.due_at_majority, name="due_at_majority"),
]
