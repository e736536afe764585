"""The trail of a page's numbers: which result each one is, and who and which records are behind it, packed small.

A page holds thousands of numbers. Their ids, values and records stand in it once, compressed, and each cell names its
results by their places in that list; the page's script unpacks it when somebody asks, and so do tests.
"""

from __future__ import annotations

import base64
import json
import re
import zlib
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, NamedTuple

from sap_helpers.results import Key, Results
from sap_helpers.show.page.errors import PageError
from sap_helpers.show.page.lines import Line, differences, pack_lines, sort_lines

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

PACKED = re.compile(r'<script\b[^>]* id="behind"[^>]*>([^<]*)</script>')
RAW_DEFLATE = -15


class Part(NamedTuple):
    """Some of those behind a number: what they are to it, a remark, and their records."""

    heading: str
    note: str = ""
    lines: tuple[Line, ...] = ()


@dataclass(frozen=True, slots=True)
class Trail:
    """What a page can say of the numbers that it shows.

    Parameters
    ----------
    results
        Those that its tables may show.
    behind
        Tells of a key who and what is behind it, asked once for each that the page shows.
    sections
        By analysis id: where the plan describes it.
    set_sizes
        Subjects of each analysis set.
    pages
        By analysis id: the page that holds what is behind it, where that is another one.
    search
        Page, address and text of all that can be found in the report.
    """

    results: Results = field(default_factory=Results)
    behind: Callable[[Key], tuple[Part, ...]] = lambda _: ()
    sections: Mapping[str, str] = field(default_factory=dict)
    set_sizes: Mapping[str, int] = field(default_factory=dict)
    pages: Mapping[str, str] = field(default_factory=dict)
    search: tuple[tuple[str, str, str], ...] = ()


def unpack_trail(page: str) -> dict[str, Any]:
    """Return what a page holds behind its numbers; `results` stand in the order that cells refer to."""
    match = PACKED.search(page)
    if match is None:
        raise PageError("the page holds nothing behind its numbers")
    content: dict[str, Any] = json.loads(zlib.decompress(base64.b64decode(match[1]), RAW_DEFLATE))
    return content


def result_ids(content: Mapping[str, Any]) -> list[str]:
    """Return the ids that the places of an unpacked trail stand for."""
    return [Key(*content["keys"][place]).result_id(stat) for place, stat, *_ in content["results"]]


class Packer:
    """Gives results, keys, records and subjects their places in the order in which the page comes to them.

    Parameters
    ----------
    trail
        What the page can say of its numbers.
    profiles
        By subject: the address of its profile.
    """

    def __init__(self, trail: Trail, profiles: Mapping[str, str]) -> None:
        self.trail, self.profiles = trail, profiles
        self.known = {row.result_id: row for row in trail.results}
        self.results: list[list[Any]] = []
        self.place_of: dict[str, int] = {}
        self.keys: dict[Key, int] = {}
        self.behind: dict[tuple[Part, ...], int] = {}
        self.of: list[int] = []

    def mark(self, result_ids: Sequence[str]) -> str:
        """Return the attribute that names results by their places, nothing for none.

        Raises
        ------
        PageError
            One of them does not exist.
        """
        return f' data-r="{" ".join(str(self._place(one)) for one in result_ids)}"' if result_ids else ""

    def packed(self) -> str:
        """Return all that the markup seen so far needs, as text."""
        packer = zlib.compressobj(9, zlib.DEFLATED, RAW_DEFLATE)
        data = json.dumps(self._content(), separators=(",", ":"), ensure_ascii=False).encode()
        return base64.b64encode(packer.compress(data) + packer.flush()).decode()

    def _content(self) -> dict[str, Any]:
        """Return all that the page's numbers need."""
        lines = sort_lines(line for parts in self.behind for part in parts for line in part.lines)
        subjects = {name: place for place, name in enumerate(sorted({line.usubjid for line in lines}))}
        places = {line: place for place, line in enumerate(lines)}
        behind = [[_part(part, places) for part in parts] for parts in self.behind]
        analyses = dict.fromkeys(key.analysis_id for key in self.keys)
        return {
            "results": self.results, "keys": [list(key.as_written) for key in self.keys], "of": self.of,
            "behind": behind, "lines": pack_lines(lines, subjects),
            "subjects": [[name, self.profiles.get(name, "")] for name in subjects],
            "sets": dict(self.trail.set_sizes), "search": [list(entry) for entry in self.trail.search],
            "sections": {name: self.trail.sections[name] for name in analyses if name in self.trail.sections},
            "pages": {name: self.trail.pages[name] for name in analyses if name in self.trail.pages},
        }  # fmt: skip

    def _place(self, result_id: str) -> int:
        if result_id not in self.place_of:
            row = self.known.get(result_id)
            if row is None:
                raise PageError(f"a table shows {result_id}, which is no result of this report")
            self.place_of[result_id] = len(self.results)
            self.results.append([self._key(row.key), row.stat_name, row.stat, row.note])
        return self.place_of[result_id]

    def _key(self, key: Key) -> int:
        if key not in self.keys:
            self.keys[key] = len(self.keys)
            parts = self.trail.behind(key)
            self.of.append(self.behind.setdefault(parts, len(self.behind)) if parts else -1)
        return self.keys[key]


def _part(part: Part, places: Mapping[Line, int]) -> list[Any]:
    return [part.heading, part.note, differences(sorted(places[line] for line in part.lines))]
