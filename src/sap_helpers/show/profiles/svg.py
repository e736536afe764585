"""A small writer of SVG: shapes as strings, every text escaped, looks by class alone for dark mode and print."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sap_helpers.show.text import escape

if TYPE_CHECKING:
    from collections.abc import Iterable

# of a letter, as a share of the size of the type: wide enough for every typeface of the page
LETTER = 0.56


def number(value: float) -> str:
    """Return a coordinate to a tenth of a pixel, as short as it can be written."""
    return f"{value:.1f}".removesuffix(".0")


def text_width(text: str, size: float) -> float:
    """Return how wide a text is about, in pixels."""
    return len(text) * size * LETTER


def rect(x: float, y: float, width: float, height: float, kind: str) -> str:
    """Return a rectangle."""
    sides = f'x="{number(x)}" y="{number(y)}" width="{number(width)}" height="{number(height)}"'
    return f'<rect {sides} class="{kind}"/>'


def path(points: Iterable[tuple[float, float]], kind: str) -> str:
    """Return a line through points."""
    return f'<path d="M{"L".join(f"{number(x)} {number(y)}" for x, y in points)}" class="{kind}"/>'


def strokes(lines: Iterable[tuple[float, float, float, float]], kind: str) -> str:
    """Return straight lines, each from a point to a point, as one shape."""
    drawn = "".join(f"M{number(x)} {number(y)}L{number(to_x)} {number(to_y)}" for x, y, to_x, to_y in lines)
    return f'<path d="{drawn}" class="{kind}"/>' if drawn else ""


def dot(x: float, y: float, kind: str, radius: float = 2.6) -> str:
    """Return a dot."""
    return f'<circle cx="{number(x)}" cy="{number(y)}" r="{number(radius)}" class="{kind}"/>'


def label(x: float, y: float, text: str, kind: str = "") -> str:
    """Return a text; a class moves its anchor."""
    of = f' class="{kind}"' if kind else ""
    return f'<text x="{number(x)}" y="{number(y)}"{of}>{escape(text)}</text>'


def document(width: float, height: float, words: str, parts: Iterable[str]) -> str:
    """Return the drawing with its words for those who cannot see it."""
    size = f'width="{number(width)}" height="{number(height)}" viewBox="0 0 {number(width)} {number(height)}"'
    return f'<svg class="profile-drawing" role="img" aria-label="{escape(words)}" {size}>{"".join(parts)}</svg>'
