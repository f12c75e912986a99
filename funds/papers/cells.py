"""Writing the values of a paper into their cells, and remembering which of them had to be cut."""

from funds.papers import urdu_fit
from funds.papers.fit import LEADING, LEAST, Fitted, fit, put
from funds.papers.fonts import REGULAR, SEMIBOLD, Face
from funds.papers.ink import INK, POINT, Colour
from funds.papers.tongue import Tongue
from funds.papers.urdu_faces import NASKH, NASKH_BOLD, UrduFace


class Cells:
    """A page in one language. `shortened` are the labels and full texts of what was cut."""

    def __init__(self, tongue: Tongue) -> None:
        self.tongue = tongue
        self.pen = tongue.pen()
        self.shortened: list[tuple[str, str]] = []

    def cell(
        self,
        label: str,
        x: float,
        y: float,
        width: float,
        text: str,
        *,
        face: Face = REGULAR,
        size: float,
        colour: Colour = INK,
        lines: int = 1,
        least: float = LEAST,
    ) -> None:
        """Write one value, in Urdu where that leads and is known; two lines share the place of one, half above, half below."""
        if self.tongue.urdu_leads and (known := self.tongue.of(text)):
            self.urdu(
                label, x, y, width, known, face=NASKH_BOLD if face is SEMIBOLD else NASKH, size=size, colour=colour
            )
            return
        fitted = fit(text, face, size, width, lines=lines, least=least)
        self.remember(label, text, fitted)
        lift = (len(fitted.lines) - 1) * fitted.size * LEADING / POINT / 2
        put(self.pen, x, y - lift, width, fitted, face=face, colour=colour)

    def urdu(
        self, label: str, x: float, y: float, width: float, text: str, *, face: UrduFace, size: float, colour: Colour
    ) -> None:
        """Write one value in Urdu at the beginning of its cell; `size` is that of English there."""
        fitted = urdu_fit.fit(text, face, size + 0.8, width, lines=1)
        self.remember(label, text, fitted)
        urdu_fit.put(self.pen, x, y, width, fitted, leading=1, colour=colour, align="left")

    def remember(self, label: str, text: str, fitted: Fitted | urdu_fit.Fitted) -> None:
        """Keep what was cut for the annex."""
        if not fitted.whole:
            self.shortened.append((label, text))
