"""Checks that a notebook asserts on its results before anybody reads them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sap_helpers.analyses.audit import check_denominators

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sap_helpers.adam.store import Study
    from sap_helpers.results import Results

# its definitions of a remission make sets of their own
OWN_SETS = ("REL.SENSITIVITY",)


def check_results(results: Results, study: Study, planned: Iterable[str]) -> list[str]:
    """Return what no result may show, as sentences.

    A planned analysis absent, n above N, N above its set, a limit on the wrong side, a denominator or a count that the
    records behind it do not account for.

    Parameters
    ----------
    planned
        The analysis ids that must be there.
    """
    problems = [f"{name}: no result" for name in planned if name not in results.analysis_ids]
    sizes = study.set_sizes
    for key, stats in results.groups(by_method=True).items():
        value = {name: row.stat for name, row in stats.items()}
        n, total = value.get("n"), value.get("N")
        if n is not None and total is not None and not 0 <= n <= total:
            problems.append(f"{'|'.join(key)}: n = {n} of N = {total}")
        size = None if key.analysis_id in OWN_SETS else sizes.get(key.population)
        if total is not None and size is not None and total > size:
            problems.append(f"{'|'.join(key)}: N = {total} above the {size} of {key.population}")
        low, high = value.get("conf.low"), value.get("conf.high")
        if low is not None and high is not None and low > high:
            problems.append(f"{'|'.join(key)}: lower limit {low} above upper limit {high}")
    # results read from results.csv came without records, and were audited where they were made
    return problems + (check_denominators(results, study) if results.records else [])
