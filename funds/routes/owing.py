"""Addresses of receipts, bail deposits and soft loans."""

from django.urls import path

from funds.views import owing, receipts

urlpatterns = [
    path("receipts/", receipts.receipt_list, name="receipt_list"),
    path("receipts/file.<str:form>", receipts.receipt_list_file, name="receipt_list_file"),
    path("receipts/<str:number>/", receipts.show, name="receipt"),
    path("receipts/<str:number>/paper", receipts.paper, name="receipt_paper"),
    path("receipts/<str:number>/cancel", receipts.cancel, name="receipt_cancel"),
    path("receipts/<str:number>/cancel/agree", receipts.cancel_agree, name="receipt_cancel_agree"),
    path("receipts/<str:number>/cancel/decline", receipts.cancel_decline, name="receipt_cancel_decline"),
    path("refunds/new", receipts.refund_new, name="refund_new"),
    path("deposits/", owing.deposit_list, name="deposit_list"),
    path("deposits/file.<str:form>", owing.deposit_list_file, name="deposit_list_file"),
    path("deposits/<int:pk>/", owing.deposit, name="deposit"),
    path("deposits/<int:pk>/forfeit", owing.forfeiture_new, name="forfeiture_new"),
    path("forfeitures/<int:pk>/agree", owing.forfeiture_agree, name="forfeiture_agree"),
    path("forfeitures/<int:pk>/decline", owing.forfeiture_decline, name="forfeiture_decline"),
    path("loans/", owing.loan_list, name="loan_list"),
    path("loans/file.<str:form>", owing.loan_list_file, name="loan_list_file"),
    path("loans/<int:pk>/", owing.loan, name="loan"),
]
