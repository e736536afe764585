"""Words that the tables and figures of disease activity share."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sap_helpers.show.labels import KEPT
from sap_helpers.show.number_format import NO_SUBJECT_DUE

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sap_helpers.plan import Plan
    from sap_helpers.plan.sledai import State
    from sap_helpers.results import Results


def placebo_text(plan: Plan) -> str:
    """Return what the index did under placebo in a published trial with the same limit of entry."""
    other = plan.sledai.placebo
    return (
        f"Under placebo and standard therapy, in a randomised trial with the same limit of entry ({other.source}, "
        f"n = {other.n}), the median total fell from {other.baseline} to {other.later} in {other.weeks} weeks."
    )


def count_notes(results: Results, analysis_id: str) -> tuple[str, ...]:
    """Return what was remarked at the counts of an analysis, each remark once."""
    notes = dict.fromkeys(
        r.note for r in results if r.key.analysis_id == analysis_id and r.stat_name in {"n", "N"} and r.stat and r.note
    )
    return tuple(f"{note[:1].upper()}{note[1:]}." for note in notes if note != NO_SUBJECT_DUE)


def criteria_text(state: State, plan: Plan) -> str:
    """Return what a state asks for, in words."""
    names = {item.code: item.system for item in plan.instruments.sledai.items}
    barred = [system for system in dict.fromkeys(names.values()) if _all_barred(system, state, names)]
    systems = ", ".join(system.lower() for system in barred)
    parts = (
        (state.total_below is not None, f"SELENA-SLEDAI <{KEPT}{state.total_below}"),
        (state.clinical_at_most is not None, f"SELENA-SLEDAI without serology {_at_most(state.clinical_at_most)}"),
        (bool(barred), f"no {systems} item present"),
        (state.no_new_items, "no item present that was absent at the assessment before"),
        (state.pga_below is not None, f"PGA <{KEPT}{state.pga_below}"),
        (state.pga_at_most is not None, f"PGA ≤{KEPT}{state.pga_at_most}"),
        (state.prednisone_at_most is not None, f"prednisone ≤{KEPT}{state.prednisone_at_most} mg/day"),
    )
    return f"{state.name}: {'; '.join(text for is_asked, text in parts if is_asked)}."


def _at_most(limit: int | None) -> str:
    return f"{'≤' if limit else '='}{KEPT}{limit}"


def _all_barred(system: str, state: State, names: Mapping[str, str]) -> bool:
    return all(code in state.absent_items for code, of in names.items() if of == system)
