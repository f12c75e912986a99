"""Addresses of this app: requests and payments in one list, funds and statements in another."""

from importlib import import_module
from importlib.util import find_spec

SUBJECTS = tuple(name for name in ("routes_requests", "routes_funds") if find_spec(f"funds.{name}"))

urlpatterns = [route for name in SUBJECTS for route in import_module(f"funds.{name}").urlpatterns]
