"""Laboratory alone: abnormal values that became normal, and the change with values beyond the limits of the assay."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from sap_helpers.adam.laboratory import ABOVE, BELOW
from sap_helpers.analyses.behind import behind, explain, source
from sap_helpers.analyses.blocks import (
    EXACT_LIMITS,
    PROPORTION,
    count_results,
    proportion_results,
    statistics,
    unavailable,
)
from sap_helpers.analyses.immunology_pairs import LOG10, needs_of, of, pair_cases, why_no_pair, with_records
from sap_helpers.analyses.scores import POPULATION
from sap_helpers.records import Records
from sap_helpers.results import Key, Result, Results, join
from sap_helpers.stats import censored_change, mcnemar_exact

if TYPE_CHECKING:
    from sap_helpers.adam.store import Study

MCNEMAR, WALD = "McNemar exact", "Wald"
LIMIT = {"low": ("ANRLO", "lb.LBSTNRLO"), "high": ("ANRHI", "lb.LBSTNRHI")}
CHANGE = ("estimate", "std.error", "conf.low", "conf.high")
STATES = (("Y", "Y"), ("Y", "N"), ("N", "Y"), ("N", "N"))


def analyse_normalised(study: Study, pairs: pd.DataFrame) -> Results:
    """Return LAB.NORMALISED: of the abnormal at week 0 those normal later, all four states, and the exact McNemar test.

    Each value is held against the limit of its own record; a pair without one of the two limits cannot be counted.
    """
    return join(_normalised(study, marker.code, marker.abnormal, pairs) for marker in study.plan.immunology.markers)


def _normalised(study: Study, code: str, side: str, pairs: pd.DataFrame) -> Results:
    limit, column = LIMIT[side]
    key = Key("LAB.NORMALISED", POPULATION, variable=code, variable_level="Y")
    test = Key("LAB.NORMALISED", POPULATION, variable=code, method=MCNEMAR)
    cells = [Key("LAB.NORMALISED", POPULATION, "ABNORMAL0", a, "ABNORMAL1", b, code, "PAIR") for a, b in STATES]
    why = study.why_unavailable(*needs_of(study, code), column)
    if why:
        return join(
            [
                unavailable([key], PROPORTION, why, methods=EXACT_LIMITS), unavailable(cells, ("n", "N", "p"), why),
                unavailable([test], ("p.value",), why),
            ]
        )  # fmt: skip
    mine = of(pairs, code)
    has_limit = mine[f"{limit}0"].notna() & mine[f"{limit}1"].notna()
    known = mine.loc[has_limit]
    before, after = (is_abnormal(known, str(i), side) for i in (0, 1))
    empty = why_no_pair(study) if not len(mine) else "no pair with limits of normal"
    none_abnormal = empty if not len(known) else "no subject abnormal at week 0"
    normal = proportion_results(
        key, int((before & ~after).sum()), int(before.sum()), interval="clopper-pearson", level=study.plan.level,
        why_empty=none_abnormal, note=_without_limits(len(mine) - len(known)),
    )  # fmt: skip
    counts = [int(((before == (a == "Y")) & (after == (b == "Y"))).sum()) for a, b in STATES]
    everyone = pd.Series(True, index=known.index)
    states = join(
        count_results(
            k, n, len(known), empty, records=_records(known, (before == (a == "Y")) & (after == (b == "Y")), everyone)
        )
        for k, n, (a, b) in zip(cells, counts, STATES, strict=True)
    )
    rest = (
        ("no limit of normal at one of the weeks", set(mine.loc[~has_limit, "USUBJID"])),
        ("not abnormal at week 0", set(known.loc[~before, "USUBJID"])),
    )
    cases = (*pair_cases(study, code), *rest)
    found = behind(normal, _records(known, before & ~after, before)) + states
    return explain(study, found + _mcnemar(test, counts[1], counts[2], known, empty), cases)


def is_abnormal(pairs: pd.DataFrame, which: str, side: str) -> pd.Series:
    """Return whether the value of one of the two weeks is beyond its limit of normal.

    Cases, the first that applies: reported as above a limit that is not below the upper limit of normal, abnormal;
    else by the value, which of one reported as below a limit is half that limit.
    """
    value, kind = pairs[f"AVAL{which}"], pairs[f"DTYPE{which}"]
    if side == "high":
        limit = pairs[f"ANRHI{which}"]
        return (value > limit) | ((kind == ABOVE) & (value >= limit))
    return value < pairs[f"ANRLO{which}"]


def _mcnemar(test: Key, improved: int, worsened: int, known: pd.DataFrame, empty: str) -> Results:
    if not len(known):
        return unavailable([test], ("p.value",), empty)
    found = mcnemar_exact(improved, worsened)
    return with_records(Results((Result(test, "p.value", found.p_value, found.note),)), known)


def _records(known: pd.DataFrame, counted: pd.Series, everyone: pd.Series) -> Records:
    parts = (
        source("adlb", pd.concat([known.loc[rows, "ASEQ0"], known.loc[rows, "ASEQ1"]])) for rows in (counted, everyone)
    )  # fmt: skip
    n, total = ((part,) for part in parts)
    return Records(n, total)


def _without_limits(count: int) -> str:
    return f"{count} pair{'s' if count > 1 else ''} without limits of normal left out" if count else ""


def analyse_censored(study: Study, pairs: pd.DataFrame) -> Results:
    """Return LAB.CENSORED: mean change on the log10 scale with values beyond a limit of the assay taken as censored."""
    codes = [marker.code for marker in study.plan.immunology.markers if marker.scale == LOG10]
    return join(_censored(study, code, of(pairs, code)) for code in codes)


def _censored(study: Study, code: str, pairs: pd.DataFrame) -> Results:
    key = Key("LAB.CENSORED", POPULATION, variable=code)
    limits = key._replace(method=WALD)
    why = study.why_unavailable(*needs_of(study, code))
    if why:
        return unavailable([key], ("n", "N"), why) + unavailable([limits], CHANGE, why)
    (x, cx), (y, cy) = (censored_values(pairs, which) for which in ("0", "1"))
    found = censored_change(x, cx, y, cy, study.plan.level)
    values = {
        "estimate": found.estimate, "std.error": found.std_error, "conf.low": found.conf_low,
        "conf.high": found.conf_high,
    }  # fmt: skip
    rows = statistics(key, {"n": found.n_censored, "N": found.n})
    rows += statistics(limits, values, found.note if len(pairs) else why_no_pair(study))
    everyone = pd.Series(True, index=pairs.index)
    is_censored = pd.Series((cx != 0) | (cy != 0), index=pairs.index)
    return behind(rows, _records(pairs, is_censored, everyone))


def censored_values(pairs: pd.DataFrame, which: str) -> tuple[np.ndarray, np.ndarray]:
    """Return log10 values, the limit itself where beyond it, and -1 (below), 0 (exact) or 1 (above) for each."""
    kind = pairs[f"DTYPE{which}"]
    code = np.select([kind == BELOW, kind == ABOVE], [-1, 1], 0)
    # half the limit of quantification stands in AVAL
    value = pairs[f"AVAL{which}"].to_numpy(dtype=float) * np.where(code == -1, 2.0, 1.0)
    return np.log10(value), code
