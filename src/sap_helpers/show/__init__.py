"""What a reviewer sees: number format, tables, charts and the page; made from results and the plan alone."""

from sap_helpers.show import overview, quality, sri, sri_figures, sri_further, sri_grid, sri_listings, subjects
from sap_helpers.show.environment import environment_table
from sap_helpers.show.labels import cut_stamp

__all__ = [
    "cut_stamp",
    "environment_table",
    "overview",
    "quality",
    "sri",
    "sri_figures",
    "sri_further",
    "sri_grid",
    "sri_listings",
    "subjects",
]
