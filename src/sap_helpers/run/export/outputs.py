"""What a document is made of: the tables and figures of a report, read once, and written in every format alike."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sap_helpers.show.page import PageContext


@dataclass(frozen=True, slots=True)
class ReadCell:
    """One cell: its text, how many columns and rows it covers, whether it is set right, and whether it may wrap."""

    text: str
    columns: int = 1
    rows: int = 1
    is_number: bool = False
    may_wrap: bool = True


@dataclass(frozen=True, slots=True)
class ReadRow:
    """One row: the cell that names it first, how far that is indented, and whether it heads the rows below."""

    cells: tuple[ReadCell, ...]
    depth: int = 0
    is_heading: bool = False


@dataclass(frozen=True, slots=True)
class TableOutput:
    """A table or a listing.

    Parameters
    ----------
    page
        Title of the page that it stands on.
    label
        Its number, such as ``Table 14.2.1.1``; empty for what carries none.
    title, population
        What it shows, of whom.
    head
        Heading rows; cells over several columns (spanners) or rows among them.
    rows
        Body rows.
    notes
        Footnotes.
    source
        Plan id, source and stamp of the cut.
    """

    page: str
    label: str
    title: str
    population: str
    head: tuple[ReadRow, ...]
    rows: tuple[ReadRow, ...]
    notes: tuple[str, ...] = ()
    source: str = ""

    @property
    def columns(self) -> int:
        """How many columns it has."""
        return sum(cell.columns for cell in self.head[0].cells)


@dataclass(frozen=True, slots=True)
class FigureOutput:
    """A figure: the page that it stands on, its number, title, caption, its content in words, and the drawing."""

    page: str
    label: str
    title: str
    caption: str
    alt: str
    svg: str


Output = TableOutput | FigureOutput


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


def heading_of(output: Output) -> str:
    """Return the line above a table or figure: its number and its title."""
    return f"{output.label}. {output.title}" if output.label else output.title
