"""A program for test_crash.py: break a run at every one of its file operations in turn, and tell what is left.

Called with a folder to work in and cases: a way of breaking, "with" or "without" a report published before, and
"aside" where the disk cannot exchange two folders. Reading the cut and executing notebooks are replaced, since neither
touches the reports folder; all else is `sap run`. The ways:

- ``end``: the process ends before its k-th operation.
- ``torn``: the system kills it in the middle of its k-th write.
- ``full``: the k-th operation that needs room on the disk is refused.
- ``limit``: the k-th write fails in its middle.
"""

from __future__ import annotations

import errno
import gc
import json
import os
import resource
import shutil
import signal
import sys
from collections import deque
from contextlib import redirect_stderr, redirect_stdout
from functools import partial
from pathlib import Path

from sap_helpers.adam import store
from sap_helpers.cut.read import load_cut
from sap_helpers.plan import load, load_plan
from sap_helpers.plan.home import PLAN_FILE
from sap_helpers.run import cache, call, cli, pipeline, publish, unchanged
from sap_helpers.run.engine import Executed, Execution
from sap_helpers.run.manifest import hash_outputs
from sap_helpers.run.profiles import ProfilesTask

CUT_ID = "small"
ROOM = 3  # bytes that still fit
WRITING = os.O_WRONLY | os.O_RDWR | os.O_CREAT
NEEDS_ROOM = {"open", "pwrite", "fsync", "os.mkdir", "os.rename", "os.truncate", "ctypes.dlsym"}
COUNTED = {
    "end": NEEDS_ROOM | {"fcntl.flock", "os.remove", "os.rmdir", "shutil.rmtree"},
    "torn": {"open"}, "full": NEEDS_ROOM, "limit": {"open"},
}  # fmt: skip


class Writer:
    """An engine that writes what an engine writes, and executes nothing."""

    def __init__(self, word):
        self.word = word

    def execute(self, tasks, jobs, on_cell, on_executed):
        waiting = deque(tasks)
        while waiting:
            task = waiting.popleft()
            if isinstance(task, ProfilesTask):
                (task.folder / "subjects.html").write_text(self.word, encoding="utf-8")
                yield Execution(task.name, (), None, 1.0)
                continue
            task.target.write_text(json.dumps({"cells": [], "metadata": {"said": self.word}}), encoding="utf-8")
            (task.folder / task.notebook.page).write_text(self.word, encoding="utf-8")
            yield Execution(task.name, (), ("cut.json",), 1.0)
            waiting.extend(on_executed(Executed(task.name)))


class Breaker:
    """Counts the operations of this process, and breaks it at one of them."""

    def __init__(self, mode, at, reports):
        self.mode, self.at, self.reports, self.count = mode, at, str(reports), 0

    def hear(self, event, arguments):
        if event in COUNTED[self.mode] and self._is_of_the_run(event, arguments):
            self.count += 1
            if self.count == self.at:
                os.write(3, f"{event}\n".encode())
                self.do()

    def _is_of_the_run(self, event, arguments):
        if event == "open":
            path, _, flags = arguments
            return isinstance(path, (str, os.PathLike)) and str(path).startswith(self.reports) and flags & WRITING
        if event == "os.mkdir":  # a folder that is there needs no room
            return not Path(arguments[0]).is_dir()
        return event != "ctypes.dlsym" or arguments[1] == "renameat2"

    def do(self):
        if self.mode == "end":
            os._exit(9)
        if self.mode == "full":
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        signal.signal(signal.SIGXFSZ, signal.SIG_DFL if self.mode == "torn" else signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (ROOM, ROOM))

    def heard(self, name):
        """Count also a call that the interpreter does not tell of."""
        real = getattr(os, name)

        def counted(*arguments):
            self.hear(name, arguments)
            return real(*arguments)

        setattr(os, name, counted)


