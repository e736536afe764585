"""A table or a figure in the place of one that the cut cannot give: with its title, and the reason."""

from __future__ import annotations

from sap_helpers.show.charts.message import draw_message
from sap_helpers.show.display import Figure, Row, Table


def withheld_table(plan_id: str, title: str, why: str, *, source: str = "", stamp: str = "") -> Table:
    """Return a table without columns whose one row is the reason."""
    return Table(plan_id, title, "Reason", (), (Row(why),), source=source, stamp=stamp)


def withheld_figure(plan_id: str, title: str, why: str, *, stamp: str = "") -> Figure:
    """Return a figure that says why it is empty."""
    table = withheld_table(plan_id, title, why, stamp=stamp)
    return Figure(plan_id, title, draw_message(why), f"{title}: {why}.", "Nothing is drawn.", table, stamp=stamp)
