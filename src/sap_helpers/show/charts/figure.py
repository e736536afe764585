"""A figure that stands alone: the drawing, the words for those who cannot see it, its caption and its numbers."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from sap_helpers.show.text import visible

if TYPE_CHECKING:
    from sap_helpers.show.tables import Table

SVG = "image/svg+xml"


@dataclass(frozen=True, slots=True)
class Figure:
    """A drawing with what must go with it.

    Parameters
    ----------
    plan_id
        Analysis id of the plan, for example ``SRI.PRIMARY``.
    title
        What it shows.
    svg
        The drawing, UTF-8.
    alt
        Its content in words, composed of its numbers.
    caption
        Set, method, how to read it.
    numbers
        The numbers drawn, as a table.
    stamp
        The cut that it belongs to.
    is_subject_level
        Whether its marks are single subjects, so that a copy for others leaves it out.

    Raises
    ------
    ValueError
        It has no alternative text.

    """

    plan_id: str
    title: str
    svg: bytes
    alt: str
    caption: str
    numbers: Table
    stamp: str = ""
    is_subject_level: bool = False

    def __post_init__(self) -> None:
        """Refuse a figure that says nothing to those who cannot see it."""
        if not self.alt.strip():
            raise ValueError(f"figure {self.plan_id}: no alternative text; say in words what it shows")

    def with_stamp(self, stamp: str) -> Figure:
        """Return the figure, and its numbers, with the stamp of the cut."""
        return replace(self, stamp=stamp, numbers=self.numbers.with_stamp(stamp))

    @property
    def full_caption(self) -> str:
        """Title, caption, plan id and stamp as one text."""
        origin = " · ".join(part for part in (self.plan_id, self.stamp) if part)
        return " ".join(part for part in (f"{self.title}.", self.caption, f"{origin}." if origin else "") if part)

    def _repr_mimebundle_(self, **_: object) -> tuple[dict[str, str], dict[str, Any]]:
        described: dict[str, Any] = {
            "title": visible(self.title),
            "alt": visible(self.alt),
            "caption": visible(self.full_caption),
            "numbers": self.numbers.html(),
            "is_subject_level": self.is_subject_level,
        }
        text = f"{visible(self.full_caption)}\n{visible(self.alt)}"
        return {SVG: self.svg.decode("utf-8"), "text/plain": text}, {SVG: described}
