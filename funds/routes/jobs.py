"""Addresses of work in the background."""

from django.urls import path

from funds.views import jobs

urlpatterns = [
    path("bundles/new", jobs.bundle_new, name="bundle_new"),
    path("bundles/", jobs.job_list, name="job_list"),
    path("bundles/<int:pk>/", jobs.job, name="job"),
    path("bundles/<int:pk>/cancel", jobs.job_cancel, name="job_cancel"),
    path("bundles/<int:pk>/file", jobs.job_file, name="job_file"),
]
