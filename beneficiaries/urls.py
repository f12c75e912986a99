"""Addresses of people, cases and users."""

from django.urls import path

from beneficiaries.views import cases, heirs, means, orders, papers, people, screening, staff

urlpatterns = [
    path("people/", people.people, name="people"),
    path("people/new", people.person_new, name="person_new"),
    path("people/<int:pk>/", people.person, name="person"),
    path("people/<int:pk>/edit", people.person_edit, name="person_edit"),
    path("people/<int:pk>/reveal", people.person_reveal, name="person_reveal"),
    path("people/<int:pk>/cases/relief", cases.relief_case_new, name="relief_case_new"),
    path("people/<int:pk>/cases/prisoner", cases.prisoner_case_new, name="prisoner_case_new"),
    path("cases/", cases.case_list, name="case_list"),
    path("cases/<int:pk>/", cases.case, name="case"),
    path("cases/<int:pk>/orders/new", orders.order_new, name="order_new"),
    path("orders/<int:pk>/obligations/new", orders.obligation_new, name="obligation_new"),
    path("obligations/<int:pk>/heirs", heirs.heirs_edit, name="heirs_edit"),
    path("obligations/<int:pk>/family", heirs.heirs, name="heirs"),
    path("heirs/<int:pk>/waiver", heirs.waiver_new, name="waiver_new"),
    path("heirs/<int:pk>/waiver/set-aside", heirs.waiver_set_aside, name="waiver_set_aside"),
    path("cases/<int:pk>/papers/new", papers.paper_new, name="paper_new"),
    path("cases/<int:pk>/papers/waive", papers.paper_waive, name="paper_waive"),
    path("papers/<int:pk>/file", papers.paper_file, name="paper_file"),
    path("papers/<int:pk>/withdraw", papers.paper_withdraw, name="paper_withdraw"),
    path("people/<int:pk>/income", means.income_new, name="income_new"),
    path("people/<int:pk>/residence", means.residence_new, name="residence_new"),
    path("screening/", screening.queue, name="screening"),
    path("screening/<int:pk>/", screening.hit, name="screening_hit"),
    path("screening/<int:pk>/judge", screening.judge, name="screening_judge"),
    path("watch-list/", screening.watch_list, name="watch_list"),
    path("watch-list/load", screening.load, name="watch_list_load"),
    path("watch-list/<int:pk>/", screening.version, name="watch_list_version"),
    path("staff/", staff.staff, name="staff"),
    path("staff/new", staff.officer_new, name="officer_new"),
    path("staff/<int:pk>/", staff.officer, name="officer"),
    path("staff/<int:pk>/edit", staff.officer_edit, name="officer_edit"),
    path("staff/<int:pk>/close", staff.officer_close, name="officer_close"),
    path("staff/<int:pk>/open", staff.officer_open, name="officer_open"),
    path("staff/<int:pk>/password", staff.officer_password, name="officer_password"),
]
