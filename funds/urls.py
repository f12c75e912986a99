"""Addresses of this app: requests and payments in one list, funds and statements in another."""

from funds import routes_funds, routes_requests

urlpatterns = [*routes_requests.urlpatterns, *routes_funds.urlpatterns]
