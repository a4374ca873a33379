"""The provinces and communes, where they lie and who lives there.

Enters: communes.csv and provinces.csv of the scenario folder. Leaves: one record a province and one a commune, and
distances. Residents by commune are not published since July 2025, so they are imputed: the place's total, split by a
weight for wards and one for others.
"""

import csv
import functools
import io
import math
import re
import unicodedata
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final, TypeVar

import numpy as np
from numpy.typing import NDArray

from model.reading.loading import decoded, read_bytes
from model.reading.nodes import Spot, problem_at
from model.reading.problems import Problem, Refused
from model.reading.scalars import Misread, read_plain
from model.vocabulary import COMMUNE_KINDS

COMMUNES: Final = "communes.csv"
PROVINCES: Final = "provinces.csv"
WHOLE_COUNTRY: Final = "VN"
_COMMUNE_COLUMNS: Final = (
    "province_code", "commune_code", "commune", "commune_en", "kind", "area_km2", "longitude", "latitude",
)  # fmt: skip
_TOTAL_COLUMNS: Final = ("province_code", "population_registered_2025")
_PROVINCE_COLUMNS: Final = (*_TOTAL_COLUMNS, "province", "province_en")
_EARTH_KM: Final = 6371.0
_CELL: Final = re.compile(r'(?:^|,)("(?:[^"]|"")*"|[^,]*)')
_WESTMOST, _EASTMOST, _SOUTHMOST, _NORTHMOST = 100.0, 120.0, 5.0, 25.0

Record = TypeVar("Record")


@dataclass(frozen=True, slots=True)
class CommuneRecord:
    """Hold what is known of one commune; population is residents at the start, imputed."""

    code: str
    name: str
    name_en: str
    kind: str  # one of COMMUNE_KINDS
    province: str  # province code
    area_km2: float
    longitude: float
    latitude: float
    population: float


@dataclass(frozen=True, slots=True)
class ProvinceRecord:
    """Hold what is known of one province: its place's name (a folder's, if it has a profile), registered residents of 2025."""

    code: str
    place: str
    title: Mapping[str, str]
    registered: float


@dataclass(frozen=True, slots=True)
class Row:
    """Hold one line of a CSV file with its place: its cells by column, and the text they were read from."""

    spot: Spot
    cells: Mapping[str, str]
    text: str = ""

    def at(self, column: str) -> Spot:
        """Return where the cell of a column begins."""
        starts = [cell.start(1) for cell in _CELL.finditer(self.text)]
        return replace(self.spot, column=starts[list(self.cells).index(column)] + 1)


def communes_of(
    folder: Path, shown_as: str, province: str, residents: float, ward_weight: float, code_spot: Spot | None = None
) -> tuple[CommuneRecord, ...]:
    """Return the communes of a province (or of the whole country, code VN), with `residents` split over them.

    code_spot: where the province's code was written. Raises: Refused, if a file is damaged or the province unknown.
    """
    rows = read_rows(folder / COMMUNES, f"{shown_as}/{COMMUNES}", _COMMUNE_COLUMNS)
    if province != WHOLE_COUNTRY:
        rows = tuple(row for row in rows if row.cells["province_code"] == province)
        totals = {province: residents}
    else:
        totals = _province_totals(folder, shown_as, residents)
    if not rows:
        spot = code_spot or Spot(f"{shown_as}/{COMMUNES}")
        raise Refused([problem_at("unknown_province", spot, ("code",) if code_spot else (), value=province)])
    _refuse_repeated(rows, "commune_code")
    return _with_residents(parsed(rows, _commune), totals, ward_weight)


def provinces_of(folder: Path, shown_as: str) -> list[ProvinceRecord]:
    """Return the provinces, in the order of their codes.

    Raises: Refused, if provinces.csv is damaged.
    """
    rows = read_rows(folder / PROVINCES, f"{shown_as}/{PROVINCES}", _PROVINCE_COLUMNS)
    _refuse_repeated(rows, "province_code")
    return sorted(parsed(rows, _province), key=lambda province: province.code)


def distances(places: Sequence[Sequence[CommuneRecord]]) -> NDArray[np.float64]:
    """Return the distances between the centres of places, each the mean of its communes by residents, (n, n) km."""
    centres = np.radians([_centre(communes) for communes in places])
    longitude, latitude = centres[:, 0], centres[:, 1]
    north = latitude[:, None] - latitude
    east = longitude[:, None] - longitude
    cosines = np.cos(latitude)[:, None] * np.cos(latitude)
    haversine = np.sin(north / 2.0) ** 2 + cosines * np.sin(east / 2.0) ** 2
    result: NDArray[np.float64] = 2.0 * _EARTH_KM * np.arcsin(np.sqrt(haversine))
    return result


def _centre(communes: Sequence[CommuneRecord]) -> tuple[float, float]:
    people = math.fsum(commune.population for commune in communes)
    longitude = math.fsum(commune.population * commune.longitude for commune in communes) / people
    return longitude, math.fsum(commune.population * commune.latitude for commune in communes) / people


def commune_problems(folder: Path, shown_as: str) -> list[Problem]:
    """Return all that is wrong with communes.csv and provinces.csv."""
    try:
        communes_of(folder, shown_as, WHOLE_COUNTRY, 1.0, 1.0)
    except Refused as refused:
        return list(refused.problems)
    return []


