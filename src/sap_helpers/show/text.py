"""Text from elsewhere made fit to be seen: nothing in it acts, hides, or turns the reading direction."""

from __future__ import annotations

import html
import unicodedata
from functools import lru_cache

# controls, format characters (bidi overrides, zero width), surrogates, line and paragraph separators
UNSEEN = frozenset({"Cc", "Cf", "Cs", "Zl", "Zp"})
LINES = frozenset("\n\t")


def visible(text: str, *, keep: frozenset[str] = frozenset()) -> str:
    """Return `text` with every character that cannot be seen written as ``<U+202E>``.

    Parameters
    ----------
    text
        Any text.
    keep
        Characters left as they are, such as the line ends of a block of text.

    """
    if text.isprintable():  # as nearly all is: what cannot be seen never counts as printable
        return text
    return text.translate({ord(character): _code(character) for character in _unseen(text) - keep})


@lru_cache(maxsize=2**14)
def escape(text: str, *, keep: frozenset[str] = frozenset()) -> str:
    """Return `text` for HTML, between tags or in a quoted attribute: what cannot be seen written out, then escaped."""
    return html.escape(visible(text, keep=keep), quote=True)


def show_unseen(markup: str) -> str:
    """Return sanitised HTML in which every character that cannot be seen, line ends aside, is written out."""
    return markup.translate({ord(character): html.escape(_code(character)) for character in _unseen(markup) - LINES})


def _unseen(text: str) -> set[str]:
    return {character for character in set(text) if unicodedata.category(character) in UNSEEN}


def _code(character: str) -> str:
    return f"<U+{ord(character):04X}>"
