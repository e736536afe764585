"""From a data frame and a formula to checked arrays: rows by subject and visit, design matrix, response, labels."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, cast

import numpy as np
import pandas as pd
from formulaic import Formula
from formulaic.errors import FormulaicError

from sap_helpers.errors import EstimationError

if TYPE_CHECKING:
    from collections.abc import Hashable, Mapping, Sequence

    from formulaic import ModelSpec
    from numpy.typing import NDArray

    from sap_helpers.stats.inputs import FloatArray, IntArray


MAX_VISITS = 62
SHOWN = 5


@dataclass(frozen=True)
class Design:
    """The model's rows in the order subject, visit.

    Parameters
    ----------
    x, y
        float64, (rows, terms) and (rows,).
    subject, visit
        int64 codes per row; visit codes index `visits`.
    visits
        Visit labels in the order of time.
    terms
        Column names of `x`, as formulaic writes them.
    spec
        formulaic's specification of the right-hand side, to code a reference grid in the same way.
    levels
        Levels of every categorical variable of the formula.
    means
        Mean over the rows of every numeric variable of the formula's right-hand side.
    """

    x: FloatArray
    y: FloatArray
    subject: IntArray
    visit: IntArray
    visits: tuple[Hashable, ...]
    terms: tuple[str, ...]
    spec: ModelSpec
    levels: Mapping[str, tuple[Hashable, ...]]
    means: Mapping[str, float]

    @property
    def n_subjects(self) -> int:
        """Number of subjects."""
        return int(self.subject[-1]) + 1

    @property
    def visit_names(self) -> tuple[str, ...]:
        """Visit labels as text, for messages and names."""
        return tuple(str(visit) for visit in self.visits)


def build_design(data: pd.DataFrame, formula: str, *, subject: str, visit: str) -> Design:
    """Check the data and build the model's arrays.

    The visit is categorical wherever the formula uses it, in the order of its categories, of its numbers, or of its
    text with numbers compared as numbers ("WEEK 2" before "WEEK 10").

    Parameters
    ----------
    data
        One row per subject and visit with a value; required columns: those of the formula, `subject`, `visit`.
    formula
        Wilkinson formula with one numeric response, as formulaic reads it.
    subject, visit
        Column names.

    Raises
    ------
    EstimationError
        For absent columns, missing or infinite values, repeated subject-visit pairs, a visit without a value, a
        formula that cannot be read.
    """
    parsed = _parse(formula)
    used = _used_columns(data, parsed, formula, subject, visit)
    _refuse_missing(data, used, subject)
    visit_codes, visits = _code_visits(data[visit])
    subject_codes, names = pd.factorize(data[subject])
    key = subject_codes * len(visits) + visit_codes
    order = np.argsort(key, kind="stable")
    _refuse_repeats(key[order], names, visits, subject, visit)
    frame = _plain_types(data[used].take(order).reset_index(drop=True))
    frame[visit] = pd.Categorical.from_codes(cast("Sequence[int]", visit_codes[order]), categories=pd.Index(visits))
    frame = _drop_unused_levels(frame)
    return _matrices(parsed, frame, subject_codes[order], visit_codes[order], visits)


def evaluate_formula(model: Formula | ModelSpec, frame: pd.DataFrame, **options: str) -> Any:
    """Return what formulaic makes of a frame, its errors as EstimationError.

    Parameters
    ----------
    model
        A formula, or the specification that an earlier evaluation left.
    frame
        The variables.
    options
        Further arguments of formulaic.

    Raises
    ------
    EstimationError
        Where a term cannot be computed.
    """
    try:
        return model.get_model_matrix(frame, context={}, **options)
    except FormulaicError as error:
        raise EstimationError(f"the formula cannot be evaluated on the data: {_first_line(error)}") from error


def _parse(formula: str) -> Formula:
    try:
        parsed = Formula(formula)
    except FormulaicError as error:
        raise EstimationError(f"the formula {formula!r} cannot be read: {_first_line(error)}") from error
    if not hasattr(parsed, "lhs") or len(parsed.lhs) != 1:
        raise EstimationError(f"the formula {formula!r} needs one response on its left, as in 'response ~ visit'")
    if isinstance(parsed.rhs, tuple):
        raise EstimationError(f"the formula {formula!r} has more than one part on its right: '|' is not allowed")
    return parsed


def _used_columns(data: pd.DataFrame, parsed: Formula, formula: str, subject: str, visit: str) -> list[str]:
    if not isinstance(data, pd.DataFrame):
        raise EstimationError(f"data must be a pandas DataFrame, not {type(data).__name__}")
    # formulaic does not list what stands inside its own functions, such as center(age).
    words = set(re.findall(r"\w+", formula)) & {str(name) for name in data.columns}
    used = sorted({str(name) for name in parsed.required_variables} | words | {subject, visit})
    absent = [name for name in used if name not in data.columns]
    if absent:
        raise EstimationError(f"column(s) {', '.join(absent)} are not in the data, which has {_some(data.columns)}")
    if data.empty:
        raise EstimationError("the data have no row: there is nothing to fit")
    return used


def _refuse_missing(data: pd.DataFrame, used: Sequence[str], subject: str) -> None:
    for name in used:
        column = data[name]
        missing = column.isna().to_numpy(dtype=bool)
        if not missing.any() and pd.api.types.is_float_dtype(column):
            missing = ~np.isfinite(column.to_numpy(dtype=np.float64))
        if missing.any():
            who = _some(data.loc[missing, subject].unique())
            raise EstimationError(
                f"column {name} has {int(missing.sum())} missing or infinite value(s), subject(s) {who}; none is "
                "allowed: leave out the rows of visits without a value"
            )


def _code_visits(column: pd.Series[Any]) -> tuple[IntArray, tuple[Hashable, ...]]:
    if isinstance(column.dtype, pd.CategoricalDtype):
        labels = list(column.cat.categories)
        codes = np.asarray(column.cat.codes, dtype=np.int64)
    else:
        found, unique = pd.factorize(column)
        labels = sorted(unique, key=_natural)
        codes = np.array([labels.index(label) for label in unique], dtype=np.int64)[found]
    visits = tuple(_whole(label) for label in labels)
    empty = [str(visits[i]) for i in np.flatnonzero(np.bincount(codes, minlength=len(visits)) == 0)]
    if empty:
        raise EstimationError(f"visit {', '.join(empty)} has no value: remove it from the categories of {column.name}")
    if len(visits) > MAX_VISITS:
        raise EstimationError(f"{len(visits)} visits are more than the {MAX_VISITS} allowed")
    return codes, visits


def _natural(label: Hashable) -> tuple[Any, ...]:
    """Return a sort key under which numbers inside text compare as numbers."""
    if isinstance(label, str):
        return tuple((0, int(part), "") if part.isdigit() else (1, 0, part) for part in re.split(r"(\d+)", label))
    return ((0, label, ""),)


def _whole(label: Hashable) -> Hashable:
    """Return a whole floating-point label as an integer: week 10 is not called 10.0; numpy's numbers as Python's."""
    if isinstance(label, np.number):
        return _whole(label.item())
    return int(label) if isinstance(label, float) and label.is_integer() else label


def _refuse_repeats(
    key: IntArray, names: pd.Index | NDArray[Any], visits: tuple[Hashable, ...], subject: str, visit: str
) -> None:
    repeated = np.flatnonzero(key[1:] == key[:-1])
    if len(repeated):
        who = _some([f"{names[key[i] // len(visits)]} at {visits[key[i] % len(visits)]}" for i in repeated[:SHOWN]])
        raise EstimationError(
            f"{len(repeated)} row(s) repeat a pair of {subject} and {visit}: {who}; keep one value for each pair"
        )


def _plain_types(frame: pd.DataFrame) -> pd.DataFrame:
    """Return the frame with pandas' nullable types as numpy's, which formulaic needs to tell numbers from text."""
    return frame.assign(**{str(name): _plain_column(column) for name, column in frame.items()})


def _plain_column(column: pd.Series[Any]) -> pd.Series[Any]:
    if isinstance(column.dtype, np.dtype | pd.CategoricalDtype | pd.DatetimeTZDtype):
        return column
    plain = {"i": np.int64, "u": np.int64, "f": np.float64, "b": np.bool_}.get(column.dtype.kind, np.object_)
    return pd.Series(column.to_numpy(dtype=plain), index=column.index)


def _drop_unused_levels(frame: pd.DataFrame) -> pd.DataFrame:
    categorical = frame.select_dtypes("category").columns
    return frame.assign(**{str(name): frame[name].cat.remove_unused_categories() for name in categorical})


def _matrices(
    parsed: Formula,
    frame: pd.DataFrame,
    subject: IntArray,
    visit: IntArray,
    visits: tuple[Hashable, ...],
) -> Design:
    built = evaluate_formula(parsed, frame, na_action="raise", output="numpy")
    response = np.asarray(built.lhs, dtype=np.float64)
    x = np.ascontiguousarray(built.rhs, dtype=np.float64)
    if response.ndim != 2 or response.shape[1] != 1:
        raise EstimationError("the response must be one numeric column, not text, categories or several columns")
    if x.shape[1] == 0:
        raise EstimationError("the formula has no term on its right: write '~ 1' for a common mean")
    if not (np.isfinite(x).all() and np.isfinite(response).all()):
        raise EstimationError("the formula gives infinite or missing values, such as the log of a negative number")
    spec = built.model_spec.rhs
    levels, means = _grid_values(spec, frame)
    # Renumbered in row order, so that subject codes rise by one from row to row whatever the order of the input.
    _, codes = np.unique(subject, return_inverse=True)
    return Design(x, response[:, 0], codes, visit, visits, tuple(spec.column_names), spec, levels, means)


def _grid_values(spec: ModelSpec, frame: pd.DataFrame) -> tuple[dict[str, tuple[Hashable, ...]], dict[str, float]]:
    coded = {
        str(variable)
        for factor, variables in spec.factor_variables.items()
        if str(factor) in spec.factor_contrasts or factor in spec.factor_contrasts
        for variable in variables
    }
    levels: dict[str, tuple[Hashable, ...]] = {}
    means: dict[str, float] = {}
    for name in sorted(str(variable) for variable in spec.required_variables):
        column = frame[name]
        if isinstance(column.dtype, pd.CategoricalDtype):
            levels[name] = tuple(column.cat.categories)
        elif name in coded or not pd.api.types.is_numeric_dtype(column):
            levels[name] = tuple(sorted(column.unique(), key=_natural))
        else:
            means[name] = float(column.mean())
    return levels, means


def _first_line(error: Exception) -> str:
    """Return the first line of a message whose further lines mark a place with terminal colours."""
    return str(error).splitlines()[0]


def _some(values: Sequence[object] | pd.Index | NDArray[Any]) -> str:
    shown = [str(value) for value in list(values)[:SHOWN]]
    return ", ".join(shown) + (", ..." if len(values) > SHOWN else "")
