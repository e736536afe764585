"""Write the goldens anew: `.venv/bin/python tests/golden/renew.py`; the diff then shows what a change did.

Of each committed cut: its results, what every page of its report shows, who is behind the numbers, the words of the
pages, and hashes of the words of its documents; of some cuts that lack something, hashes alone. A number that is the
same as before, up to what another processor rounds otherwise, keeps its text.
"""

from __future__ import annotations

import csv
import io
import subprocess
import sys
import tempfile
from pathlib import Path

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE.parent))
from differ.cuts import all_cuts  # noqa: E402
from differ.show import show  # noqa: E402

from golden.snapshot import document_words, lines_hash, take_snapshot  # noqa: E402
from sap_helpers.adam.store import open_study  # noqa: E402
from sap_helpers.analyses.summary import OUTCOMES  # noqa: E402
from sap_helpers.changes import is_same  # noqa: E402
from sap_helpers.findings import csv_text  # noqa: E402
from sap_helpers.results import join, number_of  # noqa: E402

ROOT = HERE.parents[1]
# cuts on which much is not available, of which the hash of every part is kept
SAMPLE = ("hand_worked_relapse", "no-qs", "empty-ae", "no-lb", "damaged-1")
CUTS = ROOT / "data" / "synthetic"
# the words of a PDF break where its fonts say, which not every machine has
DOCUMENTS = ("docx", "rtf")


def golden_text(cut: Path) -> str:
    """Return the results of a cut as results.csv would hold them."""
    study = open_study(cut)
    return join(analyse(study) for analyse in OUTCOMES).to_csv()


def renewed(before: str, now: str) -> str:
    """Return results as they are now, each number as it was written before where it is the same."""
    known = {row["result_id"]: row["stat"] for row in csv.DictReader(io.StringIO(before))}
    header, *rows = csv.reader(io.StringIO(now))
    identity, stat = header.index("result_id"), header.index("stat")
    for row in rows:
        text = known.get(row[identity], row[stat])
        row[stat] = text if is_same(number_of(text), number_of(row[stat])) else row[stat]
    return csv_text([header, *rows])


def golden_parts(report: Path, documents: Path) -> dict[str, list[str]]:
    """Return the lines of every golden file of a published report, by the file's name.

    Parameters
    ----------
    report
        Its folder.
    documents
        A folder that the documents may be written into.
    """
    hashes = []
    for kind in DOCUMENTS:
        file = documents / f"report.{kind}"
        call("export", report, "--to", kind, "--out", file)
        words = document_words(file.read_bytes())
        hashes.append(f"{kind},{len(words)},{lines_hash(words)}")
    return {**take_snapshot(report).parts, "documents.csv": ["document,lines,hash", *hashes]}


def sample_rows(name: str) -> list[str]:
    """Return, for each part of what a cut of the sample shows, the number of its lines and their hash.

    Without results.csv, whose last digits are the processor's.
    """
    (cut,) = (cut for cut in all_cuts() if cut.name == name)
    shown = show(cut._replace(has_documents=False), ROOT)
    return [
        f"{name},{part},{len(lines)},{lines_hash(lines)}"
        for part, lines in sorted(shown.items())
        if part != "results.csv"
    ]


def call(*arguments: object) -> None:
    """Call the console command of this environment."""
    command = [str(Path(sys.executable).with_name("sap")), *map(str, arguments)]
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)


def main() -> None:
    """Write the goldens of each committed cut."""
    for cut in sorted(path for path in CUTS.iterdir() if path.is_dir()):
        file = HERE / f"{cut.name}.results.csv"
        before = file.read_text(encoding="utf-8") if file.is_file() else ""
        file.write_text(renewed(before, golden_text(cut)), encoding="utf-8")
        folder = HERE / cut.name
        folder.mkdir(exist_ok=True)
        for old in folder.iterdir():
            old.unlink()
        with tempfile.TemporaryDirectory() as scratch:
            call("run", cut, "--reports", scratch)
            for name, lines in golden_parts(Path(scratch) / cut.name, Path(scratch)).items():
                (folder / name).write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
    rows = [row for name in SAMPLE for row in sample_rows(name)]
    (HERE / "sample.csv").write_text("\n".join(["cut,part,lines,hash", *rows, ""]), encoding="utf-8")


if __name__ == "__main__":
    main()
