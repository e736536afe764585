"""The words of the adverse-event pages: kinds, categories, grades, and the sentences that go below the tables."""

from __future__ import annotations

from sap_helpers.show.charts.timeline import Grade

LOOKS = {
    1: Grade("grade 1", "o", "\N{BLACK CIRCLE}", "#0072b2"),
    2: Grade("grade 2", "s", "\N{BLACK SQUARE}", "#00795a"),
    3: Grade("grade 3", "D", "\N{BLACK DIAMOND}", "#d55e00"),
    4: Grade("grade 4, 5", "^", "\N{BLACK UP-POINTING TRIANGLE}", "#8c2d04"),
    0: Grade("no grade", "v", "\N{BLACK DOWN-POINTING TRIANGLE}", "#59626b"),
}


def look_of(grade: int) -> Grade:
    """Return how events of a grade are drawn; 0 is a missing one."""
    return LOOKS[min(grade, 4)]
