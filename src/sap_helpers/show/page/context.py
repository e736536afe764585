"""What a page must say besides its notebook: study, cut, stamps, sets, plan, and where the other pages are."""

from __future__ import annotations

from dataclasses import dataclass

from sap_helpers.show.anchors import subject_links


@dataclass(frozen=True, slots=True)
class PageContext:
    """What stands around a notebook on its page.

    Parameters
    ----------
    title
        Heading of the page, used where the notebook has none of level one.
    study, study_title
        Id and title of the study.
    cut_id, cut_date
        The cut's name, and its date as text.
    plan_version
        Version of the plan in force.
    synthetic, sealed, interim
        Whether the data are made up, the cut carries a manifest, and some subject is not yet due at the last week.
    plan_differences
        Key, value in the plan and value in force, for each value that differs.
    set_sizes
        Analysis set and its number of subjects, in the order shown.
    pages
        File and title of every page of the report, in reading order.
    file
        The file of this page, one of `pages`.
    warnings
        Sentences for the first screen.
    provenance
        What the report was made from: names, and hashes or words.
    subjects, subjects_on_page
        The subjects that have a profile, and how many of them one page holds.

    """

    title: str
    study: str
    study_title: str
    cut_id: str
    cut_date: str
    plan_version: str
    synthetic: bool
    sealed: bool
    interim: bool
    plan_differences: tuple[tuple[str, str, str], ...] = ()
    set_sizes: tuple[tuple[str, int], ...] = ()
    pages: tuple[tuple[str, str], ...] = ()
    file: str = ""
    warnings: tuple[str, ...] = ()
    provenance: tuple[tuple[str, str], ...] = ()
    subjects: tuple[str, ...] = ()
    subjects_on_page: int = 100

    @property
    def stamps(self) -> tuple[str, ...]:
        """The stamps that the header carries."""
        marks = (("SYNTHETIC DATA", self.synthetic), ("unsealed cut", not self.sealed), ("interim", self.interim))
        return tuple(mark for mark, holds in marks if holds)

    @property
    def links(self) -> dict[str, str]:
        """The address of every subject's profile."""
        return subject_links(self.subjects, self.subjects_on_page)

    @property
    def previous(self) -> tuple[str, str] | None:
        """File and title of the page before this one."""
        place = self._place()
        return self.pages[place - 1] if place > 0 else None

    @property
    def following(self) -> tuple[str, str] | None:
        """File and title of the page after this one."""
        place = self._place()
        return self.pages[place + 1] if 0 <= place < len(self.pages) - 1 else None

    def _place(self) -> int:
        files = [file for file, _ in self.pages]
        return files.index(self.file) if self.file in files else -1
