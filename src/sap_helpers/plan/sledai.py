"""The plan's disease activity over time: change, categories, states of remission, selection and steroids."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Self

from pydantic import Field, model_validator

from sap_helpers.plan.base import DecimalNumber, Part, Positive, Word, Words

if TYPE_CHECKING:
    from decimal import Decimal


class Category(Part):
    """A category of the total; it begins at `lowest` points and ends below the next one's."""

    code: Word
    name: Word
    lowest: Annotated[int, Field(ge=0)]


class State(Part):
    """A state of low activity: every criterion that is given must hold.

    Parameters
    ----------
    variable, param
        Its name in the results, and its PARAMCD.
    name
        In words.
    total_below
        The total is below it.
    clinical_at_most
        The total without the serology items is at most this.
    absent_items
        None of these items is present.
    no_new_items
        No item is present that was absent at the assessment before.
    pga_below, pga_at_most
        Limits of the physician's global assessment.
    prednisone_at_most
        In mg/day; a state that asks for it is judged only where prednisone is recorded.
    """

    variable: Word
    param: Annotated[str, Field(min_length=1, max_length=8)]
    name: Word
    total_below: int | None = None
    clinical_at_most: int | None = None
    absent_items: Words = ()
    no_new_items: bool = False
    pga_below: DecimalNumber | None = None
    pga_at_most: DecimalNumber | None = None
    prednisone_at_most: DecimalNumber | None = None

    @property
    def uses_items(self) -> bool:
        """Whether single items decide."""
        return bool(self.absent_items) or self.no_new_items

    @property
    def uses_pga(self) -> bool:
        """Whether the physician's global assessment decides."""
        return self.pga_below is not None or self.pga_at_most is not None


class Selection(Part):
    """What selection alone does to a score: the limit of selection, and the test-retest correlations tried."""

    threshold: int
    correlations: tuple[Annotated[DecimalNumber, Field(ge=0, le=1)], ...]


class Placebo(Part):
    """The median total of a published placebo arm at its start and some weeks later."""

    source: Word
    n: Positive
    weeks: Positive
    baseline: DecimalNumber
    later: DecimalNumber


class SledaiOutcome(Part):
    """Disease activity over time.

    Parameters
    ----------
    week
        Compared with week 0.
    model_weeks
        Weeks of the mixed model.
    deltas
        Points added to what the model imputes at `week`, in order.
    categories
        From none to the highest.
    active_above
        "Moderate to severe" in the words of the registry record: a total above it.
    states
        Of low activity.
    selection
        Regression to the mean.
    placebo
        What subjects selected alike did without the treatment.
    steroid_limits
        In mg/day of prednisone.
    """

    week: Positive
    model_weeks: tuple[Positive, ...] = Field(min_length=1)
    deltas: tuple[DecimalNumber, ...] = Field(min_length=1)
    categories: tuple[Category, ...] = Field(min_length=2)
    active_above: int
    states: tuple[State, ...]
    selection: Selection
    placebo: Placebo
    steroid_limits: tuple[Annotated[DecimalNumber, Field(ge=0)], ...]

    @model_validator(mode="after")
    def _check(self) -> Self:
        if list(self.model_weeks) != sorted(set(self.model_weeks)):
            raise ValueError(f"model_weeks must rise and not repeat: {list(self.model_weeks)}")
        if self.week not in self.model_weeks:
            raise ValueError(f"week {self.week} must be one of model_weeks {list(self.model_weeks)}")
        lowest = [category.lowest for category in self.categories]
        if lowest[0] != 0 or lowest != sorted(set(lowest)):
            raise ValueError(f"categories must begin at 0 and rise: {lowest}")
        if list(self.deltas) != sorted(set(self.deltas)):
            raise ValueError(f"deltas must rise and not repeat: {[str(delta) for delta in self.deltas]}")
        return self

    def bounds(self, category: Category) -> str:
        """Return the points of a category in words: ``"0"``, ``"1-5"``, ``">=20"``."""
        later = [other.lowest for other in self.categories if other.lowest > category.lowest]
        if not later:
            return f">={category.lowest}"
        last = min(later) - 1
        return str(last) if last == category.lowest else f"{category.lowest}-{last}"

    @property
    def steroid_names(self) -> dict[str, Decimal]:
        """Each limit of the dose by the name of its variable in the results."""
        return {f"AT_MOST_{limit}": limit for limit in self.steroid_limits}
