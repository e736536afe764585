"""Room of the file formats: one way in and one way out, whatever the extension."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sap_helpers.cut import csv_format, dataset_json, parquet_format, xpt_format
from sap_helpers.cut.content import check_content
from sap_helpers.cut.tables import TextTable, empty_table
from sap_helpers.cut.text_rules import clean_table
from sap_helpers.cut.values import find_number_problems
from sap_helpers.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pandas as pd

    from sap_helpers.findings import Finding

READERS = {
    "csv": csv_format.read_csv,
    "parquet": parquet_format.read_parquet,
    "xpt": xpt_format.read_xpt,
    "sas7bdat": xpt_format.read_sas7bdat,
    "json": dataset_json.read_dataset_json,
}
WRITABLE = ("csv", "parquet", "xpt", "json")


def read_table(data: bytes, extension: str, name: str) -> tuple[TextTable, list[Finding]]:
    """Return one file of a cut as text, and what its reading noticed.

    Parameters
    ----------
    data
        The bytes of the file, as they were hashed.
    extension
        Lower-case extension: csv, parquet, xpt, sas7bdat or json.
    name
        File name, for the findings; its stem is the domain.

    Returns
    -------
    tuple of TextTable and list of Finding
        A file that is refused gives the table without a column, beside the refusal.

    Raises
    ------
    UsageError
        The extension is none of the five.
    """
    if extension not in READERS:
        raise UsageError(f"{name}: no reader for extension {extension}; allowed: {', '.join(READERS)}")
    findings = check_content(data, extension, name)
    if findings:
        return empty_table(), findings
    raw, findings = READERS[extension](data, name)
    if raw is None:
        return empty_table(), findings
    table, noticed = clean_table(raw, name)
    return table, findings + noticed


def write_table(
    frame: pd.DataFrame,
    extension: str,
    *,
    domain: str,
    numeric: frozenset[str],
    labels: Mapping[str, str] | None = None,
) -> bytes:
    """Return a frame of text as the bytes of a file; equal frames give equal bytes.

    Parameters
    ----------
    frame
        Every cell a str, missing the empty text, upper-case column names.
    extension
        csv, parquet, xpt or json; csv writes every cell as it stands.
    domain
        Lower-case domain; the name of the data set in the formats that carry one.
    numeric
        Columns written as numbers in the typed formats; those that the frame lacks are passed over.
    labels
        Column labels for the formats that carry them; a column without one is labelled by its name.

    Raises
    ------
    UsageError
        The extension cannot be written, a numeric column holds a text that is no number, or the format cannot hold
        a value.
    """
    if extension not in WRITABLE:
        raise UsageError(f"cannot write {domain}.{extension}; allowed: {', '.join(WRITABLE)}")
    if extension == "csv":
        return csv_format.write_csv(frame)
    _require_numbers(frame, numeric, domain)
    if extension == "parquet":
        return parquet_format.write_parquet(frame, numeric)
    if extension == "xpt":
        return xpt_format.write_xpt(frame, domain, numeric, labels or {})
    return dataset_json.write_dataset_json(frame, domain, numeric, labels or {})


def _require_numbers(frame: pd.DataFrame, numeric: frozenset[str], domain: str) -> None:
    """Refuse a numeric column with a text that no typed format can hold as a number."""
    for name in frame.columns.intersection(sorted(numeric)):
        bad = frame.loc[find_number_problems(frame[name]) != "", name].unique()
        if bad.size:
            raise UsageError(f"{domain} {name}: {', '.join(map(repr, bad[:5]))} are no numbers; write the cut as csv")
