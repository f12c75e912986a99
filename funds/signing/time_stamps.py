"""Asks a time-stamp authority (RFC 3161) over HTTP, with the standard library and a bound on time and length."""

from urllib.error import URLError
from urllib.request import Request, urlopen

from asn1crypto import tsp
from pyhanko.sign.timestamps import TimeStamper

SECONDS, MOST = 10, 100_000  # longest wait, longest answer in bytes


class HttpTimeStamper(TimeStamper):
    """One authority; its address was checked at start to be http or https."""

    def __init__(self, address: str) -> None:
        super().__init__()
        self.address = address

    async def async_request_tsa_response(self, req: tsp.TimeStampReq) -> tsp.TimeStampResp:
        """Raises: OSError where it does not answer, or not with a time stamp."""
        asked = Request(  # noqa: S310 - http or https only, see Environment.url
            self.address,
            data=req.dump(),
            headers={"Content-Type": "application/timestamp-query", "Accept": "application/timestamp-reply"},
        )
        try:
            with urlopen(asked, timeout=SECONDS) as answer:  # noqa: S310
                return tsp.TimeStampResp.load(answer.read(MOST), strict=True)
        except (URLError, ValueError) as error:
            raise OSError(f"the time-stamp authority gave no time stamp: {error}") from error
