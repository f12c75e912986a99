"""What our commands share: a refusal ends one with exit code 1 and its reasons on stderr, without a traceback."""

import json
from argparse import ArgumentParser
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from ledger.errors import Refusal


class Command(BaseCommand):
    """Base of our commands. `say` prints text for people or, with --json, one document for programs. Exit codes: 0 good,
    1 refused or failed, 2 used wrongly (the argument parser's own)."""

    requires_system_checks: list[str] = []  # those belong to `check`: a book is printed even while a page is broken

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--json", action="store_true", help="one JSON document instead of text")

    def execute(self, *args: Any, **options: Any) -> str | None:
        """Runs the command. Raises: CommandError in the words of the refusal."""
        try:
            return super().execute(*args, **options)
        except Refusal as refusal:
            raise CommandError(told(refusal), returncode=1) from refusal

    def say(self, text: str, document: Any, *, as_json: bool) -> None:
        """One answer in the form asked for."""
        self.stdout.write(json.dumps(document, ensure_ascii=False) if as_json else text)


def told(refusal: Refusal) -> str:
    """The refusal in one text: what was refused, then each field with its reason."""
    reasons = [f"  {field}: {text}" for field, text in refusal.fields.items() if text != refusal.detail]
    return "\n".join([refusal.detail, *reasons])


def write_file(path: Path, content: bytes) -> None:
    """Writes the file whole or not at all; directories on the way are made. Raises: CommandError with the system's reason."""
    write_parts(path, [content])


def write_parts(path: Path, parts: Iterable[bytes]) -> None:
    """Like write_file, one part after the other, for files too large to hold. Raises: CommandError, and what `parts` raises."""
    draft = path.with_name(f"{path.name}.part")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with draft.open("wb") as stream:
            stream.writelines(parts)
        draft.replace(path)
    except OSError as error:
        raise CommandError(f"{path} could not be written: {error.strerror}.", returncode=1) from error
    finally:
        with suppress(OSError):  # there only if something failed
            draft.unlink()
