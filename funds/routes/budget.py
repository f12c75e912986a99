"""Addresses of a fund's budget by heads."""

from django.urls import path

from funds.views import budget, budget_acts

urlpatterns = [
    path("funds/<str:code>/budget", budget.fund_budget, name="fund_budget"),
    path("funds/<str:code>/budget.<str:fmt>", budget.fund_budget_file, name="fund_budget_file"),
    path("funds/<str:code>/budget/releases/new", budget_acts.budget_release_new, name="budget_release_new"),
    path("funds/<str:code>/budget/releases/<int:pk>/file", budget_acts.budget_release_file, name="budget_release_file"),
    path("funds/<str:code>/budget/moves/new", budget_acts.reappropriation_new, name="reappropriation_new"),
    path(
        "funds/<str:code>/budget/moves/<int:pk>/agree", budget_acts.reappropriation_agree, name="reappropriation_agree"
    ),
    path(
        "funds/<str:code>/budget/moves/<int:pk>/decline",
        budget_acts.reappropriation_decline,
        name="reappropriation_decline",
    ),
    path("funds/<str:code>/budget/surrenders/new", budget_acts.surrender_new, name="surrender_new"),
]
