"""What the page tests share: a signed-in browser without script, and reading a page as text."""

import html
import re

from django.contrib.auth.models import User
from django.http import HttpResponse
from django.test import Client


def as_(user: User) -> Client:
    """A browser where the user is signed in."""
    client = Client()
    client.force_login(user)
    return client


def hidden(page: str) -> dict[str, list[str]]:
    """The hidden fields of a page, as a browser would send them back."""
    found: dict[str, list[str]] = {}
    for tag in re.findall(r'<input type="hidden"[^>]*>', page):
        name, value = re.search(r'name="([^"]+)"', tag), re.search(r'value="([^"]*)"', tag)
        if name and value:
            found.setdefault(name[1], []).append(html.unescape(value[1]))
    return found


def source(answer: HttpResponse) -> str:
    """The HTML."""
    return answer.content.decode()


def words(answer: HttpResponse) -> str:
    """What a reader sees, in one line."""
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", source(answer))).split())
