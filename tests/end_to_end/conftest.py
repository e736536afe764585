"""End to end: the console command as a user calls it, reports that many tests read, and cuts changed on purpose."""

from __future__ import annotations

import fcntl
import os
import pickle
import re
import shutil
import subprocess
import sys
from collections import deque
from contextlib import nullcontext
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import nbformat
import pandas as pd
import pytest
from bs4 import BeautifulSoup
from IPython.core.displayhook import CapturingDisplayHook
from IPython.core.interactiveshell import InteractiveShell
from IPython.utils.capture import capture_output
from nbformat import v4
from playwright.sync_api import sync_playwright
from traitlets.config import Config

from sap_helpers.cut.domains import load_domains
from sap_helpers.cut.formats import read_table, write_table
from sap_helpers.plan.home import DOMAINS_FILE
from sap_helpers.results import from_csv
from sap_helpers.run import pipeline
from sap_helpers.run.engine import Executed
from sap_helpers.run.finish import finish
from sap_helpers.run.profiles import ProfilesTask, make_profiles
from sap_helpers.run.reads import data_files

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from sap_helpers.run.engine import Execution, Task

ROOT = Path(__file__).parents[2]
SAP = Path(sys.executable).with_name("sap")
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
FINAL = ROOT / "data" / "synthetic" / "2015-10-01"
INTERIM = ROOT / "data" / "synthetic" / "2014-08-31"
HAND_WORKED = Path(__file__).parent / "hand_worked" / "cut"
# "None recorded" is a level of a subgroup
NONSENSE = re.compile(r"\b(nan|NaN|NaT|None(?! recorded)|inf|undefined|Traceback)\b|<NA>|\b[Dd]ay \d+\.\d")


@dataclass(frozen=True)
class Run:
    """One call of the command: exit status, what it said, and where its reports are."""

    status: int
    stdout: str
    stderr: str
    reports: Path

    @property
    def report(self) -> Path:
        """The only report published."""
        (found,) = (path for path in self.reports.iterdir() if path.is_dir())
        return found


def call_sap(*arguments, cwd, reports=None, environment=None) -> Run:
    """Call the console command and wait for its end."""
    given = [str(argument) for argument in arguments]
    extra = [] if reports is None else ["--reports", str(reports)]
    done = subprocess.run(
        [str(SAP), *given, *extra], cwd=cwd, env={**os.environ, **(environment or {})}, capture_output=True,
        text=True, encoding="utf-8", check=False, stdin=subprocess.DEVNULL,
    )  # fmt: skip
    return Run(done.returncode, done.stdout, done.stderr, Path(cwd) / (reports or "reports"))


@pytest.fixture(scope="session")
def sap():
    return call_sap


@pytest.fixture(scope="session")
def final_cut() -> Path:
    return FINAL


@pytest.fixture(scope="session")
def interim_cut() -> Path:
    return INTERIM


@pytest.fixture(scope="session")
def hand_worked_cut() -> Path:
    return HAND_WORKED


