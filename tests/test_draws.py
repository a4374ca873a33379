"""Keyed luck: a number depends on its key alone."""

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import integrate, stats

from model.draws import Luck, exponential, laplace_motion, midpoints, normal, splitmix
from model.enterprises.columns import identities

LAPLACE = stats.laplace(scale=1 / np.sqrt(2))
"""The Laplace law of standard deviation 1."""


@pytest.fixture
def luck() -> Luck:
    return Luck(seed=7, replicate=3, place="ha_tinh")


@given(n=st.integers(1, 50), more=st.integers(1, 50))
def test_one_more_changes_nobody_elses_number(n: int, more: int) -> None:
    luck = Luck(1, 2, "x")
    assert np.array_equal(luck.uniforms("exit", 5, n + more)[:n], luck.uniforms("exit", 5, n))


@given(numbers=st.lists(st.integers(0, 2**40), min_size=1, max_size=20), chosen=st.data())
def test_a_number_depends_on_its_identity_alone(numbers: list[int], chosen: st.DataObject) -> None:
    luck, identity = Luck(1, 2, "x"), np.array(numbers)
    rows = np.array(chosen.draw(st.permutations(range(len(numbers)))))[: chosen.draw(st.integers(1, len(numbers)))]
    assert np.array_equal(luck.of(identity, "size", 9)[rows], luck.of(identity[rows], "size", 9))


def test_cohorts_draw_different_numbers(luck: Luck) -> None:
    draws = luck.of(np.concatenate([identities(cohort, 100) for cohort in range(3)]), "noise", 4)
    assert len(np.unique(draws)) == 300


def test_founders_numbers_are_those_of_a_plain_draw(luck: Luck) -> None:
    assert np.array_equal(luck.of(identities(0, 50), "noise", 4), luck.uniforms("noise", 4, 50))


def test_the_generator_is_the_published_one() -> None:
    numbers = splitmix(np.uint64(1234567), np.arange(1, 4, dtype=np.uint64))
    assert numbers.tolist() == [6457827717110365317, 3203168211198807973, 9817491932198370423]


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
    [(normal, stats.norm), (lambda u: laplace_motion(u, 1.0), LAPLACE), (exponential, stats.expon)],
    ids=["normal", "laplace", "exponential"],
)
def test_transforms_have_their_law(luck: Luck, transform, law) -> None:
    assert stats.kstest(transform(luck.uniforms("law", 1, 20_000)), law.cdf).pvalue > 0.01


@pytest.mark.parametrize("steps", [1, 2, 4, 12])
def test_laplace_motion_comes_to_a_laplace_year_in_steps_of_any_length(luck: Luck, steps: int) -> None:
    year = sum(laplace_motion(luck.uniforms("size", step, 20_000), 1.0 / steps) for step in range(steps))
    assert stats.kstest(year, LAPLACE.cdf).pvalue > 0.01


@pytest.mark.parametrize("years", [1 / 12, 0.25, 0.5, 1.0, 2.0])
def test_laplace_motion_has_the_variance_and_kurtosis_of_its_time(years: float) -> None:
    moves = laplace_motion((np.arange(1_000_000) + 0.5) / 1_000_000, years)
    assert moves.mean() == pytest.approx(0.0, abs=1e-12)
    assert moves.var() == pytest.approx(years, rel=1e-4)
    assert stats.kurtosis(moves) == pytest.approx(3.0 / years, rel=0.01)


@pytest.mark.parametrize("years", [1 / 12, 0.25])
@pytest.mark.parametrize("depth", [0.5, 1.0, 5.0, 12.0])
def test_laplace_motion_is_a_normal_law_over_a_gamma_time(years: float, depth: float) -> None:
    size = laplace_motion(np.array([1.0 - 0.5 * np.exp(-depth)]), years)[0]
    passed = [
        integrate.quad(lambda t: 2.0 * stats.norm.sf(size / np.sqrt(t)) * stats.gamma.pdf(t, years), *ends, limit=400)[0]
        for ends in ((0.0, 0.01), (0.01, 1.0), (1.0, 80.0))
    ]
    assert sum(passed) == pytest.approx(np.exp(-depth), rel=1e-3)


def test_the_ends_of_luck_move_finitely_and_the_middle_not_at_all() -> None:
    low, middle, high = laplace_motion(np.array([2.0**-53, 0.5, 1.0 - 2.0**-53]), 0.25)
    assert low == -high
    assert high < 30.0
    assert middle == 0.0


def test_founding_quarter_is_a_key_like_any_other(luck: Luck) -> None:
    assert not np.any(luck.uniforms("x", -1, 10) == luck.uniforms("x", 0, 10))


# Quality: what the model asks of its luck. Everything is keyed, so a p-value is the same at every run of these tests.

MANY = 40_000
LEAST = 1e-3
"""p below which a test of the generator fails; all of them together are some fifty."""


