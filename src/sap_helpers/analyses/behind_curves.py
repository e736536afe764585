"""Behind a curve over time: those at risk on each day that it names, and all of it behind its estimates."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import pandas as pd

from sap_helpers.analyses.behind import source
from sap_helpers.records import Records, Source

if TYPE_CHECKING:
    from sap_helpers.analyses.behind import LeftOut
    from sap_helpers.results import Key, Results

DAYS = ("DAY", "STEPDAY")


class CurveRecords(NamedTuple):
    """The records behind a curve.

    Parameters
    ----------
    whole
        Those with the event among all: what every estimate rests on.
    times
        Days of each record, by its number.
    """

    whole: Records
    times: pd.Series

    def of(self, results: Results) -> dict[Key, Records]:
        """Return what stands behind results of days (group DAY or STEPDAY): at risk, n; the estimates, the whole."""
        return {row.key: self.whole if row.key.method else self._at_risk(_day_of(row.key)) for row in results}

    def _at_risk(self, day: int) -> Records:
        (everyone,) = self.whole.of
        numbers = self.times.index[(self.times >= day).to_numpy()]
        return self.whole._replace(counted=(Source.from_numbers(everyone.dataset, numbers.tolist()),))


def curve_records(
    dataset: str, numbers: pd.Series, times: pd.Series, is_event: pd.Series, left_out: LeftOut = ()
) -> CurveRecords:
    """Return the records behind a curve, from ASEQ, days and whether the event happened, aligned."""
    by_number = pd.Series(times.to_numpy(), index=numbers.to_numpy())
    counted = source(dataset, numbers[is_event.to_numpy(dtype=bool)])
    return CurveRecords(Records((counted,), (source(dataset, numbers),), left_out), by_number)


def _day_of(key: Key) -> int:
    """Return the day that a key of a curve names, in whichever group it stands."""
    return int(key.group1_level if key.group1 in DAYS else key.group2_level)
