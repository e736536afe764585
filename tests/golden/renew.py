"""Write the golden results anew: `.venv/bin/python tests/golden/renew.py`; the diff then shows what a change did."""

from __future__ import annotations

from pathlib import Path

from sap_helpers.derive.store import open_study
from sap_helpers.outcomes.summary import OUTCOMES
from sap_helpers.results import join

HERE = Path(__file__).parent
CUTS = HERE.parents[1] / "data" / "synthetic"


def golden_text(cut: Path) -> str:
    """Return the results of a cut as results.csv would hold them."""
    study = open_study(cut)
    return join(analyse(study) for analyse in OUTCOMES).to_csv()


if __name__ == "__main__":
    for folder in sorted(path for path in CUTS.iterdir() if path.is_dir()):
        (HERE / f"{folder.name}.results.csv").write_text(golden_text(folder), encoding="utf-8")