def neighbours(kind: str, count: int) -> list[np.ndarray]:
    """Return streams whose keys differ by one in one part."""
    make = {
        "seed": lambda i: Luck(i, 3, "x").uniforms("exit", 4, MANY),
        "replicate": lambda i: Luck(7, i, "x").uniforms("exit", 4, MANY),
        "place": lambda i: Luck(7, 3, f"x{i}").uniforms("exit", 4, MANY),
        "purpose": lambda i: Luck(7, 3, "x").uniforms(f"exit{i}", 4, MANY),
        "quarter": lambda i: Luck(7, 3, "x").uniforms("exit", i, MANY),
        "cohort": lambda i: Luck(7, 3, "x").of(identities(i, MANY), "exit", 4),
    }[kind]
    return [make(i) for i in range(count)]


PARTS = ("seed", "replicate", "place", "purpose", "quarter", "cohort")


def correlation_p(one: np.ndarray, other: np.ndarray) -> float:
    return float(stats.pearsonr(one, other).pvalue)


def pairs_p(one: np.ndarray, other: np.ndarray, cells: int = 32) -> float:
    """Return the p-value of the chi-square of pairs over a square of cells."""
    counts, _, _ = np.histogram2d(one, other, bins=cells, range=((0, 1), (0, 1)))
    return float(stats.chisquare(counts.ravel()).pvalue)


@pytest.mark.parametrize("part", PARTS)
def test_streams_of_neighbouring_keys_are_uniform_and_independent(part: str) -> None:
    streams = neighbours(part, 4)
    for one, other in pairwise(streams):
        assert stats.kstest(one, "uniform").pvalue > LEAST
        assert correlation_p(one, other) > LEAST
        assert pairs_p(one, other) > LEAST


@pytest.mark.parametrize("part", PARTS)
def test_one_identity_over_neighbouring_keys_is_uniform_and_independent(part: str) -> None:
    if part == "cohort":
        series = Luck(7, 3, "x").of(np.arange(4_000) << 32, "exit", 4)
    else:
        make = {
            "seed": lambda i: Luck(i, 3, "x").uniforms("exit", 4, 1),
            "replicate": lambda i: Luck(7, i, "x").uniforms("exit", 4, 1),
            "place": lambda i: Luck(7, 3, f"x{i}").uniforms("exit", 4, 1),
            "purpose": lambda i: Luck(7, 3, "x").uniforms(f"exit{i}", 4, 1),
            "quarter": lambda i: Luck(7, 3, "x").uniforms("exit", i, 1),
        }[part]
        series = np.concatenate([make(i) for i in range(4_000)])
    assert stats.kstest(series, "uniform").pvalue > LEAST
    assert correlation_p(series[1:], series[:-1]) > LEAST
    assert pairs_p(series[1:], series[:-1], cells=8) > LEAST


@pytest.mark.parametrize("lag", [1, 2, 7, 1024])
def test_neighbouring_identities_are_independent(luck: Luck, lag: int) -> None:
    draws = luck.uniforms("noise", 4, MANY)
    assert correlation_p(draws[lag:], draws[:-lag]) > LEAST
    assert pairs_p(draws[lag:], draws[:-lag]) > LEAST


def test_the_ends_are_never_reached() -> None:
    ends = midpoints(np.array([0, 2**64 - 1, 2**63], np.uint64))
    assert ends.tolist() == [2.0**-53, 1.0 - 2.0**-53, 0.5 + 2.0**-53]


def test_every_bit_is_balanced_and_goes_its_own_way(luck: Luck) -> None:
    numbers = (luck.uniforms("bits", 4, MANY) * 2.0**52).astype(np.uint64)
    bits = np.array([(numbers >> np.uint64(place)) & np.uint64(1) for place in range(52)], dtype=np.float64)
    balance = (bits.sum(axis=1) - MANY / 2) / np.sqrt(MANY / 4)
    assert stats.chi2(52).sf((balance**2).sum()) > LEAST
    between = np.corrcoef(bits)[np.triu_indices(52, 1)] * np.sqrt(MANY)
    assert stats.chi2(len(between)).sf((between**2).sum()) > LEAST


def test_one_bit_of_an_identity_turns_half_the_bits_of_its_number() -> None:
    numbers = np.arange(2_000, dtype=np.uint64)
    before = splitmix(np.uint64(42), numbers)
    for bit in (*range(20), *range(32, 44)):
        turned = np.bitwise_count(before ^ splitmix(np.uint64(42), numbers ^ np.uint64(1 << bit)))
        assert turned.mean() == pytest.approx(32.0, abs=6 * 4.0 / np.sqrt(1_000)), bit  # each pair is seen twice


def test_a_whole_run_draws_no_number_twice() -> None:
    luck, everybody = Luck(1, 0, "x"), np.concatenate([identities(cohort, 300) for cohort in range(20)])
    draws = np.concatenate(
        [luck.of(everybody, purpose, quarter) for purpose in ("exit", "size") for quarter in range(20)]
    )
    assert len(np.unique(draws)) == len(draws)
