"""Summaries: quantiles against numpy's own, differences that are exactly antisymmetric, undefined values left out."""

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from experiments.ensembles.summary import (
    cube,
    differences,
    outcome_names,
    paired,
    pairs_of,
    scenario_names,
    standard_error,
    statistics,
    summarise,
)

FLOATS = st.floats(-1e6, 1e6, allow_nan=False, width=64)


def table(**blocks: np.ndarray) -> pa.Table:
    """Return a wide table; blocks: scenario → values of shape (replicates, years, outcomes), years from 2021."""
    parts = []
    for name, values in blocks.items():
        replicates, years, outcomes = values.shape
        columns = {
            "scenario": [name] * (replicates * years),
            "replicate": np.repeat(np.arange(replicates), years),
            "year": np.tile(2021 + np.arange(years), replicates),
        }
        flat = values.reshape(-1, outcomes)
        columns |= {f"o{k}": pa.array(flat[:, k], from_pandas=True) for k in range(outcomes)}
        parts.append(pa.table(columns))
    return pa.concat_tables(parts)


def test_a_cube_holds_one_scenario_in_order() -> None:
    values = np.arange(24.0).reshape(2, 4, 3)
    block = cube(table(a=values, b=-values), "b")
    assert np.array_equal(block.values, -values)
    assert block.outcomes == ("o0", "o1", "o2")
    assert list(block.years) == [2021, 2022, 2023, 2024]
    assert list(block.replicates) == [0, 1]


def test_rows_out_of_order_are_refused() -> None:
    shuffled = table(a=np.zeros((2, 3, 1))).take(pa.array([1, 0, 2, 3, 4, 5]))
    with pytest.raises(ValueError, match="year after year"):
        cube(shuffled, "a")


def test_quantiles_agree_with_numpy() -> None:
    values = np.random.default_rng(1).normal(size=(40, 5, 2))
    found = statistics(values)
    for name, share in (("p05", 0.05), ("p50", 0.5), ("p95", 0.95)):
        assert np.allclose(found[name], np.quantile(values, share, axis=0), rtol=1e-13, atol=1e-13)
    assert np.allclose(found["mean"], values.mean(axis=0), rtol=1e-13, atol=1e-13)


@settings(max_examples=200, deadline=None)
@given(arrays(np.float64, st.tuples(st.integers(1, 9), st.just(3)), elements=FLOATS))
def test_statistics_of_the_mirror_image_are_mirrored_exactly(values: np.ndarray) -> None:
    there, back = statistics(values), statistics(-values)
    for name, opposite in (("p05", "p95"), ("p50", "p50"), ("p95", "p05"), ("mean", "mean")):
        assert np.array_equal(there[name], -back[opposite])


def test_undefined_values_are_left_out_and_counted() -> None:
    values = np.array([[[1.0, np.nan]], [[2.0, np.nan]], [[np.nan, np.nan]]])
    rows = {row["outcome"]: row for row in summarise(table(a=values)).to_pylist()}
    assert rows["o0"]["p50"] == 1.5
    assert rows["o0"]["replicates"] == 2
    assert rows["o1"]["p50"] is None
    assert rows["o1"]["replicates"] == 0


def test_a_difference_and_its_reverse_say_the_same() -> None:
    generator = np.random.default_rng(2)
    both = table(a=generator.normal(size=(7, 4, 3)), b=generator.normal(size=(7, 4, 3)))
    there = differences(both, [("a", "b")]).to_pylist()
    back = differences(both, [("b", "a")]).to_pylist()
    for one, other in zip(there, back, strict=True):
        assert (one["reference"], one["scenario"]) == (other["scenario"], other["reference"])
        assert (one["p05"], one["p50"], one["p95"], one["mean"]) == (
            -other["p95"], -other["p50"], -other["p05"], -other["mean"],
        )  # fmt: skip
        assert one["standard_error"] == other["standard_error"]


def test_equal_scenarios_differ_by_exactly_nothing() -> None:
    values = np.random.default_rng(3).normal(size=(5, 4, 2))
    for row in differences(table(a=values, b=values.copy()), [("a", "b")]).to_pylist():
        assert row["p05"] == row["p50"] == row["p95"] == row["mean"] == row["standard_error"] == 0.0


def test_differences_are_taken_over_what_both_have() -> None:
    first, second = table(a=np.zeros((4, 3, 1))), table(b=np.ones((4, 5, 1)))
    lacking = first.filter(pa.compute.not_equal(first["replicate"], 2))
    block = paired(pa.concat_tables([lacking, second]), "a", "b")
    assert list(block.replicates) == [0, 1, 3]
    assert list(block.years) == [2021, 2022, 2023]
    assert np.all(block.values == 1.0)


def test_standard_error_is_that_of_the_mean() -> None:
    values = np.random.default_rng(4).normal(size=(50, 3))
    assert np.allclose(standard_error(values), values.std(axis=0, ddof=1) / np.sqrt(50), rtol=1e-12)
    assert np.isnan(standard_error(values[:1])).all()


def test_every_scenario_is_paired_with_the_first_of_its_place() -> None:
    pairs = pairs_of(["a", "b", "c", "d", "e"], ["x", "x", "y", "x", "y"])
    assert pairs == [("a", "b"), ("a", "d"), ("c", "e")]


def test_names_come_in_the_order_of_the_table() -> None:
    both = table(z=np.zeros((1, 1, 2)), a=np.zeros((1, 1, 2)))
    assert scenario_names(both) == ("z", "a")
    assert outcome_names(both) == ("o0", "o1")


def test_nothing_to_compare_is_an_empty_table_with_the_same_columns() -> None:
    values = np.zeros((2, 2, 1))
    full = differences(table(a=values, b=values), [("a", "b")])
    empty = differences(table(a=values), [])
    assert empty.num_rows == 0
    assert empty.column_names == full.column_names
