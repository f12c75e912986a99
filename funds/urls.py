"""Addresses of this app: requests and payments, funds and statements, books."""

from funds import routes_books, routes_funds, routes_requests

urlpatterns = [*routes_requests.urlpatterns, *routes_funds.urlpatterns, *routes_books.urlpatterns]
