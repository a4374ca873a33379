"""CSV files and workbooks are harmless to open: no text of ours is ever a formula or a link."""

import csv
import zipfile
from pathlib import Path

import pyarrow as pa
import pytest

from experiments.folders.sheets import Sheet, harmless, write_book, write_csv

PAYLOADS = (
    "=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "=HYPERLINK(\"http://x\")", "=cmd|' /C calc'!A0", "http://example.org",
    "mailto:a@b", "internal:Sheet1!A1", "=\0", "ordinary", "Hà Tĩnh", "12", "1e5", "{=1+1}", "\n=1",
)  # fmt: skip


@pytest.mark.parametrize("payload", PAYLOADS)
def test_csv_text_is_never_a_formula(tmp_path: Path, payload: str) -> None:
    path = tmp_path / "t.csv"
    write_csv(pa.table({"text": [payload, "x"], "value": [-1.5, None]}), path)
    with path.open(encoding="utf-8", newline="") as stream:
        rows = list(csv.reader(stream))
    assert rows[1][0] == harmless(payload)
    assert not rows[1][0].startswith(("=", "+", "-", "@", "\t", "\r", "\n", "\0"))
    assert rows[1][1] == "-1.5"
    assert rows[2][1] == ""


def test_coded_text_is_made_harmless_too(tmp_path: Path) -> None:
    write_csv(pa.table({"text": pa.array(["=1", "b", "=1"]).dictionary_encode()}), tmp_path / "t.csv")
    assert (tmp_path / "t.csv").read_text(encoding="utf-8").split() == ['"text"', '"\'=1"', '"b"', '"\'=1"']


@pytest.mark.parametrize("payload", PAYLOADS)
def test_workbook_text_is_never_a_formula_or_a_link(tmp_path: Path, payload: str) -> None:
    import openpyxl

    path = tmp_path / "t.xlsx"
    write_book([Sheet("sheet", ["text", "value"], [[payload, "x" * 40_000], [2.5, float("nan")]], {1: "0.0"})], path)
    page = openpyxl.load_workbook(path)["sheet"]
    cell = page.cell(2, 1)
    assert cell.data_type != "f"
    assert cell.hyperlink is None
    assert page.cell(2, 2).value == 2.5
    assert page.cell(3, 2).value is None
    with zipfile.ZipFile(path) as parts:
        assert b"<f>" not in parts.read("xl/worksheets/sheet1.xml")
