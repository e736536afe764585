"""The further outcomes against independent R programs that start from the raw cut, sharing no code."""

from __future__ import annotations

import csv
import subprocess
from pathlib import Path
from typing import NamedTuple

import pytest

from sap_helpers.adam.store import open_study
from sap_helpers.analyses.adverse_events import analyse_adverse_events
from sap_helpers.analyses.immunology import analyse_immunology
from sap_helpers.analyses.relapses import analyse_relapses
from sap_helpers.analyses.sledai import analyse_sledai
from sap_helpers.results import join

HERE = Path(__file__).parent
CUTS = HERE.parents[1] / "data" / "synthetic"
FINAL, INTERIM = "2015-10-01", "2014-08-31"
PROGRAMS = {
    "change": (analyse_immunology, analyse_sledai),
    "relapse": (analyse_relapses,),
    "adverse": (analyse_adverse_events,),
}
# what R computes in another way on purpose: gls has no Kenward-Roger; n of a curve is at risk there, with an event here
OTHER = {
    ("IMM.MMRM", "std.error"), ("LAB.MMRM", "std.error"), ("SLEDAI.MMRM", "std.error"),
    ("SLEDAI.MMRM_ALL", "std.error"), ("AE.CUMULATIVE", "n"),
}  # fmt: skip
VARIABLES = {
    ("SLEDAI.SEROLOGY_FREE", "SLEDAI"): "SLEDAI22", ("SLEDAI.REMISSION", "SLEDAI_LT4"): "REMISSION",
    ("AE.SOC_PT_GRADE", "MAXGRADE"): "ATOXGRN", ("AE.AESI", "MAXGRADE"): "ATOXGRN",
    ("AE.AESI", "FIRST_ONSET_DAY"): "ASTDY", ("AE.DEATH", "DEATH_DAY180"): "DEATH_TO_LAST_DAY",
}  # fmt: skip
NO_NUMBER = ("", "NA")
TOLERANCE = 1e-6


class Place(NamedTuple):
    """What a number is about, in the columns that both programs write alike."""

    analysis_id: str
    population: str
    group1: str
    group1_level: str
    group2: str
    group2_level: str
    variable: str
    variable_level: str
    stat_name: str


def place_of(row: dict[str, str]) -> Place | None:
    """Return where a row of R stands among ours, or None where R means something else on purpose."""
    place = Place(*(row[name] for name in Place._fields))
    if (place.analysis_id, place.stat_name) in OTHER:
        return None
    if place.analysis_id == "PGA.BY_WEEK":
        return place._replace(analysis_id="PGA.CHANGE", group2="VALUES", group2_level="observed")
    if place.analysis_id == "SLEDAI.CATEGORY":
        if place.group1 != "BASECAT":
            return None
        return place._replace(group1="BASE", group2="CATEGORY", group2_level=place.variable_level, variable_level="")
    return place._replace(variable=VARIABLES.get((place.analysis_id, place.variable), place.variable))


@pytest.mark.parametrize(
    ("program", "cut"),
    [("change", FINAL), ("relapse", FINAL), ("relapse", INTERIM), ("adverse", FINAL), ("adverse", INTERIM)],
)
def test_further__every_number_of_r_is_ours(program: str, cut: str, rscript: str, tmp_path: Path) -> None:
    out = tmp_path / "r.csv"
    subprocess.run([rscript, str(HERE / f"{program}.R"), str(CUTS / cut), str(out)], check=True, cwd=HERE)
    study = open_study(CUTS / cut)
    ours: dict[Place, dict[str, float | None]] = {}
    for row in join(analyse(study) for analyse in PROGRAMS[program]):
        key = row.key
        ours.setdefault(Place(*key[:8], row.stat_name), {})[key.method] = row.stat
    compared, wrong = 0, []
    with out.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            place = place_of(row)
            if place is None:
                continue
            theirs = None if row["stat"] in NO_NUMBER else float(row["stat"])
            found = ours.get(place)
            if found is None:
                # R writes every grade and interval of a term; we write those that the plan names
                if theirs and place.analysis_id not in ("AE.SOC_PT_GRADE", "AE.AESI", "REL.EVENTS"):
                    wrong.append((place, "absent", theirs))
                continue
            value = found[row["method"]] if row["method"] in found else next(iter(found.values()))
            compared += 1
            both_empty = value is None and theirs is None
            if not both_empty and (
                value is None or theirs is None or abs(value - theirs) > TOLERANCE * max(1, abs(theirs))
            ):
                wrong.append((place, value, theirs))
    assert not wrong, wrong[:10]
    assert compared > 100
