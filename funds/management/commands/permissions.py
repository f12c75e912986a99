"""Prints who may do what in which state."""

from argparse import ArgumentParser
from typing import Any

from funds.permission import pages as permission_pages
from ledger.commands import Command as OurCommand


class Command(OurCommand):
    help = "Prints the table role by act by state, as docs/permissions.md has it; with --json every cell."

    def add_arguments(self, parser: ArgumentParser) -> None:
        super().add_arguments(parser)
        parser.add_argument("--markdown", action="store_true", help="the page of docs, which it prints anyway")

    def handle(self, *args: Any, json: bool, **options: Any) -> None:
        self.say(permission_pages.markdown().rstrip("\n"), permission_pages.document(), as_json=json)
