"""Write the golden results anew: `.venv/bin/python tests/golden/renew.py`; the diff then shows what a change did.

A number that is the same as before, up to what another processor rounds otherwise, keeps its text.
"""

from __future__ import annotations

import csv
import io
from pathlib import Path

from sap_helpers.changes import is_same
from sap_helpers.derive.store import open_study
from sap_helpers.findings import csv_text
from sap_helpers.outcomes.summary import OUTCOMES
from sap_helpers.results import join, number_of

HERE = Path(__file__).parent
CUTS = HERE.parents[1] / "data" / "synthetic"


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


if __name__ == "__main__":
    for folder in sorted(path for path in CUTS.iterdir() if path.is_dir()):
        file = HERE / f"{folder.name}.results.csv"
        before = file.read_text(encoding="utf-8") if file.is_file() else ""
        file.write_text(renewed(before, golden_text(folder)), encoding="utf-8")
