"""Keyed luck: a number depends on its key alone."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from model.draws import Luck, exponential, laplace, normal


@pytest.fixture
def luck() -> Luck:
    return Luck(seed=7, replicate=3, place="ha_tinh")


@given(n=st.integers(1, 50), more=st.integers(1, 50))
def test_one_more_changes_nobody_elses_number(n: int, more: int) -> None:
    luck = Luck(1, 2, "x")
    assert np.array_equal(luck.uniforms("exit", 5, n + more)[:n], luck.uniforms("exit", 5, n))


@given(births=st.lists(st.integers(0, 20), min_size=2, max_size=6), extra=st.integers(1, 9))
def test_a_larger_cohort_leaves_the_other_cohorts_alone(births: list[int], extra: int) -> None:
    luck = Luck(1, 2, "x")
    grown = [births[0] + extra, *births[1:]]
    before, after = luck.for_cohorts("size", 9, births), luck.for_cohorts("size", 9, grown)
    assert np.array_equal(before[: births[0]], after[: births[0]])
    assert np.array_equal(before[births[0] :], after[grown[0] :])


def test_cohorts_draw_different_numbers(luck: Luck) -> None:
    draws = luck.for_cohorts("noise", 4, [100, 100, 100])
    assert len(np.unique(draws)) == 300


@pytest.mark.parametrize(
    "other",
    [
        Luck(8, 3, "ha_tinh").uniforms("noise", 4, 100),
        Luck(7, 4, "ha_tinh").uniforms("noise", 4, 100),
        Luck(7, 3, "quang_tri").uniforms("noise", 4, 100),
        Luck(7, 3, "ha_tinh").uniforms("size", 4, 100),
        Luck(7, 3, "ha_tinh").uniforms("noise", 5, 100),
    ],
    ids=["seed", "replicate", "place", "purpose", "quarter"],
)
def test_every_part_of_the_key_matters(luck: Luck, other: np.ndarray) -> None:
    assert not np.any(luck.uniforms("noise", 4, 100) == other)


def test_uniforms_lie_inside_the_open_interval_and_are_uniform(luck: Luck) -> None:
    draws = luck.uniforms("u", 0, 20_000)
    assert draws.min() > 0
    assert draws.max() < 1
    assert stats.kstest(draws, "uniform").pvalue > 0.01


@pytest.mark.parametrize(
    ("transform", "law"),
    [(normal, stats.norm), (laplace, stats.laplace(scale=1 / np.sqrt(2))), (exponential, stats.expon)],
)
def test_transforms_have_their_law(luck: Luck, transform, law) -> None:
    assert stats.kstest(transform(luck.uniforms("law", 1, 20_000)), law.cdf).pvalue > 0.01


def test_founding_quarter_is_a_key_like_any_other(luck: Luck) -> None:
    assert not np.any(luck.uniforms("x", -1, 10) == luck.uniforms("x", 0, 10))
