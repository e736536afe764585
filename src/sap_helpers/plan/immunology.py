"""The plan's immunology: cells, ratios and laboratory tests, the weeks compared, what each analysis asks for."""

from __future__ import annotations

from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from sap_helpers.plan.base import DecimalNumber, Part, Positive, Word, Words

Scale = Literal["linear", "log10"]


class LabTest(Part):
    """A laboratory test: its name, and the range, in its standard unit, outside which a value is listed."""

    name: Word
    plausible: tuple[DecimalNumber, DecimalNumber]

    @model_validator(mode="after")
    def _check(self) -> Self:
        if self.plausible[0] >= self.plausible[1]:
            raise ValueError(f"plausible must rise: {[str(limit) for limit in self.plausible]}")
        return self


class Laboratory(Part):
    """The laboratory tests that the plan knows, by code; their units stand in the table of units."""

    tests: dict[str, LabTest]


class CellType(Part):
    """A kind of cell, in percent; a positive value below `plausible` looks like a fraction of one."""

    code: Word
    name: Word
    short: Word
    plausible: tuple[DecimalNumber, DecimalNumber]


class Ratio(Part):
    """The ratio of two kinds of cell."""

    code: Word
    name: Word
    short: Word
    numerator: Word
    denominator: Word


class Marker(Part):
    """A laboratory test of the outcome: the scale of its change, and on which side of its limit it is abnormal."""

    code: Word
    short: Word
    scale: Scale
    abnormal: Literal["low", "high"]


class Immunology(Part):
    """Immunological responses.

    Parameters
    ----------
    week
        Compared with week 0.
    unit
        Of the cells.
    cells, ratios, markers
        The parameters.
    on_drug_days
        A sample at most so many days after an injection was taken on the drug.
    model_weeks, min_pairs, min_model_weeks
        Weeks of the mixed model, which is fitted where at least `min_model_weeks` of them have `min_pairs` pairs.
    holm
        Families of the adjusted tests, by analysis.
    cell_index, marker_index
        With the change of which disease activity index the changes are correlated.
    """

    week: Positive
    unit: Word
    cells: tuple[CellType, ...] = Field(min_length=1)
    ratios: tuple[Ratio, ...]
    markers: tuple[Marker, ...] = Field(min_length=1)
    on_drug_days: Annotated[int, Field(ge=0)]
    model_weeks: tuple[Positive, ...]
    min_pairs: Annotated[int, Field(ge=2)]
    min_model_weeks: Positive
    holm: dict[str, Words]
    cell_index: Literal["SLEDAI", "SLEDAI22"]
    marker_index: Literal["SLEDAI", "SLEDAI22"]

    @model_validator(mode="after")
    def _check(self) -> Self:
        cells = {cell.code for cell in self.cells}
        parts = {code for ratio in self.ratios for code in (ratio.numerator, ratio.denominator)}
        if parts - cells:
            raise ValueError(f"a ratio of what is no cell: {', '.join(sorted(parts - cells))}")
        families = {code for family in self.holm.values() for code in family}
        if families - set(self.codes):
            raise ValueError(f"a family of what is no parameter: {', '.join(sorted(families - set(self.codes)))}")
        if len(set(self.codes)) != len(self.codes):
            raise ValueError(f"codes may not repeat: {', '.join(self.codes)}")
        if list(self.model_weeks) != sorted(set(self.model_weeks)):
            raise ValueError(f"model_weeks must rise and not repeat: {list(self.model_weeks)}")
        return self

    @property
    def cell_codes(self) -> tuple[str, ...]:
        """Codes of the cells and of their ratios, in order."""
        return (*(cell.code for cell in self.cells), *(ratio.code for ratio in self.ratios))

    @property
    def marker_codes(self) -> tuple[str, ...]:
        """Codes of the laboratory tests."""
        return tuple(marker.code for marker in self.markers)

    @property
    def codes(self) -> tuple[str, ...]:
        """Codes of every parameter, in order."""
        return (*self.cell_codes, *self.marker_codes)

    def scale(self, code: str) -> Scale:
        """Return the scale on which a parameter's change is described and tested."""
        return next((marker.scale for marker in self.markers if marker.code == code), "linear")
