"""Lineage: the analysis records that a derived record was made from, followed down to the records of the cut."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Any

import pandas as pd

from sap_helpers.adam.source_keys import SourceKey, make_key
from sap_helpers.adam.steroids import find_steroids_on
from sap_helpers.adam.timing import ONE_DAY

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from sap_helpers.plan import Plan

Record = tuple[str, int]
EVENTS = ("STOPPED", "RESCUE", "DEATH")
NEW_GRADES = ("BILNEWA", "BILNEWB")


class Columns(dict[str, Any]):
    """The columns of a data set as arrays of plain objects, None for what is missing, each made when asked for."""

    def __init__(self, frame: pd.DataFrame) -> None:
        super().__init__()
        self._frame = frame
        self.names = frozenset(frame)

    def __missing__(self, name: str) -> Any:
        """Return a column that was not asked for before."""
        column = self._frame[name]
        values = column.astype(object).to_numpy(copy=True)
        values[column.isna().to_numpy()] = None
        self[name] = values
        return values


class Row:
    """One record of a data set: its columns as attributes."""

    __slots__ = ("_at", "_columns")

    def __init__(self, columns: Columns, at: int) -> None:
        self._columns, self._at = columns, at

    def __getattr__(self, name: str) -> Any:
        """Return the value of a column."""
        if name not in self._columns.names:
            raise AttributeError(f"no column {name}")
        return self._columns[name][self._at]

    def get(self, name: str) -> Any:
        """Return the value of a column, None where there is no such column."""
        return self._columns[name][self._at] if name in self._columns.names else None


class Lineage:
    """Where the records of a study's analysis data come from.

    Parameters
    ----------
    data
        Analysis data sets by name, numbered (ASEQ).
    plan
        The plan in force.

    Notes
    -----
    Cases of one record, the first that applies: it names its row of the cut (SRCDOM, SRCROW), that row; a total, its
    items of that day; BILAG grades, the nine systems of that day; a count of new grades, these grades and those of
    baseline; a component of the response, the chosen scores of its week and of baseline; the response, its three
    components, with the subject where an event decided; a state of low activity, its scores, the previous items, the
    steroids of that day and the event; a ratio, the two chosen cells; a time, the record that ended it, the totals from
    the reference to the end of follow-up, and the subject; a subject, its DM record, the first and the last dose, the
    end of treatment, the stop and the rescue therapy.
    """

    def __init__(self, data: Mapping[str, pd.DataFrame], plan: Plan) -> None:
        self._data, self._plan = data, plan
        self._rows: dict[str, tuple[Columns, dict[int, int]]] = {}
        self._known: dict[Record, frozenset[SourceKey]] = {}

    def record(self, dataset: str, aseq: int) -> Row:
        """Return an analysis record."""
        if dataset not in self._rows:
            frame = self._data[dataset]
            places = {int(number): place for place, number in enumerate(frame["ASEQ"])}
            self._rows[dataset] = Columns(frame), places
        columns, places = self._rows[dataset]
        return Row(columns, places[aseq])

    def sources(self, dataset: str, aseq: int) -> tuple[SourceKey, ...]:
        """Return the records of the cut behind an analysis record, in order of domain and row."""
        return tuple(sorted(self._sources((dataset, aseq)), key=lambda key: (key.domain, key.row)))

    def _sources(self, at: Record) -> frozenset[SourceKey]:
        if at not in self._known:
            found = set(self._own(at))
            for part in self.components(*at):
                found |= self._sources(part)
            self._known[at] = frozenset(found)
        return self._known[at]

    def components(self, dataset: str, aseq: int) -> tuple[Record, ...]:
        """Return the analysis records that a record was derived from; none of one that is a row of the cut."""
        row = self.record(dataset, aseq)
        if dataset == "adqs" and not _is_source(row):
            return self._of_questionnaire(row)
        if dataset == "adlb" and row.DTYPE == "RATIO":
            (ratio,) = (one for one in self._plan.immunology.ratios if one.code == row.PARAMCD)
            cells = (self._cells.get((row.USUBJID, code, row.AVISITN)) for code in (ratio.numerator, ratio.denominator))
            return tuple(("adlb", number) for number in cells if number is not None)
        return self._of_time(row) if dataset == "adtte" else ()

    def has_items(self, dataset: str, aseq: int) -> bool:
        """Return whether a record is a total or a set of grades, derived from the items of its day."""
        return dataset == "adqs" and self.record(dataset, aseq).PARAMCD in self._of_day

    def _own(self, at: Record) -> Iterable[SourceKey]:
        row = self.record(*at)
        if at[0] == "adsl":
            return self._of_subject(row)
        return [_key(row)] if at[0] != "adtte" and _is_source(row) else []

    def _of_questionnaire(self, row: Any) -> tuple[Record, ...]:
        subject, code, week = row.USUBJID, row.PARAMCD, row.AVISITN
        of_day, pga = self._of_day, self._plan.instruments.pga.code
        states = {state.param: state for state in self._plan.sledai.states}
        if code in of_day:
            return _numbered(self._items.get((subject, item, row.ADT)) for item in of_day[code])
        if code in NEW_GRADES:
            return self._with_baseline(subject, "BILAG", week)
        if code == "SLEDRED4":
            return self._with_baseline(subject, "SLEDAI", week)
        if code == "PGANOWRS":
            return self._with_baseline(subject, pga, week)
        if code == "BILNONEW":
            new = _numbered(self._chosen.get((subject, name, week)) for name in NEW_GRADES)
            return new or self._with_baseline(subject, "BILAG", week)
        event = (("adsl", self._subjects[subject]),) if row.REASON in EVENTS else ()
        if code == "SRI4":
            parts = ("SLEDRED4", "BILNONEW", "PGANOWRS")
            return (*_numbered(self._responses.get((subject, name, week)) for name in parts), *event)
        return (*self._of_state(row, states[code]), *event)

    def _of_state(self, row: Any, state: Any) -> tuple[Record, ...]:
        """Return the scores that a state uses at its week, the items before it and the steroids of the day."""
        subject, week = row.USUBJID, row.AVISITN
        names = [name for name, is_used in (
            ("SLEDAI", state.total_below is not None or state.uses_items),
            ("SLEDAI22", state.clinical_at_most is not None), (self._plan.instruments.pga.code, state.uses_pga),
        ) if is_used]  # fmt: skip
        found = _numbered(self._chosen.get((subject, name, week)) for name in names)
        if state.no_new_items:
            earlier = [w for w in (0, *self._plan.time.weeks) if w < week and (subject, "SLEDAI", w) in self._chosen]
            found += _numbered(self._chosen[subject, "SLEDAI", w] for w in earlier[-1:])
        if state.prednisone_at_most is not None:
            found += tuple(("adcm", number) for number in self._steroids.get((subject, row.ADT), ()))
        return found

    def _of_time(self, row: Any) -> tuple[Record, ...]:
        subject = row.USUBJID
        found = {("adsl", self._subjects[subject])}
        if pd.notna(row.SRCSEQ):
            found.add((row.SRCDOM.lower(), int(row.SRCSEQ)))
        if row.PARAMCD != "RESPONSE":
            last = self._follow_up_ends[subject]
            found |= {("adqs", n) for day, n in self._totals.get(subject, ()) if row.STARTDT <= day <= last}
        return tuple(sorted(found))

    def _of_subject(self, row: Any) -> set[SourceKey]:
        found = {_key(row)}
        found |= {_key(self.record("adex", number)) for number in self._ends_of_dosing.get(row.USUBJID, ())}
        events = ("DS", row.EOTROW, row.EOTSEQ), ("DS", row.STOPROW, row.STOPSEQ), ("CM", row.RESCROW, row.RESCSEQ)
        return found | {make_key(domain, number, seq) for domain, number, seq in events if number is not None}

    def _with_baseline(self, subject: str, code: str, week: int) -> tuple[Record, ...]:
        return _numbered(self._chosen.get((subject, code, at)) for at in (0, week))

    @cached_property
    def _of_day(self) -> dict[str, tuple[str, ...]]:
        rule = self._plan.instruments
        every = tuple(rule.sledai.weights)
        return {
            "SLEDAI": every, "SLEDAI22": tuple(code for code in every if code not in rule.sledai.serology),
            "BILAG": tuple(rule.bilag.systems),
        }  # fmt: skip

    @cached_property
    def _items(self) -> dict[tuple[str, str, Any], int]:
        """The first usable record of each item and day; an unusable one where there is no other."""
        codes = {code for items in self._of_day.values() for code in items}
        frame = self._data["adqs"]
        kept = frame.loc[frame["PARAMCD"].isin(codes)]
        best = kept.assign(_bad=kept["AVALC"] == "").sort_values(["_bad", "ASEQ"])
        return _index(best.drop_duplicates(["USUBJID", "PARAMCD", "ADT"]), "ADT")

    @cached_property
    def _chosen(self) -> dict[tuple[str, str, Any], int]:
        frame = self._data["adqs"]
        codes = {*self._of_day, *NEW_GRADES, self._plan.instruments.pga.code}
        return _index(frame.loc[(frame["ANL01FL"] == "Y") & frame["PARAMCD"].isin(codes)], "AVISITN")

    @cached_property
    def _responses(self) -> dict[tuple[str, str, Any], int]:
        frame = self._data["adqs"]
        return _index(frame.loc[frame["PARCAT1"] == "SRI"], "AVISITN")

    @cached_property
    def _cells(self) -> dict[tuple[str, str, Any], int]:
        frame = self._data["adlb"]
        is_cell = (frame["PARCAT1"] == "CELLS") & (frame["ANL01FL"] == "Y") & (frame["DTYPE"] != "RATIO")
        return _index(frame.loc[is_cell], "AVISITN")

    @cached_property
    def _totals(self) -> dict[str, list[tuple[Any, int]]]:
        frame = self._data["adqs"]
        kept = frame.loc[(frame["PARAMCD"] == "SLEDAI") & frame["AVAL"].notna()]
        found: dict[str, list[tuple[Any, int]]] = {}
        for subject, day, number in zip(kept["USUBJID"], kept["ADT"], kept["ASEQ"], strict=True):
            found.setdefault(subject, []).append((day, int(number)))
        return found

    @cached_property
    def _follow_up_ends(self) -> dict[str, Any]:
        """The last day on which a relapse is looked for."""
        adsl, rule = self._data["adsl"], self._plan.relapse
        after_stop = adsl["TRTEDT"] + rule.days_after_stop * ONE_DAY
        last_day = adsl["TRTSDT"] + (rule.last_day - 1) * ONE_DAY
        return dict(zip(adsl["USUBJID"], after_stop.where(after_stop < last_day, last_day), strict=True))

    @cached_property
    def _steroids(self) -> dict[tuple[str, Any], list[int]]:
        codes = [state.param for state in self._plan.sledai.states if state.prednisone_at_most is not None]
        frame = self._data["adqs"]
        days = frame.loc[frame["PARAMCD"].isin(codes), ["USUBJID", "ADT"]].drop_duplicates(ignore_index=True)
        taken = find_steroids_on(self._data["adcm"], days, self._plan)
        found: dict[tuple[str, Any], list[int]] = {}
        for subject, day, number in zip(taken["USUBJID"], taken["DAY"], taken["ASEQ"], strict=True):
            found.setdefault((subject, day), []).append(int(number))
        return found

    @cached_property
    def _subjects(self) -> dict[str, int]:
        adsl = self._data["adsl"]
        return dict(zip(adsl["USUBJID"], adsl["ASEQ"].astype(int), strict=True))

    @cached_property
    def _ends_of_dosing(self) -> dict[str, tuple[int, int]]:
        """The first dose of each subject, and the one that ends last."""
        adex = self._data["adex"]
        dosed = adex.loc[adex["AVAL"] > 0, ["USUBJID", "ASEQ", "AENDT"]]
        first = dosed.drop_duplicates("USUBJID")
        last = dosed.sort_values("AENDT", ascending=False, kind="stable").drop_duplicates("USUBJID")
        ends = first.merge(last, on="USUBJID", suffixes=("", "_LAST"))
        return {
            subject: (int(one), int(other))
            for subject, one, other in zip(ends["USUBJID"], ends["ASEQ"], ends["ASEQ_LAST"], strict=True)
        }


def _is_source(row: Row) -> bool:
    return bool(row.SRCDOM) and row.SRCROW is not None


def _key(row: Row) -> SourceKey:
    return make_key(row.SRCDOM, row.SRCROW, row.get("SRCSEQ"))


def _numbered(numbers: Iterable[int | None]) -> tuple[Record, ...]:
    return tuple(("adqs", number) for number in numbers if number is not None)


def _index(frame: pd.DataFrame, column: str) -> dict[tuple[str, str, Any], int]:
    places = zip(frame["USUBJID"], frame["PARAMCD"], frame[column], frame["ASEQ"].astype(int), strict=True)
    return {(subject, code, at): number for subject, code, at, number in places}