def prepare(folder):
    """Make a cut of one subject and two notebooks, and replace what only reads by its result."""
    cut = folder / "cut"
    plan = load_plan(PLAN_FILE)
    study = store.derive_study(load_cut(cut, plan, b""), plan)
    pipeline.load_cut, pipeline.derive_study = (lambda *_: None), (lambda *_: study)
    text = load.plan_text(plan)
    load.plan_text, store.write_parquet = (lambda _: text), (lambda _: b"records")
    for module in (unchanged, cache, pipeline):
        for name, value in (("hash_code", "code"), ("environment", {}), ("hash_tables", "tables")):
            if hasattr(module, name):
                setattr(module, name, lambda value=value: value)
    frame = pipeline.page_frame(study, plan, ())
    pipeline.page_frame = lambda *_: frame
    os.fsync = lambda _: None
    gc.disable()
    gc.freeze()
    call.Call = partial(call.Call, notebooks=folder / "notebooks")


def run(folder, word, *options):
    """Run the command with an engine that writes a word; return its exit status."""
    cli._run_anew = lambda asked: pipeline.run_plan(asked, Writer(word))
    return cli.main(["run", str(folder / "cut"), "--reports", str(folder / "reports"), *options])


def in_a_fork(work):
    """Do some work in a fork: its exit status, and what it wrote to stderr and to descriptor 3."""
    ends = [os.pipe() for _ in range(2)]
    pid = os.fork()
    if pid == 0:
        os.dup2(ends[0][1], 2)
        os.dup2(ends[1][1], 3)
        with (
            Path(os.devnull).open("w") as null, os.fdopen(2, "w", closefd=False) as err,
            redirect_stdout(null), redirect_stderr(err),
        ):  # fmt: skip
            status = work()
        os._exit(status)
    texts = []
    for reading, writing in ends:
        os.close(writing)
        with os.fdopen(reading) as file:
            texts.append(file.read())
    return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]), *texts


def broken(folder, mode, at):
    breaker = Breaker(mode, at, folder / "reports")
    for name in ("pwrite", "fsync"):
        breaker.heard(name)
    sys.addaudithook(breaker.hear)
    return run(folder, "new", "--force")


def files_of(place):
    return {path.relative_to(place).as_posix(): path.read_bytes() for path in place.rglob("*") if path.is_file()}


def state_of(place, old=None):
    """Return what stands at the report's place: none, torn, or the word that a whole report holds."""
    if not place.exists():
        return "none"
    found = files_of(place)
    if found == old:
        return "old"
    outputs = json.loads(found.get("manifest.json", b"{}")).get("outputs")
    return found["index.html"].decode() if outputs == hash_outputs(place) else "torn"


def mend(folder):
    """Do no more than begin: what an earlier run left half done is undone or removed."""
    with publish.claimed_report(folder / "cut", folder / "reports", CUT_ID):
        return 0


def cannot_exchange(*_):
    raise OSError(errno.EINVAL, os.strerror(errno.EINVAL))


def break_everywhere(folder, mode, kept):
    """Break a run at each operation, from a reports folder as it is kept; the last one is left in peace."""
    reports, old = folder / "reports", files_of(kept / CUT_ID)
    told, at = [], 0
    while not told or told[-1]["event"]:
        at += 1
        shutil.rmtree(reports, ignore_errors=True)
        shutil.copytree(kept, reports)
        status, said, event = in_a_fork(lambda at=at: broken(folder, mode, at))
        one = {"event": event.strip(), "status": status, "said": said, "state": state_of(reports / CUT_ID, old)}
        in_a_fork(lambda: mend(folder))
        one["mended"] = state_of(reports / CUT_ID, old)
        again, complaint, _ = in_a_fork(lambda: run(folder, "next"))
        left = sorted(path.name for path in reports.iterdir())
        told.append(one | {"again": again, "complaint": complaint, "then": state_of(reports / CUT_ID), "left": left})
    return told


def main(folder, *cases):
    prepare(folder)
    in_a_fork(lambda: run(folder, "old"))
    (folder / "reports").rename(folder / "with")
    (folder / "without").mkdir()
    told, exchange = {}, publish._exchange
    for case in cases:
        mode, previous, *way = case.split()
        publish._exchange = cannot_exchange if way else exchange
        told[case] = break_everywhere(folder, mode, folder / previous)
    print(json.dumps(told))


if __name__ == "__main__":
    main(Path(sys.argv[1]), *sys.argv[2:])
