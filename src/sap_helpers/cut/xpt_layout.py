"""Room of the SAS transport layout: where the columns lie, whether every record is whole, and the clock stamps."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

RECORD = 80
NAMESTR_BYTES = 140
FIRST_NAMESTR = 8 * RECORD
NAMESTR_COUNT = slice(7 * RECORD + 54, 7 * RECORD + 58)
NAMESTR_HEADER = b"HEADER RECORD*******NAMESTR"
OBS_HEADER = b"HEADER RECORD*******OBS "
MEMBER_HEADER = b"HEADER RECORD*******MEMBER"
STAMP = b"01JAN60:00:00:00"
STAMP_OFFSETS = (RECORD + 64, 2 * RECORD, 5 * RECORD + 64, 6 * RECORD)
CHARACTER = 2


@dataclass(frozen=True, slots=True)
class XptColumn:
    """One column of a transport file: its name, whether it is text, and its bytes within a record."""

    name: str
    is_text: bool
    offset: int
    length: int


@dataclass(frozen=True, slots=True)
class XptLayout:
    """The columns of a transport file, the length of a record, and the bytes behind the last header."""

    columns: tuple[XptColumn, ...]
    record_length: int
    body: bytes

    @property
    def record_count(self) -> int:
        """Number of records up to the last one that is not all blanks."""
        return -(-len(self.body.rstrip(b" ")) // self.record_length)

    def cells(self, column: XptColumn) -> npt.NDArray[np.uint8]:
        """Return the bytes of one column, shape (records, length)."""
        count = self.record_count
        block = np.frombuffer(self.body, dtype=np.uint8, count=count * self.record_length)
        return block.reshape(count, self.record_length)[:, column.offset : column.offset + column.length]


def parse_layout(data: bytes) -> XptLayout:
    """Return the layout of a SAS transport file, version 5.

    Raises
    ------
    ValueError
        A header is missing, the file does not end on a record of 80 bytes, its last observation is cut off, or it
        holds more than one data set; the message says which. A file cut between two observations shows nothing of
        this: only a seal notices that.
    """
    if len(data) % RECORD:
        raise ValueError(f"{len(data)} bytes are no whole number of 80-byte records")
    if not data[7 * RECORD :].startswith(NAMESTR_HEADER):
        raise ValueError("the header of the variables is missing")
    count = int(data[NAMESTR_COUNT])
    observations = FIRST_NAMESTR + -(-count * NAMESTR_BYTES // RECORD) * RECORD
    if not data[observations:].startswith(OBS_HEADER):
        raise ValueError("the header of the observations is missing")
    columns = tuple(_parse_column(data[start : start + NAMESTR_BYTES]) for start in _namestr_starts(count))
    layout = XptLayout(columns, sum(column.length for column in columns), data[observations + RECORD :])
    _check_body(layout)
    return layout


def _namestr_starts(count: int) -> range:
    """Return where the descriptions of the variables start."""
    return range(FIRST_NAMESTR, FIRST_NAMESTR + count * NAMESTR_BYTES, NAMESTR_BYTES)


def _parse_column(namestr: bytes) -> XptColumn:
    """Return the column that one 140-byte description stands for."""
    kind, length = int.from_bytes(namestr[0:2], "big"), int.from_bytes(namestr[4:6], "big")
    name = namestr[8:16].decode("latin-1").strip()
    return XptColumn(name, kind == CHARACTER, int.from_bytes(namestr[84:88], "big"), length)


def _check_body(layout: XptLayout) -> None:
    """Refuse a body with no column, a partial last observation or a second data set in it."""
    if layout.record_length == 0:
        raise ValueError("the file describes no variable")
    if any(layout.body.startswith(MEMBER_HEADER, start) for start in range(0, len(layout.body), RECORD)):
        raise ValueError("the file holds more than one data set; a cut takes one per file")
    padding = len(layout.body) - layout.record_count * layout.record_length
    if padding < 0 or RECORD <= padding < layout.record_length:
        raise ValueError(f"observation {layout.record_count + (padding > 0)} is cut off")


def check_count(layout: XptLayout, decoded: int) -> None:
    """Refuse a file of which fewer observations were decoded than its bytes hold."""
    if decoded < layout.record_count:
        raise ValueError(f"{decoded} observations of {layout.record_count} could be decoded")


def overwrite_stamps(data: bytes) -> bytes:
    """Return a transport file with its four clock stamps set to the SAS epoch, so that equal data give equal bytes."""
    result = bytearray(data)
    for offset in STAMP_OFFSETS:
        result[offset : offset + len(STAMP)] = STAMP
    return bytes(result)
