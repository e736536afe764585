"""The plan's display: how much of a large trial a page shows subject by subject."""

from __future__ import annotations

from sap_helpers.plan.base import Part, Positive


class Display(Part):
    """What a page shows.

    Parameters
    ----------
    most_subjects
        A figure of more subjects summarises them; a listing of more shows the first so many.
    """

    most_subjects: Positive
