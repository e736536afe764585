"""What profiles read of a study."""

from __future__ import annotations

from dataclasses import replace

import pytest

from sap_helpers.adam.parquet import ParquetColumns
from sap_helpers.adam.store import load_study, save_study
from sap_helpers.show.profiles import pages, render_profiles


@pytest.fixture
def render(study, states, context, tmp_path, monkeypatch):
    """Return a function from subjects at a time to the pages of a stored study and the columns read for them."""
    save_study(study, tmp_path / "report")
    read = ParquetColumns.read

    def run(at_once):
        asked = []
        monkeypatch.setattr(ParquetColumns, "read", lambda self, *names: asked.append(names) or read(self, *names))
        monkeypatch.setattr(pages, "AT_ONCE", at_once)
        around = replace(context, subjects_on_page=1)
        return dict(render_profiles(load_study(tmp_path / "report"), states, "", around)), asked

    return run


def test_render_profiles__reads_no_more_for_more_blocks_of_subjects(render):
    (together, once), (apart, again) = render(100), render(1)
    assert len(together) == 3
    assert again == once
    assert apart == together


def test_read_records__holds_no_questionnaire_that_no_profile_shows(study, records):
    everyone = study["adsl"]["USUBJID"]
    assert set(study["adqs"]["PARAMCD"]) > {"SLEDAI22", "LLDAS"}
    assert set(records.measures.of(everyone)["PARAMCD"]) == {"SLEDAI", "BILAG", "PGA0101"}
    assert set(records.response.of(everyone)["PARAMCD"]) == {"SRI4", "SLEDRED4", "BILNONEW", "PGANOWRS"}


def test_read_records__items_are_those_that_came_from_the_cut(study, records):
    items = records.items.of(study["adsl"]["USUBJID"])
    assert len(items) == 5 * 33
    assert set(items["SRCDOM"]) == {"QS"}
