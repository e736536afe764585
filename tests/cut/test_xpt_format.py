"""Tests of the SAS formats: transport files both ways, SAS7BDAT for reading."""

from __future__ import annotations

import base64
import io
import struct
import zlib
from typing import TYPE_CHECKING

import pyreadstat
import pytest

from sap_helpers.cut.tables import RawTable, build_frame
from sap_helpers.cut.xpt_format import read_sas7bdat, read_xpt, write_xpt
from sap_helpers.errors import UsageError

if TYPE_CHECKING:
    from sap_helpers.findings import Finding

SAMPLE = build_frame(
    {
        "USUBJID": ["PKU-001", "PKU-002", "PKU-003"], "AETERM": ["发热 fever", "", " a\nb"], "AESEQ": ["1", "", "0.1"],
        "AEREL": ["", "", ""],
    }
)  # fmt: skip
NUMERIC = frozenset({"AESEQ"})

# Two records of USUBJID, AETERM (with Chinese text), AESEQ and AESTDT (format DATE9), written with ReadStat 1.1.9's own
# writer of SAS7BDAT, compressed.
SAS7BDAT = zlib.decompress(
    base64.b64decode(
        "eNpjYECAQ68aEzaLCJ7fO4mDgfO4YY+EvICgsRKDsTEjkyEjRIkIAwMzI4q4MaOyMYOICIMCMyPMnGDHYAU3Tx9XF8cQx2DXEAVcgIEAAOmHqV"
        "the0CTp/S+I4zGUCwAwYxowpZ6BiYGhr6mPpl5pRVI4sZ6hgZ6BrqGhmYGeoaGeoboxlVYmMWbmSD4IHufFK/3gWF09TN23fmH7E6GUTAKRsEo"
        "GAWjYBSMglEwCkbBKBgFo2AQgZnQfis66GeDMpj4GHiA1A0eCFeDGVXdAai4BJr+DC4IHcGEKs4DFY+BCUA77Bc4IbQNmngJJ3b1FjjU/+CA0A"
        "5o7tmBQ7wCh7gFAXE0a6Hggz04TIIuOwR4h+oaGBgqPO2f+Lx5rUJaallqEea4BwvE+Is/6iHqjcgaJxkFo2AUjIJRMAroBf79/g8G6OKcONS7"
        "MLAQpZ9S++mmH6L9vwaUD6ukWRhYgW0CmF///2dhYAarRtb7B6rXA8oXgNLgpgULE7wtJQLlM6DIMzJwoPGRwX80dzEwqDCwg2kdBkiTzgToQk"
        "jLiQ3NT3/R3AVyAnpbBDynE+IaEBoc6uTl6cLg6BriGuTLAKSDXQMZwHSISwh47saVAYunPeDhBAHsNEqfPOyoYQ0LJTa0dhsbmt8Z0dyHzv+P"
        "po4VTR0rWvpgRPMnOh+aDAmmw19Eqvv5n7J0PdTANyBAjh8Y+A4E4BY5lM+HJi9ooASmDWDdHBzmo5sLy+fw/o4AqrwKWjr5P8Lig1b9UVIBI1"
        "q8wvjcaHxeND4fGp+DZj7lQEpbIkj28IDZMkTazAJ0KSNGKRoCZzHhDhowAADghQLh"
    )
)


def write(frame: object = None) -> bytes:
    return write_xpt(SAMPLE if frame is None else frame, "ae", NUMERIC, {"USUBJID": "Subject"})  # type: ignore[arg-type]


def read(data: bytes) -> RawTable:
    raw, findings = read_xpt(data, "ae.xpt")
    assert raw is not None
    assert findings == []
    return raw


def refusal(data: bytes) -> Finding:
    raw, [finding] = read_xpt(data, "ae.xpt")
    assert raw is None
    return finding


def test_write_xpt__round_trip_gives_the_same_text() -> None:
    raw = read(write())
    assert raw.names == tuple(SAMPLE.columns)
    assert [list(column) for column in raw.columns] == [SAMPLE[name].tolist() for name in SAMPLE]


def test_write_xpt__zero_stays_zero() -> None:
    raw = read(write_xpt(build_frame({"USUBJID": ["a", "b"], "AESEQ": ["0", "12"]}), "ae", NUMERIC, {}))
    assert list(raw.columns[1]) == ["0", "12"]


def test_write_xpt__doubles_keep_every_digit() -> None:
    texts = ["0.1", "0.30000000000000004", "2.718281828459045", "1e-20", "-123456.789", "1e+22"]
    raw = read(write_xpt(build_frame({"AESEQ": texts}), "ae", NUMERIC, {}))
    assert list(raw.columns[0]) == texts


