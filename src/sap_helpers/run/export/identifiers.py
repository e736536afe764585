"""The last look at a copy for others: no file of it holds the identifier of a subject."""

from __future__ import annotations

import html
import json
import re
from typing import TYPE_CHECKING

from sap_helpers.errors import PublishError
from sap_helpers.run.progress import tell

if TYPE_CHECKING:
    from collections.abc import Collection
    from pathlib import Path

    from sap_helpers.adam.store import Study

SUBJECT = "USUBJID"
# below, an identifier is found in any text by chance
LEAST_LETTERS, LEAST_DIGITS = 3, 5
# from here on an identifier with a letter or a sign in it is found wherever it stands, within words too
LONG = 6


def identifiers_of(study: Study) -> set[str]:
    """Return every identifier in the analysis data and the findings of a report."""
    found = {str(subject) for name in study.data for subject in study[name][SUBJECT].dropna()}
    return (found | {row[SUBJECT] for row in study.findings}) - {""}


def check_identifiers(folder: Path, identifiers: Collection[str]) -> None:
    """Search every file of a copy for identifiers; those too short to be told from other text are counted on stderr.

    Raises
    ------
    PublishError
        A file holds one.
    """
    searched = {name: pattern_of(name) for name in sorted(identifiers)}
    unsearched = [name for name, pattern in searched.items() if pattern is None]
    if unsearched:
        tell(f"{len(unsearched)} identifiers are too short to be searched for in the copy: look through it yourself")
    for path in sorted(path for path in folder.rglob("*") if path.is_file()):
        text = path.read_text(encoding="utf-8")
        found = next((name for name, pattern in searched.items() if pattern and pattern.search(text)), None)
        if found is not None:
            place = path.relative_to(folder).as_posix()
            raise PublishError(f"the copy would name subject {found} in {place}. Nothing was written.")


def pattern_of(identifier: str) -> re.Pattern[str] | None:
    """Return what finds an identifier in a file, or None where it is too short to be told from other text.

    Notes
    -----
    - Of six characters or more and not digits alone: wherever it stands.
    - Shorter, or of digits alone: as a word or number of its own.
    - Of fewer than three characters, or of fewer than five digits: not at all.
    """
    if len(identifier) < (LEAST_DIGITS if identifier.isdigit() else LEAST_LETTERS):
        return None
    written = dict.fromkeys((identifier, html.escape(identifier), json.dumps(identifier)[1:-1]))
    any_of = "|".join(map(re.escape, written))
    if len(identifier) >= LONG and not identifier.isdigit():
        return re.compile(any_of)
    return re.compile(rf"(?<![\w.])(?:{any_of})(?![\w.])")
