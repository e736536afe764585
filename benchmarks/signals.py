"""What is left of `sap run` that a signal ends at a random moment.

A small cut, a report of it, and runs over that report: each is sent one signal at a moment drawn from the length of a
whole run. Then looked at are the report (every file as its manifest says, and either the one before or the new one),
processes, the reports folder and scratch folders; then the same again after a next run. Run as a script it writes
signals.md beside this file; one that is asked for fewer than the usual number of runs only prints the table.
"""

from __future__ import annotations

import argparse
import os
import platform
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

from sap_helpers.run.manifest import hash_outputs
from sap_helpers.run.report_folder import open_report_folder

HERE = Path(__file__).resolve().parent
SAP = [sys.executable, "-m", "sap_helpers.run.cli"]
SIGNALS = (signal.SIGKILL, signal.SIGTERM, signal.SIGHUP, signal.SIGINT)
CUT_ID, TOTAL = "small", 40
OPTIONS = ("--only", "disposition")
LEVELS = ("0.9", "0.95")  # the report of one is not that of the other
SECONDS_TO_DIE = 10
HEAD = """# A run that a signal ends

`sap run` with one notebook and the summary, on a cut of three subjects, over a report that stands already. {total} runs for each signal, which came at a moment drawn evenly from the {length:.1f} s of a whole run (seed {seed}; {machine}, Python {python}). Where the interpreter had only begun to start, nothing is said, or of SIGINT what Python itself says.

| signal | runs | ended by it | said so | had published before it came | report whole: before, new | neither | published, yet a status other than 0 | processes left | left at once: scratch, in the reports folder | left after the next run | next run failed |
|---|---|---|---|---|---|---|---|---|---|---|---|
"""  # noqa: E501


class Stage:
    """A cut, its reports and its scratch folders, in a folder of their own."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.scratch, self.reports = folder, folder / "scratch", folder / "reports"
        self.scratch.mkdir()
        self.environment = {**os.environ, "TMPDIR": str(self.scratch), "XDG_STATE_HOME": str(folder / "state")}
        self.sap("simulate", CUT_ID, "--subjects", "3").wait()

    def sap(self, *arguments: str, **streams: object) -> subprocess.Popen[str]:
        """Start the command."""
        streams = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL, **streams}
        return subprocess.Popen([*SAP, *arguments], cwd=self.folder, env=self.environment, text=True, **streams)

    def run(self, level: str, *options: str, **streams: object) -> subprocess.Popen[str]:
        """Start a run."""
        return self.sap("run", CUT_ID, *OPTIONS, "--set", f"level={level}", *options, **streams)

    def level(self) -> str:
        """Return the level that the standing report is of; "" where it is not whole."""
        report = open_report_folder(self.reports / CUT_ID)
        is_whole = report.manifest.outputs == hash_outputs(report.path)
        return report.manifest.basis["settings"][0].partition("=")[2] if is_whole else ""

    def left(self) -> tuple[int, int]:
        """Return how many scratch folders there are, and how many entries of the reports folder but the report."""
        entries = [path.name for path in self.reports.iterdir() if path.name != CUT_ID]
        return len([*self.scratch.iterdir()]), len(entries)

    def processes(self) -> int:
        """Return how many processes still live that a run started, given a while to end."""
        deadline = time.monotonic() + SECONDS_TO_DIE
        while (found := self._count_processes()) and time.monotonic() < deadline:
            time.sleep(0.05)
        return found

    def _count_processes(self) -> int:
        mark = f"TMPDIR={self.scratch}".encode()
        found = 0
        for path in Path("/proc").glob("[0-9]*/environ"):
            try:
                found += mark in path.read_bytes().split(b"\0")
            except OSError:  # it has ended, or is another account's
                continue
        return found


def strike(stage: Stage, number: signal.Signals, moment: float, counts: Counter[str]) -> None:
    """Send one signal to a run over a standing report, and count what is left."""
    before = stage.level()
    after = next(level for level in LEVELS if level != before)
    process = stage.run(after, "--force", stderr=subprocess.PIPE)
    time.sleep(moment)
    process.send_signal(number)
    said = process.communicate()[1].splitlines()
    counts["runs"] += 1
    counts["ended"] += process.returncode != 0
    counts["said"] += said[-1:] == [f"stopped by {number.name}; nothing was published"]
    counts["published"] += process.returncode == 0
    counts["processes"] += stage.processes()
    scratch, entries = stage.left()
    counts["scratch"], counts["entries"] = counts["scratch"] + scratch, counts["entries"] + entries
    standing = stage.level() if (stage.reports / CUT_ID).exists() else ""
    counts[{before: "old", after: "new"}.get(standing, "neither")] += 1
    counts["untrue"] += process.returncode != 0 and standing == after
    counts["failed"] += stage.run(standing or before).wait() != 0
    counts["left"] += sum(stage.left())


def table_row(number: signal.Signals, of: Counter[str]) -> str:
    """Return the row of one signal."""
    cells = [
        number.name, of["runs"], of["ended"], of["said"], of["published"], f"{of['old']}, {of['new']}", of["neither"],
        of["untrue"], of["processes"], f"{of['scratch']}, {of['entries']}", of["left"], of["failed"],
    ]  # fmt: skip
    return f"| {' | '.join(map(str, cells))} |"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--runs", type=int, default=TOTAL, help="of each signal")
    parser.add_argument("--seed", type=int, default=1)
    asked = parser.parse_args()
    folder = Path(tempfile.mkdtemp(prefix="signals-"))
    try:
        stage = Stage(folder)
        lengths = []
        for level in (*LEVELS, *LEVELS):
            started = time.monotonic()
            assert stage.run(level, "--force").wait() == 0
            lengths.append(time.monotonic() - started)
        length = sorted(lengths)[1]
        moments, rows = random.Random(asked.seed), []
        for number in SIGNALS:
            counts: Counter[str] = Counter()
            for _ in range(asked.runs):
                strike(stage, number, moments.uniform(0, length), counts)
            rows.append(table_row(number, counts))
            print(rows[-1], dict(counts), flush=True)
    finally:
        shutil.rmtree(folder)
    head = HEAD.format(
        total=asked.runs, length=length, seed=asked.seed, machine=platform.machine(), python=platform.python_version()
    )
    text = head + "\n".join(rows) + "\n"
    if asked.runs >= TOTAL:
        (HERE / "signals.md").write_text(text, encoding="utf-8")
    print(text)


if __name__ == "__main__":
    main()
