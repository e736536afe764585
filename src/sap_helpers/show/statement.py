"""A sentence that carries its numbers' result ids: how a page says the answer first."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sap_helpers.show.table_html import result_ids_text
from sap_helpers.show.text import escape, visible

if TYPE_CHECKING:
    from collections.abc import Sequence


@dataclass(frozen=True, slots=True)
class Statement:
    """The answer in one sentence, what it must not be read without, and the results that it quotes."""

    answer: str
    caveats: Sequence[str] = ()
    result_ids: tuple[str, ...] = ()

    def html(self) -> str:
        """Return the statement as HTML, everything escaped."""
        ids = f' data-results="{escape(result_ids_text(self.result_ids))}"' if self.result_ids else ""
        caveats = "".join(f'<p class="sap-caveat">{escape(text)}</p>' for text in self.caveats)
        return f'<div class="sap-statement"><p class="sap-answer"{ids}>{escape(self.answer)}</p>{caveats}</div>'

    def text(self) -> str:
        """Return the statement as plain text."""
        return "\n".join(visible(line) for line in (self.answer, *self.caveats))

    def _repr_mimebundle_(self, **_: object) -> dict[str, str]:
        return {"text/html": self.html(), "text/plain": self.text()}
