"""The whole journal of a fund as a file for an independent program."""

import tempfile

from django.http import FileResponse, HttpRequest
from django.views.decorators.http import require_safe

from beneficiaries.views.pages import actor, roles_only
from funds.readers import READERS, owned_fund
from ledger.exports import form_of, journal_of


@require_safe
@roles_only(*READERS, action="see the books")
def journal_file(request: HttpRequest, code: str, form: str) -> FileResponse:
    """csv, beancount or hledger. Written aside first: a slow reader holds no snapshot, and half a file is never taken for all
    of it. Raises: NotFound for another form."""
    wanted, fund = form_of(form), owned_fund(code, by=actor(request))
    file = tempfile.TemporaryFile()  # noqa: SIM115 - the answer closes it when it was sent
    with journal_of(fund.book.code) as journal:
        file.writelines(part.encode() for part in wanted.parts(journal))
    file.seek(0)
    name = f"{fund.code}-journal.{form}"
    return FileResponse(file, as_attachment=True, filename=name, content_type=wanted.content_type)
