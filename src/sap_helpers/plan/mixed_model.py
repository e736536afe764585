"""The plan's mixed model for repeated measures: what it needs, and which covariance structures it may fall back on."""

from __future__ import annotations

from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from sap_helpers.plan.base import Part

Structure = Literal["us", "toeph", "ar1h", "csh", "cs"]


class MixedModel(Part):
    """The constrained longitudinal model of a response by week.

    Parameters
    ----------
    min_values
        A week enters with at least so many values.
    structures
        Covariance structures in the order in which they are tried; the first is the planned one.
    degrees_of_freedom
        How the denominator degrees of freedom are approximated.
    """

    min_values: Annotated[int, Field(ge=2)]
    structures: tuple[Structure, ...] = Field(min_length=1)
    degrees_of_freedom: Literal["kenward-roger", "satterthwaite"]

    @model_validator(mode="after")
    def _check(self) -> Self:
        if len(set(self.structures)) != len(self.structures):
            raise ValueError(f"structures may not repeat: {list(self.structures)}")
        return self
