"""The plan's disclosure: which counts of a copy for others are named as small."""

from __future__ import annotations

from sap_helpers.plan.base import Part, Positive


class Disclosure(Part):
    """What a copy of a report without subjects says of its counts.

    Parameters
    ----------
    smallest_count
        A count of subjects from 1 up to below it, or of those left over, is listed as small; nothing is suppressed.
    """

    smallest_count: Positive
