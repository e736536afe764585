"""The plan's display: how much of a large trial a page shows subject by subject."""

from __future__ import annotations

from sap_helpers.plan.base import Part, Positive

# the page of subject profiles, and its title
PROFILES_PAGE = ("subjects.html", "Subject profiles")


class Display(Part):
    """What a page shows.

    Parameters
    ----------
    most_subjects
        A figure or a listing of more shows the first so many by identifier, and says so; profiles of more stand on
        several pages.
    """

    most_subjects: Positive
