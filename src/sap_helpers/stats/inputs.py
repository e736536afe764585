"""The door of the stats layer: arrays of complete, finite numbers come in, everything else is refused with a reason."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from sap_helpers.errors import EstimationError

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

    FloatArray = NDArray[np.float64]
    IntArray = NDArray[np.int64]
    BoolArray = NDArray[np.bool_]

SHOWN_POSITIONS = 5
DECIMALS = 10
SCALE = 10**DECIMALS
LARGEST_SCALED = 2**60


def complete_array(values: ArrayLike, name: str, *, dimensions: int = 1) -> FloatArray:
    """Return `values` as float64 of the wanted number of dimensions.

    Raises
    ------
    EstimationError
        A value is missing, infinite or not a number, or the shape is another one.
    """
    array = as_floats(values, name)
    if array.ndim != dimensions:
        raise EstimationError(
            f"{name}: {array.ndim} dimension(s), allowed: {dimensions}. Hand over an array of that shape"
        )
    refuse_unusable(array, name)
    return array


def as_floats(values: ArrayLike, name: str) -> FloatArray:
    """Return `values` as float64 of the same shape, every kind of missing value as NaN."""
    plain = values.to_numpy() if isinstance(values, (pd.Series, pd.DataFrame)) else np.asarray(values)
    try:
        if plain.dtype.kind in "biuf":
            return plain.astype(np.float64)
        flat = pd.array(np.ravel(plain.astype(object)), dtype="Float64")
        return flat.to_numpy(dtype=np.float64, na_value=np.nan).reshape(plain.shape)
    except (TypeError, ValueError) as error:
        raise EstimationError(f"{name}: {error}; allowed: numbers. Convert the values first") from error


def refuse_unusable(array: FloatArray, name: str) -> None:
    """Raise EstimationError where `array` holds a missing or infinite value; count them and name the first five."""
    is_unusable = ~np.isfinite(array)
    if not is_unusable.any():
        return
    kind = "missing" if np.isnan(array).any() else "infinite"
    first = ", ".join(str(position) for position in np.flatnonzero(is_unusable)[:SHOWN_POSITIONS])
    raise EstimationError(
        f"{name}: {int(is_unusable.sum())} of {array.size} values {kind} (first at position {first}); "
        "allowed: finite numbers. Leave incomplete subjects out and count them beside the estimate"
    )


def paired_arrays(first: ArrayLike, second: ArrayLike, names: tuple[str, str]) -> tuple[FloatArray, FloatArray]:
    """Return two complete arrays of equal length, or raise EstimationError."""
    left, right = complete_array(first, names[0]), complete_array(second, names[1])
    if left.size != right.size:
        raise EstimationError(
            f"{names[0]} has {left.size} values, {names[1]} has {right.size}; allowed: one of each per subject. "
            "Hand over complete pairs in the same order"
        )
    return left, right


def whole_numbers(values: ArrayLike, name: str, *, dimensions: int = 1) -> IntArray:
    """Return `values` as int64, refusing fractions, missing and infinite values with EstimationError."""
    array = complete_array(values, name, dimensions=dimensions)
    if np.any(array != np.rint(array)):
        raise EstimationError(f"{name}: fractions found, allowed: whole numbers. Check what was counted or coded")
    return array.astype(np.int64)


def count_value(value: float, name: str) -> int:
    """Return a count as int, or raise EstimationError when it is missing, negative or not whole."""
    number = int(whole_numbers([value], name)[0])
    if number < 0:
        raise EstimationError(f"{name} is {number}, allowed: 0 or more. Check how it was counted")
    return number


def check_level(level: float) -> float:
    """Return the confidence level (0.95 for 95 %), or raise EstimationError outside (0, 1)."""
    if not 0.0 < level < 1.0:
        raise EstimationError(f"level is {level}, allowed: between 0 and 1, both excluded. Give 95 % as 0.95")
    return float(level)


def scaled_integers(values: FloatArray, name: str) -> IntArray:
    """Return `values` rounded to ten decimals, as whole multiples of 1e-10: decimal ties become exact ties.

    Raises
    ------
    EstimationError
        A value is so large (about 1e8) that sums of its multiples would no longer be exact.
    """
    scaled = np.rint(values * SCALE)
    if scaled.size and np.abs(scaled).max() > LARGEST_SCALED:
        raise EstimationError(
            f"{name}: {np.abs(values).max():g} is too large to be compared on {DECIMALS} decimals; "
            f"allowed: at most {LARGEST_SCALED // SCALE} in size. Use a larger unit"
        )
    whole: IntArray = scaled.astype(np.int64)
    return whole
