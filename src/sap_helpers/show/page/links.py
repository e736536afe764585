"""Links from the subjects in tables to their profiles: made on the page, since a notebook does not lie beside them."""

from __future__ import annotations

import html
import re
from collections import Counter
from typing import TYPE_CHECKING

from sap_helpers.show.text import escape, visible

if TYPE_CHECKING:
    from collections.abc import Mapping

MARK = "sap-subject"
SUBJECT_CELL = re.compile(r'(<t[dh]\b[^>]*\bclass="[^"]*\bsap-subject\b[^"]*"[^>]*>)([^<]*)(</t[dh]>)')


def link_subjects(page: str, links: Mapping[str, str]) -> str:
    """Return a page on which every cell of class ``sap-subject`` that names a subject leads to its profile.

    Parameters
    ----------
    page
        HTML, sanitised.
    links
        Address of the profile by subject. Two identifiers that are shown alike lead nowhere.

    """
    if MARK not in page:
        return page
    count = Counter(map(visible, links))
    shown = {visible(subject): href for subject, href in links.items() if count[visible(subject)] == 1}

    def linked(match: re.Match[str]) -> str:
        before, text, after = match.groups()
        href = shown.get(html.unescape(text))
        return f'{before}<a href="{escape(href)}">{text}</a>{after}' if href else match[0]

    return SUBJECT_CELL.sub(linked, page)
