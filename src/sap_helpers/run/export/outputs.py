"""What a document is made of: the tables and figures of a report, read once, and written in every format alike."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sap_helpers.show.display import Figure, numbered

if TYPE_CHECKING:
    from sap_helpers.show.display import Table
    from sap_helpers.show.page import PageContext


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
    """

    about: PageContext
    sections: tuple[Section, ...]

    @property
    def title(self) -> str:
        """The document's title."""
        return f"{self.about.study}: tables, figures and listings, cut {self.about.cut_id}"

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
            *((f"Value of {key}", f"{used} (in the plan: {planned})") for key, planned, used in about.plan_differences),
        )  # fmt: skip

    @property
    def outputs(self) -> tuple[Output, ...]:
        """All tables and figures, in order."""
        return tuple(output for section in self.sections for output in section.outputs)

    @property
    def figures(self) -> list[Figure]:
        """The figures, in order."""
        return [output.display for output in self.outputs if isinstance(output.display, Figure)]
