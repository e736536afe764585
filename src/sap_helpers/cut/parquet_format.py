"""Room of Parquet: text, numbers and dates to text, with page checksums written and verified."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from sap_helpers.cut.content import DEFAULT_MAX_BYTES, R007, R008, R019, R024, domain_of, spell_out
from sap_helpers.cut.tables import ObjectArray, RawTable, number_texts
from sap_helpers.cut.values import to_double

if TYPE_CHECKING:
    from collections.abc import Iterable

    import pandas as pd

    from sap_helpers.findings import Finding

# Read through a buffer that we already hold: 8 bytes per cell is what the text frame will take at least.
BYTES_PER_CELL = 8


def read_parquet(
    data: bytes, name: str, *, max_bytes: int = DEFAULT_MAX_BYTES
) -> tuple[RawTable | None, list[Finding]]:
    """Return the columns of a Parquet file as text, or None with the refusal.

    Cases: text, integers, floats, decimals and date32 become text; a column without a type (all missing) is empty;
    any other type is left out and named in `RawTable.unsupported`. The sizes in the file's metadata are checked
    before anything is unpacked; text stays dictionary-coded, so that a small file cannot unpack to a huge one.
    """
    domain = domain_of(name)
    try:
        bomb = _check_size(pq.ParquetFile(pa.BufferReader(data)), name, max_bytes)
        return (None, bomb) if bomb else (_read_columns(data), [])
    except UnicodeDecodeError as error:
        problem = f"byte 0x{error.object[error.start]:02X} in a text column; the text of this file must be UTF-8"
        return None, [R024.finding(domain=domain, file=name, problem=problem, allowed="")]
    except (OSError, pa.ArrowException) as error:
        reason = spell_out(" ".join(str(error).split()).rstrip("."))
        rule = R008 if "checksum" in reason else R007
        return None, [rule.finding(domain=domain, file=name, problem=f"{rule.title}: {reason}")]


def _check_size(file: pq.ParquetFile, name: str, max_bytes: int) -> list[Finding]:
    """Return the refusal of a file whose own metadata says that it unpacks to more than `max_bytes` (R019)."""
    metadata = file.metadata
    packed = sum(metadata.row_group(index).total_byte_size for index in range(metadata.num_row_groups))
    size = max(packed, metadata.num_rows * metadata.num_columns * BYTES_PER_CELL)
    if size <= max_bytes:
        return []
    problem = f"unpacks to {size} bytes, more than the limit of {max_bytes}"
    return [R019.finding(domain=domain_of(name), file=name, problem=problem)]


def _read_columns(data: bytes) -> RawTable:
    """Return every column of a Parquet file that has a text form; page checksums are verified on the way."""
    schema = pq.read_schema(pa.BufferReader(data))
    texts = [field.name for field in schema if _is_text(field.type)]
    file = pq.ParquetFile(pa.BufferReader(data), read_dictionary=texts, page_checksum_verification=True)
    table = file.read(use_threads=False)
    names, columns, unsupported = [], [], {}
    for field, column in zip(table.schema, table.columns, strict=True):
        cells = _as_text(column)
        if cells is None:
            unsupported[field.name] = str(field.type)
        else:
            names.append(field.name)
            columns.append(cells)
    return RawTable(tuple(names), tuple(columns), unsupported=unsupported)


def _is_text(kind: pa.DataType) -> bool:
    """Return whether a column type is plain text."""
    return bool(pa.types.is_string(kind) or pa.types.is_large_string(kind))


def _as_text(column: pa.ChunkedArray) -> ObjectArray | None:
    """Return a column as text cells, or None where its type has no text form."""
    kind = column.type
    if pa.types.is_dictionary(kind) and _is_text(kind.value_type):
        chunks = [_expand(chunk) for chunk in column.chunks]
        return np.concatenate(chunks) if chunks else np.empty(0, dtype=object)
    if _is_text(kind) or pa.types.is_date32(kind) or pa.types.is_decimal(kind):
        return _object_array("" if cell is None else str(cell) for cell in column.to_pylist())
    if pa.types.is_null(kind):
        return np.full(len(column), "", dtype=object)
    if pa.types.is_integer(kind):
        return _object_array("" if cell is None else str(cell) for cell in column.to_pylist())
    if pa.types.is_floating(kind):
        return number_texts(column.to_numpy())
    return None


def _expand(chunk: pa.DictionaryArray) -> ObjectArray:
    """Return a dictionary-coded chunk as text cells that share the dictionary's strings; null is the empty text."""
    texts = _object_array("" if text is None else text for text in [*chunk.dictionary.to_pylist(), None])
    codes = chunk.indices.fill_null(len(texts) - 1).to_numpy(zero_copy_only=False)
    expanded: ObjectArray = texts[codes]
    return expanded


def _object_array(cells: Iterable[str]) -> ObjectArray:
    """Return an object array of the given texts."""
    return np.array(list(cells), dtype=object)


def write_parquet(frame: pd.DataFrame, numeric: frozenset[str]) -> bytes:
    """Return a frame of text as Parquet: `numeric` columns as doubles, missing as null, checksums on every page."""
    arrays = [_numbers(frame[name]) if name in numeric else _texts(frame[name]) for name in frame]
    table = pa.Table.from_arrays(arrays, names=[str(name) for name in frame])
    buffer = io.BytesIO()
    pq.write_table(table, buffer, compression="zstd", write_page_checksum=True, store_schema=False)
    return buffer.getvalue()


def _numbers(texts: pd.Series[str]) -> pa.Array:
    """Return a numeric column as an Arrow array of doubles."""
    return pa.array(to_double(texts).to_numpy(), type=pa.float64(), from_pandas=True)


def _texts(texts: pd.Series[str]) -> pa.Array:
    """Return a text column as an Arrow array with null for missing."""
    return pa.array([text or None for text in texts], type=pa.string())
