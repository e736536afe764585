"""A data cut of the synthetic trial: what would have been known on a day, and the files of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from sap_helpers.cut.domains import load_domains
from sap_helpers.cut.formats import write_table
from sap_helpers.errors import UsageError
from sap_helpers.plan.home import DOMAINS_FILE
from sap_helpers.run.simulate.adverse import FATAL, ONGOING
from sap_helpers.run.simulate.milestones import ARMS

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Mapping
    from pathlib import Path

    from sap_helpers.run.simulate.streams import Bools

STARTS = {
    "dm": "RFICDTC", "ex": "EXSTDTC", "ds": "DSSTDTC", "qs": "QSDTC", "lb": "LBDTC", "cp": "CPDTC", "ae": "AESTDTC",
    "cm": "CMSTDTC", "dv": "DVSTDTC", "ie": "IEDTC",
}  # fmt: skip
INFO = "cut.yaml"
ENDS = {"ex": "EXENDTC", "ae": "AEENDTC", "cm": "CMENDTC"}


def cut_trial(trial: Mapping[str, pd.DataFrame], cut_date: dt.date) -> dict[str, pd.DataFrame]:
    """Return what a data cut on a day would hold of the trial.

    Parameters
    ----------
    trial
        Domain to records, from `simulate_trial`.
    cut_date
        Last day that the cut knows of.

    Returns
    -------
    dict of str to pandas.DataFrame
        The same domains and columns. Records that start later are absent (a start known to the month counts from its
        last day: it is written down afterwards), later ends are empty and their outcomes open, a later death is not
        known, and a subject neither treated nor rejected yet is not assigned. Sequence numbers are those of the trial.
    """
    day = cut_date.isoformat()
    known = {name: _started(frame, STARTS[name], day) for name, frame in trial.items()}
    if len(known["dm"]) < len(trial["dm"]):  # medication goes back to before the consent
        known = {name: _of_subjects(frame, known["dm"]) for name, frame in known.items()}
    for name, column in ENDS.items():
        known[name] = _without_later(known[name], column, day)
    known["dm"] = _open_arms(_without_later(_without_later(known["dm"], "DTHDTC", day), "RFSTDTC", day), known["ds"])
    known["ae"] = _open_outcomes(known["ae"])
    return known


def write_cut(
    folder: Path,
    frames: Mapping[str, pd.DataFrame],
    *,
    cut_id: str,
    cut_date: dt.date,
    study: str,
    extension: str,
) -> None:
    """Write a cut's folder: cut.yaml, marked synthetic, and one file per domain.

    Parameters
    ----------
    folder
        The cut's folder; made if it is missing. Files of an earlier call with the same extension are replaced.
    frames
        Domain to records, from `cut_trial`.
    cut_id, cut_date, study
        What cut.yaml says of it.
    extension
        csv, parquet, xpt or json.

    Raises
    ------
    UsageError
        The folder holds something else (another format, a seal, files that are not a cut's), or the extension is
        none that can be written.
    """
    variables = load_domains(DOMAINS_FILE)
    names = {name: f"{name}.{extension}" for name in frames}
    _check_folder(folder, {*names.values(), INFO})
    (folder / INFO).unlink(missing_ok=True)  # without it a folder half written is no cut
    for name, frame in frames.items():
        numeric, labels = variables.numeric(name), variables.labels(name)
        data = write_table(frame, extension, domain=name, numeric=numeric, labels=labels)
        folder.mkdir(parents=True, exist_ok=True)
        (folder / names[name]).write_bytes(data)
    text = f"study: {study}\ncut_id: {cut_id}\ncut_date: {cut_date.isoformat()}\nsynthetic: true\n"
    (folder / INFO).write_bytes(text.encode("utf-8"))


def _check_folder(folder: Path, own: set[str]) -> None:
    if folder.exists() and not folder.is_dir():
        raise UsageError(f"{folder.name}: is not a folder. Name a new folder for the simulated cut.")
    others = sorted({entry.name for entry in folder.iterdir()} - own) if folder.exists() else []
    if others:
        shown = ", ".join(others[:5])
        raise UsageError(
            f"{folder.name}: holds {shown}, which this cut would not replace. Name a new or an empty folder."
        )


def _started(frame: pd.DataFrame, column: str, day: str) -> pd.DataFrame:
    """Keep the rows that start up to the day; an empty start was always known."""
    return _kept(frame, _is_known(frame[column], day))


def _of_subjects(frame: pd.DataFrame, dm: pd.DataFrame) -> pd.DataFrame:
    return _kept(frame, frame["USUBJID"].isin(dm["USUBJID"]).to_numpy(dtype=bool))


def _kept(frame: pd.DataFrame, is_kept: Bools) -> pd.DataFrame:
    return frame if is_kept.all() else frame[is_kept].reset_index(drop=True)


def _is_known(dates: pd.Series[str], day: str) -> Bools:
    """Return which dates are not after the day; a month is over when the day is past its last."""
    codes, values = pd.factorize(dates)
    known = [value <= day if len(value) != len("2014-07") else f"{value}-31" <= day for value in values]
    return np.asarray(known, dtype=np.bool_)[codes]


def _without_later(frame: pd.DataFrame, column: str, day: str) -> pd.DataFrame:
    return frame.assign(**{column: _replaced(frame, column, ~_is_known(frame[column], day), "")})


def _open_outcomes(ae: pd.DataFrame) -> pd.DataFrame:
    """Leave an event open whose end is not known yet; it is least of all fatal."""
    is_open = (ae["AEENDTC"] == "").to_numpy(dtype=bool)
    was_fatal = is_open & (ae["AEOUT"] == FATAL).to_numpy(dtype=bool)
    return ae.assign(
        AEOUT=_replaced(ae, "AEOUT", is_open, ONGOING),
        AETOXGR=_replaced(ae, "AETOXGR", was_fatal, "4"),
        AESDTH=_replaced(ae, "AESDTH", was_fatal, ""),
    )


def _open_arms(dm: pd.DataFrame, ds: pd.DataFrame) -> pd.DataFrame:
    """Take a subject neither treated nor rejected so far as not assigned, and flag no death without its date."""
    rejected = ds.loc[ds["DSDECOD"] == "SCREEN FAILURE", "USUBJID"]
    is_open = ((dm["RFSTDTC"] == "") & ~dm["USUBJID"].isin(rejected)).to_numpy(dtype=bool)
    is_alive = (dm["DTHDTC"] == "").to_numpy(dtype=bool)
    return dm.assign(
        DTHFL=_replaced(dm, "DTHFL", is_alive, ""),
        ARMCD=_replaced(dm, "ARMCD", is_open, "NOTASSGN"),
        ARM=_replaced(dm, "ARM", is_open, ARMS["NOTASSGN"]),
    )


def _replaced(frame: pd.DataFrame, column: str, where: Bools, text: str) -> pd.Series[str]:
    return frame[column].where(~np.asarray(where), text)
