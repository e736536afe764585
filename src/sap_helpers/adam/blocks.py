"""Derivations that know one subject at a time, done for some subjects after others: memory stays bounded."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sap_helpers.cut.packed import join_packed, pack, packed_of, unpack

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    import pandas as pd

    from sap_helpers.plan import Plan

SUBJECTS_AT_ONCE = 2000


def derive_by_subjects(
    domains: Mapping[str, pd.DataFrame],
    names: tuple[str, ...],
    subjects: pd.DataFrame,
    derive: Callable[[dict[str, pd.DataFrame], pd.DataFrame], pd.DataFrame],
) -> pd.DataFrame:
    """Return what a derivation makes of domains, packed, its records by subject.

    Parameters
    ----------
    domains
        The domains of a cut.
    names
        Those that the derivation reads; it is given no other, and none that the cut does not have.
    subjects
        ADSL: USUBJID, SAFFL. Of subjects who were not treated nothing is derived.
    derive
        Makes records, in the order of USUBJID, of domains and ADSL cut down to some subjects; what it makes of a
        subject depends on this one alone.
    """
    held = {name: packed_of(domains, name) for name in names if name in domains}
    parts = []
    for members in _members(subjects):
        given = {name: unpack(frame.loc[frame["USUBJID"].isin(members)]) for name, frame in held.items()}
        parts.append(pack(derive(given, subjects.loc[subjects["USUBJID"].isin(members)])))
    return join_packed(parts)


def _members(subjects: pd.DataFrame) -> Iterator[list[str]]:
    """Return the treated subjects, some at a time; once nobody where there is none."""
    treated = sorted(subjects.loc[subjects["SAFFL"] == "Y", "USUBJID"])
    for start in range(0, max(len(treated), 1), SUBJECTS_AT_ONCE):
        yield treated[start : start + SUBJECTS_AT_ONCE]


def is_assessment(adqs: pd.DataFrame, plan: Plan) -> pd.Series:
    """Return the records of ADQS, packed or not, that are no single item, and the items that were quarantined.

    Most records are single items, and most analyses rest on none of them.
    """
    parts = plan.instruments
    items = [*parts.sledai.weights, *parts.bilag.systems]
    return ~adqs["PARAMCD"].isin(items) | (adqs["QUARFL"] == "Y")
