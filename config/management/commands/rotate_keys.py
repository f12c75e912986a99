"""Seals private values with the newest key, and tells how many are sealed with which."""

import os
from argparse import ArgumentParser
from base64 import b64decode
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import CommandError

from beneficiaries.private.vault import key_id, keyring
from config import key_rotation
from config.environment import new_key
from ledger.commands import Command as OurCommand

KEPT = "evidence, stays as it is"


class Command(OurCommand):
    help = (
        "Seals every private value that may change with the first of DATA_KEYS, in batches; broken off, it goes on from"
        " there at the next call. Then it tells how many values are sealed with which key."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        super().add_arguments(parser)
        way = parser.add_mutually_exclusive_group()
        way.add_argument(
            "--new-key", dest="make_key", action="store_true", help="make a key that seals from the next start on"
        )
        way.add_argument("--count", action="store_true", help="only tell which key sealed how many values")

    def handle(self, *args: Any, make_key: bool, count: bool, json: bool, **options: Any) -> None:
        if make_key:
            self._make_key(as_json=json)
            return
        sealed = 0 if count else key_rotation.reseal(lambda place, number: self._tell(place, number, quiet=json))
        ring, rows = keyring(), key_rotation.counts()
        lines = [f"Key {ring.current} seals; {len(ring.keys)} in use. {sealed} values were sealed anew."]
        lines += [
            f"  {row.place:45} key {row.key} {row.values:>10}  {KEPT if row.kept else ''}".rstrip() for row in rows
        ]
        unused = sorted(set(ring.ciphers) - {row.key for row in rows} - {ring.current})
        lines += [f"No value is sealed with key {key}: it may go." for key in unused]
        answer = {
            "current": ring.current,
            "keys": list(ring.ciphers),
            "resealed": sealed,
            "unused": unused,
            "counts": [{"place": r.place, "key": r.key, "values": r.values, "kept": r.kept} for r in rows],
        }
        self.say("\n".join(lines), answer, as_json=json)
        if lost := sorted({row.key for row in rows} - set(ring.ciphers)):
            raise CommandError(
                f"Values are sealed with {', '.join(lost)}, which is not among DATA_KEYS. Put the key back.",
                returncode=1,
            )

    def _tell(self, place: str, number: int, *, quiet: bool) -> None:
        if number and not quiet:
            self.stdout.write(f"{place}: {number} sealed anew")

    def _make_key(self, *, as_json: bool) -> None:
        """Into the file that the embedded server's keys lie in, or printed where the environment holds them."""
        key = new_key()
        name = key_id(b64decode(key))
        file: Path | None = settings.DATA_KEYS_FILE
        if file is None:
            text = f"Put this key before the others in DATA_KEYS, start the service again, then run rotate_keys:\n{key}"
            self.say(text, {"key": key, "id": name}, as_json=as_json)
            return
        _put_first(file, key)
        text = f"Key {name} was put into {file}. Start the service again, then run rotate_keys."
        self.say(text, {"file": str(file), "id": name}, as_json=as_json)


def _put_first(file: Path, key: str) -> None:
    """Written aside and renamed, so that a crash leaves the old keys or all of them."""
    draft = file.with_name(f"{file.name}.new")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w") as stream:
        stream.write(f"{key}\n{file.read_text().strip()}\n")
        stream.flush()
        os.fsync(stream.fileno())
    draft.replace(file)
