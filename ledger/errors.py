"""Refusals every layer shares: what was asked, why not, what to change. Pages and the API map them to one HTTP status each."""

from collections.abc import Mapping


class Refusal(Exception):
    """The product says no. `code` is stable for programs, the text is for the person, `fields` names each bad input."""

    status = 400
    code = "refused"
    title = ""  # of its page; empty: the usual one of the status
    kept = False  # recorded as a refused attempt even where nothing was to be changed

    def __init__(self, detail: str, *, code: str | None = None, fields: Mapping[str, str] | None = None) -> None:
        super().__init__(detail)
        self.detail = detail
        self.code = code or self.code
        self.fields = dict(fields or {})

    def __str__(self) -> str:
        return self.detail


class NotAllowed(Refusal):
    """This person may not do this, whatever the state (403)."""

    status = 403
    code = "not_allowed"


class NotFound(Refusal):
    """There is no such thing for this person: it is not there, or it belongs to another office (404)."""

    status = 404
    code = "not_found"


class WrongState(Refusal):
    """The thing is not in a state that allows this, often because somebody was faster (409). `ids` names the rows."""

    status = 409
    code = "wrong_state"

    def __init__(self, detail: str, *, ids: tuple[int, ...] = (), code: str | None = None) -> None:
        super().__init__(detail, code=code)
        self.ids = ids


class BadInput(Refusal):
    """A value cannot be taken; `fields` says which, what was seen and what to change (422)."""

    status = 422
    code = "bad_input"
