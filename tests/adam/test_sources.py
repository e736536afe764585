"""Lineage: which rows of a cut stand behind analysis records."""

from __future__ import annotations

import pandas as pd
import pytest

from sap_helpers.adam.source_keys import SourceKey
from sap_helpers.adam.sources import Lineage
from sap_helpers.adam.store import open_study


@pytest.fixture(scope="module")
def study(request):
    return open_study(request.config.rootpath / "tests" / "end_to_end" / "hand_worked" / "cut")


@pytest.fixture(scope="module")
def lineage(study):
    return Lineage(study.data, study.plan)


def first(study, dataset, **wanted):
    """Return the ASEQ of the first record with these values."""
    frame = study[dataset]
    holds = pd.Series(data=True, index=frame.index)
    for column, value in wanted.items():
        holds &= (frame[column] == value).fillna(value=False).astype(bool)
    return int(frame.loc[holds, "ASEQ"].iloc[0])


def test_sources__a_record_of_the_cut_is_its_own_row(study, lineage):
    number = first(study, "adqs", PARAMCD="PGA0101")
    row = study["adqs"].set_index("ASEQ").loc[number]
    assert lineage.sources("adqs", number) == (SourceKey("QS", row["SRCROW"], int(row["SRCSEQ"])),)


def test_sources__a_total_is_its_24_items(study, lineage):
    number = first(study, "adqs", PARAMCD="SLEDAI", DTYPE="SUM")
    row = study["adqs"].set_index("ASEQ").loc[number]
    items = study["adqs"].loc[
        (study["adqs"]["USUBJID"] == row["USUBJID"]) & (study["adqs"]["ADT"] == row["ADT"])
        & study["adqs"]["PARAMCD"].isin(study.plan.instruments.sledai.weights)
    ]  # fmt: skip
    assert {key.row for key in lineage.sources("adqs", number)} == set(items["SRCROW"])
    assert len(items) == 24


def test_sources__grades_are_nine_systems(study, lineage):
    assert len(lineage.sources("adqs", first(study, "adqs", PARAMCD="BILAG"))) == 9


def test_sources__a_response_rests_on_both_assessments_of_three_instruments(study, lineage):
    # 24 items, nine systems and one assessment, twice
    number = first(study, "adqs", PARAMCD="SRI4", AVISITN=10, AVALC="Y")
    assert len(lineage.sources("adqs", number)) == 68


def test_components__a_response_has_three(study, lineage):
    parts = lineage.components("adqs", first(study, "adqs", PARAMCD="SRI4", AVISITN=10, AVALC="Y"))
    assert [lineage.record(*part).PARAMCD for part in parts] == ["SLEDRED4", "BILNONEW", "PGANOWRS"]


def test_sources__a_response_that_an_event_decided_names_the_subject_too(study, lineage):
    stopped = study["adqs"].loc[(study["adqs"]["PARAMCD"] == "SRI4") & (study["adqs"]["REASON"] == "STOPPED")]
    number = int(stopped["ASEQ"].iloc[0])
    subject = study["adsl"].set_index("USUBJID").loc[stopped["USUBJID"].iloc[0]]
    assert SourceKey("DS", int(subject["STOPROW"]), int(subject["STOPSEQ"])) in lineage.sources("adqs", number)


def test_sources__a_subject_is_its_dm_record_first_and_last_dose_and_end_of_treatment(study, lineage):
    ended = study["adsl"].loc[study["adsl"]["EOTROW"].notna() & (study["adsl"]["SAFFL"] == "Y")].iloc[0]
    found = lineage.sources("adsl", int(ended["ASEQ"]))
    assert SourceKey("DM", int(ended["SRCROW"])) in found
    assert SourceKey("DS", int(ended["EOTROW"]), int(ended["EOTSEQ"])) in found
    assert sum(key.domain == "EX" for key in found) in (1, 2)


def test_sources__every_record_leads_to_the_cut_but_those_of_nothing_assessed(study, lineage):
    for name in ("adsl", "adqs", "adlb", "adex", "adcm", "adae", "addv", "adtte"):
        frame = study[name]
        bare = [number for number in frame["ASEQ"] if not lineage.sources(name, int(number))]
        rows = frame.loc[frame["ASEQ"].isin(bare)]
        assert rows.empty or set(rows["AVALC"]) == {""}, name
