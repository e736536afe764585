"""What draws each figure, by the name that its row of the catalogue gives."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sap_helpers.show import (
    adverse_figures,
    immunology_figures,
    relapse_figures,
    sledai_figures,
    sledai_subjects,
    sri_figures,
    sri_grid,
    table_figures,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from sap_helpers.show.display import Figure

DRAW: dict[str, Callable[..., Figure]] = {
    "rates": table_figures.rates_figure,
    "sri.response": sri_figures.response_figure,
    "sri.components": sri_figures.components_figure,
    "sri.analyses": sri_figures.analyses_figure,
    "sri.subgroups": sri_figures.subgroup_figure,
    "sri.time_to": sri_figures.time_to_figure,
    "sri.subjects": sri_grid.subject_grid_figure,
    "immunology.pairs": immunology_figures.pairs_figure,
    "immunology.standardised": immunology_figures.standardised_figure,
    "immunology.correlation": immunology_figures.correlation_figure,
    "sledai.model": sledai_figures.model_figure,
    "sledai.cumulative": sledai_figures.cumulative_figure,
    "sledai.remission": sledai_figures.remission_figure,
    "sledai.items": sledai_figures.items_figure,
    "sledai.trajectories": sledai_subjects.trajectories_figure,
    "sledai.waterfall": sledai_subjects.waterfall_figure,
    "relapses.courses": relapse_figures.courses_figure,
    "relapses.swimmer": relapse_figures.swimmer_figure,
    "relapses.relapse_free": relapse_figures.relapse_free_figure,
    "relapses.mean_number": relapse_figures.mean_number_figure,
    "safety.incidence": adverse_figures.incidence_figure,
    "safety.onset": adverse_figures.onset_figure,
    "safety.cumulative": adverse_figures.cumulative_figure,
    "safety.timeline": adverse_figures.timeline_figure,
    "safety.edish": adverse_figures.edish_figure,
}
