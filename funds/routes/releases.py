"""Addresses of the way out of prison."""

from django.urls import path

from funds.views import releases

urlpatterns = [
    path("releases/", releases.board, name="release_board"),
    path("releases/figures", releases.figures, name="release_figures"),
    path("releases/records/<int:pk>/withdraw", releases.withdrawal, name="release_withdraw"),
    path("cases/<int:pk>/release", releases.way, name="release_way"),
    path("cases/<int:pk>/release/<str:step>", releases.step, name="release_step"),
]
