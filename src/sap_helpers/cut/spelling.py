"""Spelling: what two words have in common once letter case, blanks, look-alikes or one letter are forgiven."""

from __future__ import annotations

import difflib
import unicodedata
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

# Greek and Cyrillic capitals by the Latin ones that they are drawn like; then the letters that pass for digits
DRAWN_LIKE = str.maketrans(
    "\u0391\u0392\u0395\u0396\u0397\u0399\u039a\u039c\u039d\u039f\u03a1\u03a4\u03a5\u03a7"
    "\u0410\u0412\u0415\u041a\u041c\u041d\u041e\u0420\u0421\u0422\u0423\u0425\u0406\u0408\u0405",
    "ABEZHIKMNOPTYXABEKMHOPCTYXIJS",
)
LIKE_DIGITS = str.maketrans("OIL", "011")


def fold(word: str) -> str:
    """Return a word as it is compared with a list: without outer blanks and letter case."""
    return word.strip().upper()


def shape(word: str) -> str:
    """Return what a word looks like: letters and digits alone, in capitals, look-alikes as one; "" for none."""
    drawn = unicodedata.normalize("NFKC", word).upper().translate(DRAWN_LIKE)
    return "".join(sign for sign in drawn.translate(LIKE_DIGITS) if sign.isalnum())


def is_one_letter_away(first: str, second: str) -> bool:
    """Return whether one letter too many, too few, another one or two changed over make a word of the other.

    A digit in place of a digit is no slip but another number: grade 2 is not a misspelt grade 3.
    """
    if first == second or abs(len(first) - len(second)) > 1:
        return False
    if len(first) != len(second):
        short, long = sorted((first, second), key=len)
        return short in _shortened(long)
    places = [place for place, (one, other) in enumerate(zip(first, second, strict=True)) if one != other]
    if len(places) == 1:
        return not (first[places[0]].isdigit() and second[places[0]].isdigit())
    is_pair = len(places) == 2 and places[1] == places[0] + 1
    return is_pair and first[places[0] : places[1] + 1] == second[places[0] : places[1] + 1][::-1]


def is_alike(first: str, second: str) -> bool:
    """Return whether two words that differ look the same, or are one letter away from each other."""
    return first != second and (shape(first) == shape(second) or is_one_letter_away(fold(first), fold(second)))


def alike(word: str, words: Iterable[str]) -> list[str]:
    """Return the words that another is alike to: those that look the same, else those one letter away."""
    near = [one for one in words if is_alike(word, one)]
    return [one for one in near if shape(one) == shape(word)] or near


def find_alike(words: Iterable[str]) -> Iterator[tuple[str, str]]:
    """Return every pair of different words that are alike, each pair once, in sorted order."""
    by_key: dict[str, set[str]] = {}
    for word in words:
        for key in {shape(word), fold(word), *_shortened(fold(word))}:
            by_key.setdefault(key, set()).add(word)
    pairs = {(one, other) for found in by_key.values() for one in found for other in found if one < other}
    return iter(sorted(pair for pair in pairs if is_alike(*pair)))


def nearest(word: str, words: Iterable[str]) -> str:
    """Return the word that another comes nearest to: one that looks the same, else the most similar; "" for none."""
    known = list(words)
    by_fold = {fold(one): one for one in known}
    similar = [by_fold[one] for one in difflib.get_close_matches(fold(word), by_fold, n=1)]
    return next(iter(alike(word, known) or similar), "")


def _shortened(word: str) -> set[str]:
    return {word[:place] + word[place + 1 :] for place in range(len(word))}
