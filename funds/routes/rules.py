"""Addresses of the rules of chains."""

from django.urls import path

from funds.views import rule_book

urlpatterns = [
    path("rules/", rule_book.rule_list, name="approval_rules"),
    path("rules/new", rule_book.rule_new, name="approval_rule_new"),
    path("rules/<int:number>/", rule_book.rule, name="approval_rule"),
    path("rules/<int:number>/versions/new", rule_book.version_new, name="rule_version_new"),
    path("rules/versions/<int:pk>/agree", rule_book.version_agree, name="rule_version_agree"),
    path("rules/versions/<int:pk>/decline", rule_book.version_decline, name="rule_version_decline"),
]
