"""Room of the SAS formats: transport files (XPT v5) both ways, SAS7BDAT for reading; pyreadstat does the decoding."""

from __future__ import annotations

import datetime
import io
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from sap_helpers.cut.content import DEFAULT_MAX_BYTES, R006, R019, R024, domain_of
from sap_helpers.cut.tables import ObjectArray, RawTable, map_unique, number_texts
from sap_helpers.cut.values import to_double
from sap_helpers.cut.xpt_layout import XptLayout, check_count, overwrite_stamps, parse_layout
from sap_helpers.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from sap_helpers.findings import Finding

MAX_TEXT_BYTES = 200
MAX_NAME = 8
SMALLEST_IBM, LARGEST_IBM = 5.4e-79, 7.2e75


def read_xpt(data: bytes, name: str) -> tuple[RawTable | None, list[Finding]]:
    """Return the columns of a SAS transport file as text, or None with the refusal.

    The layout is checked here (80-byte records, a whole last observation, the number of records), since the decoder
    reads a truncated file without a word and drops what follows a NUL in a text; such texts are taken from the bytes.
    """
    import pyreadstat  # here and below: only a cut in these formats needs it

    try:
        layout = parse_layout(data)
        frame, _ = _decode(pyreadstat.read_xport, data)
        check_count(layout, len(frame))
        return _restore_nul(_as_raw(frame), layout), []
    except UnicodeDecodeError as error:
        return None, [_encoding_finding(error, name)]
    except ValueError as error:
        return None, [_damage_finding(error, name)]


def read_sas7bdat(
    data: bytes, name: str, *, max_bytes: int = DEFAULT_MAX_BYTES
) -> tuple[RawTable | None, list[Finding]]:
    """Return the columns of a SAS7BDAT file as text, or None with the refusal.

    Text is decoded from the encoding that the file declares. The size that the file's own description promises is
    checked before its records are unpacked.
    """
    import pyreadstat

    try:
        _, description = _decode(pyreadstat.read_sas7bdat, data, metadataonly=True)
        size = (description.number_rows or 0) * sum(description.variable_storage_width.values())
        if size > max_bytes:
            problem = f"unpacks to {size} bytes, more than the limit of {max_bytes}"
            return None, [R019.finding(domain=domain_of(name), file=name, problem=problem)]
        frame, _ = _decode(pyreadstat.read_sas7bdat, data)
        return _as_raw(frame), []
    except UnicodeDecodeError as error:
        return None, [_encoding_finding(error, name)]
    except ValueError as error:
        return None, [_damage_finding(error, name)]


def _decode(reader: Callable[..., Any], data: bytes, **options: bool) -> tuple[pd.DataFrame, Any]:
    """Return the frame and the description that pyreadstat decodes, with one kind of error for every damaged file.

    All become ValueError: a text in another encoding raises UnicodeDecodeError, which is one already; a date beyond the
    calendar overflows, and a name that cannot be decoded ends in a TypeError.
    """
    import pyreadstat

    try:
        frame, description = reader(io.BytesIO(data), **options)
    except (pyreadstat.ReadstatError, OverflowError, TypeError) as error:
        raise ValueError(str(error)) from error
    return frame, description


def _encoding_finding(error: UnicodeDecodeError, name: str) -> Finding:
    """Return the refusal of a text that is not UTF-8 (R024), with the text as far as it can be shown."""
    shown = error.object.decode("ascii", "backslashreplace").strip()
    problem = f"byte 0x{error.object[error.start]:02X} in a text; the text of this file must be UTF-8"
    return R024.finding(domain=domain_of(name), file=name, value=shown, problem=problem, allowed="")


def _damage_finding(error: Exception, name: str) -> Finding:
    """Return the refusal of a SAS file that is truncated or damaged (R006), with the reason."""
    return R006.finding(domain=domain_of(name), file=name, problem=f"{R006.title}: {error}")


def _as_raw(frame: pd.DataFrame) -> RawTable:
    """Return a decoded frame as text columns."""
    columns = [_as_text(frame.iloc[:, position]) for position in range(frame.shape[1])]
    return RawTable(tuple(str(name) for name in frame.columns), tuple(columns))


def _as_text(column: pd.Series[Any]) -> ObjectArray:
    """Return one decoded column as text: numbers by their shortest text, dates and times in ISO 8601."""
    if pd.api.types.is_numeric_dtype(column):
        return number_texts(column.to_numpy())
    if pd.api.types.is_datetime64_any_dtype(column):
        return map_unique(column.astype(object).where(column.notna(), "").to_numpy(dtype=object), _value_text)
    return map_unique(column.where(column.notna(), "").to_numpy(dtype=object), _value_text)


def _value_text(value: object) -> str:
    """Return a text, date, date with time, or time as text."""
    if isinstance(value, datetime.date | datetime.time):
        return value.isoformat()
    return str(value)


def _restore_nul(table: RawTable, layout: XptLayout) -> RawTable:
    """Return the table with the texts that hold a NUL taken from the bytes, behind the NUL too."""
    columns = list(table.columns)
    for position, column in enumerate(layout.columns):
        if not column.is_text:
            continue
        cells = layout.cells(column)
        suspect = np.flatnonzero((cells == 0).any(axis=1))
        if suspect.size:
            columns[position] = restored = np.array(columns[position], dtype=object)
        for row in suspect:
            # Blanks or NULs at the end are only padding; a NUL inside is content, and a rule's business.
            restored[row] = cells[row].tobytes().rstrip(b" \x00").decode("utf-8")
    return RawTable(table.names, tuple(columns))


def write_xpt(frame: pd.DataFrame, domain: str, numeric: frozenset[str], labels: Mapping[str, str]) -> bytes:
    """Return a frame of text as a SAS transport file, version 5, without a clock stamp.

    Raises
    ------
    UsageError
        A name is longer than 8 characters, a text than 200 bytes, or a number outside the range of the format.
    """
    import pyreadstat

    columns = {str(name): _for_xpt(frame[name], name in numeric) for name in frame}
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"{domain}.xpt"
        pyreadstat.write_xport(
            pd.DataFrame(columns), str(path), table_name=domain.upper(), file_format_version=5,
            column_labels={name: labels.get(name, name) for name in columns},
        )  # fmt: skip
        return overwrite_stamps(path.read_bytes())


def _for_xpt(texts: pd.Series[str], is_number: bool) -> pd.Series[Any]:
    """Return one column as the transport format can hold it; what it cannot hold is refused, not cut."""
    if len(str(texts.name)) > MAX_NAME:
        raise UsageError(
            f"column {texts.name}: XPT v5 allows names of at most {MAX_NAME} characters; use another format"
        )
    if not is_number:
        if any(len(text.encode("utf-8")) > MAX_TEXT_BYTES for text in texts.unique()):
            raise UsageError(f"column {texts.name}: XPT v5 allows at most {MAX_TEXT_BYTES} bytes; use another format")
        return texts
    numbers = to_double(texts)
    size = numbers[numbers.notna() & (numbers != 0)].abs()
    if ((size < SMALLEST_IBM) | (size > LARGEST_IBM)).any():
        allowed = f"{SMALLEST_IBM} to {LARGEST_IBM}"
        raise UsageError(f"column {texts.name}: XPT holds numbers of size {allowed} only; use another format")
    return numbers
