"""Where the time of `sap run` goes: its parts, each alone and one after the other; run.py calls this in a new process.

    python run_parts.py CUT FOLDER

writes a report into FOLDER, which must not be there, and prints each part with its seconds.
"""

from __future__ import annotations

import sys
import time
from pathlib import Path

START = time.perf_counter()
LAP = [START]

from sap_helpers.run.imports import quick_imports  # noqa: E402 - the imports are what is measured first

with quick_imports():
    import nbformat

    from sap_helpers.plan.home import NOTEBOOKS, PLAN_FILE
    from sap_helpers.results import results_csv
    from sap_helpers.run import pipeline
    from sap_helpers.run.engine import Engine, Task, open_engine
    from sap_helpers.run.pages import page_frame, read_made, write_page


def lap(name: str) -> None:
    """Print the seconds since the last lap."""
    LAP.append(time.perf_counter())
    print(f"{name}\t{LAP[-1] - LAP[-2]:.3f}", flush=True)


def execute(engine: Engine, tasks: list[Task]) -> float:
    """Execute notebooks one after the other, print the seconds of each, and return their sum."""
    total = 0.0
    for done in engine.execute(tasks, 1, lambda *_: None):
        if done.problems:
            raise SystemExit(f"{done.name}: {done.problems}")
        print(f"{done.name}: cells and page\t{done.seconds:.3f}", flush=True)
        total += done.seconds
    return total


def main(cut: Path, folder: Path) -> None:
    """Do what a run does."""
    lap("imports of the run itself")
    plan, notebooks = pipeline.load_plan(PLAN_FILE), pipeline.find_notebooks(NOTEBOOKS)
    lap("plan and notebooks read")
    read = pipeline.load_cut(cut, plan, PLAN_FILE.read_bytes())
    lap("cut read and checked")
    study = pipeline.derive_study(read, plan)
    folder.mkdir()
    pipeline.save_study(study, folder)
    lap("analysis data derived and written")
    (folder / "executed").mkdir()
    frame = page_frame(study, plan, notebooks)
    *outcomes, summary = [Task(notebook, folder, frame) for notebook in notebooks]
    with open_engine("fast") as engine:
        LAP.append(time.perf_counter())
        LAP.append(LAP[-1] + execute(engine, outcomes))
        lap("warm-up of the engine")
        made = [read_made(task.target, folder / task.notebook.page).results for task in outcomes]
        (folder / "results.csv").write_text(results_csv(made), encoding="utf-8")
        lap("results joined")
        execute(engine, [summary])
    copies = [nbformat.read(folder / "executed" / f"{n.name}.ipynb", as_version=4) for n in notebooks]
    write_page(folder, notebooks[0], copies[0], frame)  # imports what pages need
    LAP.append(time.perf_counter())
    for notebook, copy in zip(notebooks, copies, strict=True):
        write_page(folder, notebook, copy, frame)
    lap("all pages again, alone (counted above as well)")
    pipeline.write_manifest(folder)
    pipeline.publish(folder, folder.with_name("published"))
    lap("manifest and publishing")


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
