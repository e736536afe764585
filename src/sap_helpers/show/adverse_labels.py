"""The words of the adverse-event pages: kinds, categories, grades, and the sentences that go below the tables."""

from __future__ import annotations

from sap_helpers.show.charts.style import Look

LOOKS = {
    "1": Look("grade 1", "#0072b2", "o", bar=2, alpha=0.55),
    "2": Look("grade 2", "#00795a", "s", 4.5, bar=2, alpha=0.55),
    "3": Look("grade 3", "#d55e00", "D", bar=2, alpha=0.55),
    "4": Look("grade 4, 5", "#8c2d04", "^", bar=2, alpha=0.55),
    "0": Look("no grade", "#59626b", "v", bar=2, alpha=0.55),
}


def look_of(grade: int) -> str:
    """Return which look events of a grade have; 0 is a missing one."""
    return str(min(grade, 4))
