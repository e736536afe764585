"""A kernel without a kernel: a notebook's cells run in this process by the very shell that a Jupyter kernel runs.

Its messages are handed to nbclient, which makes outputs of them, instead of being sent; papermill does the rest. So
what a notebook holds afterwards is what a kernel would have given.
"""

from __future__ import annotations

import builtins
import getpass
import sys
from functools import partial
from typing import TYPE_CHECKING, Any

from ipykernel.compiler import XCachingCompiler
from ipykernel.zmqshell import ZMQInteractiveShell
from IPython.core.error import StdinNotImplementedError
from jupyter_client.session import Session, json_packer, json_unpacker
from nbclient import NotebookClient
from papermill.engines import Engine, papermill_engines
from traitlets.config import Config

from sap_helpers.run.aside import Ran
from sap_helpers.run.streams import Stream

if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import NoReturn, TextIO

    import nbformat
    from papermill.engines import NotebookExecutionManager

    from sap_helpers.run.aside import Aside
    from sap_helpers.run.journal import Journal

NAME = "shell"
# what a Python kernel says of its language; it is kept in every executed notebook
LANGUAGE = {
    "name": "python", "version": sys.version.split()[0], "mimetype": "text/x-python",
    "codemirror_mode": {"name": "ipython", "version": 3}, "pygments_lexer": "ipython3",
    "nbconvert_exporter": "python", "file_extension": ".py",
}  # fmt: skip


class Recorder(Session):
    """A session that hands messages on in this process, in the form in which they would have arrived elsewhere."""

    receive: Any = None

    def send(self, _: object, kind: Any, content: Any = None, parent: Any = None, **__: object) -> Any:  # type: ignore[override]
        """Take a message, or its kind and content, as the shell sends it."""
        message = kind if isinstance(kind, dict) else self.msg(kind, content=content, parent=parent)
        self.receive(message | {"content": json_unpacker(json_packer(message["content"])), "parent_header": {}})
        return message


class Cells:
    """The cells of one notebook and the shell that they run in.

    Parameters
    ----------
    notebook
        Its outputs are filled in.
    """

    def __init__(self, notebook: nbformat.NotebookNode) -> None:
        self.notebook = notebook
        self.client = NotebookClient(notebook)
        self.client.reset_execution_trackers()
        self.client.clear_before_next_output = False  # set by nbclient where it starts a cell
        self.session = Recorder()
        self.shell: Any = make_shell(self.session)
        self.before = sys.stdout, sys.stderr
        self._open_streams()

    def _open_streams(self) -> None:
        self.streams = tuple(Stream(name, number, self.session) for number, name in ((1, "stdout"), (2, "stderr")))
        sys.stdout, sys.stderr = self.streams

    def close(self) -> None:
        """Give the streams back."""
        sys.stdout, sys.stderr = self.before
        for stream in self.streams:
            stream.give_back()

    def run(self, index: int) -> bool:
        """Run a cell, and return whether the next may follow."""
        cell = self.notebook.cells[index]
        if not _has_code(cell):
            return True
        # made into outputs outside of the cell: what goes wrong with them there is no error of the cell
        messages: list[dict[str, Any]] = []
        self.session.receive = messages.append
        cell.execution_count = self.shell.execution_count
        result = self.shell.run_cell(cell.source, store_history=True, silent=False, cell_id=cell.get("id"))
        for stream in self.streams:
            stream.flush()
        for message in messages:
            self.client.process_message(message, cell, index)
        is_well = result.success and not self.shell._last_traceback_during_displayhook  # noqa: SLF001 - as a kernel does
        return is_well or "raises-exception" in cell.metadata.get("tags", [])

    def run_aside(self, index: int) -> bool:
        """Run a cell in a fork of the notebook's process, which has streams of its own."""
        self._open_streams()
        return self.run(index)

    def pass_over(self, index: int) -> None:
        """Count a cell that runs aside."""
        self.notebook.cells[index].execution_count = self.shell.execution_count
        self.shell.execution_count += 1

    def forget_after(self, index: int) -> None:
        """Have the cells that ran after one that failed look as if they had not."""
        for cell in self.notebook.cells[index + 1 :]:
            if cell.cell_type == "code":
                cell.outputs, cell.execution_count = [], None


def _has_code(cell: nbformat.NotebookNode) -> bool:
    return cell.cell_type == "code" and bool(cell.source.strip())


def make_shell(session: Session) -> ZMQInteractiveShell:
    """Return the shell of a kernel, one for each process: no history, no start-up files, nobody to ask a question."""
    config = Config({"HistoryManager": {"enabled": False}})
    shell = ZMQInteractiveShell.instance(config=config, compiler_class=XCachingCompiler)
    senders: tuple[Any, ...] = shell.displayhook, shell.display_pub
    for sender in senders:
        sender.session, sender.pub_socket = session, None
    builtins.input, getpass.getpass = _refuse_input, _refuse_password
    return shell


def _refuse_input(prompt: object = "", /) -> NoReturn:
    del prompt
    raise StdinNotImplementedError("raw_input was called, but this frontend does not support input requests.")


def _refuse_password(prompt: str = "Password: ", stream: TextIO | None = None) -> NoReturn:
    del prompt, stream
    raise StdinNotImplementedError("getpass was called, but this frontend does not support input requests.")


class ShellEngine(Engine):  # type: ignore[misc]
    """papermill's engine of this name: parameters, tags and what is written stay papermill's business."""

    @classmethod
    def execute_managed_notebook(
        cls, nb_man: NotebookExecutionManager, kernel_name: str, *, journal: Journal, aside: Aside, **_: object
    ) -> None:
        """Run the cells one after the other until one fails.

        Parameters
        ----------
        nb_man
            papermill's account of the notebook.
        kernel_name
            Always that of Python, which is checked before.
        journal
            Told of the notebook before its first cell, and of every cell that ended.
        aside
            Runs cells beside the others.
        """
        del kernel_name
        journal.begin(nb_man.nb)
        cells = Cells(nb_man.nb)
        failed: list[int] = []
        try:
            for place, cell, is_well in _as_they_end(nb_man, cells, aside):
                nb_man.nb.cells[place] = cell
                if not is_well:
                    nb_man.cell_exception(cell, cell_index=place)
                    failed.append(place)
                nb_man.cell_complete(cell, cell_index=place)
                journal.note(place, cell)
            if failed:
                cells.forget_after(min(failed))
            nb_man.nb.metadata["language_info"] = dict(LANGUAGE)
        finally:
            cells.close()


def _as_they_end(nb_man: NotebookExecutionManager, cells: Cells, aside: Aside) -> Iterator[Ran]:
    """Run the cells and give each as it ends; once one has failed no other begins."""
    is_well = True
    last = len(nb_man.nb.cells) - 1
    for place, cell in enumerate(nb_man.nb.cells):
        for ran in aside.ended():
            is_well &= ran.is_well
            yield ran
        if not is_well:
            break
        nb_man.cell_start(cell, place)
        if place < last and _has_code(cell) and aside.begin(place, cell, partial(cells.run_aside, place)):
            cells.pass_over(place)
            continue
        is_well = cells.run(place)
        yield Ran(place, cell, is_well)
    yield from aside.ended(wait_for_all=True)


papermill_engines.register(NAME, ShellEngine)
