"""Disease activity over time: every analysis of the SELENA-SLEDAI outcome, with BILAG, PGA and steroids beside it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sap_helpers.analyses.bilag import analyse_bilag
from sap_helpers.analyses.sledai_change import (
    analyse_by_week,
    analyse_change,
    analyse_pga,
    analyse_without_events,
    analyse_without_serology,
)
from sap_helpers.analyses.sledai_items import analyse_categories, analyse_organs
from sap_helpers.analyses.sledai_model import analyse_models
from sap_helpers.analyses.sledai_states import analyse_remission, analyse_selection, analyse_steroids
from sap_helpers.results import Results, join

if TYPE_CHECKING:
    from sap_helpers.adam.store import Study

PLANNED = (
    "SLEDAI.CHANGE", "SLEDAI.MMRM", "SLEDAI.MMRM_ALL", "SLEDAI.BY_WEEK", "SLEDAI.DELTA", "SLEDAI.NO_ICE",
    "SLEDAI.SEROLOGY_FREE", "SLEDAI.ORGAN", "SLEDAI.CATEGORY", "SLEDAI.REMISSION", "SLEDAI.RTM", "BILAG.SHIFT",
    "PGA.CHANGE", "STEROID.BY_WEEK",
)  # fmt: skip


def analyse_sledai(study: Study) -> Results:
    """Return every result of the outcome, in the plan's order.

    Continuous scores: values after a stop or rescue count (treatment policy), values up to a death are used and the
    deaths stand beside; what is missing is missing at random (model) or leaves out its pair (tests). States: an
    intercurrent event or a missing assessment is a state not reached.
    """
    model, model_all, delta = analyse_models(study)
    return join(
        [
            analyse_change(study), model, model_all, analyse_by_week(study), delta, analyse_without_events(study),
            analyse_without_serology(study), analyse_organs(study), analyse_categories(study), analyse_remission(study),
            analyse_selection(study), analyse_bilag(study), analyse_pga(study), analyse_steroids(study),
        ]
    )  # fmt: skip
