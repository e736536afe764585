"""What a document is made of: the tables and figures of a report, read once, and written in every format alike."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from sap_helpers.show.display import Figure, numbered

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sap_helpers.show.display import Table
    from sap_helpers.show.page import PageContext


UNNUMBERED = "further"


@dataclass(frozen=True, slots=True)
class Output:
    """A table, listing or figure: the title of its page, its number (empty for what carries none), and the display."""

    page: str
    label: str
    display: Table | Figure

    @property
    def heading(self) -> str:
        """The line above it: its number and its title."""
        return numbered(self.label, self.display.title)

    @property
    def file_name(self) -> str:
        """The name of a file of its own, without ending: its number, in which every part has two digits to sort by."""
        numbers = [f"{int(number):02d}" for number in re.findall(r"\d+", self.label)]
        return "-".join((self.label[0].lower(), *numbers)) if numbers else UNNUMBERED


@dataclass(frozen=True, slots=True)
class Section:
    """A section of the document: its heading, and what stands in it."""

    heading: str
    outputs: tuple[Output, ...]


@dataclass(frozen=True, slots=True)
class Document:
    """A report as a document: what it is about, and its sections in the order of a study report.

    Parameters
    ----------
    about
        Study, cut, stamps, plan.
    sections
        In order; none is empty.
    is_part
        Whether it is a single output, without first page and contents.
    """

    about: PageContext
    sections: tuple[Section, ...]
    is_part: bool = False

    @property
    def title(self) -> str:
        """The document's title."""
        what = self.outputs[0].heading if self.is_part else "tables, figures and listings"
        return f"{self.about.study}: {what}, cut {self.about.cut_id}"

    @property
    def running_head(self) -> str:
        """The line at the top of every page: study, cut, its date, and the stamps."""
        about = self.about
        return " · ".join((about.study, f"cut {about.cut_id}", f"data to {about.cut_date}", *about.stamps))

    @property
    def facts(self) -> tuple[tuple[str, str], ...]:
        """What the first page says: name and value."""
        about = self.about
        return (
            ("Study", f"{about.study}, {about.study_title}"), ("Data cut", about.cut_id), ("Data to", about.cut_date),
            ("State of the data", ", ".join(about.stamps) or "sealed, final"), ("Plan version", about.plan_version),
            *((f"Subjects in {name}", str(size)) for name, size in about.set_sizes),
            *self._departures,
        )  # fmt: skip

    @property
    def _departures(self) -> tuple[tuple[str, str], ...]:
        differences = self.about.plan_differences
        return tuple((f"Value of {key}", f"{used} (in the plan: {planned})") for key, planned, used in differences)

    @property
    def cautions(self) -> tuple[str, ...]:
        """What a first page says that no output may be read without: each output says it where there is none."""
        said = (*self.about.warnings, *(f"{name}: {value}." for name, value in self._departures))
        return said if self.is_part else ()

    def parts(self) -> Iterator[tuple[str, Document]]:
        """Yield each output as a document of its own, behind the name of its file; no name comes twice."""
        seen: Counter[str] = Counter()
        for section in self.sections:
            for output in section.outputs:
                seen[output.file_name] += 1
                again = f"-{seen[output.file_name]}" if seen[output.file_name] > 1 else ""
                alone = (replace(section, outputs=(output,)),)
                yield f"{output.file_name}{again}", replace(self, sections=alone, is_part=True)

    @property
    def outputs(self) -> tuple[Output, ...]:
        """All tables and figures, in order."""
        return tuple(output for section in self.sections for output in section.outputs)

    @property
    def figures(self) -> list[Figure]:
        """The figures, in order."""
        return [output.display for output in self.outputs if isinstance(output.display, Figure)]