@pytest.fixture(scope="session")
def final_run(tmp_path_factory) -> Run:
    """The committed final cut, run once, for all workers; tests only read its report."""
    base = tmp_path_factory.getbasetemp()
    folder = (base.parent if "PYTEST_XDIST_WORKER" in os.environ else base) / "final"
    folder.mkdir(exist_ok=True)
    kept = folder / "run.pickle"
    with (folder / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not kept.exists():
            kept.write_bytes(pickle.dumps(call_sap("run", FINAL, cwd=folder)))
    return pickle.loads(kept.read_bytes())


@pytest.fixture(scope="session")
def final_report(final_run) -> Path:
    assert final_run.status == 0, final_run.stderr
    return final_run.report


@pytest.fixture
def copy_cut(tmp_path):
    """Return a function that copies a cut under a name."""

    def copy(source, name="cut"):
        return Path(shutil.copytree(source, tmp_path / name))

    return copy


@pytest.fixture(scope="session")
def edit():
    """Return a function that rewrites one CSV domain of a cut: a frame of text in, a frame of text out."""

    def edit_domain(cut, domain, change):
        path = cut / f"{domain}.csv"
        frame = pd.read_csv(path, dtype=str, keep_default_na=False)
        change(frame).to_csv(path, index=False, lineterminator="\n")

    return edit_domain


@pytest.fixture(scope="session")
def convert():
    """Return a function that writes a CSV cut in another format."""

    def write(cut, folder, extension):
        folder.mkdir()
        shutil.copy(cut / "cut.yaml", folder)
        variables = load_domains(DOMAINS_FILE)
        for path in sorted(cut.glob("*.csv")):
            frame = read_table(path.read_bytes(), "csv", path.name)[0].frame
            numeric = variables.numeric(path.stem)
            data = write_table(frame, extension, domain=path.stem, numeric=numeric)
            (folder / f"{path.stem}.{extension}").write_bytes(data)
        return folder

    return write


class EngineHere:
    """Executes notebooks in this process, one after the other: what kernels do, without a process for each."""

    def execute(self, tasks: Sequence[Task], jobs: int, on_cell, on_executed) -> Iterator[Execution]:
        before, main = Path.cwd(), sys.modules["__main__"]
        shell = InteractiveShell.instance(config=Config({"HistoryManager": {"enabled": False}}))
        try:
            waiting = deque(tasks)
            while waiting:
                task = waiting.popleft()
                if isinstance(task, ProfilesTask):
                    yield make_profiles(task)
                    continue
                os.chdir(task.target.parent)
                executed = nbformat.read(task.notebook.path, as_version=4)
                shell.reset()
                for number, cell in enumerate((c for c in executed.cells if c.cell_type == "code"), start=1):
                    _execute_cell(shell, cell, number)
                yield finish(task, executed, "", data_files(task.folder), 0.0)
                waiting.extend(on_executed(Executed(task.name)))
        finally:
            os.chdir(before)
            # the shell puts its own module there, from which no process can be spawned
            sys.modules["__main__"] = main


def _execute_cell(shell, cell, number: int) -> None:
    source = 'cut = ".."' if "parameters" in cell.metadata.get("tags", []) else cell.source
    values: list[dict] = []
    shell.display_trap.hook = CapturingDisplayHook(shell, values)
    with capture_output() as captured:
        result = shell.run_cell(source)
    result.raise_error()
    cell.execution_count = number
    shown = [(output.data, output.metadata) for output in captured.outputs]
    shown += [(value["data"], value["metadata"]) for value in values]
    cell.outputs = [v4.new_output("display_data", data=data, metadata=of or {}) for data, of in shown]
    if captured.stdout:
        cell.outputs.append(v4.new_output("stream", name="stdout", text=captured.stdout))


@pytest.fixture(scope="session")
def run_here():
    """Return a function that runs a cut as `sap run` does, but with every notebook executed in this process."""

    def run(cut, reports, **call) -> Path:
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(pipeline, "open_engine", lambda _: nullcontext(EngineHere()))
            return pipeline.run_plan(pipeline.Call(cut, reports, **call)).parent

    return run


@pytest.fixture(scope="session")
def nonsense_of():
    """Return a function from a report to the words on its pages, code aside, that say nothing, by page."""

    def find(report):
        found = {}
        for path in sorted(report.glob("*.html")):
            main = BeautifulSoup(path.read_text(encoding="utf-8"), "html.parser").find("main")
            for code in main.find_all("pre"):
                code.decompose()
            words = [match[0] for match in NONSENSE.finditer(main.get_text(" "))]
            found |= {path.name: words} if words else {}
        return found

    return find


@pytest.fixture(scope="session")
def results_of():
    """Return a function that reads the results of a report as {result_id: Result}."""

    def read(report):
        return {row.result_id: row for row in from_csv((report / "results.csv").read_text(encoding="utf-8"))}

    return read


@pytest.fixture(scope="module")
def chromium():
    """The browser; closed with this module, since its event loop would be in the way of others in this process."""
    if CHROMIUM is None:
        reason = "no Chromium on this machine"
        if os.environ.get("CI") == "true":
            pytest.fail(f"{reason}: Debian's package chromium is needed")
        pytest.skip(reason)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield browser
        browser.close()


@pytest.fixture
def open_page(chromium, final_report):
    """Give a function that opens a page of the final report; what it says and asks for is kept on it."""
    contexts = []

    def opened(name, *, width=1280, scheme="light", report=final_report):
        context = chromium.new_context(viewport={"width": width, "height": 900}, color_scheme=scheme)
        contexts.append(context)
        page = context.new_page()
        page.said, page.asked = [], []
        page.on("console", lambda message: page.said.append(message.text))
        page.on("pageerror", lambda error: page.said.append(str(error)))
        page.on("dialog", lambda dialog: (page.said.append(dialog.message), dialog.dismiss()))
        page.on("request", lambda request: page.asked.append(request.url))
        page.goto((report / f"{name}.html").as_uri())
        return page

    yield opened
    for context in contexts:
        context.close()


@pytest.fixture(scope="session")
def words_of():
    """Return a function from a cell to its text: what it opens to stands behind a colon, line by line."""

    def read(cell):
        copy = BeautifulSoup(str(cell), "html.parser")
        for tag, separator in (("summary", ": "), ("br", "; ")):
            for node in copy.find_all(tag):
                node.insert_after(separator)
        return copy.get_text().strip()

    return read
