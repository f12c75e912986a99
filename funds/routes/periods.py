"""Addresses of the period calendar and of the versions of statements."""

from django.urls import path

from funds.views import periods, versions

urlpatterns = [
    path("funds/<str:code>/periods", periods.period_calendar, name="period_calendar"),
    path("funds/<str:code>/periods.<str:fmt>", periods.period_calendar_file, name="period_calendar_file"),
    path("funds/<str:code>/periods/<str:month>", periods.period_month, name="period_month"),
    path("funds/<str:code>/periods/<str:month>/close", periods.month_close, name="month_close"),
    path("funds/<str:code>/periods/<str:month>/reopen", periods.month_reopen, name="month_reopen"),
    path("funds/<str:code>/years/<str:year>", periods.period_year, name="period_year"),
    path("funds/<str:code>/years/<str:year>/close", periods.year_close, name="year_close"),
    path("funds/<str:code>/years/<str:year>/reopen", periods.year_reopen, name="year_reopen"),
    path("funds/<str:code>/reopenings/<int:reopening>/agree", periods.reopening_agree, name="reopening_agree"),
    path("funds/<str:code>/reopenings/<int:reopening>/decline", periods.reopening_decline, name="reopening_decline"),
    path("statements/<str:code>/<str:year>/versions", versions.statement_versions, name="statement_versions"),
    path(
        "statements/<str:code>/<str:year>/versions/<int:older>/<int:newer>",
        versions.statement_changes,
        name="statement_changes",
    ),
]
