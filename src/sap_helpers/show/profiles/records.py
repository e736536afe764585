"""What profiles read of a study: each data set once, only what a profile shows, in the order of subjects."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import pandas as pd

from sap_helpers.adam.by_subject import BySubject

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from sap_helpers.adam.store import Study

    Keep = Callable[[pd.DataFrame], pd.Series]

RESPONSE = ("SLEDRED4", "BILNONEW", "PGANOWRS", "SRI4")
SOURCE = ("SRCDOM", "SRCROW", "SRCSEQ")
VALUE = ("USUBJID", "PARAMCD", "ADT", "ADY", "AVISITN", "AVAL", "AVALC", "DTYPE", "ANL01FL", "QUARFL", *SOURCE)
ITEM = ("USUBJID", "PARAMCD", "ADT", *SOURCE)
WEEK = (*VALUE, "REASON", "CRIT1FL")
CELL = (*VALUE, "PARAM", "AVALU")
EVENT = (
    "USUBJID", "AETERM", "AEDECOD", "ASTDT", "ASTDY", "AENDT", "AENDY", "ATOXGRN", "SERFL", "RELFL", "FATALFL",
    "AEACN", "AEOUT", "QUARFL", *SOURCE,
)  # fmt: skip
DRUG = ("USUBJID", "CMTRT", "CMDECOD", "CMCAT", "ASTDT", "ADY", "AENDT", "CRIT1FL", *SOURCE)
DOSE = ("USUBJID", "AVAL", "AVALU", "ASTDT", "AENDT", "ADY", "NDAYS", "CYCLE", *SOURCE)


@dataclass(frozen=True, slots=True)
class Records:
    """The records of all subjects that profiles show, by kind.

    Parameters
    ----------
    subjects
        ADSL.
    doses, events, drugs
        ADEX, ADAE, ADCM.
    measures, response, items
        Of ADQS: totals, grades and PGA; the components and the response by week; the items behind, as they came.
    cells
        Of ADLB: counts of cells, without their ratios.
    states
        The state of the primary response by week.
    """

    subjects: BySubject
    doses: BySubject
    events: BySubject
    drugs: BySubject
    measures: BySubject
    response: BySubject
    items: BySubject
    cells: BySubject
    states: BySubject


def read_records(study: Study, states: pd.DataFrame) -> Records:
    """Read what the profiles of a study show.

    Parameters
    ----------
    study
        The study.
    states
        USUBJID, AVISITN, STATE, FAILED: the state of the primary response of treated subjects by week.
    """
    parts = study.plan.instruments
    measures = ("SLEDAI", "BILAG", parts.pga.code)
    items = (*parts.sledai.weights, *parts.bilag.systems)

    def read(
        name: str, columns: Sequence[str], keep: Keep = _everything, by: Sequence[str] = ("USUBJID",)
    ) -> BySubject:
        return BySubject(study.select(name, keep, by, columns))

    return Records(
        subjects=BySubject(study["adsl"]),
        doses=read("adex", DOSE),
        events=read("adae", EVENT),
        drugs=read("adcm", DRUG),
        measures=read("adqs", VALUE, lambda adqs: adqs["PARAMCD"].isin(measures), ("PARAMCD",)),
        response=read("adqs", WEEK, lambda adqs: adqs["PARAMCD"].isin(RESPONSE), ("PARAMCD",)),
        items=read(
            "adqs", ITEM, lambda adqs: adqs["PARAMCD"].isin(items) & (adqs["SRCDOM"] != ""), ("PARAMCD", "SRCDOM")
        ),
        cells=read(
            "adlb", CELL, lambda adlb: (adlb["PARCAT1"] == "CELLS") & (adlb["DTYPE"] != "RATIO"), ("PARCAT1", "DTYPE")
        ),
        states=BySubject(states),
    )


def _everything(frame: pd.DataFrame) -> pd.Series:
    return pd.Series(True, index=frame.index)