def _province_totals(folder: Path, shown_as: str, residents: float) -> dict[str, float]:
    """Split the nation's residents over the provinces as registered residents are split."""
    rows = read_rows(folder / PROVINCES, f"{shown_as}/{PROVINCES}", _TOTAL_COLUMNS)
    registered = dict(parsed(rows, _registered))
    scale = residents / math.fsum(registered.values())
    return {code: number * scale for code, number in registered.items()}


def _with_residents(
    communes: list[CommuneRecord], totals: Mapping[str, float], ward_weight: float
) -> tuple[CommuneRecord, ...]:
    weights = [ward_weight if commune.kind == "ward" else 1.0 for commune in communes]
    sums: dict[str, float] = {}
    for commune, weight in zip(communes, weights, strict=True):
        sums[commune.province] = sums.get(commune.province, 0.0) + weight
    return tuple(
        CommuneRecord(
            c.code, c.name, c.name_en, c.kind, c.province, c.area_km2, c.longitude, c.latitude,
            totals.get(c.province, 0.0) * weight / sums[c.province],
        )
        for c, weight in zip(communes, weights, strict=True)
    )  # fmt: skip


def read_rows(path: Path, shown_as: str, columns: tuple[str, ...]) -> tuple[Row, ...]:
    """Return the lines of a CSV file that has these columns.

    Raises: Refused.
    """
    return _rows(read_bytes(path, Spot(shown_as)), shown_as, columns)


@functools.lru_cache(maxsize=4)
def _rows(content: bytes, shown_as: str, columns: tuple[str, ...]) -> tuple[Row, ...]:
    """Return the lines of a CSV file; the same bytes again cost nothing."""
    rows: list[Row] = []
    begin = 0
    try:
        lines = list(io.StringIO(decoded(content, shown_as), newline=""))
        records = csv.reader(lines, strict=True)
        names = next(records, [])
        absent = [column for column in columns if column not in names]
        if absent:
            raise Refused([problem_at("column_missing", Spot(shown_as, 1, 1), entry=", ".join(absent))])
        begin = records.line_num
        for cells in records:
            spot, text = Spot(shown_as, begin + 1, 1), "".join(lines[begin : records.line_num])
            begin = records.line_num
            if cells and len(cells) != len(names):
                raise Refused([problem_at("row_length", spot)])
            if cells:
                rows.append(Row(spot, dict(zip(names, cells, strict=True)), text))
    except csv.Error:
        raise Refused([problem_at("not_csv", Spot(shown_as, begin + 1, 1))]) from None
    return tuple(rows)


def _refuse_repeated(rows: Iterable[Row], column: str) -> None:
    """Refuse rows of which two have one code."""
    seen: set[str] = set()
    for row in rows:
        code = row.cells[column]
        if code in seen:
            raise Refused([problem_at("repeated_id", row.at(column), (column,), value=code)])
        seen.add(code)


def parsed(rows: Iterable[Row], parse: Callable[[Row], Record]) -> list[Record]:
    """Return what `parse` makes of each row.

    Raises: Refused, with the problems of all rows.
    """
    problems: list[Problem] = []
    records: list[Record] = []
    for row in rows:
        try:
            records.append(parse(row))
        except Refused as refused:
            problems.extend(refused.problems)
    if problems:
        raise Refused(problems)
    return records


def _commune(row: Row) -> CommuneRecord:
    cells = row.cells
    kind = cells["kind"].replace(" ", "_")
    if kind not in COMMUNE_KINDS:
        allowed = ", ".join(COMMUNE_KINDS)
        raise Refused([problem_at("unknown_choice", row.at("kind"), ("kind",), value=cells["kind"], allowed=allowed)])
    return CommuneRecord(
        code=cells["commune_code"],
        name=cells["commune"],
        name_en=cells["commune_en"],
        kind=kind,
        province=cells["province_code"],
        area_km2=number_in(row, "area_km2", 0.0, 1e5),
        longitude=number_in(row, "longitude", _WESTMOST, _EASTMOST),
        latitude=number_in(row, "latitude", _SOUTHMOST, _NORTHMOST),
        population=0.0,
    )


def _province(row: Row) -> ProvinceRecord:
    code, registered = _registered(row)
    title = {"en": row.cells["province_en"], "vi": row.cells["province"]}
    return ProvinceRecord(code, place_name(title["vi"]), title, registered)


def place_name(title: str) -> str:
    """Return the name of a place's folder from its Vietnamese name: "Hà Tĩnh" gives ha_tinh."""
    letters = unicodedata.normalize("NFD", title.lower().replace("đ", "d"))
    return "".join(letter for letter in letters if not unicodedata.combining(letter)).replace(" ", "_")


def _registered(row: Row) -> tuple[str, float]:
    return row.cells["province_code"], number_in(row, "population_registered_2025", 1.0, 1e9)


def number_in(row: Row, column: str, low: float, high: float) -> float:
    """Return the number that stands in a column of a row.

    Raises: Refused, if it is none or outside [low, high].
    """
    written = row.cells[column]
    try:
        value = read_plain(written)
    except Misread as misread:
        wrong = problem_at(misread.code, row.at(column), (column,), value=misread.value, hint=misread.hint)
        raise Refused([wrong]) from None
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise Refused([problem_at("number_expected", row.at(column), (column,), value=written)])
    if not low <= value <= high:
        allowed = f"{low:g} .. {high:g}"
        raise Refused([problem_at("out_of_range", row.at(column), (column,), value=written, allowed=allowed)])
    return float(value)
