"""Addresses of payment runs, payees on hold and confirmed accounts."""

from django.urls import path

from funds.views import payee_holds, runs

urlpatterns = [
    path("runs/", runs.run_list, name="run_list"),
    path("runs/new", runs.run_new, name="run_new"),
    path("runs/<int:pk>/", runs.run, name="run"),
    path("runs/<int:pk>/drop", runs.run_drop, name="run_drop"),
    path("runs/<int:pk>/propose", runs.run_propose, name="run_propose"),
    path("runs/<int:pk>/take-back", runs.run_take_back, name="run_take_back"),
    path("runs/<int:pk>/release", runs.run_release, name="run_release"),
    path("runs/<int:pk>/send", runs.run_send, name="run_send"),
    path("runs/<int:pk>/copy", runs.run_copy, name="run_copy"),
    path("runs/<int:pk>/cancel", runs.run_cancel, name="run_cancel"),
    path("runs/<int:pk>/answer", runs.run_answer, name="run_answer"),
    path("holds/", payee_holds.hold_list, name="hold_list"),
    path("holds/person/<int:pk>", payee_holds.hold_person, name="hold_person"),
    path("holds/payee/<int:pk>", payee_holds.hold_payee, name="hold_payee"),
    path("holds/<int:pk>/end", payee_holds.hold_end, name="hold_end"),
    path("payees/<int:pk>/confirm", payee_holds.account_confirm, name="account_confirm"),
]
