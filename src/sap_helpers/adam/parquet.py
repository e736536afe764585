"""Analysis data on disk: Parquet with labels, the same bytes for the same records."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from sap_helpers.cut.packed import coded, is_coded, unpack

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

ROWS_AT_ONCE = 1024**2
LABELS = {
    "ABLFL": "Baseline record flag",
    "ADT": "Analysis date",
    "ADY": "Analysis study day",
    "AEACN": "Action taken with study treatment",
    "AEBODSYS": "System organ class",
    "AEDECOD": "Preferred term",
    "AENDT": "End date",
    "AENDY": "Study day of the end",
    "AEOUT": "Outcome",
    "AEREL": "Relation to treatment as recorded",
    "AESER": "Serious as recorded",
    "AESEV": "Severity as recorded",
    "AESI": "Categories of the registry record",
    "AETERM": "Adverse event as reported",
    "AETOXGR": "Toxicity grade as recorded",
    "AGE": "Age in years",
    "ANL01FL": "Record chosen for its week",
    "ANRHI": "Upper limit of normal",
    "ANRLO": "Lower limit of normal",
    "ARMCD": "Planned arm code",
    "ASEQ": "Record number in this data set",
    "ASTDT": "Start date",
    "ASTDTF": "First part of the start not known",
    "ASTDY": "Study day of the start",
    "ATOXGRN": "Grade",
    "AVAL": "Analysis value",
    "AVALC": "Analysis value as text",
    "AVALU": "Unit",
    "AVISITN": "Planned week, 0 is baseline",
    "BASE": "Baseline value",
    "CHG": "Change from baseline",
    "CMCAT": "Category of medication",
    "CMDECOD": "Coded medication",
    "CMTRT": "Medication as reported",
    "CNSDTDSC": "Why the time was censored",
    "CNSR": "Censoring, 0 is an event",
    "CRIT1FL": "Criterion 1: counted response or state, CM rescue",
    "CRIT2FL": "Criterion 2: CM possible rescue",
    "CYCLE": "Cycle of treatment",
    "DTHDT": "Date of death",
    "DTYPE": "How the value was derived",
    "DVCAT": "Deviation category",
    "DVDECOD": "Deviation",
    "ENRFL": "Enrolled set",
    "EOTDECOD": "Treatment disposition",
    "EOTDT": "Date of treatment disposition",
    "EOTROW": "Row of it in DS",
    "EOTSEQ": "Sequence number of it in DS",
    "EPOCH": "Epoch",
    "EVNTDESC": "Event that ended the time",
    "EXDOSFRQ": "Dosing frequency",
    "EXROUTE": "Route",
    "EXTRT": "Treatment",
    "FASFL": "Full analysis set",
    "FASOUT": "Why not in the full set",
    "FATALFL": "Fatal, known at the cut",
    "GIVEN": "Injections given before the limit",
    "ICEDT": "Date of first intercurrent event",
    "ICETYPE": "Type of first intercurrent event",
    "IENOTMET": "Criteria recorded as not met",
    "LCONTDT": "Date of last contact",
    "MAJDVFL": "Major deviation",
    "NCYCLES": "Cycles started",
    "NDAYS": "Days with a dose",
    "PARAM": "Parameter",
    "PARAMCD": "Parameter code",
    "PARCAT1": "Parameter category",
    "PLANNED": "Injections planned before the limit",
    "PPSFL": "Per-protocol set",
    "PPSOUT": "Why not per protocol",
    "PREDBL": "Baseline prednisone equivalent, mg/day",
    "QUARFL": "A field was quarantined",
    "RACE": "Race",
    "REASON": "Why it is not a response",
    "RELFL": "Related, or relation missing",
    "REMFL": "Stopped after remission set",
    "REMOUT": "Why not in the remission set",
    "RESCDT": "Date of first rescue therapy",
    "RESCROW": "Row of it in CM",
    "RESCSEQ": "Sequence number of it in CM",
    "RESCTRT": "Rescue therapy",
    "RISKENDT": "End of the time at risk",
    "SAFFL": "Safety set",
    "SERFL": "Serious",
    "SEX": "Sex",
    "SITEID": "Site",
    "SLEDBL": "Baseline SELENA-SLEDAI",
    "SLEFL": "Activity of the disease itself",
    "SRCDOM": "Source domain",
    "SRCROW": "Source record number",
    "SRCSEQ": "Source sequence number",
    "STARTDT": "Origin of the time",
    "STOPDT": "Date of early stop",
    "STOPROW": "Row of it in DS",
    "STOPSEQ": "Sequence number of it in DS",
    "STOPRSN": "Reason of early stop",
    "TEM30FL": "Emergent, days after last dose",
    "TRTEDT": "Date of last dose",
    "TRTEMFL": "Treatment-emergent",
    "TRTSDT": "Date of first dose",
    "USUBJID": "Subject",
    "VISIT": "Visit label",
    "WDRFL": "Led to withdrawal of treatment",
}


def write_parquet(frame: pd.DataFrame) -> bytes:
    """Return a data set as Parquet: dates as date32, "" as null, a label on every column.

    Raises
    ------
    KeyError
        A column has no label.
    """
    schema = _table(frame.iloc[:0]).schema
    buffer = io.BytesIO()
    with pq.ParquetWriter(buffer, schema, compression="zstd", write_page_checksum=True) as writer:
        for start in range(0, max(len(frame), 1), ROWS_AT_ONCE):
            writer.write_table(_table(frame.iloc[start : start + ROWS_AT_ONCE]), row_group_size=ROWS_AT_ONCE)
    return buffer.getvalue()


def _table(frame: pd.DataFrame) -> pa.Table:
    arrays = {name: _array(frame[name]) for name in frame.columns}
    fields = [pa.field(name, array.type, metadata={"label": LABELS[name]}) for name, array in arrays.items()]
    return pa.Table.from_arrays([*arrays.values()], schema=pa.schema(fields))


def read_parquet(path: Path) -> pd.DataFrame:
    """Return a data set as `write_parquet` was given it, its texts plain."""
    return unpack(ParquetColumns(path).read())


class ParquetColumns:
    """A data set on disk, read by columns.

    Parameters
    ----------
    path
        What `write_parquet` returned.
    """

    def __init__(self, path: Path) -> None:
        # opened by Python, where a run sees which notebook reads what
        self._data = pa.BufferReader(path.read_bytes())
        schema = pq.read_schema(self._data)
        texts = [field.name for field in schema if pa.types.is_string(field.type)]
        self.names = tuple(schema.names)
        self._file = pq.ParquetFile(self._data, read_dictionary=texts, page_checksum_verification=True)

    def read(self, *names: str) -> pd.DataFrame:
        """Return columns, packed; all of them where none is named."""
        table = self._file.read(columns=list(names or self.names))
        return pd.DataFrame({name: _column(table.column(name)) for name in table.column_names}, copy=False)

    def select(
        self, keep: Callable[[pd.DataFrame], pd.Series], by: Sequence[str], columns: Sequence[str] = ()
    ) -> pd.DataFrame:
        """Return columns of the records that are to be kept, packed, under their places in the data set.

        Parameters
        ----------
        keep
            Tells these records.
        by
            The columns that it is given, packed.
        columns
            The columns wanted; all of them where none is named.
        """
        known = self.read(*by)
        kept = keep(known)
        # one column after the other, so that what is not kept is never held of more than one
        found = {
            name: (known if name in known else self.read(name))[name].loc[kept] for name in columns or self.names
        }  # fmt: skip
        return pd.DataFrame(found, copy=False)


def _column(column: pa.ChunkedArray) -> pd.Series | pd.Categorical:
    if pa.types.is_dictionary(column.type):
        return _texts(column.unify_dictionaries())
    values: pd.Series = column.to_pandas(types_mapper={pa.int64(): pd.Int64Dtype()}.get)
    return pd.to_datetime(values).astype("datetime64[ns]") if pa.types.is_date(column.type) else values


def _texts(column: pa.ChunkedArray) -> pd.Categorical:
    distinct = [*column.chunk(0).dictionary.to_pylist(), ""] if column.num_chunks else [""]
    codes = [chunk.indices.fill_null(len(distinct) - 1).to_numpy() for chunk in column.chunks]
    return coded(np.concatenate([np.empty(0, dtype=np.int32), *codes]), distinct)


def _array(column: pd.Series) -> pa.Array:
    if is_coded(column):
        distinct = pa.array([text or None for text in column.cat.categories], type=pa.string())
        return distinct.take(pa.array(column.cat.codes.to_numpy()))
    if pd.api.types.is_datetime64_any_dtype(column):
        return pa.array(column.to_numpy().astype("datetime64[D]"), type=pa.date32())
    if pd.api.types.is_integer_dtype(column):
        return pa.array(column.astype("Int64"), type=pa.int64())
    if pd.api.types.is_float_dtype(column):
        return pa.array(column.astype(float), type=pa.float64(), from_pandas=True)
    return pa.array([text or None for text in column], type=pa.string())
