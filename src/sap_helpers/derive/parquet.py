"""Analysis data on disk: Parquet with labels, the same bytes for the same records."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

if TYPE_CHECKING:
    from pathlib import Path

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
    arrays, fields = [], []
    for name in frame.columns:
        array = _array(frame[name])
        arrays.append(array)
        fields.append(pa.field(name, array.type, metadata={"label": LABELS[name]}))
    buffer = io.BytesIO()
    table = pa.Table.from_arrays(arrays, schema=pa.schema(fields))
    pq.write_table(table, buffer, compression="zstd", write_page_checksum=True)
    return buffer.getvalue()


def read_parquet(path: Path) -> pd.DataFrame:
    """Return a data set as `write_parquet` was given it."""
    # opened by Python, where a run sees which notebook reads what
    table = pq.read_table(pa.BufferReader(path.read_bytes()), page_checksum_verification=True)
    columns = {}
    for field in table.schema:
        column = table.column(field.name)
        if pa.types.is_date(field.type):
            columns[field.name] = pd.to_datetime(column.to_pandas()).astype("datetime64[ns]")
        elif pa.types.is_string(field.type):
            columns[field.name] = column.to_pandas().astype(object).where(lambda text: text.notna(), "")
        elif pa.types.is_integer(field.type):
            columns[field.name] = column.to_pandas(types_mapper={pa.int64(): pd.Int64Dtype()}.get)
        else:
            columns[field.name] = column.to_pandas()
    return pd.DataFrame(columns)


def _array(column: pd.Series) -> pa.Array:
    if pd.api.types.is_datetime64_any_dtype(column):
        return pa.array(column.dt.date.where(column.notna(), None), type=pa.date32())
    if pd.api.types.is_integer_dtype(column):
        return pa.array(column.astype("Int64"), type=pa.int64())
    if pd.api.types.is_float_dtype(column):
        return pa.array(column.astype(float), type=pa.float64(), from_pandas=True)
    return pa.array([text or None for text in column], type=pa.string())
