"""What a note sheet says: the noting of a file, paragraph by paragraph. All of it comes as text, as it shall be read."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Turn:
    """One thing that was changed before the file was submitted again."""

    what: str
    was: str
    became: str


@dataclass(frozen=True)
class Note:
    """One numbered paragraph: what was done, the words, who wrote it when, and to whom the file was marked."""

    number: int
    act: str
    text: str
    name: str
    post: str
    when: str
    marked_to: str
    turns: tuple[Turn, ...] = ()


@dataclass(frozen=True)
class NoteSheet:
    """The noting of one request. `file` is the diary number of its first submission."""

    government: str
    ministry: str
    fund_name: str
    fund_note: str
    particulars: tuple[str, ...]
    file: str
    request: str
    subject: str
    amount: str
    state: str
    notes: tuple[Note, ...]
