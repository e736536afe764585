"""Where a subject's profile stands: one safe and unique anchor for any identifier, and the page that holds it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sap_helpers.plan.display import PROFILES_PAGE

if TYPE_CHECKING:
    from collections.abc import Sequence

PREFIX = "subject-"
KEPT = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-")


def subject_anchor(usubjid: str) -> str:
    """Return the anchor of a subject's profile: letters, digits and hyphens as they are, all else by its code.

    Two identifiers never share an anchor: a code stands between underscores, and an underscore is itself written so.
    """
    return PREFIX + "".join(c if c in KEPT else f"_{ord(c):x}_" for c in usubjid)


def profile_file(number: int) -> str:
    """Return the file of the profile page with a number, the first being 1."""
    first = PROFILES_PAGE[0]
    return first if number == 1 else first.replace(".", f"-{number}.")


def split_pages(subjects: Sequence[str], most: int) -> list[tuple[str, tuple[str, ...]]]:
    """Return each profile page's file with its subjects, by identifier, at most so many on one; at least one page."""
    ordered = sorted(subjects)
    parts = [tuple(ordered[start : start + most]) for start in range(0, len(ordered), most)] or [()]
    return [(profile_file(number), part) for number, part in enumerate(parts, start=1)]


def subject_links(subjects: Sequence[str], most: int) -> dict[str, str]:
    """Return the address of every subject's profile by identifier."""
    return {
        subject: f"{file}#{subject_anchor(subject)}"
        for file, part in split_pages(subjects, most)
        for subject in part
    }  # fmt: skip
