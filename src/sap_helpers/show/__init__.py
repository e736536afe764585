"""What a reviewer sees: number format, tables, charts and the page; made from results and the plan alone."""

from IPython.display import Markdown

from sap_helpers.show import (
    adverse_events,
    adverse_figures,
    adverse_terms,
    immunology,
    immunology_figures,
    immunology_further,
    overview,
    quality,
    relapse_figures,
    relapse_listings,
    relapses,
    safety_laboratory,
    sledai,
    sledai_figures,
    sledai_parts,
    sledai_subjects,
    sri,
    sri_figures,
    sri_further,
    sri_grid,
    sri_listings,
    subjects,
)
from sap_helpers.show.environment import environment_table
from sap_helpers.show.labels import cut_stamp
from sap_helpers.show.parameters import check_parameters

__all__ = [
    "Markdown",
    "adverse_events",
    "adverse_figures",
    "adverse_terms",
    "check_parameters",
    "cut_stamp",
    "environment_table",
    "immunology",
    "immunology_figures",
    "immunology_further",
    "overview",
    "quality",
    "relapse_figures",
    "relapse_listings",
    "relapses",
    "safety_laboratory",
    "sledai",
    "sledai_figures",
    "sledai_parts",
    "sledai_subjects",
    "sri",
    "sri_figures",
    "sri_further",
    "sri_grid",
    "sri_listings",
    "subjects",
]