def test_write_xpt__no_clock_in_the_bytes() -> None:
    data = write()
    assert data.count(b"01JAN60:00:00:00") == 4
    assert data == write(SAMPLE.copy())


def test_write_xpt__carries_labels() -> None:
    _, description = pyreadstat.read_xport(io.BytesIO(write()))
    assert description.column_names_to_labels["USUBJID"] == "Subject"
    assert description.table_name == "AE"


def test_write_xpt__no_record_keeps_the_columns() -> None:
    raw = read(write(SAMPLE.iloc[:0]))
    assert raw.names == tuple(SAMPLE.columns)
    assert {len(column) for column in raw.columns} == {0}


@pytest.mark.parametrize(
    ("columns", "message"),
    [
        ({"USUBJIDXX": ["a"]}, "at most 8 characters"),
        ({"AETERM": ["x" * 201]}, "at most 200 bytes"),
        ({"AESEQ": ["1e80"]}, "numbers of size"),
        ({"AESEQ": ["1e-90"]}, "numbers of size"),
    ],
)
def test_write_xpt__refuses_what_it_would_have_to_cut(columns: dict[str, list[str]], message: str) -> None:
    with pytest.raises(UsageError, match=message):
        write(build_frame(columns))


def test_read_xpt__not_a_whole_number_of_records_is_r006() -> None:
    finding = refusal(write()[:-10])
    assert finding.rule == "R006"
    assert "80-byte records" in finding.problem


def test_read_xpt__observation_cut_off_on_a_record_boundary_is_r006() -> None:
    wide = build_frame({"USUBJID": [f"PKU-{n:03}" for n in range(5)], "AETERM": [str(n) * 90 for n in range(5)]})
    finding = refusal(write_xpt(wide, "ae", NUMERIC, {})[:-160])
    assert finding.rule == "R006"
    assert "observation 5 is cut off" in finding.problem


@pytest.mark.parametrize("length", [80, 560, 640, 800])
def test_read_xpt__cut_off_in_the_headers_is_r006(length: int) -> None:
    assert refusal(write()[:length]).rule == "R006"


def test_read_xpt__two_data_sets_are_r006() -> None:
    one = write()
    assert "more than one data set" in refusal(one + one[240:]).problem


def test_read_xpt__keeps_what_follows_a_nul() -> None:
    raw = read(write().replace(b"fever", b"fe\x00er"))
    assert list(raw.columns[1]) == ["发热 fe\x00er", "", " a\nb"]


def test_read_xpt__nul_as_padding_is_a_blank() -> None:
    raw = read(write().replace(b"fever", b"fev\x00\x00"))
    assert raw.columns[1][0] == "发热 fev"


def test_read_xpt__gb18030_is_r024() -> None:
    data = write().replace("发热 ".encode(), "发热   ".encode("gb18030"))
    finding = refusal(data)
    assert finding.rule == "R024"
    assert "byte 0xB7" in finding.problem


def test_read_sas7bdat__text_numbers_and_dates_become_text() -> None:
    raw, findings = read_sas7bdat(SAS7BDAT, "ae.sas7bdat")
    assert raw is not None
    assert raw.names == ("USUBJID", "AETERM", "AESEQ", "AESTDT")
    assert [list(column) for column in raw.columns] == [
        ["PKU-001", "PKU-002"], ["发热 fever", ""], ["1", "2.5"], ["2014-03-05", ""],
    ]  # fmt: skip
    assert findings == []


@pytest.mark.parametrize("cut_off", [1, 1024, 5000])
def test_read_sas7bdat__truncated_is_r006(cut_off: int) -> None:
    raw, [finding] = read_sas7bdat(SAS7BDAT[:-cut_off], "ae.sas7bdat")
    assert raw is None
    assert finding.rule == "R006"


def test_read_sas7bdat__date_beyond_the_calendar_is_r006() -> None:
    # 19787.0, the day in AESTDT, as a little-endian double becomes 1.7e308.
    data = SAS7BDAT.replace(struct.pack("<d", 19787.0), struct.pack("<d", 1.7e308))
    assert data != SAS7BDAT
    raw, [finding] = read_sas7bdat(data, "ae.sas7bdat")
    assert raw is None
    assert finding.rule == "R006"


def test_read_sas7bdat__more_than_the_limit_is_r019() -> None:
    raw, [finding] = read_sas7bdat(SAS7BDAT, "ae.sas7bdat", max_bytes=50)
    assert raw is None
    assert finding.rule == "R019"
