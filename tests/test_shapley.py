"""The split itself, on toy games: the parts add up, whatever does nothing gets nothing, equals get the same."""

import itertools
from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from experiments.questions import shapley
from experiments.questions.shapley import NOBODY, coalitions, mean_along, random_orders, synergy, values

TOLERANCE = 1e-9


def game(players: str, worth: Callable[[frozenset[str]], float]) -> dict[frozenset[str], np.ndarray]:
    return {some: np.array([worth(some)]) for some in coalitions(players)}


def test_an_additive_game_gives_everyone_their_own() -> None:
    own = {"a": 1.0, "b": -2.0, "c": 0.5}
    parts = values("abc", game("abc", lambda some: sum(own[one] for one in some)))
    assert {name: float(part[0]) for name, part in parts.items()} == pytest.approx(own)


def test_the_glove_game_has_the_split_of_the_textbooks() -> None:
    """One left glove (a), two right ones: a pair is worth 1; Shapley gives 2/3, 1/6, 1/6."""
    parts = values("abc", game("abc", lambda some: float("a" in some and len(some) > 1)))
    assert [float(parts[name][0]) for name in "abc"] == pytest.approx([2 / 3, 1 / 6, 1 / 6])


def test_who_never_changes_anything_gets_exactly_nothing_and_equals_get_the_same() -> None:
    worth = game("abcd", lambda some: 0.1 * len(some - {"d"}) ** 3 + 7e5)
    parts = values("abcd", worth)
    assert parts["d"][0] == 0.0
    assert parts["a"][0] == pytest.approx(parts["b"][0], rel=1e-12)


def test_the_sum_of_two_games_is_split_as_each_is() -> None:
    first, second = game("abc", lambda some: len(some) ** 2), game("abc", lambda some: float("b" in some))
    both = {some: first[some] + second[some] for some in first}
    for name in "abc":
        assert values("abc", both)[name] == pytest.approx(values("abc", first)[name] + values("abc", second)[name])


@given(st.lists(st.floats(-1e3, 1e3), min_size=16, max_size=16), st.floats(-1e9, 1e9))
def test_the_parts_add_up_in_every_game(worths: list[float], level: float) -> None:
    worth = {some: np.array([level + value]) for some, value in zip(coalitions("abcd"), worths, strict=True)}
    total = worth[frozenset("abcd")] - worth[NOBODY]
    steps = max(abs(float(worth[some][0] - worth[other][0])) for some, other in itertools.combinations(worth, 2))
    for parts in (values("abcd", worth), mean_along(random_orders("abcd", 1, 0), worth)):
        assert float(sum(parts.values())[0]) == pytest.approx(float(total[0]), rel=TOLERANCE, abs=1e-12 * steps)


def test_all_orders_together_give_the_exact_split() -> None:
    worth = game("abc", lambda some: {"": 0, "a": 1, "ab": 5, "abc": 6}.get("".join(sorted(some)), 2))
    orders = list(itertools.permutations("abc"))
    exact, sampled = values("abc", worth), mean_along(orders, worth)
    assert all(sampled[name] == pytest.approx(exact[name]) for name in "abc")


def test_orders_come_with_their_reverse_and_depend_on_seed_and_replicate_alone() -> None:
    players = tuple("abcdefgh")
    first, second = random_orders(players, 1, 0)
    assert second == first[::-1]
    assert sorted(first) == list(players)
    assert random_orders(players, 1, 0) == [first, second]
    assert {random_orders(players, 1, one)[0] for one in range(5)} != {first}


def test_weights_add_up_over_all_coalitions() -> None:
    total = sum(shapley.weight(len(some), 5) for some in coalitions("abcd"))
    assert total == pytest.approx(1.0)


def test_synergy_is_what_exceeds_the_sum() -> None:
    worth = game("abc", lambda some: 10.0 + len(some) + 4.0 * (len(some) == 3))
    assert synergy(frozenset("ab"), worth)[0] == 0.0
    assert synergy(frozenset("abc"), worth)[0] == pytest.approx(4.0)
