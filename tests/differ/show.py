"""What one version of the project shows of one cut: all that two versions are held together by."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from golden.snapshot import document_words, take_snapshot

if TYPE_CHECKING:
    from differ.cuts import Cut

CALL = "import sys; from sap_helpers.run.cli import main; sys.exit(main(sys.argv[1:]))"
FILES = ("results.csv", "findings.csv")
DOCUMENTS = ("docx", "rtf", "pdf")
Shown = dict[str, list[str]]


def show(cut: Cut, checkout: Path) -> Shown:
    """Run a cut by a checkout's package, and return the lines of everything that is compared."""
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        cut.make(folder / "cut")
        done = _sap(checkout, folder, "run", "cut", "--reports", "reports", "--jobs", "1")
        # the times are no part of what is said
        said = [line for line in done.stderr.splitlines() if " after " not in line and "published in" not in line]
        shown: Shown = {"command": [f"status {done.returncode}", *done.stdout.splitlines(), *said]}
        reports = [path for path in sorted((folder / "reports").glob("[!.]*")) if path.is_dir()]
        for report in reports:
            shown |= {
                name: (report / name).read_text(encoding="utf-8").splitlines()
                for name in FILES
                if (report / name).is_file()
            }
            shown |= take_snapshot(report).parts
            for kind in DOCUMENTS if cut.has_documents else ():
                _sap(checkout, folder, "export", str(report), "--to", kind, "--out", f"report.{kind}")
                shown[f"report.{kind}"] = document_words((folder / f"report.{kind}").read_bytes())
        return shown


def _sap(checkout: Path, cwd: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    environment = {
        **os.environ, "PYTHONPATH": str(checkout.resolve() / "src"), "XDG_STATE_HOME": str(cwd / "state"),
        "OPENBLAS_NUM_THREADS": "1",
    }  # fmt: skip
    return subprocess.run(
        [sys.executable, "-c", CALL, *arguments], cwd=cwd, env=environment, capture_output=True, text=True, check=False
    )
