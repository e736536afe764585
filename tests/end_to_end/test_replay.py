"""The interim cut replayed: the final cut's files with the interim cut's date give the interim cut's results."""

from __future__ import annotations

import shutil

import pandas as pd
import pytest

from sap_helpers.adam.store import open_study
from sap_helpers.analyses.disposition import analyse_disposition
from sap_helpers.analyses.summary import load_results

# counts of what the cut dropped, which the interim files do not hold; variables that no record of a file has
OF_THE_REPLAY = {"R059", "R102", "R108"}


@pytest.fixture(scope="module")
def replayed(final_cut, interim_cut, tmp_path_factory):
    cut = tmp_path_factory.mktemp("replay") / interim_cut.name
    shutil.copytree(final_cut, cut)
    shutil.copy(interim_cut / "cut.yaml", cut)
    return cut


@pytest.fixture(scope="module")
def interim(interim_cut):
    return open_study(interim_cut)


def rows(results):
    """Return the results by id, rounded beyond what the order of a sum moves."""
    return {
        row.result_id: (None if row.stat is None else float(f"{row.stat:.9g}"), row.note)
        for row in results
        if row.key.group1_level not in OF_THE_REPLAY
    }


def differing(first, second):
    return {name for name in {*first, *second} if first.get(name) != second.get(name)}


def test_replay__differs_by_the_arm_of_one_subject_alone(replayed, interim, interim_cut):
    study = open_study(replayed)
    both = [frame.set_index("USUBJID") for frame in (study["adsl"], interim["adsl"])]
    assert both[0].index.tolist() == both[1].index.tolist()
    # consented and not treated yet: not assigned in the files of that day, assigned since
    arms = both[0]["ARMCD"].compare(both[1]["ARMCD"], result_names=("replayed", "interim"))
    assert arms.to_dict("index") == {"SLEIL2-029": {"replayed": "IL2", "interim": "NOTASSGN"}}
    found = differing(rows(load_results(study, replayed)), rows(load_results(interim, interim_cut)))
    assert {name.split("|")[0] for name in found} == {"DISP.FLOW", "DISP.SETS", "DQ.FINDINGS"}
    # assigned, and without a dose at that day
    assert {name.split("|")[3] for name in found if name.startswith("DQ")} == {"R105"}


def test_replay__with_that_arm_as_it_was_gives_the_same_disposition(replayed, interim, edit):
    def unassigned(dm):
        return dm.assign(ARMCD=dm["ARMCD"].where(dm["USUBJID"] != "SLEIL2-029", "NOTASSGN"))

    edit(replayed, "dm", unassigned)
    study = open_study(replayed)
    assert differing(rows(analyse_disposition(study)), rows(analyse_disposition(interim))) == set()
    # 16 of 45 subjects of the final cut consented later
    assert len(study["adsl"]) == len(pd.unique(interim["adsl"]["USUBJID"])) == 29
