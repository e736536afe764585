"""Room of plain CSV: files without a quote, read by columns, each distinct text once; `csv_format` has the rest."""

from __future__ import annotations

import csv
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
from pyarrow import csv as arrow_csv

from sap_helpers.cut.packed import coded
from sap_helpers.cut.tables import RawTable

if TYPE_CHECKING:
    import pandas as pd

MARK = b"\xef\xbb\xbf"
# with none of these in a file a line is a record and a comma ends a field, and nothing else does
NOT_PLAIN = (b'"', b"\r", b"\0", b"\n\n")
BLOCK_BYTES = 16 * 1024**2
TEXT = pa.dictionary(pa.int32(), pa.string())


def read_plain_csv(data: bytes) -> RawTable | None:
    """Return the columns of a CSV file without quotes, all records as wide as the header, or None.

    None says nothing against the file: the strict reader has to look at it, and tells what is wrong if something is.
    """
    start, end = len(MARK) if data.startswith(MARK) else 0, data.find(b"\n")
    if any(sign in data for sign in NOT_PLAIN) or b"," not in data[start : max(end, 0)]:
        return None
    try:
        names = data[start:end].decode().split(",")
        table = _parse(pa.py_buffer(data).slice(end + 1), len(names))
    except (pa.ArrowInvalid, UnicodeDecodeError):
        return None
    columns = [_column(column) for column in table.columns]
    if any(len(text.encode()) > csv.field_size_limit() for column in columns for text in column.categories):
        return None
    return RawTable(tuple(names), tuple(columns), np.arange(2, table.num_rows + 2, dtype=np.int64))


def _parse(body: pa.Buffer, width: int) -> pa.Table:
    """Return records as coded columns named by their place; pa.ArrowInvalid where one is not so wide, or no UTF-8."""
    places = [str(place) for place in range(width)]
    return arrow_csv.read_csv(
        pa.BufferReader(body),
        arrow_csv.ReadOptions(use_threads=False, block_size=BLOCK_BYTES, column_names=places),
        arrow_csv.ParseOptions(quote_char=False, ignore_empty_lines=False),
        arrow_csv.ConvertOptions(column_types=dict.fromkeys(places, TEXT), strings_can_be_null=False),
    )


def _column(column: pa.ChunkedArray) -> pd.Categorical:
    whole = column.unify_dictionaries()
    codes = np.concatenate([chunk.indices.to_numpy(zero_copy_only=False) for chunk in whole.chunks])
    return coded(codes, whole.chunk(0).dictionary.to_pylist())
