"""`sap derive` as a user calls it: the same analysis data and findings as in a report, to the byte."""

from __future__ import annotations


def test_derive__has_the_bytes_of_a_report(sap, final_cut, final_report, tmp_path):
    done = sap("derive", final_cut, tmp_path / "derived", cwd=tmp_path)
    assert (done.status, done.stdout) == (0, f"{tmp_path / 'derived'}\n")
    shared = ["cut.json", "findings.csv", "plan.yaml", *(f"adam/{path.name}" for path in final_report.glob("adam/*"))]
    assert len(shared) == 11
    for name in shared:
        assert (tmp_path / "derived" / name).read_bytes() == (final_report / name).read_bytes(), name
