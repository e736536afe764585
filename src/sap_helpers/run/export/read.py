"""A report read for a document: its executed notebooks, in the order of ICH E3, and what every page says of the cut."""

from __future__ import annotations

import re
from dataclasses import replace
from itertools import groupby
from typing import TYPE_CHECKING, Any

from sap_helpers.adam.store import CUT_FILE, DATA_FOLDER, PLAN_COPY, load_study
from sap_helpers.errors import ReportError, UsageError
from sap_helpers.plan import load_plan
from sap_helpers.plan.home import PLAN_FILE
from sap_helpers.run.export.outputs import Document, Output, Section
from sap_helpers.run.notebooks import Notebook, read_notebook, title_of
from sap_helpers.run.pages import page_frame
from sap_helpers.run.report_folder import ReportFolder, open_report_folder
from sap_helpers.run.report_manifest import ABOUT
from sap_helpers.show.display import MIME, Statement
from sap_helpers.show.page import PageContext
from sap_helpers.show.page.numbering import number_displays
from sap_helpers.show.text import visible

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path

# no XML document may hold them
NO_TEXT = {code: f"<U+{code:04X}>" for code in (0xFFFE, 0xFFFF)}
NUMBER = re.compile(r"(\d+(?:\.\d+)*)\.\d+$")
ABOUT_KEYS = tuple(ABOUT)
FURTHER = "Further tables"


def check_report(folder: Path) -> ReportFolder:
    """Return a report, every file of which is the one that was published.

    Raises
    ------
    UsageError
        The folder is no finished report, or altered.
    """
    try:
        report = open_report_folder(folder)
        report.check()
    except ReportError as error:
        raise UsageError(f"{error} Name the folder that sap run printed, the one of index.html.") from error
    manifest = report.manifest
    if not {CUT_FILE, PLAN_COPY} <= manifest.outputs.keys() or not notebook_files(report):
        raise UsageError(f"{folder.name}: a report without notebooks, or no {CUT_FILE} or {PLAN_COPY}. Name another.")
    if manifest.failed:
        raise UsageError(f"{folder.name}: a failed run ({', '.join(manifest.failed)}). Name a published report.")
    return report


def notebook_files(report: ReportFolder) -> tuple[Path, ...]:
    """Return the executed notebooks of a report, in the order of the plan."""
    order = list(report.manifest.all_notebooks)
    names = [name for name in report.manifest.outputs if name.startswith("executed/")]
    return tuple(sorted((report.path / name for name in names), key=lambda path: (_place(path.stem, order), path.stem)))


def notebooks_of(report: ReportFolder) -> tuple[Notebook, ...]:
    """Return the executed notebooks of a report, in the order of the plan, with their titles."""
    return tuple(Notebook(path.stem, path, title_of(read_notebook(path))) for path in notebook_files(report))


def _place(name: str, order: Sequence[str]) -> int:
    return order.index(name) if name in order else len(order)


def read_report(folder: Path) -> Document:
    """Return a report as a document.

    Raises
    ------
    UsageError, PlanError, NotebookError
        It is none that can be read.
    """
    report = check_report(folder)
    notebooks = notebooks_of(report)
    outputs = [output for notebook in notebooks for output in read_outputs(notebook)]
    if not outputs:
        raise UsageError(f"{folder.name}: made by an earlier version, whose notebooks hold no displays. Run it again.")
    return Document(about_report(report, notebooks), tuple(_sections(outputs)))


def about_report(report: ReportFolder, notebooks: Sequence[Notebook]) -> PageContext:
    """Return what the report says of its cut: from its data, or, in a copy without, from its manifest."""
    if (report.path / DATA_FOLDER).is_dir():
        frame: Mapping[str, Any] = page_frame(load_study(report.path), load_plan(PLAN_FILE), notebooks)
    else:
        frame = report.manifest.about
    if not frame:
        raise UsageError(f"{report.path.name}: has no {DATA_FOLDER}/, and is no copy without subjects. Name another.")
    return PageContext("", **{key: _frozen(frame[key]) for key in ABOUT_KEYS})


def _frozen(value: Any) -> Any:
    """Return lists as tuples, all the way down: what JSON took away."""
    return tuple(map(_frozen, value)) if isinstance(value, list | tuple) else value


def read_outputs(notebook: Notebook) -> Iterator[Output]:
    """Yield the tables and figures of an executed notebook, as they stand there."""
    node = read_notebook(notebook.path)
    for output in (output for cell in node.cells for output in cell.get("outputs", [])):
        if MIME in output.get("data", {}):
            output["data"][MIME] = _writable(output["data"][MIME])
    for shown in number_displays(node):
        if shown and not isinstance(shown.display, Statement):
            yield Output(writable(notebook.title), shown.label, shown.display)


def writable(text: str) -> str:
    """Return text as every format may hold it: what cannot be seen is written out."""
    return visible(text).translate(NO_TEXT)


def _writable(data: Any) -> Any:
    """Return JSON data with all of its texts as every format may hold them."""
    match data:
        case str():
            return writable(data)
        case list():
            return [_writable(item) for item in data]
        case dict():
            return {name: _writable(item) for name, item in data.items()}
    return data


def _sections(outputs: Sequence[Output]) -> Iterator[Section]:
    """Yield the sections: by number, tables and figures of one as the page has them; what has no number last, once."""
    numbered = sorted((output for output in outputs if output.label), key=_section_key)
    for (number, page), of in groupby(numbered, key=lambda output: (_section(output), output.page)):
        yield Section(f"{number} {page}", tuple(of))
    # the same table of every page, such as that of the software, is one
    further = tuple(dict.fromkeys(replace(output, page="") for output in outputs if not output.label))
    if further:
        yield Section(FURTHER, further)


def _section(output: Output) -> str:
    match = NUMBER.search(output.label)
    return match[1] if match else ""


def _section_key(output: Output) -> tuple[int, ...]:
    return tuple(int(part) for part in _section(output).split(".") if part)
